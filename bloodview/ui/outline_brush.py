"""The brush on the outline of a cell or its nucleus: its size, and the stroke that is being made."""

from typing import TYPE_CHECKING

from bloodview.core.cells import Polygon
from bloodview.ui.outline_bench import Point

if TYPE_CHECKING:
    from bloodview.workflows.segmenting import CellMask, Shape

SMALLEST_UM, LARGEST_UM = 0.2, 6.0


class Brush:
    """Paints on a mask of bounded size, so it may paint at once."""

    def __init__(self) -> None:
        self.radius_um = 0.8
        self._mask: CellMask | None = None
        self._cell: CellMask | None = None
        """What is painted stays inside of this; None = a cell itself is painted."""
        self._last: Point = (0.0, 0.0)
        self._um_per_px = 1.0

    def grow(self, factor: float) -> None:
        """Another size."""
        self.radius_um = min(max(self.radius_um * factor, SMALLEST_UM), LARGEST_UM)

    def begin(self, mask: "CellMask | None", shape: "Shape | None", at: Point, um_per_px: float) -> None:
        """Begin a stroke on a mask; without one on the shape of a cell, or on nothing around the point."""
        from bloodview.workflows import segmenting  # pulls the analysis in, which must not delay the window

        self._cell = None
        self._mask = mask if mask is not None else segmenting.begun(shape, at, um_per_px)
        self._last, self._um_per_px = at, um_per_px

    def begin_nucleus(self, mask: "CellMask | None", shape: "Shape", at: Point, um_per_px: float) -> None:
        """Begin a stroke on the mask of a cell's nucleus; without one on the nucleus that the cell has, if any."""
        from bloodview.workflows import segmenting

        self._cell = segmenting.begun(shape, at, um_per_px)
        self._mask = mask if mask is not None else segmenting.filled(shape.nucleus, self._cell)
        self._last, self._um_per_px = at, um_per_px

    def went(self, to: Point, *, adds: bool) -> Polygon | None:
        """Paint up to a point; the outline now, None if no stroke was begun."""
        from bloodview.workflows import segmenting

        if self._mask is None:
            return None
        radius = self.radius_um / self._um_per_px
        self._mask = segmenting.painted(self._mask, [self._last, to], radius, adds=adds)
        self._last = to
        if self._cell is None:
            return segmenting.outline_of(self._mask)
        self._mask = segmenting.cut(self._mask, self._cell)
        return segmenting.lobes_of(self._mask)

    def end(self) -> "CellMask | None":
        """The mask after the stroke; None if none was begun."""
        mask, self._mask = self._mask, None
        return mask
