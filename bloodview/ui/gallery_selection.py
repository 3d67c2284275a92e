"""Which tiles are chosen, and from where Shift and the arrows go on. Knows no Qt."""

from collections.abc import Iterable

from bloodview.ui.gallery_sheet import Order


class Selection:
    """A set of ids over an order of ids that may change under it."""

    def __init__(self) -> None:
        self.ids: frozenset[int] = frozenset()
        self.current = 0
        """The cell the keyboard stands on; 0 for none."""
        self._anchor = 0

    def pick(self, cell_id: int) -> None:
        """Choose one."""
        self.ids = frozenset({cell_id})
        self.current = self._anchor = cell_id

    def toggle(self, cell_id: int) -> None:
        """Add one or take it away."""
        self.ids ^= {cell_id}
        self.current = self._anchor = cell_id

    def extend(self, cell_id: int, order: Order) -> None:
        """Choose from where it began to this one."""
        here, start = order.number(cell_id), order.number(self._anchor)
        if here is None:
            return
        if start is None:
            self._anchor, start = cell_id, here
        low, high = sorted((start, here))
        self.ids = frozenset(order[low : high + 1])
        self.current = cell_id

    def set(self, cell_ids: Iterable[int]) -> None:
        """Choose exactly these; the keyboard stays if it still stands on one."""
        self.ids = frozenset(cell_ids)
        if self.ids and self.current not in self.ids:
            self.current = self._anchor = min(self.ids)
