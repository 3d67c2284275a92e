"""The real program for end-to-end tests: its command line, in a process of its own or in this one, and the truth."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.cli import main as cli
from bloodview.core import paths
from bloodview.core.geometry import iou_matrix

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "resources" / "sample"

Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class TrueCell:
    """A drawn cell, pixels."""

    kind: str
    label: str
    box: tuple[float, float, float, float]
    is_whole: bool
    outline: tuple[tuple[float, float], ...]


def bloodview(home: Path, *arguments: object, lines: str = "") -> Answer:
    """Run `bloodview ARGUMENTS` with a user folder of its own and these lines on standard input."""
    env = dict(os.environ, HOME=str(home), PYTHONPATH=str(ROOT), OMP_NUM_THREADS="2")
    command = [sys.executable, "-m", "bloodview", *map(str, arguments)]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, env=env, check=False, cwd=home)
    return Answer(done.returncode, done.stdout, done.stderr)


def inside(home: Path, *arguments: object, lines: str = "") -> Answer:
    """As `bloodview`, in this process, which has torch already: for what another test starts in one of its own."""
    before, typed = paths._Place.folder, sys.stdin
    out, err = io.StringIO(), io.StringIO()
    paths.use_folder(home / "inside")
    sys.stdin = io.StringIO(lines)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = cli.run(list(map(str, arguments)))
    finally:
        sys.stdin = typed
        paths.use_folder(before)
    return Answer(status, out.getvalue(), err.getvalue())


def sample_truth() -> dict[str, list[TrueCell]]:
    """The cells of the bundled sample by picture."""
    fields = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["fields"]
    return {
        f["file_name"]: [
            TrueCell(
                c["kind"], c["label"], tuple(c["box"]), not c["touches_edge"], tuple(map(tuple, c.get("cell", ())))
            )
            for c in f["cells"]
        ]
        for f in fields
    }


def corners(bbox: list[float]) -> tuple[float, float, float, float]:
    """COCO's x, y, width, height as x0, y0, x1, y1."""
    x, y, w, h = bbox
    return x, y, x + w, y + h


def pairs(true: list[TrueCell], found: list[tuple[float, float, float, float]]) -> list[tuple[int, int]]:
    """Indices of true and found boxes that overlap by half, each at most once, best first."""
    if not true or not found:
        return []
    iou = iou_matrix(np.asarray([c.box for c in true], np.float32), np.asarray(found, np.float32))
    matched = []
    while iou.max() >= 0.5:
        t, f = (int(i) for i in np.unravel_index(iou.argmax(), iou.shape))
        matched.append((t, f))
        iou[t, :] = iou[:, f] = 0
    return matched
