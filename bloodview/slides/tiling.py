"""Pure planning: analysis tiles with overlap, each point owned by one of them; tiles for a viewport."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bloodview.core.geometry import Box, Size


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the analysis.

    Args:
        column: counted from the left, 0 first.
        row: counted from the top, 0 first.
        box_l0: what is read, level-0 pixels, inside the picture.
        core_l0: what the tile owns; the cores of all tiles cover the picture once.
    """

    column: int
    row: int
    box_l0: Box
    core_l0: Box

    def owns(self, x_l0: float, y_l0: float) -> bool:
        """Whether a point, such as a cell's middle, is this tile's."""
        return self.core_l0.x0 <= x_l0 < self.core_l0.x1 and self.core_l0.y0 <= y_l0 < self.core_l0.y1


@dataclass(frozen=True, slots=True)
class ViewTile:
    """A square of the picture as the window shows it.

    Args:
        level: each pixel of the tile spans 2**level level-0 pixels.
        column: counted from the left, 0 first.
        row: counted from the top, 0 first.
        box_l0: what it shows, level-0 pixels, clipped to the picture.
        out: pixels to read it in.
    """

    level: int
    column: int
    row: int
    box_l0: Box
    out: Size


def plan(size: Size, tile_px: int, overlap_px: int) -> list[Tile]:
    """Tiles row by row that cover a picture; all of one size, neighbours overlap by `overlap_px` or more.

    Raises:
        ValueError: if the overlap is not smaller than the tile, or a length is not positive.
    """
    if not 0 <= overlap_px < tile_px or size.width < 1 or size.height < 1:
        raise ValueError(f"no tiling of {size} with tiles of {tile_px} px that overlap by {overlap_px} px")
    columns, rows = _cuts(size.width, tile_px, overlap_px), _cuts(size.height, tile_px, overlap_px)
    return [
        Tile(i, j, Box(x.start, y.start, x.stop, y.stop), Box(x.low, y.low, x.high, y.high))
        for j, y in enumerate(rows)
        for i, x in enumerate(columns)
    ]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A tile along one axis: read from start to stop, own from low to high."""

    start: int
    stop: int
    low: float
    high: float


def _cuts(length: int, tile: int, overlap: int) -> list[_Cut]:
    """Equal stretches spread evenly over a length; seams lie in the middle of the overlaps."""
    if length <= tile:
        return [_Cut(0, length, 0, length)]
    count = math.ceil((length - overlap) / (tile - overlap))
    starts = [round(i * (length - tile) / (count - 1)) for i in range(count)]
    seams = [0.0, *((a + tile + b) / 2 for a, b in zip(starts, starts[1:], strict=False)), float(length)]
    return [_Cut(s, s + tile, low, high) for s, low, high in zip(starts, seams, seams[1:], strict=False)]


def view_level(screen_px_per_l0_px: float, coarsest: int = 30) -> int:
    """The level that gives a screen pixel at least one tile pixel, so that nothing looks blurred."""
    if screen_px_per_l0_px >= 1:
        return 0
    return min(coarsest, math.floor(math.log2(1 / screen_px_per_l0_px) + 1e-6))


def viewport_tiles(size: Size, view_l0: Box, screen_px_per_l0_px: float, tile_px: int = 512) -> list[ViewTile]:
    """The tiles that a view needs, those nearest to its middle first; none if the view misses the picture."""
    level = view_level(screen_px_per_l0_px)
    span = tile_px * 2**level
    seen = view_l0.clipped(size)
    if seen is None:
        return []
    tiles = [
        view_tile(size, level, column, row, tile_px)
        for row in range(int(seen.y0 // span), math.ceil(seen.y1 / span))
        for column in range(int(seen.x0 // span), math.ceil(seen.x1 / span))
    ]
    x, y = seen.center

    def away(tile: ViewTile) -> tuple[float, int, int]:
        cx, cy = (tile.column + 0.5) * span, (tile.row + 0.5) * span
        return (cx - x) ** 2 + (cy - y) ** 2, tile.row, tile.column

    return sorted(tiles, key=away)


def view_tile(size: Size, level: int, column: int, row: int, tile_px: int = 512) -> ViewTile:
    """One tile of the view's grid.

    Raises:
        ValueError: if it lies outside the picture.
    """
    span, pixel = tile_px * 2**level, 2**level
    x0, y0 = column * span, row * span
    box = Box(x0, y0, min(size.width, x0 + span), min(size.height, y0 + span))
    out = Size(math.ceil(box.width / pixel), math.ceil(box.height / pixel))
    return ViewTile(level, column, row, box, out)


def best_level(downsamples: Sequence[float], downsample: float) -> int:
    """The coarsest stored level that is still at least as fine as wanted; 0 if none is."""
    fit = [i for i, d in enumerate(downsamples) if d <= downsample * 1.01]
    return max(fit, key=lambda i: downsamples[i], default=0)
