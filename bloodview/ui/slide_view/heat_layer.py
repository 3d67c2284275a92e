"""The map of the explained cell over the picture: where on the slide it speaks for the class."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from bloodview.core.geometry import Box
from bloodview.ui.slide_view.camera import Camera


class HeatLayer:
    """One map at its place, or none."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called when the view is to be painted anew."""
        self._changed = changed
        self._image: QImage | None = None
        self._box_l0 = Box(0, 0, 1, 1)
        self._opacity = 1.0

    @property
    def is_shown(self) -> bool:
        """Whether there is a map."""
        return self._image is not None

    def show(self, image: QImage, box_l0: Box, opacity: float) -> None:
        """Lay a map with its own transparency over a square of the picture."""
        self._image, self._box_l0, self._opacity = image, box_l0, opacity
        self._changed()

    def clear(self) -> None:
        """Take it away."""
        if self._image is not None:
            self._image = None
            self._changed()

    def paint(self, painter: QPainter, camera: Camera) -> None:
        """Paint it where the camera sees it."""
        if self._image is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(self._opacity)
        box = self._box_l0
        x0, y0 = camera.to_view(box.x0, box.y0)
        painter.drawImage(QRectF(x0, y0, box.width * camera.zoom, box.height * camera.zoom), self._image)
        painter.restore()
