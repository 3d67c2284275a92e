"""A case whose cells have vectors: three classes that the model knows, and a fourth that it takes for lymphocytes."""

from pathlib import Path

import numpy as np

from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import FINE, CellClass
from bloodview.review.case import Case
from bloodview.review.commands import AddClass, AddRun, NewSlide, OutsideExample

OWN = CellClass("hairy_cell", "Hairy cell", "lymphocyte", "k", "#e377c2", "HC", "hexagon")
WIDTH = 12
KINDS = ("lymphocyte", "monocyte", "segmented_neutrophil", "new")
_MIDDLES = np.random.default_rng(7).normal(0, 1, (len(KINDS), WIDTH))


def vector(kind: str, rng: np.random.Generator, noise: float = 0.12) -> bytes:
    """A vector of a kind, float16, of length 1."""
    made = _MIDDLES[KINDS.index(kind)] + rng.normal(0, noise, WIDTH)
    return (made / np.linalg.norm(made)).astype("<f2").tobytes()


def cell(number: int, kind: str, rng: np.random.Generator) -> FoundCell:
    """A cell at its own place; what is new is called a lymphocyte by the model."""
    label = "lymphocyte" if kind == "new" else kind
    x, y = 40.0 * (number % 40), 40.0 * (number // 40)
    shares = tuple((name, 0.9 if name == label else 0.1 / (len(FINE) - 1)) for name in FINE)
    said = Prediction(label, 0.9, True, 0.8, shares, "wbc-1")
    return FoundCell(Detection(Kind.WBC, Box(x, y, x + 30, y + 30), 0.9), said, (), (), vector(kind, rng))


def run(numbers: dict[str, int], seed: int = 0, content_hash: str = "a", path: Path = Path("a.png")) -> AddRun:
    """An analysis that finds so many of each kind, in this order."""
    rng = np.random.default_rng(seed)
    kinds = [kind for kind, n in numbers.items() for _ in range(n)]
    slide = NewSlide(path, content_hash, Size(1600, 4000), Scale(0.25, "red cells"))
    cells = tuple(cell(number, kind, rng) for number, kind in enumerate(kinds))
    return AddRun(slide, cells, ("finder-1", "outline-1", "wbc-1"), "cpu")


def case_of(folder: Path, numbers: dict[str, int] | None = None) -> Case:
    """A case of 20 cells of each known class, ids from 1, and then 20 of the new one, ids from 61."""
    made = Case.create(folder / "smear.bvcase")
    made.apply(run(numbers or dict.fromkeys(KINDS, 20)))
    return made


def outside(kind: str, seed: int, model_id: str = "wbc-1") -> OutsideExample:
    """An example from a picture file."""
    rows = np.full(len(FINE), 1 / len(FINE), "<f4")
    return OutsideExample(vector(kind, np.random.default_rng(seed)), rows.tobytes(), model_id, f"{kind}-{seed}.png")


def teach(case: Case, *cell_ids: int) -> None:
    """Teach the new class."""
    case.apply(AddClass(OWN, learns=True, cell_ids=cell_ids))
