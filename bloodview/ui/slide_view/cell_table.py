"""The cells of the shown slide as arrays: what lies where, in what style, under which point."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntFlag
from typing import overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from bloodview.core.cell_columns import KINDS, SOURCES, STATUSES, CellColumns, CellSet, Fetch, Flags, Names
from bloodview.core.cell_store import CellStore
from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.core.geometry import Size
from bloodview.ui.slide_view.box_index import BoxIndex, Rows
from bloodview.ui.slide_view.density import Density

_MOST_OUTLINES = 4_000
"""Cells whose outlines are kept; those of a full view, several times over."""
_NONE = QPolygonF()


class Trait(IntFlag):
    """What changes the way a cell is painted."""

    NONE = 0
    DOUBT = 1
    """The machine's label may not stand alone, or a person could not tell."""
    REJECTED = 2
    PERSON = 4
    RED = 8
    """A red cell: many, so painted quietly."""


_TRAIT_BITS = 4


def traits_of(columns: CellColumns) -> NDArray[np.int32]:
    """The traits of cells, int32 [N]."""
    doubt = columns.needs_a_look | (columns.statuses == STATUSES.index(Status.UNDECIDED))
    traits: NDArray[np.int32] = np.zeros(len(columns), np.int32)
    for trait, has in (
        (Trait.DOUBT, doubt),
        (Trait.REJECTED, columns.statuses == STATUSES.index(Status.REJECTED)),
        (Trait.PERSON, columns.sources == SOURCES.index(Source.PERSON)),
        (Trait.RED, columns.kinds == KINDS.index(Kind.RBC)),
    ):
        traits[has] |= int(trait)
    return traits


class CellTable:
    """Cells in the order of their ids, a row each; rows with the same style share a number."""

    def __init__(
        self,
        cells: Iterable[Cell] | CellSet,
        shown: frozenset[str] | None = None,
        *,
        doubtful_only: bool = False,
        size: Size | None = None,
    ) -> None:
        given = CellSet.of(cells)
        self._store = CellStore()
        self._store.clear(given.columns.names)
        self._store.update(given.columns)
        self._fetch: Fetch = given.fetch
        self._newer: dict[int, Cell] = {}
        """Cells that came as values and that the source of the others does not know of."""
        self._shown, self._doubtful_only, self.size = shown, doubtful_only, size
        self._right_l0: float | None = None
        self._outlines: dict[int, tuple[QPolygonF, QPolygonF]] = {}
        self.style: NDArray[np.int32]
        self.hidden: Flags
        self.index = BoxIndex(self.boxes)
        self._restyle()

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def columns(self) -> CellColumns:
        """All cells, hidden ones too."""
        return self._store.columns

    @property
    def names(self) -> Names:
        """What the labels' codes mean."""
        return self._store.columns.names

    @property
    def boxes(self) -> NDArray[np.float64]:
        """float64 [N, 4] xyxy, level-0 pixels."""
        return self._store.columns.boxes_l0

    @property
    def ids(self) -> NDArray[np.int64]:
        """int64 [N], ascending."""
        return self._store.columns.ids

    @property
    def cells(self) -> "Sequence[Cell]":
        """Whole cells by row, fetched one by one: for the few that a person looks at closely."""
        return _Cells(self)

    @property
    def row_of(self) -> Mapping[int, int]:
        """Row by id."""
        return _RowOf(self.columns)

    def rows_of(self, ids: Iterable[int]) -> Rows:
        """Rows of the ids that there are."""
        rows, there = self.columns.rows_of(ids)
        return rows[there]

    def known(self, ids: Iterable[int]) -> frozenset[int]:
        """Which of these ids there are."""
        return frozenset(self.ids[self.rows_of(ids)].tolist())

    def some(self, ids: Sequence[int]) -> Sequence[Cell]:
        """Whole cells of ids, those that can be had."""
        here = [self._newer[i] for i in ids if i in self._newer]
        asked = [i for i in ids if i not in self._newer] if here else ids
        return [*here, *self._fetch(asked)] if asked else here

    def expect(self, number: int) -> None:
        """So many cells will come in parts."""
        self._store.expect(number)

    def update(self, cells: Iterable[Cell] | CellSet) -> bool:
        """Take newer versions of known cells; whether there was an unknown one, which is added."""
        if isinstance(cells, CellSet):
            newer = cells.columns
            for cell_id in self._newer.keys() & set(newer.ids.tolist()) if self._newer else ():
                del self._newer[cell_id]
        else:
            given = list(cells)
            newer = CellColumns.of(given, self.names)
            self._newer |= {cell.id: cell for cell in given}
        n = len(self.columns)
        ends_at = int(self.ids[-1]) if n else -1
        before = self._store.update(newer)
        rows = self.rows_of(newer.ids.tolist())
        fresh = len(self.columns) - n
        for cell_id in self._outlines.keys() & set(newer.ids.tolist()) if self._outlines else ():
            del self._outlines[cell_id]
        if fresh and int(self.ids[n]) <= ends_at:  # one came between the others
            self.index = BoxIndex(self.boxes)
            self._restyle()
            return True
        known = rows[rows < n]
        self.index.follow(self.boxes, known[(self.boxes[known] != before.boxes_l0).any(axis=1)])
        self.crowd.weigh(before.boxes_l0, known, -1)
        self.style = np.concatenate([self.style, np.zeros(fresh, np.int32)]) if fresh else self.style
        self.hidden = np.concatenate([self.hidden, np.zeros(fresh, np.bool_)]) if fresh else self.hidden
        self.style[rows], self.hidden[rows] = self._looks(self.columns.take(rows))
        self.crowd.weigh(self.boxes[rows], rows, +1)
        self._right_l0 = None
        return fresh > 0

    def show_only(self, shown: frozenset[str] | None, *, doubtful_only: bool = False) -> None:
        """Hide the cells of other classes (None = of none), and all that need no look."""
        self._shown, self._doubtful_only = shown, doubtful_only
        self._restyle()

    def rows(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Rows of the shown cells that touch a rectangle, level-0 pixels."""
        rows = self.index.query(x0, y0, x1, y1)
        shown: Rows = rows[~self.hidden[rows]]
        return shown

    def at(self, x_l0: float, y_l0: float, slack_l0: float) -> Cell | None:
        """The cell under a point: the one whose middle is nearest for its size, a rejected one only if it is alone."""
        rows = self.index.at(x_l0, y_l0, slack_l0)
        rows = rows[~self.hidden[rows]]
        alive = rows[(self.style[rows] & int(Trait.REJECTED)) == 0]
        best = alive if len(alive) else rows
        return self.cell(int(best[0])) if len(best) else None

    def cell(self, row: int) -> Cell | None:
        """The whole cell of a row; None if it cannot be had any more."""
        return next(iter(self.some((int(self.ids[row]),))), None)

    def look(self, row: int) -> tuple[str, Trait]:
        """Class and traits of a row."""
        return self._look(int(self.style[row]))

    def _look(self, number: int) -> tuple[str, Trait]:
        return self.names[number >> _TRAIT_BITS], Trait(number & ((1 << _TRAIT_BITS) - 1))

    @property
    def right_l0(self) -> float:
        """Where the rightmost cell ends, hidden ones too."""
        if self._right_l0 is None:
            self._right_l0 = float(self.boxes[:, 2].max(initial=0.0))
        return self._right_l0

    def by_style(self, rows: Rows, places: Rows) -> list[tuple[str, Trait, Rows]]:
        """Places in `rows` grouped by class and traits; red cells first, so that the rest is painted over them."""
        numbers = self.style[rows[places]]
        order = np.argsort(numbers, kind="stable")
        found, starts = np.unique(numbers[order], return_index=True)
        parts = np.split(places[order], starts[1:]) if len(found) else []
        groups = [(*self._look(int(number)), part) for number, part in zip(found, parts, strict=True)]
        return sorted(groups, key=lambda g: (not g[1] & Trait.RED, bool(g[1] & Trait.DOUBT), g[0]))

    def outlines_of(self, rows: Rows) -> list[tuple[QPolygonF, QPolygonF]]:
        """The outlines of cells and nuclei, level-0 pixels, a row each; empty where there is none."""
        ids = self.ids[rows].tolist()
        if missing := [i for i in ids if i not in self._outlines]:
            if len(self._outlines) + len(missing) > _MOST_OUTLINES:
                self._outlines.clear()
                missing = ids
            for cell in self.some(missing):
                self._outlines[cell.id] = (_polygon(cell.cell_outline), _polygon(cell.nucleus_outline))
        return [self._outlines.get(i, (_NONE, _NONE)) for i in ids]

    def _restyle(self) -> None:
        """Give all rows style and sight anew."""
        self.style, self.hidden = self._looks(self.columns)
        self.crowd = Crowd(self)
        self._right_l0 = None

    def _looks(self, part: CellColumns) -> tuple[NDArray[np.int32], Flags]:
        """Style and whether it is hidden, of each."""
        style = (part.labels.astype(np.int32) << _TRAIT_BITS) | traits_of(part)
        hidden = np.zeros(len(part), np.bool_)
        if self._shown is not None:
            hidden |= ~self.names.chosen(self._shown)[part.labels]
        if self._doubtful_only:
            hidden |= ~part.waits
        return style, hidden


class Crowd:
    """The shown cells of a table where they are too many to be looked at one by one; made when it is asked for."""

    def __init__(self, table: CellTable) -> None:
        self._table = table
        self._quiet: Density | None = None
        self._loud: Density | None = None
        self._loud_rows: Rows | None = None

    def count(self, x0: float, y0: float, x1: float, y1: float) -> int:
        """How many shown cells there are in a rectangle of level-0 pixels, nearly, in no time."""
        return sum(density.count(x0, y0, x1, y1) for density in (self.quiet, self.loud))

    @property
    def quiet(self) -> Density:
        """Where red cells and platelets lie."""
        if self._quiet is None:
            table = self._table
            self._quiet = Density(table.boxes[~self._are_white() & ~table.hidden], table.size)
        return self._quiet

    @property
    def loud(self) -> Density:
        """Where leukocytes lie."""
        if self._loud is None:
            self._loud = Density(self._table.boxes[self._all_loud()], self._table.size)
        return self._loud

    def prepare(self) -> None:
        """Make all of it now."""
        self.count(0, 0, 1, 1)
        self._all_loud()

    def loud_rows(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """As `CellTable.rows`, of leukocytes alone; for rectangles with so many others that these would take long."""
        rows = self._all_loud()
        boxes = self._table.boxes[rows]
        near = (boxes[:, 2] >= x0) & (boxes[:, 0] <= x1) & (boxes[:, 3] >= y0) & (boxes[:, 1] <= y1)
        met: Rows = rows[near]
        return met

    def weigh(self, boxes: NDArray[np.float64], rows: Rows, sign: int) -> None:
        """Count rows in (1) or out (-1) that lie or lay in these boxes, by the look they have now."""
        self._loud_rows = None
        shown, white = ~self._table.hidden[rows], self._are_white()[rows]
        for density, part in ((self._quiet, shown & ~white), (self._loud, shown & white)):
            if density is not None and part.any():
                density.add(boxes[part], sign)

    def _all_loud(self) -> Rows:
        if self._loud_rows is None:
            self._loud_rows = np.flatnonzero(self._are_white() & ~self._table.hidden)
        return self._loud_rows

    def _are_white(self) -> Flags:
        white: Flags = self._table.columns.kinds == KINDS.index(Kind.WBC)
        return white


class _Cells(Sequence[Cell]):
    """The cells of a table by row."""

    def __init__(self, table: CellTable) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, row: int) -> Cell: ...
    @overload
    def __getitem__(self, row: slice) -> "Sequence[Cell]": ...
    def __getitem__(self, row: int | slice) -> "Cell | Sequence[Cell]":
        if isinstance(row, slice):
            return self._table.some(self._table.ids[row].tolist())
        cell = self._table.cell(row) if -len(self) <= row < len(self) else None
        if cell is None:
            raise IndexError(row)
        return cell


class _RowOf(Mapping[int, int]):
    """Rows of columns by id."""

    def __init__(self, columns: CellColumns) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns)

    def __iter__(self) -> Iterator[int]:
        return iter(self._columns.ids.tolist())

    def __getitem__(self, cell_id: int) -> int:
        (row,), (is_there,) = self._columns.rows_of((cell_id,))
        if not is_there:
            raise KeyError(cell_id)
        return int(row)


def _polygon(outline: Polygon) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in outline])
