"""A new class in an open case: from the edit to its answers on the disk, over 2,000 cells with vectors as real ones."""

import statistics
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE, CellClass
from bloodview.models import references, store
from bloodview.review.case import Case
from bloodview.review.commands import AddClass, AddRun, NewSlide
from bloodview.workflows import class_learning

CELLS, NEW, REPEATS = 2_000, 100, 3
_WIDTH = 1408
_OWN = CellClass("new_class", "New class", "leukocyte", "", "#e377c2", "NC")


def seconds(home: Path) -> tuple[float, str]:
    """The median of some teachings, and how they came about."""
    model_id = store.DEFAULTS["classify"]
    kept = references.read(store.find("classify", model_id))
    width = _WIDTH if kept is None else kept.seen.features.shape[1]
    rng = np.random.default_rng(0)
    known = rng.normal(0, 1, (200, width)) / np.sqrt(width) if kept is None else kept.seen.features
    away = rng.normal(0, 1, width) * known.std(axis=0)
    cells = []
    for number in range(CELLS):
        vector = known[number % len(known)] + 0.2 * known.std(axis=0) * rng.normal(0, 1, width)
        label = FINE[number % len(FINE)] if kept is None else kept.labels[number % len(known)]
        cells.append(_cell(number, label, vector + (3 * away if number < NEW else 0), model_id))
    with Case.create(home / "teaching.bvcase") as case:
        slide = NewSlide(home / "a.png", "a", Size(2000, 2000), Scale(0.1, "red cells"))
        case.apply(AddRun(slide, tuple(cells), ("detector", "segmenter", model_id), "cpu"))
        taken, busy = [], []
        for _ in range(REPEATS):
            begin, worked = time.perf_counter(), time.process_time()
            case.apply(AddClass(_OWN, learns=True, cell_ids=tuple(range(1, 6))))
            taught = class_learning.refresh(case)
            taken.append(time.perf_counter() - begin)
            busy.append(time.process_time() - worked)
            case.undo()
        assert taught is not None
        found = sum(cell_id <= NEW for cell_id in taught.answers)
    beside = "without reference cells" if kept is None else f"beside {len(kept)} reference cells"
    work = statistics.median(busy)
    note = f"median of {REPEATS}, worst {max(taken):.2f}, of it work {work:.2f} s; {width} numbers a cell, {beside}"
    return statistics.median(taken), f"{note}; {found} of {NEW - 5} found, {len(taught.answers) - found} others"


def _cell(number: int, label: str, vector: NDArray[np.float64], model_id: str) -> FoundCell:
    x, y = 40.0 * (number % 50), 40.0 * (number // 50)
    rest = 0.2 / (len(FINE) - 1)
    shares = tuple((name, 0.8 if name == label else rest) for name in FINE)
    said = Prediction(label, 0.8, True, 0.5, shares, model_id)
    kept = vector.astype("<f2").tobytes()
    return FoundCell(Detection(Kind.WBC, Box(x, y, x + 30, y + 30), 0.9), said, (), (), kept)
