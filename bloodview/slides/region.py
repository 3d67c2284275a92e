"""Reading a box of a picture in the pixels wanted: level choice, bounded blocks, resampling, white outside."""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size
from bloodview.slides.tiling import best_level

UInt8 = NDArray[np.uint8]

Fetch = Callable[[int, int, int, int, int], UInt8]
"""(level, x0, y0, x1, y1) in that level's pixels, inside the level -> uint8 [y1 - y0, x1 - x0, 3] RGB."""

_BLOCK_PX = 8_000_000  # stored pixels that are held at once


def read_levels(box_l0: Box, out: Size, sizes: Sequence[Size], fetch: Fetch) -> UInt8:
    """A box of a picture as uint8 [out.height, out.width, 3]; white outside the picture.

    Args:
        box_l0: level-0 pixels; may leave the picture.
        out: pixels of the answer.
        sizes: the stored levels, level 0 first.
        fetch: reads stored pixels.

    Raises:
        ValueError: if `out` is empty.
    """
    if out.width < 1 or out.height < 1:
        raise ValueError(f"nothing to read: {out}")
    downsample = min(box_l0.width / out.width, box_l0.height / out.height)
    level = best_level([sizes[0].width / s.width for s in sizes], downsample)
    size = sizes[level]
    fx, fy = size.width / sizes[0].width, size.height / sizes[0].height
    box = Box(box_l0.x0 * fx, box_l0.y0 * fy, box_l0.x1 * fx, box_l0.y1 * fy)
    return _read(box, out, size, lambda *region: fetch(level, *region))


def _read(box: Box, out: Size, size: Size, fetch: Callable[[int, int, int, int], UInt8]) -> UInt8:
    """The same on one level, in blocks that keep memory bounded however much is looked at."""
    x0, y0 = max(0, math.floor(box.x0 + 1e-6)), max(0, math.floor(box.y0 + 1e-6))
    x1, y1 = min(size.width, math.ceil(box.x1 - 1e-6)), min(size.height, math.ceil(box.y1 - 1e-6))
    if x1 <= x0 or y1 <= y0:
        return np.full((out.height, out.width, 3), 255, np.uint8)
    if (x1 - x0) * (y1 - y0) > _BLOCK_PX and max(out.width, out.height) > 1:
        across = out.width >= out.height
        a = (out.width if across else out.height) // 2
        if across:
            cut = box.x0 + box.width * a / out.width
            halves = (
                (Box(box.x0, box.y0, cut, box.y1), Size(a, out.height)),
                (
                    Box(cut, box.y0, box.x1, box.y1),
                    Size(out.width - a, out.height),
                ),
            )
        else:
            cut = box.y0 + box.height * a / out.height
            halves = (
                (Box(box.x0, box.y0, box.x1, cut), Size(out.width, a)),
                (
                    Box(box.x0, cut, box.x1, box.y1),
                    Size(out.width, out.height - a),
                ),
            )
        return np.concatenate([_read(b, o, size, fetch) for b, o in halves], axis=1 if across else 0)
    return _resampled(fetch(x0, y0, x1, y1), (x0, y0), box, out, size)


def _resampled(part: UInt8, corner: tuple[int, int], box: Box, out: Size, size: Size) -> UInt8:
    """Stored pixels that begin at `corner` -> the box's pixels; areas are averaged when shrinking."""
    height, width = part.shape[:2]
    fx, fy = box.width / out.width, box.height / out.height
    left, top = box.x0 - corner[0], box.y0 - corner[1]
    exact = max(abs(left), abs(top), abs(box.width - width), abs(box.height - height)) < 1e-3
    shrinks = fx > 1 or fy > 1
    if exact:
        if (width, height) == (out.width, out.height):
            return np.ascontiguousarray(part)
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (out.width, out.height), interpolation=how), np.uint8)
    sx = sy = 1.0
    if shrinks:
        small = (max(1, round(width / max(1, fx))), max(1, round(height / max(1, fy))))
        part = np.asarray(cv2.resize(part, small, interpolation=cv2.INTER_AREA), np.uint8)
        sx, sy = small[0] / width, small[1] / height
    # Pixel middles: answer (i + 0.5) -> box -> stored -> shrunk - 0.5.
    matrix = np.array(
        [[fx * sx, 0, (0.5 * fx + left) * sx - 0.5], [0, fy * sy, (0.5 * fy + top) * sy - 0.5]], dtype=np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    answer = np.asarray(
        cv2.warpAffine(part, matrix, (out.width, out.height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    x = box.x0 + (np.arange(out.width) + 0.5) * fx
    y = box.y0 + (np.arange(out.height) + 0.5) * fy
    answer[:, (x < 0) | (x >= size.width)] = 255
    answer[(y < 0) | (y >= size.height)] = 255
    return answer
