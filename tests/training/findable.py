"""A tiny detector, and sets of fields with coloured discs that it can be refined by."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bloodview.core import fieldset
from bloodview.core.cells import Kind
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE, FieldBox, Role, TrainingField
from bloodview.core.refinement import DETECTOR, RefineFile
from tests.models import tiny

WIDTH, HEIGHT, UM = 160, 128, 0.16


def field(seed: int, role: Role = CASE, picture: str = "", place: str = "", case: str = "") -> TrainingField:
    """A field with five leukocytes and a red cell."""
    rng = np.random.default_rng(seed)
    slots = rng.permutation(12)[:6]
    corners = [(int(s) % 4 * 38 + 4, int(s) // 4 * 40 + 4) for s in slots]
    boxes = [FieldBox(Kind.WBC, (x, y, x + 32, y + 32)) for x, y in corners[:5]]
    x, y = corners[5]
    boxes.append(FieldBox(Kind.RBC, (x, y, x + 20, y + 20)))
    complete = tuple(Kind) if role != CASE else (Kind.WBC,)
    return TrainingField("", "", role, picture or f"sha256:{seed}", place, case, UM, complete, tuple(boxes))


def picture(of: TrainingField) -> bytes:
    """A field as a PNG file; leukocytes are blue, red cells pink."""
    image = np.full((HEIGHT, WIDTH, 3), 235, np.uint8)
    for box in of.boxes:
        x0, y0, x1, y1 = (int(v) for v in box.box)
        color = (90, 40, 160) if box.kind is Kind.WBC else (225, 150, 150)
        cv2.circle(image, ((x0 + x1) // 2, (y0 + y1) // 2), (x1 - x0) // 2, color, -1)
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def pair(of: TrainingField) -> tuple[TrainingField, Callable[[], bytes]]:
    return of, lambda: picture(of)


def write_set(folder: Path, pictures: int = 8, drawn: int = 2, cases: int = 0) -> Path:
    """So many pictures of cases, if there are any, and drawn fields."""
    own = [field(i, case=f"sha256:c{i % cases}" if cases else "") for i in range(pictures)]
    own += [field(100 + i, DRAWN) for i in range(drawn)] + [field(200 + i, DRAWN_JUDGE) for i in range(drawn)]
    fieldset.write(folder, "1.0", "2026-11-27T12:00:00+00:00", map(pair, own))
    return folder


def asked(root: Path, **more: object) -> RefineFile:
    """A short refinement of a tiny detector in `root/models` by the set in `root/set`."""
    model = root / "models" / "tiny-detect"
    if not model.is_dir():
        tiny.detector(root / "models")
    if not (root / "set").is_dir():
        write_set(root / "set")
    run = RefineFile(
        str(root / "set"), str(model), str(model), "refined", "tiny, refined", "somebody", what=DETECTOR, epochs=1
    )
    return replace(run, **more)
