"""Red cells and platelets of a case in one value: what was measured, what a person graded, what is estimated."""

from dataclasses import dataclass

from bloodview.core.grading import Grading
from bloodview.core.platelets import PlateletFigures
from bloodview.core.red_cells import RedCellFigures


@dataclass(frozen=True, slots=True)
class SlideSmear:
    """The same of one slide.

    Args:
        name: of the slide's file.
        n_red_cells, n_platelets: those that count.
    """

    name: str
    n_red_cells: int
    n_platelets: int
    red_cells: RedCellFigures
    platelets: PlateletFigures


@dataclass(frozen=True, slots=True)
class Smear:
    """Of a whole case, and slide by slide."""

    red_cells: RedCellFigures
    platelets: PlateletFigures
    grading: Grading = Grading()
    slides: tuple[SlideSmear, ...] = ()
