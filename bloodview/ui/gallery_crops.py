"""The crops of the tiles in sight: asked for once, kept up to a number of bytes, the longest unseen forgotten first."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from PySide6.QtGui import QImage

from bloodview.core.cell_columns import CellColumns
from bloodview.core.cells import Cell

CropProvider = Callable[[Cell, int], None]
"""Asked for a crop of a cell at this many device pixels a side; answers later, through `set_crop`."""


class CropStore:
    """Crops at hand and crops asked for."""

    def __init__(self, budget_bytes: int = 96 * 2**20) -> None:
        self._budget, self._bytes = budget_bytes, 0
        self._crops: OrderedDict[int, QImage] = OrderedDict()
        self._asked: dict[int, int] = {}
        self._open: set[int] = set()

    @property
    def bytes(self) -> int:
        """Memory held by crops."""
        return self._bytes

    def get(self, cell_id: int) -> QImage | None:
        """The crop of a cell, if it came."""
        crop = self._crops.get(cell_id)
        if crop is not None:
            self._crops.move_to_end(cell_id)
        return crop

    def put(self, cell_id: int, crop: QImage) -> None:
        """Keep a crop; an empty one says that there is none, so that it is asked for again when next in sight."""
        self._drop(cell_id)
        self._open.discard(cell_id)
        if crop.isNull():
            return
        self._crops[cell_id] = crop
        self._bytes += crop.sizeInBytes()
        while self._bytes > self._budget and len(self._crops) > 1:
            oldest = next(iter(self._crops))
            self._asked.pop(oldest, None)
            self._drop(oldest)

    def forget(self, cell_id: int) -> None:
        """A cell's box changed: its crop is no longer right."""
        self._drop(cell_id)
        self._asked.pop(cell_id, None)
        self._open.discard(cell_id)

    def keep_same(self, before: CellColumns, now: CellColumns) -> None:
        """Other cells are there: crops stay of those that lie where they lay."""
        held = [*self._crops, *(i for i in self._asked if i not in self._crops)]
        rows, there = now.rows_of(held)
        old_rows, were_there = before.rows_of(held)
        for place, cell_id in enumerate(held):
            stays = there[place] and were_there[place] and _is_same_place(before, old_rows[place], now, rows[place])
            if were_there[place] and not stays:
                self.forget(cell_id)

    def forget_moved(self, before: CellColumns, newer: CellColumns) -> None:
        """Some cells changed: crops of those whose box did are no longer right."""
        rows, there = before.rows_of(newer.ids.tolist())
        moved = there & (before.boxes_l0[rows] != newer.boxes_l0).any(axis=1) if len(before) else there
        for cell_id in newer.ids[moved].tolist():
            self.forget(cell_id)

    def clear(self) -> None:
        """Forget all."""
        self._crops.clear()
        self._asked.clear()
        self._open.clear()
        self._bytes = 0

    def is_wanted(self, cell_id: int) -> bool:
        """Whether a crop was asked for, has not come and is still to be seen."""
        return cell_id in self._open

    def ask(self, cells: Iterable[Cell], side_px: int, provider: CropProvider) -> None:
        """Ask for what is in sight and not yet asked for at this size; what left the sight unanswered is let go."""
        in_sight = {cell.id: cell for cell in cells}
        for cell_id in [i for i in self._asked if i not in in_sight and (i in self._open or i not in self._crops)]:
            del self._asked[cell_id]
            self._open.discard(cell_id)
        for cell_id, cell in in_sight.items():
            if self._asked.get(cell_id) != side_px:
                self._asked[cell_id] = side_px
                self._open.add(cell_id)
                provider(cell, side_px)

    def _drop(self, cell_id: int) -> None:
        old = self._crops.pop(cell_id, None)
        if old is not None:
            self._bytes -= old.sizeInBytes()


def _is_same_place(before: CellColumns, old_row: int, now: CellColumns, row: int) -> bool:
    same_box = bool((before.boxes_l0[old_row] == now.boxes_l0[row]).all())
    return same_box and bool(before.slides[old_row] == now.slides[row])
