"""Catching tiles by dragging: a band from an empty place, or with Shift or Ctrl a lasso drawn freely."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen, QPolygonF

from bloodview.ui.gallery_sheet import Sheet

_STEP_PX = 4.0
"""Shorter moves add no corner to a lasso."""


class Catch:
    """A drag that catches tiles; all places lie on the sheet, view pixels from its top."""

    def __init__(self, start: QPointF, base: frozenset[int], *, is_free: bool) -> None:
        """Begin at a place; `base` is caught in any case, and `is_free` makes a lasso of it."""
        self._corners = [start]
        self._base, self._is_free = base, is_free

    def stretch(self, to: QPointF, sheet: Sheet) -> frozenset[int]:
        """Go on to a place; the cells that are caught now."""
        if not self._is_free:
            self._corners = [self._corners[0], to]
        elif (to - self._corners[-1]).manhattanLength() >= _STEP_PX:
            self._corners.append(to)
        around, path = self._path().boundingRect(), self._path()
        touched = sheet.layout.within(around.left(), around.top(), around.right() + 1, around.bottom() + 1)
        caught = (n for n in touched if not self._is_free or path.intersects(sheet.tile_rect(n, 0)))
        return self._base | {sheet.order[n] for n in caught}

    def paint(self, painter: QPainter, palette: QPalette, top: int) -> None:
        """Paint it over a view that is scrolled by `top`."""
        color = QColor(palette.color(QPalette.ColorRole.Highlight))
        painter.setPen(QPen(color, 1.5 if self._is_free else 1))
        color.setAlpha(45)
        painter.setBrush(color)
        painter.drawPath(self._path().translated(0, -top))

    def _path(self) -> QPainterPath:
        path = QPainterPath()
        if self._is_free:
            path.addPolygon(QPolygonF(self._corners))
            path.closeSubpath()
        else:
            path.addRect(QRectF(self._corners[0], self._corners[-1]).normalized())
        return path
