"""The gallery's sheet as it lies under the viewport: groups, order of the tiles, headers with the one that sticks."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from typing import overload

from PySide6.QtCore import QPointF, QRectF

from bloodview.ui.gallery_layout import HEADER, GalleryLayout, Place
from bloodview.ui.gallery_model import Group

PlaceOf = Callable[[int], tuple[str, int] | None]
"""Cell id -> key of its group and its number there; None for a cell that is not shown."""


class Order(Sequence[int]):
    """Ids of all shown cells in the order of the tiles, and back; looks into the groups instead of copying them."""

    def __init__(self, groups: Sequence[Group], place_of: PlaceOf) -> None:
        self._groups, self._place_of = groups, place_of
        *self._firsts, self._length = accumulate((len(group.ids) for group in groups), initial=0)
        self._first_of = {group.key: first for group, first in zip(groups, self._firsts, strict=True)}

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return tuple(self)[at]
        if not 0 <= at < self._length:
            raise IndexError(at)
        group = bisect_right(self._firsts, at) - 1
        return self._groups[group].ids[at - self._firsts[group]]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(group.ids for group in self._groups)

    def __contains__(self, cell_id: object) -> bool:
        return isinstance(cell_id, int) and self.number(cell_id) is not None

    def number(self, cell_id: int) -> int | None:
        """The number of a cell's tile; None if it is not shown."""
        place = self._place_of(cell_id)
        return self._first_of[place[0]] + place[1] if place is not None else None


class Sheet:
    """Groups laid out for a width and a tile size, until the next change of the cells.

    `top` is how far the viewport is scrolled.
    """

    def __init__(self, groups: Sequence[Group], place_of: PlaceOf, width: int, tile_px: int) -> None:
        self.groups = groups
        self.order = Order(groups, place_of)
        self.layout = GalleryLayout([len(group.ids) for group in groups], width, tile_px)

    def in_sight(self, top: int, height: int, margin: int = 0) -> range:
        """Numbers of the tiles in a viewport of this height, and a margin above and below."""
        return self.layout.between(top - margin, top + height - 1 + margin)

    def tile_rect(self, number: int, top: int) -> QRectF:
        """Where a tile lies in the viewport."""
        return _rect(self.layout.tile(number), top)

    def cell_at(self, pos: QPointF, top: int, height: int) -> int:
        """Id of the cell whose tile lies under a point of the viewport; 0 for none."""
        if self.group_at(pos, top, height) is not None:
            return 0
        number = self.layout.tile_at(pos.x(), pos.y() + top)
        return self.order[number] if number is not None else 0

    def top_of(self, key: str) -> int | None:
        """Where a group begins on the sheet; None if there is none of this key."""
        at = next((at for at, group in enumerate(self.groups) if group.key == key), None)
        return self.layout.sections[at].top if at is not None else None

    def headers(self, top: int, height: int) -> Iterator[tuple[Group, QRectF]]:
        """Headers in the viewport, the sticking one last so that it is painted over the rest."""
        sticks = self.layout.section_at(top)
        for at, section in enumerate(self.layout.sections):
            if at != sticks and section.top < top + height and section.top + HEADER > top:
                yield self.groups[at], _rect(self.layout.header(at), top)
        if sticks >= 0:
            y = min(0, self.layout.sections[sticks].bottom - HEADER - top)
            yield self.groups[sticks], QRectF(0, y, self.layout.width, HEADER)

    def group_at(self, pos: QPointF, top: int, height: int) -> Group | None:
        """The group whose header lies under a point of the viewport."""
        return next((group for group, rect in reversed(list(self.headers(top, height))) if rect.contains(pos)), None)


def _rect(place: Place, top: int) -> QRectF:
    return QRectF(place.x, place.y - top, place.width, place.height)
