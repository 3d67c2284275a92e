"""The trainer as a process would use it: run file in, events out, a model folder that the app loads."""

import json
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.training_run import Event
from bloodview.models import store
from bloodview.models.card import ModelCard
from tests.models.tiny import CHANNELS, LAYERS
from tests.training import dataset
from training.__main__ import main


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset.write(tmp_path_factory.mktemp("data"))


def _train(task: str, root: Path, out: Path, capsys: pytest.CaptureFixture[str], **more: object) -> list[Event]:
    run = {
        "task": task,
        "model_id": f"small-{task}",
        "title": "small",
        "datasets": ["bccd"],
        "epochs": 2,
        "batch_size": 4,
        "image_px": 64,
        "channels": CHANNELS,
        "layers": LAYERS,
        "precision": "fp32",
    } | more
    file = out / "run.json"
    file.write_text(json.dumps(run))
    assert main([str(file), "--data", str(root), "--out", str(out), "--device", "cpu"]) == 0
    return [e for line in capsys.readouterr().out.splitlines() if (e := Event.parse(line))]


@pytest.mark.parametrize("task", ["detect", "segment", "classify"])
def test_each_task_trains_and_publishes_a_model_that_loads(
    task: str, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = _train(task, root, tmp_path, capsys, um_per_px=0.4)
    assert [e.kind for e in events] == ["started", "epoch", "epoch", "finished"]
    folder = tmp_path / "models" / f"small-{task}"
    card = ModelCard.read(folder)
    assert card.recipe["epochs"] == 2
    assert [d.licence for d in card.data] == ["MIT"]
    assert card.metrics
    assert all(m.low <= m.value <= m.high for m in card.metrics)
    image = np.full((64, 64, 3), 220, np.uint8)
    if task == "detect":
        assert len(store.load_detector("cpu", folder).detect([image])) == 1
    elif task == "segment":
        masks = store.load_segmenter("cpu", folder).segment(image, np.array([[20, 20, 40, 40]], np.float32))
        assert masks[0].shape == (32, 32)
    else:
        assert store.load_classifier("cpu", folder).classify(image[None]).probabilities.shape == (1, 11)


def test_a_wrong_run_file_ends_with_2_and_says_which_field(
    tmp_path: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps({"task": "detect", "model_id": "m", "title": "t", "datasets": ["bccd"], "epohcs": 3}))
    assert main([str(file), "--data", str(root), "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "no field 'epohcs'" in captured.err
    assert Event.parse(captured.out.splitlines()[-1]).kind == "failed"  # type: ignore[union-attr]
