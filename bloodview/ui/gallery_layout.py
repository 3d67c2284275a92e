"""Where headers and tiles of the gallery lie: arithmetic a group, never a list of 20,000 rectangles. Knows no Qt."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

MARGIN, GAP, HEADER, FOOTER = 12, 8, 34, 24
"""View pixels around everything, between tiles, of a header's height, and of the strip under a tile's picture."""


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on the gallery's sheet, view pixels from its top."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Section:
    """A group on the sheet: tiles `first` to `first + count - 1` under a header at `top`."""

    first: int
    count: int
    top: int
    bottom: int


class GalleryLayout:
    """The sheet for groups of these sizes; tiles are numbered through all groups."""

    def __init__(self, counts: Sequence[int], width: int, tile_px: int) -> None:
        self.width, self.tile_px = width, tile_px
        self.columns = max(1, (width - 2 * MARGIN + GAP) // (tile_px + GAP))
        self.sections: list[Section] = []
        first, top = 0, 0
        for count in counts:
            rows = -(-count // self.columns)
            bottom = top + HEADER + rows * (self.row_height) + GAP
            self.sections.append(Section(first, count, top, bottom))
            first, top = first + count, bottom
        self.count, self.height = first, top
        self._tops = [s.top for s in self.sections]
        self._firsts = [s.first for s in self.sections]

    @property
    def row_height(self) -> int:
        """From one row of tiles to the next."""
        return self.tile_px + FOOTER + GAP

    def tile(self, number: int) -> Place:
        """Where a tile lies."""
        section = self.sections[bisect_right(self._firsts, number) - 1]
        row, column = divmod(number - section.first, self.columns)
        x = MARGIN + column * (self.tile_px + GAP)
        return Place(x, section.top + HEADER + row * self.row_height, self.tile_px, self.tile_px + FOOTER)

    def header(self, section: int) -> Place:
        """Where a header lies."""
        return Place(0, self.sections[section].top, self.width, HEADER)

    def section_at(self, y: float) -> int:
        """Number of the section a height falls into; -1 if there is none."""
        return bisect_right(self._tops, y) - 1 if self.sections and 0 <= y < self.height else -1

    def tile_at(self, x: float, y: float) -> int | None:
        """Number of the tile under a point."""
        at = self.section_at(y)
        if at < 0:
            return None
        section = self.sections[at]
        row = int((y - section.top - HEADER) // self.row_height)
        column = int((x - MARGIN) // (self.tile_px + GAP))
        if row < 0 or not 0 <= column < self.columns:
            return None
        number = section.first + row * self.columns + column
        inside = number < section.first + section.count and self.tile(number).holds(x, y)
        return number if inside else None

    def between(self, y0: float, y1: float) -> range:
        """Numbers of the tiles in the rows that a stretch of heights touches."""
        if not self.sections or y1 < 0 or y0 >= self.height:
            return range(0)
        start = self._first_from(max(y0, 0.0))
        last = self.section_at(min(y1, self.height - 1.0))
        section = self.sections[last]
        rows = int((y1 - section.top - HEADER) // self.row_height) + 1
        return range(start, section.first + min(max(rows, 0) * self.columns, section.count))

    def _first_from(self, y: float) -> int:
        section = self.sections[self.section_at(y)]
        row = max(0, int((y - section.top - HEADER) // self.row_height))
        return section.first + min(row * self.columns, section.count)

    def within(self, x0: float, y0: float, x1: float, y1: float) -> list[int]:
        """Numbers of the tiles that a rectangle touches."""
        found = []
        for number in self.between(y0, y1):
            place = self.tile(number)
            if place.x < x1 and place.x + place.width > x0 and place.y < y1 and place.y + place.height > y0:
                found.append(number)
        return found

    def step(self, number: int, dx: int, dy: int) -> int:
        """The tile one step left, right, up or down; up and down keep the column across groups."""
        if dx:
            return min(max(number + dx, 0), self.count - 1)
        at = bisect_right(self._firsts, number) - 1
        section = self.sections[at]
        row, column = divmod(number - section.first, self.columns)
        last_row = (section.count - 1) // self.columns
        if 0 <= row + dy <= last_row:
            return section.first + min((row + dy) * self.columns + column, section.count - 1)
        if not 0 <= at + dy < len(self.sections):
            return number
        other = self.sections[at + dy]
        row = 0 if dy > 0 else (other.count - 1) // self.columns
        return other.first + min(row * self.columns + column, other.count - 1)
