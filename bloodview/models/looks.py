"""What a crop's pixels tell of its laboratory: colour of ground and dye, and focus, noise and scale; numpy only."""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

_DENSITY = (-np.log((np.arange(256) + 1) / 256)).astype(np.float32)
"""Optical density of each value of a channel."""
_LAGS = (1, 2, 4)
_LEAST_DYE, _LEAST = 0.1, 1e-4


def stain_features(crops: NDArray[np.uint8]) -> Float32:
    """Colour of the ground and of the dye: uint8 [N, H, W, 3] -> float32 [N, 6] of optical densities.

    The ground is the median of the lightest fifth of the pixels, the dye the median of the darkest tenth over it.
    """
    rows = np.empty((len(crops), 6), np.float32)
    for row, crop in zip(rows, crops, strict=True):
        pixels = crop[::2, ::2].reshape(-1, 3)
        order = np.argsort(pixels.sum(axis=1, dtype=np.uint16), kind="stable")
        light, dark = pixels[order[-(len(order) // 5) :]], pixels[order[: len(order) // 10]]
        ground, dye = (-np.log((np.median(p, axis=0) + 1) / 256) for p in (light, dark))
        row[:3], row[3:] = ground, dye - ground
    return rows


def optics_features(crops: NDArray[np.uint8], stain: Float32) -> Float32:
    """Focus, noise and scale: uint8 [N, H, W, 3] and its `stain_features` [N, 6] -> float32 [N, 6].

    Of the green density, averaged over 2 x 2 pixels, since finer differences tell how a window was resampled rather
    than how it was photographed, and in units of the dye's: the steps of the logarithm of the mean difference between
    pixels 1, 2 and 4 apart (a blurred or enlarged picture loses at the small lags, noise gains there), that logarithm
    at 4; how much the steepest of the smallest differences stand out (edges in focus do); and the shares of pixels
    that hold a fifth and a half of the dye, by which an object too large or too small for its window shows.
    """
    rows = np.empty((len(crops), 6), np.float32)
    for row, crop, dye in zip(rows, crops, np.maximum(stain[:, 4], _LEAST_DYE), strict=True):
        fine = _DENSITY[crop[: len(crop) // 2 * 2, : crop.shape[1] // 2 * 2, 1]]
        density = (fine[::2, ::2] + fine[1::2, ::2] + fine[::2, 1::2] + fine[1::2, 1::2]) / (4 * dye)
        logs, peak = [], 0.0
        for lag in _LAGS:
            x, y = density[:, lag:] - density[:, :-lag], density[lag:] - density[:-lag]
            logs.append(np.log((np.abs(x).mean() + np.abs(y).mean()) / 2 + _LEAST))
            if lag == 1:
                peak = np.log(np.sqrt((np.vdot(x, x) + np.vdot(y, y)) / (x.size + y.size)) + _LEAST) - logs[0]
        row[:2], row[2], row[3] = -np.diff(logs), logs[-1], peak
        seen = density[::2, ::2].ravel()
        ground = np.partition(seen, len(seen) // 10)[len(seen) // 10]
        row[4:] = (density > ground + 0.2).mean(), (density > ground + 0.5).mean()
    return rows
