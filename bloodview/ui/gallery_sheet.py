"""The gallery's sheet as it lies under the viewport: groups, order of the tiles, headers with the one that sticks."""

from collections.abc import Iterator, Sequence
from itertools import chain

from PySide6.QtCore import QPointF, QRectF

from bloodview.ui.gallery_layout import HEADER, GalleryLayout, Place
from bloodview.ui.gallery_model import Group


class Sheet:
    """Groups laid out for a width and a tile size; immutable. `top` is how far the viewport is scrolled."""

    def __init__(self, groups: Sequence[Group], width: int, tile_px: int) -> None:
        self.groups = groups
        self.order: list[int] = list(chain.from_iterable(group.ids for group in groups))
        self.number_of = {cell_id: number for number, cell_id in enumerate(self.order)}
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
