"""When a cell or a picture is unlike the training pictures, and the words in which every face says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bloodview.core.cells import Cell, FoundCell, Kind, Prediction

FAMILIAR = 0.02
"""Familiarity from which a cell is one like those the model was made from: 2 of 100 of their like lie below."""

ADVICE = "Label 5 cells of each class and use Adapt to this laboratory."
"""What a person can do about it."""


def picture_familiarity(values: Iterable[float]) -> float | None:
    """How like the training pictures a picture is: the median of its leukocytes' familiarity; None without any.

    Half of the cells may be strange for a reason of their own, the stain and the camera are common to all.
    """
    known = list(values)
    return median(known) if known else None


def of_leukocyte(kind: Kind, said: Prediction | None) -> list[float]:
    """The familiarity of an object that is a leukocyte; platelets and red cells say less of a stain."""
    return [said.familiarity] if kind is Kind.WBC and said is not None else []


def of_found(cells: Iterable[FoundCell]) -> list[float]:
    """The familiarity of the leukocytes of one picture."""
    return [value for c in cells for value in of_leukocyte(c.detection.kind, c.prediction)]


def by_slide(cells: Iterable[Cell]) -> dict[int, list[float]]:
    """Slide id -> the familiarity of its leukocytes."""
    found: dict[int, list[float]] = {}
    for cell in cells:
        found.setdefault(cell.slide_id, []).extend(of_leukocyte(cell.kind, cell.prediction))
    return found


@dataclass(frozen=True, slots=True)
class Strangeness:
    """How much of some pictures is unlike the training pictures.

    Args:
        cells: leukocytes that are, each for itself.
        of_cells: leukocytes.
        pictures: pictures that are, by their median.
        of_pictures: pictures with a leukocyte.
    """

    cells: int = 0
    of_cells: int = 0
    pictures: int = 0
    of_pictures: int = 0

    @property
    def sentence(self) -> str:
        """For reports and the command line; "" if no picture is strange."""
        if not self.pictures:
            return ""
        whole = f"{self.pictures} of {_counted(self.of_pictures, 'picture')}"
        return (
            f"The stain or camera of {whole} is unlike the training pictures ({self.cells} of "
            f"{_counted(self.of_cells, 'cell')}), and their labels ask for a look. {ADVICE}"
        )


NOTHING_STRANGE = Strangeness()


def strangeness(pictures: Iterable[Sequence[float]]) -> Strangeness:
    """Of pictures, each given by the familiarity of its leukocytes."""
    seen = [values for values in pictures if values]
    strange = [v for v in seen if (picture_familiarity(v) or 0.0) < FAMILIAR]
    below = sum(value < FAMILIAR for values in seen for value in values)
    return Strangeness(below, sum(map(len, seen)), len(strange), len(seen))


def notice(familiarity: float) -> str:
    """What the window says over a picture of this familiarity, which is below `FAMILIAR`."""
    return (
        f"This stain or camera is unlike the training pictures (familiarity {shown(familiarity)}). "
        f"Labels ask for a look. {ADVICE}"
    )


def shown(familiarity: float) -> str:
    """A familiarity as people read it."""
    return f"{familiarity:.2f}" if familiarity >= 0.005 else "below 0.01"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
