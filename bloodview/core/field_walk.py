"""A walk over a slide field by field in a serpentine: rows left to right and back, past what holds nothing to see."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Box
from bloodview.core.visited import Marks, VisitedGrid

STEP = 0.9
"""Of a field's side, to the next one: neighbours overlap by a tenth."""
_LEAST_WORTH = 0.05
"""Of a field that must be worth seeing."""
_SEEN = 0.9
"""Of what is worth seeing in a field, from which on the field is visited."""

Place = tuple[int, int]
"""Row and column of a field."""


class FieldWalk:
    """The fields of a slide at one magnification. No list of them is kept: there may be millions."""

    def __init__(self, grid: VisitedGrid, worth: Marks, field_l0: tuple[float, float]) -> None:
        """Walk in fields of this width and height over the parts of the grid that are worth seeing."""
        self._grid, self._worth = grid, worth
        size = grid.size
        self._wide, self._high = min(field_l0[0], size.width), min(field_l0[1], size.height)
        self._lefts = _starts(size.width, self._wide)
        self._tops = _starts(size.height, self._high)
        self._worth_sums = _sums(worth)
        self._first = next((row for row in range(self.rows) if self._is_worth(row).any()), 0)
        """The row that the walk begins with, from left to right."""

    @property
    def rows(self) -> int:
        """How many rows of fields there are."""
        return len(self._tops)

    @property
    def columns(self) -> int:
        """How many fields a row has."""
        return len(self._lefts)

    def box(self, place: Place) -> Box:
        """A field, level-0 pixels."""
        left, top = float(self._lefts[place[1]]), float(self._tops[place[0]])
        return Box(left, top, left + self._wide, top + self._high)

    def nearest(self, x_l0: float, y_l0: float) -> Place:
        """The field whose middle lies nearest to a point."""
        row = int(np.argmin(np.abs(self._tops + self._high / 2 - y_l0)))
        column = int(np.argmin(np.abs(self._lefts + self._wide / 2 - x_l0)))
        return row, column

    def step(self, place: Place, way: int) -> Place | None:
        """The next field that is worth seeing (way 1) or the one before (-1); None at the end."""
        for row in self._rows_from(place[0], way):
            columns = self._in_order(row, np.flatnonzero(self._is_worth(row)), way)
            if row == place[0]:
                columns = self._beyond(columns, row, place[1], way)
            if len(columns):
                return row, int(columns[0])
        return None

    def unvisited(self, place: Place) -> Place | None:
        """The next field from here on that was not visited, from the start again after the last; None if all were."""
        sums = _sums(self._worth & self._grid.marks)
        for turn, row in enumerate((*range(place[0], self.rows), *range(place[0] + 1))):
            worth, seen = self._counts(row, self._worth_sums), self._counts(row, sums)
            open_ = self._is_worth(row) & (seen < _SEEN * worth)
            columns = self._in_order(row, np.flatnonzero(open_), 1)
            if turn == 0:
                columns = self._beyond(columns, row, place[1], 1)
            if len(columns):
                return row, int(columns[0])
        return None

    def number(self, place: Place) -> tuple[int, int]:
        """Which field worth seeing this is, in the order of the walk from 1 on, and how many there are."""
        before = whole = 0
        for row in range(self.rows):
            worth = np.flatnonzero(self._is_worth(row))
            whole += len(worth)
            if row < place[0]:
                before += len(worth)
            elif row == place[0]:
                before += int(np.count_nonzero(worth <= place[1] if self._goes_right(row) else worth >= place[1]))
        return max(before, 1), whole

    def _rows_from(self, row: int, way: int) -> Iterator[int]:
        yield from range(row, self.rows if way > 0 else -1, way)

    def _goes_right(self, row: int) -> bool:
        """Whether the walk goes from left to right in a row."""
        return (row - self._first) % 2 == 0

    def _in_order(self, row: int, columns: NDArray[np.intp], way: int) -> NDArray[np.intp]:
        """Columns as the walk comes to them."""
        return columns if self._goes_right(row) == (way > 0) else columns[::-1]

    def _beyond(self, columns: NDArray[np.intp], row: int, column: int, way: int) -> NDArray[np.intp]:
        """Those that the walk comes to after a column."""
        return columns[columns > column] if self._goes_right(row) == (way > 0) else columns[columns < column]

    def _is_worth(self, row: int) -> NDArray[np.bool_]:
        rows, columns = self._edges(row)
        whole = (rows[1] - rows[0]) * (columns[1] - columns[0])
        found: NDArray[np.bool_] = self._counts(row, self._worth_sums) >= np.maximum(_LEAST_WORTH * whole, 1)
        return found

    def _counts(self, row: int, sums: NDArray[np.int32]) -> NDArray[np.int32]:
        """How many parts of the grid that are summed up lie in each field of a row."""
        (top, bottom), (left, right) = self._edges(row)
        counts: NDArray[np.int32] = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
        return counts

    def _edges(self, row: int) -> tuple[tuple[int, int], tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """First and last part of the fields of a row, along both axes; at least one part each."""
        (wide, high), (rows, columns) = self._grid.part_l0, self._grid.shape
        top = float(self._tops[row])
        first = min(max(math.ceil(top / high - 0.5), 0), rows - 1)
        last = min(max(math.ceil((top + self._high) / high - 0.5), first + 1), rows)
        left = np.clip(np.ceil(self._lefts / wide - 0.5), 0, columns - 1).astype(np.intp)
        right = np.clip(np.ceil((self._lefts + self._wide) / wide - 0.5), left + 1, columns).astype(np.intp)
        return (first, last), (left, right)


def _starts(length: float, field: float) -> NDArray[np.float64]:
    """Where fields begin that cover a length, spread evenly."""
    count = 1 + math.ceil(max(0.0, length - field) / (STEP * field) - 1e-9)
    return np.linspace(0.0, length - field, count) if count > 1 else np.zeros(1)


def _sums(marks: Marks) -> NDArray[np.int32]:
    """Sums of all marks above and left of each corner: int32 [rows + 1, columns + 1]."""
    sums = np.zeros((marks.shape[0] + 1, marks.shape[1] + 1), np.int32)
    np.cumsum(marks.cumsum(axis=1, dtype=np.int32), axis=0, out=sums[1:, 1:])
    return sums
