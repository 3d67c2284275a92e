"""A tiny segmenter, and sets of outlined discs that it can be refined by."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bloodview.core import outlineset
from bloodview.core.cells import Polygon
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE, Role
from bloodview.core.outlineset import TrainingOutline
from bloodview.core.refinement import SEGMENTER, RefineFile
from tests.models import tiny

SIDE, MIDDLE = 72, (36.0, 36.0)


def disc(radius: float, middle: tuple[float, float] = MIDDLE) -> Polygon:
    turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x, y = middle
    return tuple((float(x + radius * np.cos(t)), float(y + radius * np.sin(t))) for t in turns)


def cell(seed: int, role: Role = CASE, picture: str = "", case: str = "") -> TrainingOutline:
    """A cell of 13 to 15 pixels radius with a nucleus of half of that."""
    radius = 13 + seed % 3
    x, y = MIDDLE
    box = (x - radius, y - radius, x + radius, y + radius)
    outline, nucleus = disc(radius), disc(radius / 2)
    group = picture or f"sha256:{seed}"
    return TrainingOutline("", "", role, group, seed, case, (100.0 * seed, 0.0, 1.0), box, outline, nucleus)


def picture(of: TrainingOutline) -> bytes:
    """A cell as a PNG file: pink with a blue nucleus, a little noise so that no two are alike."""
    image = np.random.default_rng(of.cell_id).integers(225, 240, (SIDE, SIDE, 3)).astype(np.uint8)
    radius = round(of.box[2] - MIDDLE[0])
    cv2.circle(image, (36, 36), radius, (170, 120, 160), -1)
    cv2.circle(image, (36, 36), radius // 2, (90, 40, 160), -1)
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def pair(of: TrainingOutline) -> tuple[TrainingOutline, Callable[[], bytes]]:
    return of, lambda: picture(of)


def write_set(folder: Path, cells: int = 18, drawn: int = 2, own: list[TrainingOutline] | None = None) -> Path:
    """So many cells of cases, each on a picture of its own, or the given ones; and drawn cells."""
    every = own if own is not None else [cell(i) for i in range(cells)]
    every = every + [cell(100 + i, DRAWN) for i in range(drawn)] + [cell(200 + i, DRAWN_JUDGE) for i in range(drawn)]
    outlineset.write(folder, "1.0", "2026-11-28T12:00:00+00:00", map(pair, every))
    return folder


def asked(root: Path, **more: object) -> RefineFile:
    """A short refinement of a tiny segmenter in `root/models` by the set in `root/set`."""
    model = root / "models" / "tiny-segment"
    if not model.is_dir():
        tiny.segmenter(root / "models")
    if not (root / "set").is_dir():
        write_set(root / "set")
    run = RefineFile(
        str(root / "set"), str(model), str(model), "refined", "tiny, refined", "somebody", what=SEGMENTER, epochs=1
    )
    return replace(run, **more)
