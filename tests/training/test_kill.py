"""A trainer that is killed at any moment and started again ends as one that was not."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bloodview.models.card import ModelCard
from tests.models.tiny import CHANNELS, LAYERS
from tests.training import dataset

ROOT = Path(__file__).parents[2]
EPOCHS = 40
"""So many that three starts of a few passes each do not reach the end, however fast the machine."""


def _command(place: Path, out: Path) -> list[str]:
    """The trainer's own, on the files of `place`."""
    files = [str(place / "run.json"), "--data", str(place / "data"), "--out", str(out), "--device", "cpu"]
    return [sys.executable, "-m", "training", *files]


def _start(place: Path, out: Path) -> "subprocess.Popen[str]":
    env = dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1")
    return subprocess.Popen(_command(place, out), env=env, cwd=place, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_trainer_killed_three_times_ends_with_the_same_weights(tmp_path: Path) -> None:
    dataset.write(tmp_path / "data", 2)
    settings = {"task": "classify", "model_id": "small", "title": "small", "datasets": ["bccd"], "epochs": EPOCHS}
    settings |= {"batch_size": 4, "image_px": 32, "um_per_px": 0.4, "channels": CHANNELS, "layers": LAYERS}
    (tmp_path / "run.json").write_text(json.dumps(settings))
    with _start(tmp_path, tmp_path / "whole") as whole:
        whole.communicate()
    assert whole.returncode == 0
    dice = random.Random(3)
    for _ in range(3):
        with _start(tmp_path, tmp_path / "killed") as process:
            assert process.stdout is not None
            # One or two epochs of this start are done; then a moment within whatever comes next.
            wanted = dice.randint(1, 2)
            for line in process.stdout:
                wanted -= '"event": "epoch"' in line
                if not wanted:
                    break
            time.sleep(dice.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
    with _start(tmp_path, tmp_path / "killed") as last:
        told, _ = last.communicate()
    assert last.returncode == 0
    assert "resumed after epoch" in told
    cards = [ModelCard.read(tmp_path / out / "models" / "small") for out in ("whole", "killed")]
    assert cards[0].weights_sha256 == cards[1].weights_sha256
    curves = (tmp_path / "killed" / "small" / "curves.csv").read_text().splitlines()[1:]
    assert [int(row.split(",")[0]) for row in curves] == list(range(1, EPOCHS + 1))
