"""Kills a refinement at random moments and lets it go on: `python -m tests.training.refine_kills [KILLS] [--what W]`.

It ends with the weights of one that nobody killed, or the exit status is 1.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bloodview.core.refinement import CLASSIFIER, RUN, SEGMENTER, RefineFile, Verdict, What
from bloodview.core.training_run import Event
from bloodview.models.card import ModelCard
from tests.training import outlinable, refinable

ROOT = Path(__file__).parents[2]
ASKED: Mapping[What, tuple[Callable[..., RefineFile], int]] = {
    CLASSIFIER: (refinable.asked, 40),
    SEGMENTER: (outlinable.asked, 10),
}
"""What can be killed: what asks for a short refinement below a folder, and how many epochs it gets."""


def _start(root: Path, out: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "training", "refine", str(root / RUN), "--out", str(out), "--device", "cpu"]
    env = dict(os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1")
    return subprocess.Popen(words, env=env, cwd=root, stdout=subprocess.PIPE, text=True)


def compare(root: Path, kills: int, what: What = CLASSIFIER) -> tuple[str, str, int]:
    """Refine twice, the second time killed so often; the checksums of both, and how often the state was taken up."""
    asked, epochs = ASKED[what]
    asked(root, epochs=epochs).write(root)
    with _start(root, root / "whole") as whole:
        lines = whole.communicate()[0].splitlines()
    assert whole.returncode == 0, lines[-3:]
    dice, resumed = random.Random(5), 0
    for kill in range(kills):
        with _start(root, root / "killed") as process:
            assert process.stdout is not None
            # The first before there is a state, the others some passes further, each within whatever comes next.
            wanted = dice.randint(1, max(1, epochs // (2 * kills))) if kill else 0
            for line in process.stdout:
                resumed += "resumed after epoch" in line
                wanted -= (event := Event.parse(line)) is not None and event.kind == "epoch"
                if wanted <= 0:
                    break
            time.sleep(dice.uniform(0, 0.05))
            process.kill()
    with _start(root, root / "killed") as last:
        resumed += last.communicate()[0].count("resumed after epoch")
    assert last.returncode == 0
    sums = [
        ModelCard.read(root / name / Verdict.read(root / name).model).weights_sha256 for name in ("whole", "killed")
    ]
    return sums[0], sums[1], resumed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=20)
    parser.add_argument("--what", choices=list(ASKED), default=CLASSIFIER)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bloodview-refine-kills-") as made:
        whole, killed, resumed = compare(Path(made), given.kills, given.what)
    told = {
        "what": given.what,
        "kills": given.kills,
        "resumed": resumed,
        "whole": whole,
        "killed": killed,
        "same": whole == killed,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0 if whole == killed else 1


if __name__ == "__main__":
    sys.exit(main())
