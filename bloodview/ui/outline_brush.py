"""The brush on an outline: its size, and the stroke that is being made."""

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
        self._last: Point = (0.0, 0.0)
        self._um_per_px = 1.0

    def grow(self, factor: float) -> None:
        """Another size."""
        self.radius_um = min(max(self.radius_um * factor, SMALLEST_UM), LARGEST_UM)

    def begin(self, mask: "CellMask | None", shape: "Shape | None", at: Point, um_per_px: float) -> None:
        """Begin a stroke on a mask; without one on the shape of a cell, or on nothing around the point."""
        from bloodview.workflows import segmenting  # pulls the analysis in, which must not delay the window

        self._mask = mask if mask is not None else segmenting.begun(shape, at, um_per_px)
        self._last, self._um_per_px = at, um_per_px

    def went(self, to: Point, *, adds: bool) -> Polygon | None:
        """Paint up to a point; the outline now, None if no stroke was begun."""
        from bloodview.workflows import segmenting

        if self._mask is None:
            return None
        radius = self.radius_um / self._um_per_px
        self._mask = segmenting.painted(self._mask, [self._last, to], radius, adds=adds)
        self._last = to
        return segmenting.outline_of(self._mask)

    def end(self) -> "CellMask | None":
        """The mask after the stroke; None if none was begun."""
        mask, self._mask = self._mask, None
        return mask
