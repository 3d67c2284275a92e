"""The picture turned by quarters for the eye: the camera, the tools and the cells go on seeing it upright."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QWidget

_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ASIDE = {
    Qt.CursorShape.SizeHorCursor: Qt.CursorShape.SizeVerCursor,
    Qt.CursorShape.SizeVerCursor: Qt.CursorShape.SizeHorCursor,
    Qt.CursorShape.SizeFDiagCursor: Qt.CursorShape.SizeBDiagCursor,
    Qt.CursorShape.SizeBDiagCursor: Qt.CursorShape.SizeFDiagCursor,
}


class Turn:
    """Quarter turns clockwise of what a widget shows.

    "Upright" positions are those of the view as if it were not turned: all of camera, tools and cells are upright.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self.quarters = 0

    @property
    def is_odd(self) -> bool:
        """Whether width and height change places."""
        return self.quarters % 2 == 1

    @property
    def degrees(self) -> int:
        """The turn in degrees clockwise, 0 to 270."""
        return 90 * self.quarters

    @property
    def room(self) -> tuple[float, float]:
        """Width and height of the upright view."""
        return self.room_of(QSizeF(self._widget.size()))

    def room_of(self, size: QSizeF) -> tuple[float, float]:
        """Width and height of the upright view of a widget of this size."""
        width, height = size.width(), size.height()
        return (height, width) if self.is_odd else (width, height)

    def transform(self) -> QTransform:
        """Upright position -> position in the widget."""
        return quarter_turn(self.quarters, *self.room)

    def upright(self, pos: QPointF) -> QPointF:
        """Position in the widget -> upright position."""
        return self.transform().inverted()[0].map(pos) if self.quarters else pos

    def upright_step(self, dx: float, dy: float) -> tuple[float, float]:
        """A way in the widget -> the same way upright."""
        for _ in range(self.quarters):
            dx, dy = dy, -dx
        return dx, dy

    def seen(self, rect: QRectF) -> QRectF:
        """An upright rectangle -> where it lies in the widget."""
        return self.transform().mapRect(rect)

    def arrow(self, key: int, share: float) -> tuple[float, float] | None:
        """How an arrow key moves the picture, upright: by this share of the view; None for another key."""
        way = _ARROWS.get(Qt.Key(key))
        if way is None:
            return None
        return self.upright_step(way[0] * self._widget.width() * share, way[1] * self._widget.height() * share)

    def cursor(self, shape: Qt.CursorShape) -> Qt.CursorShape:
        """The cursor for a handle as it lies on the screen."""
        return _ASIDE.get(shape, shape) if self.is_odd else shape


def quarter_turn(quarters: int, width: float, height: float) -> QTransform:
    """Position in something upright of this size -> position in the same, turned clockwise."""
    corner = {0: (0.0, 0.0), 1: (height, 0.0), 2: (width, height), 3: (0.0, width)}[quarters]
    return QTransform.fromTranslate(*corner).rotate(90 * quarters)
