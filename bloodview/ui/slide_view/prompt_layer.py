"""What lies over the slide while a cell is outlined by hand: the outline, clicks, box, brush and the line of a split.

A widget of its own over the view, so that the view's own tools know nothing of it: it takes the clicks and drags that
are its, all else (wheel, middle button, a held Space) falls through to the view.
"""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from bloodview.core.cells import Polygon
from bloodview.core.geometry import Box
from bloodview.ui.language import tr
from bloodview.ui.slide_view.tools import paint_frame
from bloodview.ui.slide_view.view import SlideView

Point = tuple[float, float]

_CLICK_PX = 4.0
_MARK_PX = 5.5
_DARK = QColor(10, 12, 16, 200)
_ON, _OFF = QColor("#37d67a"), QColor("#ff6b6b")
_LINE = QColor("#ffe14d")
_MINUS = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


class Mode(Enum):
    """What a press means."""

    POINT = "point"
    BRUSH = "brush"
    SPLIT = "split"


class PromptLayer(QWidget):
    """Takes clicks, boxes, strokes and lines in level-0 pixels; shows what it is told.

    Signals:
        clicked: x, y and whether the cell is there (left) or not (right, Alt or Shift).
        boxed: a Box.
        stroke_begun: x, y, whether it adds.
        stroke_went: x, y, whether it adds.
        stroke_ended: the brush was lifted.
        line_drawn: corners of a line, level-0 px.
    """

    clicked = Signal(float, float, bool)
    boxed = Signal(object)
    stroke_begun = Signal(float, float, bool)
    stroke_went = Signal(float, float, bool)
    stroke_ended = Signal()
    line_drawn = Signal(object)

    def __init__(self, view: SlideView) -> None:
        super().__init__(view)
        self._view = view
        self.mode = Mode.POINT
        self.brush_l0 = 10.0
        """Radius of the brush, level-0 px."""
        self._outline: Polygon = ()
        self._clicks: tuple[tuple[float, float, bool], ...] = ()
        self._box: Box | None = None
        self._pressed: tuple[QPointF, bool] | None = None
        self._track: list[Point] = []
        self._pointer: QPointF | None = None
        self._space_held = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Outline of a cell"))
        view.installEventFilter(self)
        view.view_changed.connect(self.update)
        self.hide()

    def start(self, mode: Mode) -> None:
        """Lie over the view and take its clicks."""
        self.mode = mode
        self._pressed, self._track = None, []
        self.setGeometry(self._view.rect())
        self.setCursor(Qt.CursorShape.BlankCursor if mode is Mode.BRUSH else Qt.CursorShape.CrossCursor)
        self.show()
        self.update()

    def show_draft(
        self, outline: Polygon, clicks: Sequence[tuple[float, float, bool]] = (), box_l0: Box | None = None
    ) -> None:
        """Show the outline as it stands, and what was pointed at; level-0 px."""
        self._outline, self._clicks, self._box = outline, tuple(clicks), box_l0
        self.update()

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the view; know whether Space is held, with which the view pans."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = event.type() != QEvent.Type.KeyRelease
        elif event.type() == QEvent.Type.FocusOut:
            self._space_held = False
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember the press; a click or box is known on release."""
        is_left, is_right = (event.button() == b for b in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton))
        if self._space_held or not (is_left or is_right):
            event.ignore()
            return
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        adds = is_left and not event.modifiers() & _MINUS
        pos = event.position()
        self._pressed, self._track = (pos, adds), [self._l0(pos)]
        if self.mode is Mode.BRUSH:
            self.stroke_begun.emit(*self._l0(pos), adds)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw along."""
        self._pointer = event.position()
        if self._pressed is None:
            event.ignore()  # the view lights up what is under the pointer, or pans
        else:
            self._track.append(self._l0(event.position()))
            if self.mode is Mode.BRUSH:
                self.stroke_went.emit(*self._l0(event.position()), self._pressed[1])
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell what was meant."""
        pressed, track = self._pressed, self._track
        self._pressed, self._track = None, []
        if pressed is None:
            event.ignore()
            return
        self.update()
        start, adds = pressed
        went = (event.position() - start).manhattanLength() > _CLICK_PX
        if self.mode is Mode.BRUSH:
            self.stroke_ended.emit()
        elif self.mode is Mode.SPLIT:
            if went:
                self.line_drawn.emit([*track, self._l0(event.position())])
        elif went and adds:
            (x0, y0), (x1, y1) = track[0], self._l0(event.position())
            if x0 != x1 and y0 != y1:
                self.boxed.emit(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        else:
            self.clicked.emit(*self._l0(start), adds)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The view zooms."""
        self._view.wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No brush without a pointer."""
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Outline, box, clicks, and what the pointer does."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._outline:
            line = QPolygonF([self._at(x, y) for x, y in self._outline])
            painter.setBrush(QColor(_LINE.red(), _LINE.green(), _LINE.blue(), 40))
            for pen in (QPen(_DARK, 4.0), QPen(_LINE, 2.0)):
                painter.setPen(pen)
                painter.drawPolygon(line)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._box is not None:
            a, b = (self._at(*p) for p in _corners(self._box))
            paint_frame(painter, QRectF(a, b).normalized(), dashed=True)
        for x, y, wanted in self._clicks:
            _paint_click(painter, self._at(x, y), wanted)
        self._paint_pointer(painter)

    def _paint_pointer(self, painter: QPainter) -> None:
        """The box or line that is being drawn, or the brush."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.mode is Mode.BRUSH and self._pointer is not None:
            radius = max(1.5, self.brush_l0 * self._view.camera.zoom)
            erases = self._pressed is not None and not self._pressed[1]
            for pen in (QPen(_DARK, 3.0), QPen(_OFF if erases else _ON, 1.5)):
                painter.setPen(pen)
                painter.drawEllipse(self._pointer, radius, radius)
        if self._pressed is None or len(self._track) < 2 or self.mode is Mode.BRUSH:
            return
        points = [self._at(*p) for p in self._track]
        if self.mode is Mode.SPLIT:
            for pen in (QPen(_DARK, 4.0), QPen(_OFF, 2.0)):
                painter.setPen(pen)
                painter.drawPolyline(QPolygonF(points))
        elif self._pressed[1]:
            paint_frame(painter, QRectF(points[0], points[-1]).normalized(), dashed=True)

    def _l0(self, pos: QPointF) -> Point:
        upright = self._view.turn.upright(pos)
        return self._view.camera.to_l0(upright.x(), upright.y())

    def _at(self, x_l0: float, y_l0: float) -> QPointF:
        return self._view.turn.transform().map(QPointF(*self._view.camera.to_view(x_l0, y_l0)))


def _corners(box: Box) -> tuple[Point, Point]:
    return (box.x0, box.y0), (box.x1, box.y1)


def _paint_click(painter: QPainter, at: QPointF, wanted: bool) -> None:
    """A disc with a plus or a minus: told apart without colour."""
    painter.setPen(QPen(_DARK, 1.5))
    painter.setBrush(_ON if wanted else _OFF)
    painter.drawEllipse(at, _MARK_PX, _MARK_PX)
    painter.setPen(QPen(_DARK, 1.8))
    arm = _MARK_PX - 2.2
    painter.drawLine(QPointF(at.x() - arm, at.y()), QPointF(at.x() + arm, at.y()))
    if wanted:
        painter.drawLine(QPointF(at.x(), at.y() - arm), QPointF(at.x(), at.y() + arm))
