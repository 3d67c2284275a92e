"""A square window cut out of a picture and resampled, as the app shows cells to its models; numpy and OpenCV."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size
from bloodview.models.api import UInt8


def cut(image: UInt8, window: Box, side_px: int) -> UInt8:
    """The part of uint8 [H, W, 3] in a square window, resampled to [side_px, side_px, 3].

    The window is in pixels of the image; what lies outside is reflected at the border.
    """
    side = max(1, round(window.width))
    cx, cy = window.center
    columns = _reflected(round(cx - side / 2), side, image.shape[1])
    rows = _reflected(round(cy - side / 2), side, image.shape[0])
    x0, y0 = round(cx - side / 2), round(cy - side / 2)
    if x0 >= 0 and y0 >= 0 and x0 + side <= image.shape[1] and y0 + side <= image.shape[0]:
        part = image[y0 : y0 + side, x0 : x0 + side]
    else:
        part = image[np.ix_(rows, columns)]
    return resized(part, Size(side_px, side_px))


def resized(image: UInt8, size: Size) -> UInt8:
    """Resampled to a size: averaged when it shrinks, interpolated when it grows."""
    if (image.shape[1], image.shape[0]) == (size.width, size.height):
        return image
    shrinks = size.width < image.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size.width, size.height), interpolation=how), np.uint8)


def _reflected(start: int, count: int, size: int) -> NDArray[np.intp]:
    """Indices start..start+count, those outside 0..size reflected without repeating the border."""
    period = max(1, 2 * size - 2)
    i = np.abs(np.arange(start, start + count)) % period
    return np.asarray(np.minimum(i, np.abs(period - i)), np.intp)
