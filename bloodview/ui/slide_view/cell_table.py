"""The cells of the shown slide as arrays: what lies where, in what style, under which point."""

from collections.abc import Iterable, Sequence
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.ui.slide_view.box_index import BoxIndex, Rows


class Trait(IntFlag):
    """What changes the way a cell is painted."""

    NONE = 0
    DOUBT = 1
    """The machine's label may not stand alone, or a person could not tell."""
    REJECTED = 2
    PERSON = 4
    RED = 8
    """A red cell: many, so painted quietly."""


def traits_of(cell: Cell) -> Trait:
    """The traits of a cell."""
    traits = Trait.NONE
    if cell.needs_a_look or cell.status is Status.UNDECIDED:
        traits |= Trait.DOUBT
    if cell.status is Status.REJECTED:
        traits |= Trait.REJECTED
    if cell.source is Source.PERSON:
        traits |= Trait.PERSON
    if cell.kind is Kind.RBC:
        traits |= Trait.RED
    return traits


class CellTable:
    """Cells in a fixed order of rows; rows with the same style share a number."""

    def __init__(self, cells: Sequence[Cell], shown: frozenset[str] | None = None) -> None:
        self.cells = list(cells)
        self.row_of = {cell.id: row for row, cell in enumerate(self.cells)}
        self.styles: list[tuple[str, Trait]] = []
        self._style_of: dict[tuple[str, Trait], int] = {}
        self._shown = shown
        self.boxes = np.array([_corners(c) for c in self.cells], dtype=np.float64).reshape(-1, 4)
        self.style = np.array([self._style(c) for c in self.cells], dtype=np.int32)
        self.hidden = np.array([self._is_hidden(c) for c in self.cells], dtype=np.bool_)
        self.index = BoxIndex(self.boxes)
        self._outlines: dict[int, tuple[QPolygonF, QPolygonF]] = {}

    def update(self, cells: Iterable[Cell]) -> bool:
        """Take newer versions of known cells; whether there was an unknown one, which is added at the end."""
        new = [cell for cell in cells if not self._replace(cell)]
        if new:
            rows = len(self.cells)
            self.cells += new
            self.row_of |= {cell.id: rows + i for i, cell in enumerate(new)}
            self.boxes = np.vstack([self.boxes, [_corners(c) for c in new]])
            self.style = np.append(self.style, np.array([self._style(c) for c in new], dtype=np.int32))
            self.hidden = np.append(self.hidden, [self._is_hidden(c) for c in new])
        if new or self.index.boxes is not self.boxes:
            self.index = BoxIndex(self.boxes)
        return bool(new)

    def show_only(self, shown: frozenset[str] | None) -> None:
        """Hide the cells of other classes; None shows all."""
        self._shown = shown
        self.hidden = np.array([self._is_hidden(c) for c in self.cells], dtype=np.bool_)

    def rows(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Rows of the shown cells that touch a rectangle, level-0 pixels."""
        rows = self.index.query(x0, y0, x1, y1)
        return rows[~self.hidden[rows]]

    def at(self, x_l0: float, y_l0: float, slack_l0: float) -> Cell | None:
        """The cell under a point: the one whose middle is nearest for its size, a rejected one only if it is alone."""
        rows = [int(row) for row in self.index.at(x_l0, y_l0, slack_l0) if not self.hidden[row]]
        alive = [row for row in rows if self.cells[row].status is not Status.REJECTED]
        best = (alive or rows)[:1]
        return self.cells[best[0]] if best else None

    def by_style(self, rows: Rows) -> list[tuple[str, Trait, NDArray[np.intp]]]:
        """The rows grouped by class and traits; red cells first, so that the rest is painted over them."""
        numbers = self.style[rows]
        groups = [(*self.styles[number], rows[numbers == number]) for number in np.unique(numbers)]
        return sorted(groups, key=lambda g: (not g[1] & Trait.RED, bool(g[1] & Trait.DOUBT), g[0]))

    def outlines(self, row: int) -> tuple[QPolygonF, QPolygonF]:
        """The outlines of cell and nucleus, level-0 pixels; empty where there is none."""
        found = self._outlines.get(row)
        if found is None:
            cell = self.cells[row]
            found = self._outlines[row] = (_polygon(cell.cell_outline), _polygon(cell.nucleus_outline))
        return found

    def _replace(self, cell: Cell) -> bool:
        row = self.row_of.get(cell.id)
        if row is None:
            return False
        if cell.box_l0 != self.cells[row].box_l0:
            if self.index.boxes is self.boxes:
                self.boxes = self.boxes.copy()
            self.boxes[row] = _corners(cell)
        self.cells[row] = cell
        self.style[row] = self._style(cell)
        self.hidden[row] = self._is_hidden(cell)
        self._outlines.pop(row, None)
        return True

    def _style(self, cell: Cell) -> int:
        key = (cell.label, traits_of(cell))
        if key not in self._style_of:
            self._style_of[key] = len(self.styles)
            self.styles.append(key)
        return self._style_of[key]

    def _is_hidden(self, cell: Cell) -> bool:
        return self._shown is not None and cell.label not in self._shown


def _corners(cell: Cell) -> tuple[float, float, float, float]:
    box = cell.box_l0
    return box.x0, box.y0, box.x1, box.y1


def _polygon(outline: Polygon) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in outline])
