"""Pure planning: analysis tiles with overlap, each point owned by one of them; the level to read."""

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


def best_level(downsamples: Sequence[float], downsample: float) -> int:
    """The coarsest stored level that is still at least as fine as wanted; 0 if none is."""
    fit = [i for i, d in enumerate(downsamples) if d <= downsample * 1.01]
    return max(fit, key=lambda i: downsamples[i], default=0)
