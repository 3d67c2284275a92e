"""Brightness, contrast and gamma for the eye alone: a table over what is painted, never over what is read."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from bloodview.core.geometry import Size
from bloodview.ui.slide_view.camera import Camera

LEAST, MOST = -100, 100
"""Of brightness and contrast."""
LEAST_GAMMA, MOST_GAMMA = 0.4, 2.5

PaintTiles = Callable[[QPainter, Camera, float, float, float], None]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """How grey levels are changed for the eye.

    Args:
        brightness: added, -100 to 100; 100 is half the range.
        contrast: around the middle grey, -100 to 100; 100 is threefold, -100 a third.
        gamma: above 1 lightens what is dark.
    """

    brightness: int = 0
    contrast: int = 0
    gamma: float = 1.0

    @property
    def is_neutral(self) -> bool:
        """Whether nothing is changed."""
        return self == Adjustment()

    def table(self) -> NDArray[np.uint8]:
        """Grey level -> grey level, uint8 [256], never falling."""
        level = np.arange(256, dtype=np.float64) / 255
        level = level ** (1 / self.gamma)
        level = (level - 0.5) * 3.0 ** (self.contrast / 100) + 0.5 + 0.5 * self.brightness / 100
        return np.asarray(np.clip(np.round(level * 255), 0, 255), np.uint8)


class DisplayLayer:
    """Paints the tiles, through the table while there is one; what it made is kept until camera or tiles change."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called when the view is to be painted anew."""
        self._changed = changed
        self._adjustment = Adjustment()
        self._table = self._adjustment.table()
        self._kept: tuple[Camera, float, float, float, QImage] | None = None

    @property
    def adjustment(self) -> Adjustment:
        """What is changed for the eye."""
        return self._adjustment

    def adjust(self, adjustment: Adjustment) -> None:
        """Change it otherwise."""
        if adjustment != self._adjustment:
            self._adjustment, self._table = adjustment, adjustment.table()
            self.dirty()
            self._changed()

    def dirty(self) -> None:
        """Other tiles are there."""
        self._kept = None

    def paint(
        self, painter: QPainter, tiles: PaintTiles, size: Size, camera: Camera, room: tuple[float, float], ratio: float
    ) -> None:
        """Paint the tiles of a picture of this size into a view with this room."""
        width, height = room
        if self._adjustment.is_neutral:
            tiles(painter, camera, width, height, ratio)
            return
        if self._kept is None or self._kept[:4] != (camera, width, height, ratio):
            image = QImage(math.ceil(width * ratio), math.ceil(height * ratio), QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(ratio)
            image.fill(0)
            inner = QPainter(image)
            tiles(inner, camera, width, height, ratio)
            inner.end()
            self._kept = (camera, width, height, ratio, looked_up(image, self._table))
        left, top = camera.to_view(0, 0)
        painter.save()
        # Beside the picture lies the ground of the window, which stays as it is.
        painter.setClipRect(QRectF(left, top, size.width * camera.zoom, size.height * camera.zoom))
        painter.drawImage(0, 0, self._kept[4])
        painter.restore()


def looked_up(image: QImage, table: NDArray[np.uint8]) -> QImage:
    """An image of the format RGB32 with each grey level replaced; some ms for a large screen."""
    import cv2  # its hundred milliseconds must not delay the window

    pixels = np.frombuffer(image.constBits(), np.uint8)
    data = cv2.LUT(pixels, table).tobytes()
    made = QImage(data, image.width(), image.height(), image.bytesPerLine(), QImage.Format.Format_RGB32).copy()
    made.setDevicePixelRatio(image.devicePixelRatioF())
    return made
