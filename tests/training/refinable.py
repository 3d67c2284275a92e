"""A tiny classifier with reference cells, and training sets of coloured cells that it can be refined by."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bloodview.core import trainset
from bloodview.core.cells import Kind, Source
from bloodview.core.refinement import RefineFile
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.trainset import TrainingCell
from tests.models import tiny

COLORS = {"monocyte": (60, 60, 220), "lymphocyte": (60, 220, 60), "eosinophil": (220, 60, 60)}
SIDE = 64


def crops(labels: Sequence[str], seed: int = 0) -> np.ndarray:
    """uint8 [N, 64, 64, 3], a coloured square a cell."""
    rng = np.random.default_rng(seed)
    made = np.full((len(labels), SIDE, SIDE, 3), 235, np.uint8)
    for crop, label in zip(made, labels, strict=True):
        a, b = (int(v) for v in rng.integers(12, 20, 2))
        crop[a : a + 32, b : b + 32] = np.clip(np.array(COLORS[label]) + rng.integers(-25, 25, (32, 32, 3)), 0, 255)
    return made


def parent(root: Path) -> Path:
    """A model folder below `root`; it knows nothing, but keeps 60 reference cells a class, and maps of them."""
    labels = tuple(COLORS) * 60
    return tiny.with_replay(tiny.with_references(tiny.classifier(root), crops(labels, 9), labels), crops(labels, 9))


def cell(label: str, number: int, picture: str, case: str = "", source: Source = Source.PERSON) -> TrainingCell:
    """A cell in the middle of its crop."""
    return TrainingCell("", "", picture, number, Kind.WBC, label, source, (16, 16, 48, 48), 0.196, case=case)


def write_set(folder: Path, each: int = 12, pictures: int = 10, cases: int = 0, seed: int = 1) -> Path:
    """So many cells of each colour over so many pictures, and cases if there are any."""
    labels = [x for x in COLORS for _ in range(each)]
    images = crops(labels, seed)
    cells = [
        cell(x, i, f"sha256:{i % pictures}", f"sha256:c{i % pictures % cases}" if cases else "")
        for i, x in enumerate(labels)
    ]
    empty = trainset.TrainingSet("1.0", "2026-11-27T12:00:00+00:00", DEFAULT_TAXONOMY.classes, ())

    def png(i: int) -> bytes:
        return cv2.imencode(".png", cv2.cvtColor(images[i], cv2.COLOR_RGB2BGR))[1].tobytes()

    trainset.write(folder, empty, ((c, lambda i=i: png(i)) for i, c in enumerate(cells)))
    return folder


def asked(root: Path, **more: object) -> RefineFile:
    """A short refinement of the parent in `root/models` by the set in `root/set`."""
    model = root / "models" / "tiny-classify"
    if not model.is_dir():
        parent(root / "models")
    if not (root / "set").is_dir():
        write_set(root / "set")
    run = RefineFile(str(root / "set"), str(model), str(model), "refined", "tiny, refined", "somebody", epochs=6)
    return replace(run, **more)
