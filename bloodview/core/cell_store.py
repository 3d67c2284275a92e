"""Cells by column that come, change and go: room is kept for those to come, so that a tile's cells cost no copy."""

from collections.abc import Iterable

import numpy as np

from bloodview.core.cell_columns import CellColumns, Names

_ROOM = 1.25
"""Times the cells there are, whenever there must be more room; the first ones get no more than they need."""


class CellStore:
    """The cells of a case in the order of their ids."""

    def __init__(self) -> None:
        self._room = CellColumns.of(())
        self._expected = 0
        self.columns = self._room
        """The cells; written into by `update`, so keep what must stay as it is by `take`."""

    def clear(self, names: Names) -> None:
        """Forget all; cells to come have these names."""
        self._room = self.columns = CellColumns.of((), names)
        self._expected = 0

    def expect(self, number: int) -> None:
        """There will be so many: room for all is made at once, when the next ones come."""
        self._expected = number

    def update(self, newer: CellColumns) -> CellColumns:
        """Take new or changed cells; how those looked that were there before."""
        if not len(self.columns):
            self._room = self.columns = CellColumns.of((), newer.names)
            if len(newer) >= self._expected:
                self._room = self.columns = newer.stacked()
                return newer.take(slice(0, 0))
        newer = newer.named(self.columns.names)
        rows, there = self.columns.rows_of(newer.ids)
        before = self.columns.take(rows[there])
        self.columns.put(rows[there], newer.take(there))
        if not there.all():
            self._append(newer.take(~there))
        return before

    def drop(self, cell_ids: Iterable[int]) -> CellColumns:
        """Forget cells that are gone; how they looked."""
        rows, there = self.columns.rows_of(cell_ids)
        gone = self.columns.take(np.unique(rows[there]))
        if len(gone):
            stays = np.ones(len(self.columns), np.bool_)
            stays[rows[there]] = False
            self._room = self.columns = self.columns.take(stays)
        return gone

    def _append(self, fresh: CellColumns) -> None:
        n, more = len(self.columns), len(fresh)
        if n and fresh.ids[0] < self.columns.ids[-1]:  # an undo brought back one of long ago
            self._room = self.columns = self.columns.joined((fresh,))
            return
        if n + more > len(self._room):
            room = max(int(_ROOM * (n + more)) if n else more, self._expected)
            self._room = self.columns.with_room(room)
        self._room.put(slice(n, n + more), fresh)
        self.columns = self._room.take(slice(0, n + more))
