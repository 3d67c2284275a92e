"""Prompts as a person gives them: clicks on a cell, boxes around it, and clicks where an answer was wrong."""

import cv2
import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]

_EDGE = 0.15
"""Clicks keep off a cell's border by this share of its deepest point's distance."""


def central(mask: UInt8) -> tuple[float, float]:
    """(x, y) of one click in a mask's middle: its centroid, or its deepest point where that lies outside of it.

    Args:
        mask: uint8 [h, w], not 0 inside.
    """
    ys, xs = np.nonzero(mask)
    x, y = float(xs.mean()), float(ys.mean())
    if mask[round(y), round(x)]:
        return x, y
    return deepest(mask)


def deepest(mask: UInt8) -> tuple[float, float]:
    """(x, y) of the point that is furthest from a mask's border."""
    depth = _depth(mask)
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    return float(x), float(y)


def anywhere(mask: UInt8, rng: np.random.Generator) -> tuple[float, float]:
    """(x, y) of a click somewhere in a mask, not quite at its border."""
    depth = _depth(mask)
    ys, xs = np.nonzero(depth >= max(1.0, _EDGE * float(depth.max())))
    if not len(xs):
        return deepest(mask)
    i = int(rng.integers(len(xs)))
    return float(xs[i]), float(ys[i])


def shaken(box: Float32, rng: np.random.Generator) -> Float32:
    """A box as a hand drags it, float32 [4] xyxy: each side off by some 6 % of the box, rather too wide."""
    size = np.tile(box[2:] - box[:2], 2)
    off = np.clip(rng.normal(0, 0.06, 4), -0.15, 0.15) + np.array([-0.02, -0.02, 0.02, 0.02])
    return np.asarray(box + off * size, dtype=np.float32)


def correction(answer: UInt8, truth: UInt8, known: UInt8) -> tuple[float, float, float] | None:
    """The click that mends an answer most: x, y, and 1 for more or 0 for less; None where hardly anything is wrong.

    Args:
        answer: uint8 [h, w], 1 inside.
        truth: likewise.
        known: likewise, 1 where the truth is known.
    """
    best, most = None, 12
    for wanted, wrong in ((1.0, (truth > answer) & (known > 0)), (0.0, (answer > truth) & (known > 0))):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8), connectivity=4)
        if count < 2:
            continue
        k = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
        if stats[k, cv2.CC_STAT_AREA] > most:
            most = int(stats[k, cv2.CC_STAT_AREA])
            best = (*deepest((labels == k).astype(np.uint8)), wanted)
    return best


def _depth(mask: UInt8) -> Float32:
    """How far each point of a mask is from its border, float32 [h, w]; the array's border counts as one."""
    padded = np.pad((mask > 0).astype(np.uint8), 1)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1], dtype=np.float32)
