"""The colours of the cell in the middle of a crop, over its own glass; numpy only.

A classifier that shall hold in any laboratory must not trust colours; within one laboratory they tell much.
"""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

WIDTH = 45
"""Numbers a cell."""
_RADIUS = 0.27
"""Of the disc that is looked at, in sides of the crop: 6 um of a window of 22."""
_PARTS = 5
_DENSITY = (-np.log((np.arange(256) + 1) / 256)).astype(np.float32)


def colours(crops: NDArray[np.uint8]) -> Float32:
    """uint8 [N, S, S, 3] RGB -> float32 [N, 45].

    The middle's pixels in fifths from the lightest to the darkest: the mean optical density of each channel, and mean
    and deviation of each channel's share of the sum. Ground, which is subtracted, is the median of the lightest fifth
    of the whole crop.
    """
    side = crops.shape[1]
    at = (np.arange(0, side, 2) - (side - 1) / 2) / side
    middle = (np.hypot(at[:, None], at[None]) < _RADIUS).ravel()
    rows = np.empty((len(crops), WIDTH), np.float32)
    for row, crop in zip(rows, crops, strict=True):
        density = _DENSITY[crop[::2, ::2]].reshape(-1, 3)
        total = density.sum(axis=1)
        light = np.argsort(total, kind="stable")[: max(1, len(total) // _PARTS)]
        cell = np.maximum(density[middle] - np.median(density[light], axis=0), -0.1)
        total = cell.sum(axis=1)
        share = cell / np.maximum(total + 0.1, 0.05)[:, None]
        order = np.array_split(np.argsort(total, kind="stable"), _PARTS)
        row[:15] = np.concatenate([cell[part].mean(axis=0) for part in order])
        row[15:30] = np.concatenate([3 * share[part].mean(axis=0) for part in order])
        row[30:] = np.concatenate([3 * share[part].std(axis=0) for part in order])
    return rows
