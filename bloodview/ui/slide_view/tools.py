"""What a held mouse button does in the view: pan, draw a box, correct a box, catch cells with a band."""

from enum import Enum
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bloodview.core.geometry import Box
from bloodview.ui.slide_view.camera import Camera

GRIP_PX = 7.0
_REACH_PX = 8.0
_LEAST_PX = 4.0
"""View pixels below which a drawn box was a slip of the hand."""


class Tool(Enum):
    """What a left drag means."""

    SELECT = "select"
    ADD = "add"


class Grip(Enum):
    """Where a box is held: which of its sides follow the pointer, as (left, top, right, bottom)."""

    TOP_LEFT = (True, True, False, False)
    TOP = (False, True, False, False)
    TOP_RIGHT = (False, True, True, False)
    RIGHT = (False, False, True, False)
    BOTTOM_RIGHT = (False, False, True, True)
    BOTTOM = (False, False, False, True)
    BOTTOM_LEFT = (True, False, False, True)
    LEFT = (True, False, False, False)
    BODY = (True, True, True, True)


CURSORS = {
    Grip.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grip.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grip.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grip.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
    Grip.BODY: Qt.CursorShape.SizeAllCursor,
}


def grip_points(rect: QRectF) -> dict[Grip, QPointF]:
    """Middles of the handles of a box in the view."""
    c = rect.center()
    return {
        Grip.TOP_LEFT: rect.topLeft(),
        Grip.TOP_RIGHT: rect.topRight(),
        Grip.BOTTOM_RIGHT: rect.bottomRight(),
        Grip.BOTTOM_LEFT: rect.bottomLeft(),
        Grip.TOP: QPointF(c.x(), rect.top()),
        Grip.RIGHT: QPointF(rect.right(), c.y()),
        Grip.BOTTOM: QPointF(c.x(), rect.bottom()),
        Grip.LEFT: QPointF(rect.left(), c.y()),
    }


def grip_at(rect: QRectF, pos: QPointF) -> Grip | None:
    """The handle of a box in the view under a point; its body if only inside; None outside.

    A box too small for handles on screen can only be moved.
    """
    if min(rect.width(), rect.height()) >= 2.5 * _REACH_PX:
        for grip, point in grip_points(rect).items():
            if max(abs(point.x() - pos.x()), abs(point.y() - pos.y())) <= _REACH_PX:
                return grip
    return Grip.BODY if rect.contains(pos) else None


def corrected(box: Box, grip: Grip, dx: float, dy: float) -> Box:
    """The box after its handle was dragged by (dx, dy), in the box's frame; a side pulled past the other turns it."""
    left, top, right, bottom = grip.value
    x = sorted((box.x0 + dx * left, box.x1 + dx * right))
    y = sorted((box.y0 + dy * top, box.y1 + dy * bottom))
    return Box(x[0], y[0], max(x[1], x[0] + 1), max(y[1], y[0] + 1))


class Host(Protocol):
    """What a drag needs of the view."""

    @property
    def camera(self) -> Camera:
        """Where the view looks."""

    def pan_by(self, dx_view: float, dy_view: float) -> None:
        """Move the picture."""

    def on_box_drawn(self, box_l0: Box) -> None:
        """A new box was drawn."""

    def on_box_corrected(self, cell_id: int, box_l0: Box) -> None:
        """A cell's box was corrected."""

    def on_band_caught(self, box_l0: Box) -> None:
        """A band was drawn around cells."""


class Drag(Protocol):
    """A held button from press to release; leaving it without release changes nothing."""

    def move(self, pos: QPointF) -> None:
        """The pointer moved, view pixels."""

    def release(self) -> None:
        """The button was let go: do it."""

    def paint(self, painter: QPainter) -> None:
        """Paint what would happen, in view pixels."""


class PanDrag:
    """Moves the picture with the pointer."""

    def __init__(self, host: Host, pos: QPointF) -> None:
        self._host, self._last = host, pos

    def move(self, pos: QPointF) -> None:
        """Move the picture along."""
        self._host.pan_by(pos.x() - self._last.x(), pos.y() - self._last.y())
        self._last = pos

    def release(self) -> None:
        """The picture stays where it is."""

    def paint(self, painter: QPainter) -> None:
        """Nothing to paint."""


class BoxDrag:
    """Draws a box: a new cell's, or a band that catches cells."""

    def __init__(self, host: Host, pos: QPointF, *, catches: bool) -> None:
        self._host, self._catches = host, catches
        self._start_l0 = host.camera.to_l0(pos.x(), pos.y())
        self._end_l0 = self._start_l0

    def move(self, pos: QPointF) -> None:
        """Stretch the box to the pointer."""
        self._end_l0 = self._host.camera.to_l0(pos.x(), pos.y())

    def release(self) -> None:
        """Hand the box over unless it is a slip."""
        (x0, y0), (x1, y1) = self._start_l0, self._end_l0
        least = _LEAST_PX / self._host.camera.zoom
        if abs(x1 - x0) < least or abs(y1 - y0) < least:
            return
        box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        (self._host.on_band_caught if self._catches else self._host.on_box_drawn)(box)

    def paint(self, painter: QPainter) -> None:
        """The box, dashed for a band."""
        a, b = self._host.camera.to_view(*self._start_l0), self._host.camera.to_view(*self._end_l0)
        rect = QRectF(QPointF(*a), QPointF(*b)).normalized()
        paint_frame(painter, rect, dashed=self._catches)


class EditDrag:
    """Moves or stretches the box of one cell."""

    def __init__(self, host: Host, pos: QPointF, cell_id: int, box_l0: Box, grip: Grip) -> None:
        self._host, self._cell_id, self._box, self._grip = host, cell_id, box_l0, grip
        self._start_l0 = host.camera.to_l0(pos.x(), pos.y())
        self._now = box_l0

    def move(self, pos: QPointF) -> None:
        """Let the held sides follow."""
        x, y = self._host.camera.to_l0(pos.x(), pos.y())
        self._now = corrected(self._box, self._grip, x - self._start_l0[0], y - self._start_l0[1])

    def release(self) -> None:
        """Hand the corrected box over if it differs."""
        if self._now != self._box:
            self._host.on_box_corrected(self._cell_id, self._now)

    def paint(self, painter: QPainter) -> None:
        """The box where it would be."""
        a = self._host.camera.to_view(self._now.x0, self._now.y0)
        b = self._host.camera.to_view(self._now.x1, self._now.y1)
        paint_frame(painter, QRectF(QPointF(*a), QPointF(*b)), dashed=False)


def paint_frame(painter: QPainter, rect: QRectF, *, dashed: bool) -> None:
    """A white frame with a dark rim and a faint fill, readable on any picture."""
    painter.setBrush(QColor(255, 255, 255, 30))
    painter.setPen(QPen(QColor(10, 12, 16, 150), 3.5))
    painter.drawRect(rect)
    pen = QPen(QColor(255, 255, 255), 1.5)
    if dashed:
        pen.setDashPattern([4, 3])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRect(rect)


def paint_grips(painter: QPainter, rect: QRectF) -> None:
    """The handles of a box in the view, if there is room for them."""
    if min(rect.width(), rect.height()) < 2.5 * _REACH_PX:
        return
    painter.setPen(QPen(QColor(10, 12, 16, 200), 1))
    painter.setBrush(QColor(255, 255, 255))
    half = GRIP_PX / 2
    for point in grip_points(rect).values():
        painter.drawRect(QRectF(point.x() - half, point.y() - half, GRIP_PX, GRIP_PX))
