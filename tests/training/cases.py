"""Cells of made-up laboratories, and methods that answer them without a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bloodview.core.taxonomy import FINE
from training.data import CellExample
from training.judge import allowed
from training.methods import Answers

LABELS = {
    "pbc": ("segmented_neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil", "erythroblast", "platelet"),
    "bccd": ("neutrophil", "lymphocyte", "monocyte", "eosinophil", "platelet"),
    "chula_wbc": ("neutrophil", "lymphocyte", "basophil"),
    "zheng1": ("neutrophil", "lymphocyte"),
}
SPLITS = {"pbc": ("train", "val", "test"), "bccd": ("train", "val", "test"), "chula_wbc": ("train", "val")}


def cells(root: Path, each: int = 16) -> list[CellExample]:
    """So many cells of each class, split and laboratory, each in a file and a group of its own."""
    found = []
    for dataset, labels in LABELS.items():
        for split in SPLITS.get(dataset, ("eval",)):
            for label in labels:
                for i in range(each):
                    path = root / dataset / f"{split}-{label}-{i}.png"
                    found.append(CellExample(path, dataset, split, path.stem, (i, 0.0), 0.1, label))
    return found


def write(root: Path, examples: Sequence[CellExample]) -> None:
    """Empty files in the place of the pictures, for what reads their sizes."""
    for e in examples:
        e.path.parent.mkdir(parents=True, exist_ok=True)
        e.path.touch()


@dataclass
class Fixed:
    """Is right about this share of the cells of each set, drawn by the seed, and as familiar as it is told.

    Args:
        right: data set -> the share; those not named are right throughout.
        familiar: data set -> familiarity; 0.9 of those not named.
    """

    right: dict[str, float]
    familiar: dict[str, float]
    seed: int = 0

    def answer(self, examples: Sequence[CellExample]) -> Answers:
        rng = np.random.default_rng(self.seed)
        p = np.full((len(examples), len(FINE)), 0.02, np.float32)
        for row, e in zip(p, examples, strict=True):
            leaves = np.flatnonzero(allowed(e.label))
            hit = rng.random() < self.right.get(e.dataset, 1.0)
            row[leaves[0] if hit else (leaves[-1] + 1) % len(FINE)] = 0.8
        familiarity = [self.familiar.get(e.dataset, 0.9) + 0.05 * rng.random() for e in examples]
        embeddings = p + rng.normal(0, 0.01, p.shape)
        return Answers(p, embeddings.astype(np.float32), np.array(familiarity, np.float32), p.max(axis=1) > 0.5)
