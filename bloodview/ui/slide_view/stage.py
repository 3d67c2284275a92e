"""The widget under the slide view: a picture in tiles, where one looks on it, turned and adjusted for the eye."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bloodview.core.geometry import Box, Scale
from bloodview.ui.slide_view.camera import MAX_ZOOM, Camera, fit_zoom, fitted
from bloodview.ui.slide_view.display import DisplayLayer
from bloodview.ui.slide_view.tile_layer import Picture, Reads, TileLayer
from bloodview.ui.slide_view.turn import Turn

FIT_MARGIN_PX = 12.0


class Stage(QWidget):
    """Shows a picture and moves over it.

    Signals:
        view_changed: zoom or place changed.
        picture_changed: another picture is shown, or its scale became known.
        tiles_arrived: more of the picture can be painted.
        read_failed: a part of the slide cannot be read; the reason, once a slide.
    """

    view_changed = Signal()
    picture_changed = Signal()
    tiles_arrived = Signal()
    read_failed = Signal(str)

    def __init__(self, jobs: Reads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slide: Picture | None = None
        self._scale: Scale | None = None
        self._camera = Camera()
        self._is_fitted = True
        self._tiles = TileLayer(jobs, self)
        self.display = DisplayLayer(self.update)
        self.turn = Turn(self)
        self._tiles.arrived.connect(self.display.dirty)
        self._tiles.arrived.connect(self.update)
        self._tiles.arrived.connect(self.tiles_arrived)
        self._tiles.failed.connect(self.read_failed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _put(self, slide: Picture | None) -> None:
        """Show another picture, fitted; None shows nothing."""
        self._slide = slide
        self._scale = slide.scale if slide is not None else None
        self._tiles.set_slide(slide)
        self.display.dirty()
        self.fit()
        self.picture_changed.emit()

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._slide

    @property
    def scale(self) -> Scale | None:
        """The scale of the picture, as far as it is known."""
        return self._scale

    @property
    def overview(self) -> QImage | None:
        """The whole picture in one image, once it has been read."""
        return self._tiles.overview

    @property
    def failed_l0(self) -> Sequence[Box]:
        """Parts that the analysis could not read."""
        return self._tiles.failed_l0

    @property
    def camera(self) -> Camera:
        """Where the view looks."""
        return self._camera

    @property
    def zoom(self) -> float:
        """Screen pixels per level-0 pixel; 1 is one to one."""
        return self._camera.zoom * self.devicePixelRatioF()

    def visible_box_l0(self) -> Box:
        """What is in sight, level-0 pixels; may leave the picture."""
        return self._camera.visible(*self.turn.room)

    def fit(self) -> None:
        """Show the whole picture."""
        if self._slide is not None:
            self._look(fitted(self._slide.size, *self.turn.room, FIT_MARGIN_PX), is_fitted=True)

    def zoom_to(self, zoom: float, at_view: QPointF | None = None) -> None:
        """Zoom to screen pixels per level-0 pixel, leaving a point of the view (default: its middle) where it is."""
        if self._slide is None:
            return
        width, height = self.turn.room
        at = at_view if at_view is not None else QPointF(width / 2, height / 2)
        ratio = self.devicePixelRatioF()
        least = min(fit_zoom(self._slide.size, width, height) / 2, 1 / ratio)
        view_zoom = min(max(zoom / ratio, least), MAX_ZOOM / ratio)
        self._look(self._camera.zoomed(view_zoom, at.x(), at.y()))

    def zoom_by(self, factor: float, at_view: QPointF | None = None) -> None:
        """Zoom in (above 1) or out, leaving a point of the view where it is."""
        self.zoom_to(self.zoom * factor, at_view)

    def pan_by(self, dx_view: float, dy_view: float) -> None:
        """Move the picture by view pixels."""
        self._look(self._camera.panned(dx_view, dy_view))

    def go_to(self, x_l0: float, y_l0: float, zoom: float | None = None) -> None:
        """Bring a point to the middle, at this zoom (screen pixels per level-0 pixel) or the present one."""
        if zoom is not None:
            self.zoom_to(zoom)
        self._look(self._camera.centered(x_l0, y_l0, *self.turn.room))

    def _look(self, camera: Camera, *, is_fitted: bool = False) -> None:
        if self._slide is None:
            return
        self._is_fitted = is_fitted
        self._camera = camera.bounded(self._slide.size, *self.turn.room)
        self._tiles.look(self._camera, *self.turn.room, self.devicePixelRatioF())
        self.update()
        self.view_changed.emit()

    def turn_to(self, quarters: int) -> None:
        """Turn the picture to so many quarters clockwise, around the middle of the view."""
        x, y = self.visible_box_l0().center
        self.turn.quarters = quarters % 4
        self.display.dirty()
        if self._is_fitted:
            self.fit()
        else:
            self.go_to(x, y)

    def _paint_picture(self, painter: QPainter) -> None:
        """Paint the picture, and turn the painter so that what follows lies on it."""
        if self._slide is not None:
            ratio = self.devicePixelRatioF()
            self.display.paint(painter, self._tiles.paint, self._slide.size, self._camera, self.turn, ratio)
        painter.setTransform(self.turn.transform(), combine=True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.zoom_by(1.2 ** (delta / 120), self.turn.upright(event.position()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay fitted, or keep the middle in the middle; where no ground was in sight none comes into it."""
        if self._slide is None:
            return
        if self._is_fitted or not event.oldSize().isValid():
            self.fit()
        else:
            old, new = (self.turn.room_of(QSizeF(s)) for s in (event.oldSize(), event.size()))
            size, before = self._slide.size, self._camera
            camera = before.panned((new[0] - old[0]) / 2, (new[1] - old[1]) / 2)
            filled = before.filling(size, *old, FIT_MARGIN_PX) == before
            self._look(camera.filling(size, *new, FIT_MARGIN_PX) if filled else camera)

    def sizeHint(self) -> QSize:
        """Room for a field."""
        return QSize(800, 600)
