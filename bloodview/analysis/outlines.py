"""Masks of cells to polygons: the cell's outline and its nucleus's, lobes joined into one."""

from collections.abc import Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Polygon
from bloodview.models.api import UInt8

_CYTOPLASM, _NUCLEUS = 64, 192  # masks are 0, 128, 255
_LEAST_SHARE = 0.05  # of the largest piece, from which another one is part of the nucleus
_TOLERANCE_PX = 0.5

Int32 = NDArray[np.int32]
Corner = TypeVar("Corner", np.int32, np.float64)


def outlines(
    mask: UInt8, origin: tuple[float, float], factor: tuple[float, float], offset_l0: tuple[float, float]
) -> tuple[Polygon, Polygon]:
    """Outlines of cell and nucleus, level-0 px.

    Args:
        mask: uint8 [h, w] of 0, 128 and 255.
        origin: where the mask's corner lies in the working picture, px.
        factor: level-0 px a working px is wide and high.
        offset_l0: where the working picture's corner lies, level-0 px.
    """

    def placed(contours: list[Int32]) -> Polygon:
        if not contours:
            return ()
        points = joined(contours)
        xy = (points + 0.5 + np.asarray(origin)) * np.asarray(factor) + np.asarray(offset_l0)
        return tuple((round(float(x), 2), round(float(y), 2)) for x, y in xy)

    return placed(pieces(mask >= _CYTOPLASM)[:1]), placed(pieces(mask >= _NUCLEUS))


def pieces(region: NDArray[np.bool_]) -> list[Int32]:
    """Outer contours of a region, int32 [N, 2] x, y each, largest first, specks left out."""
    found, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    simple = [np.asarray(cv2.approxPolyDP(c, _TOLERANCE_PX, True), np.int32).reshape(-1, 2) for c in found]
    sized = sorted(((float(cv2.contourArea(c)), i) for i, c in enumerate(simple) if len(c) >= 3), reverse=True)
    return [simple[i] for area, i in sized if area > 0 and area >= _LEAST_SHARE * sized[0][0]]


def joined(contours: Sequence[NDArray[Corner]]) -> NDArray[Corner]:
    """One closed line through contours: each further one hangs on a bridge without area to the nearest corner."""
    whole = contours[0]
    for part in contours[1:]:
        distance = ((whole[:, None, :] - part[None, :, :]).astype(np.float64) ** 2).sum(axis=2)
        at, start = np.unravel_index(int(distance.argmin()), distance.shape)
        loop = np.concatenate([part[start:], part[: start + 1]])
        whole = np.concatenate([whole[: at + 1], loop, whole[at:]])
    return whole
