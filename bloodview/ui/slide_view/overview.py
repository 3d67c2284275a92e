"""The overview map: the whole picture in a corner, where the view looks on it, and what was visited."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QWidget

from bloodview.ui.language import tr
from bloodview.ui.slide_view import corner
from bloodview.ui.slide_view.scale_bar import small_font
from bloodview.ui.slide_view.stage import Stage
from bloodview.ui.slide_view.tile_layer import FAILED

SMALL_PX = 2000
"""Pictures whose longer side has no more pixels need no map."""
_LONGEST_PX = 200
_LEAST_PX = 72
"""Of its longer side; a view with less room for it has none."""
_MOST_SHARE = 0.35
"""Of the view's sides that the map takes."""
_PAD = 6
_LEAST_FRAME_PX = 7.0


class Overview(QWidget):
    """Lies on a stage; a click or drag in it moves the view."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._stage = stage
        self._is_wanted = True
        self._visited = QImage()
        self._caption = ""
        self._kept: tuple[int, QSize, int, QImage] | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Overview map"))
        self._corner = corner.Corner(self, stage, Qt.Corner.BottomRightCorner)
        stage.view_changed.connect(self.refresh)
        stage.picture_changed.connect(self.refresh)
        stage.tiles_arrived.connect(self.update)
        self.refresh()

    def set_wanted(self, wanted: bool) -> None:
        """Show it where there is room, or never."""
        self._is_wanted = wanted
        self.refresh()

    def set_visited(self, visited: QImage, caption: str) -> None:
        """Shade what was visited: an image that is stretched over the whole picture; and say how much it is."""
        self._visited, self._caption = visited, caption
        self.refresh()

    def refresh(self) -> None:
        """Show where the view looks now."""
        place = self._map_size()
        self.setVisible(self._is_wanted and place is not None)
        if place is not None:
            line = self._line_px if self._caption else 0
            self.resize(round(place.width()) + 2 * _PAD, round(place.height()) + 2 * _PAD + line)
            self._corner.place()
            self.update()

    def frame(self) -> QRectF:
        """Where the view looks, in the map; never too small to be seen."""
        seen, place = self._stage.visible_box_l0(), self._place()
        corners = [self._to_map(QPointF(seen.x0, seen.y0)), self._to_map(QPointF(seen.x1, seen.y1))]
        rect = QRectF(*corners).normalized() & place
        grow_x, grow_y = (max(0.0, _LEAST_FRAME_PX - side) / 2 for side in (rect.width(), rect.height()))
        return rect.adjusted(-grow_x, -grow_y, grow_x, grow_y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look where it is dragged to."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, the visited parts, the frame of the view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(corner.GROUND)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        place = self._place()
        picture = self._picture()
        if picture is not None:
            painter.drawImage(place, picture)
        else:
            painter.fillRect(place, QColor(128, 128, 128, 90))
        if not self._visited.isNull():
            painter.drawImage(place, self._turned(self._visited))
        for box in self._stage.failed_l0:
            corners = (QPointF(box.x0, box.y0), QPointF(box.x1, box.y1))
            painter.fillRect(QRectF(*map(self._to_map, corners)).normalized(), FAILED)
        for pen in (QPen(QColor(10, 12, 16, 170), 3.5), QPen(QColor(255, 214, 10), 1.75)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.frame())
        if self._caption:
            painter.setFont(small_font(self.font()))
            painter.setPen(corner.TEXT)
            line = QRectF(_PAD, place.bottom(), place.width(), self._line_px + _PAD / 2)
            text = painter.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, round(line.width()))
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    @property
    def _line_px(self) -> int:
        return self.fontMetrics().height() + 2

    def _map_size(self) -> QRectF | None:
        """The size of the map; None if there is none."""
        picture = self._stage.picture
        if picture is None or max(picture.size.width, picture.size.height) <= SMALL_PX:
            return None
        wide, high = picture.size.width, picture.size.height
        if self._stage.turn.is_odd:
            wide, high = high, wide
        room = self._stage.size()
        by = min(_LONGEST_PX / max(wide, high), _MOST_SHARE * room.width() / wide, _MOST_SHARE * room.height() / high)
        return QRectF(0, 0, max(wide * by, 24), max(high * by, 24)) if max(wide, high) * by >= _LEAST_PX else None

    def _place(self) -> QRectF:
        return (self._map_size() or QRectF(0, 0, 1, 1)).translated(_PAD, _PAD)

    def _picture(self) -> QImage | None:
        """The whole picture at the map's size, turned as the view is."""
        whole = self._stage.overview
        if whole is None:
            return None
        ratio, quarters = self.devicePixelRatioF(), self._stage.turn.quarters
        size = (self._place().size() * ratio).toSize()
        if self._kept is None or self._kept[:3] != (whole.cacheKey(), size, quarters):
            small = self._turned(whole).scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._kept = (whole.cacheKey(), size, quarters, small)
        return self._kept[3]

    def _turned(self, image: QImage) -> QImage:
        turn = self._stage.turn
        return image.transformed(QTransform().rotate(turn.degrees)) if turn.quarters else image

    def _to_map(self, at_l0: QPointF) -> QPointF:
        """Level-0 position -> position in the map."""
        picture, place = self._stage.picture, self._place()
        if picture is None:
            return place.center()
        x, y = at_l0.x() / picture.size.width, at_l0.y() / picture.size.height
        for _ in range(self._stage.turn.quarters):
            x, y = 1 - y, x
        return QPointF(place.left() + x * place.width(), place.top() + y * place.height())

    def _go(self, pos: QPointF) -> None:
        picture, place = self._stage.picture, self._place()
        if picture is None:
            return
        x, y = (pos.x() - place.left()) / place.width(), (pos.y() - place.top()) / place.height()
        x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
        for _ in range(self._stage.turn.quarters):
            x, y = y, 1 - x
        self._stage.go_to(x * picture.size.width, y * picture.size.height)
