"""A map of what matters laid over a picture: warm where it speaks for the class, cold where against it."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size
from bloodview.models.api import Float32, UInt8

OPACITY = 0.6
"""Of the strongest place."""
_FOR = ((235, 90, 20), (255, 235, 70))  # RGB from weak to strong: what no stain looks like
_AGAINST = ((20, 110, 200), (60, 225, 255))
_LEAST_WIDTH = 420  # a caption needs so many pixels
_LINE_PX = 18


def tinted(heat: Float32) -> UInt8:
    """Float32 [H, W] -> uint8 [H, W, 4] RGBA: the strongest place is opaque, 0 is clear; opacity is the viewer's."""
    strength = np.abs(heat) / max(float(np.abs(heat).max()), 1e-12)
    out = np.empty((*heat.shape, 4), np.float32)
    for side, (weak, strong) in ((heat > 0, _FOR), (heat <= 0, _AGAINST)):
        low, high = np.array(weak, np.float32), np.array(strong, np.float32)
        out[side, :3] = low + (high - low) * strength[side][:, None]
    out[..., 3] = 255 * strength
    return np.round(out).astype(np.uint8)


def placed(heat: Float32, window: Box, size: Size) -> Float32:
    """A map float32 [S, S] of a square window, in the pixels of its picture: float32 [H, W], 0 outside the window."""
    side = max(1, round(window.width))
    left, top = (round(c - side / 2) for c in window.center)
    grown = np.asarray(cv2.resize(heat, (side, side), interpolation=cv2.INTER_LINEAR), np.float32)
    out = np.zeros((size.height, size.width), np.float32)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(size.width, left + side), min(size.height, top + side)
    if x1 > x0 and y1 > y0:
        out[y0:y1, x0:x1] = grown[y0 - top : y1 - top, x0 - left : x1 - left]
    return out


def laid_over(image: UInt8, heat: Float32, opacity: float = OPACITY) -> UInt8:
    """Uint8 [H, W, 3] with a map float32 [H, W] on it."""
    rgba = tinted(heat).astype(np.float32)
    share = opacity * rgba[..., 3:] / 255
    return np.round(image * (1 - share) + rgba[..., :3] * share).astype(np.uint8)


def captioned(image: UInt8, lines: Sequence[str]) -> UInt8:
    """The picture with lines of text below; a small one is enlarged by a whole factor, so that they can be read."""
    factor = max(1, -(-_LEAST_WIDTH // image.shape[1]))
    grown = np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)
    rows = [row for line in lines for row in _wrapped(line, grown.shape[1] - 12)]
    strip: NDArray[np.uint8] = np.full((10 + _LINE_PX * len(rows), grown.shape[1], 3), 255, np.uint8)
    for i, row in enumerate(rows):
        place = (6, 5 + _LINE_PX * (i + 1) - 5)
        cv2.putText(strip, row, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (20, 20, 20), 1, cv2.LINE_AA)
    return np.concatenate([grown, strip])


def _wrapped(text: str, width_px: int) -> list[str]:
    """Lines no wider than that; OpenCV's letters are those of ASCII."""
    rows, row = [], ""
    for word in text.encode("ascii", "replace").decode().split():
        longer = f"{row} {word}".strip()
        if row and cv2.getTextSize(longer, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 1)[0][0] > width_px:
            rows.append(row)
            longer = word
        row = longer
    return [*rows, row] if row else rows
