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
from bloodview.ui.slide_view.turn import Turn

UInt8 = NDArray[np.uint8]

LEAST, MOST = -100, 100
"""Of brightness and contrast."""
LEAST_GAMMA, MOST_GAMMA = 0.4, 2.5

PaintTiles = Callable[[QPainter, Camera, float, float, float, int], None]


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

    def table(self) -> UInt8:
        """Grey level -> grey level, uint8 [256], never falling."""
        level = np.arange(256, dtype=np.float64) / 255
        level = level ** (1 / self.gamma)
        level = (level - 0.5) * 3.0 ** (self.contrast / 100) + 0.5 + 0.5 * self.brightness / 100
        return np.asarray(np.clip(np.round(level * 255), 0, 255), np.uint8)


class DisplayLayer:
    """Paints the tiles, through the table if there is one; what that made is kept until camera or tiles change."""

    def __init__(self, changed: Callable[[], object]) -> None:
        """`changed` is called when the view is to be painted anew."""
        self._changed = changed
        self._adjustment = Adjustment()
        self._table = self._adjustment.table()
        self._kept: tuple[tuple[object, ...], UInt8, QImage] | None = None
        """For what it was made, the pixels, and the image that shares them."""

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

    def paint(self, painter: QPainter, tiles: PaintTiles, size: Size, camera: Camera, turn: Turn, ratio: float) -> None:
        """Paint the tiles of a picture of this size, turned, with a painter that is not."""
        width, height = turn.room
        if self._adjustment.is_neutral:
            tiles(painter, camera, width, height, ratio, turn.quarters)
            return
        key = (camera, width, height, ratio, turn.quarters)
        if self._kept is None or self._kept[0] != key:
            wide, high = (height, width) if turn.is_odd else (width, height)
            image = QImage(math.ceil(wide * ratio), math.ceil(high * ratio), QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(ratio)
            image.fill(0)
            inner = QPainter(image)
            tiles(inner, camera, width, height, ratio, turn.quarters)
            inner.end()
            pixels = looked_up(image, self._table)
            self._kept = (key, pixels, _image(pixels, ratio))
        left, top = camera.to_view(0, 0)
        painter.save()
        # Beside the picture lies the ground of the window, which stays as it is.
        painter.setClipRect(turn.seen(QRectF(left, top, size.width * camera.zoom, size.height * camera.zoom)))
        painter.drawImage(0, 0, self._kept[2])
        painter.restore()


def looked_up(image: QImage, table: UInt8) -> UInt8:
    """The pixels of an image of the format RGB32 through a table: uint8 [h, w, 4]."""
    import cv2  # its hundred milliseconds must not delay the window

    pixels: UInt8 = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return np.ascontiguousarray(np.asarray(cv2.LUT(pixels, table), np.uint8))


def _image(pixels: UInt8, ratio: float) -> QImage:
    height, width = pixels.shape[:2]
    made = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    return made
