"""Size, outline and grain of the nucleus and the cell in the middle of a crop, by density alone; numpy and OpenCV.

Coarser than the segmenter's masks and far cheaper: enough for a regression on a few cells of one laboratory.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Mask = NDArray[np.bool_]

WIDTH = 42
"""Numbers a cell."""
_SIDE = 64
_DENSITY = (-np.log((np.arange(256) + 1) / 256)).astype(np.float32)
_RINGS = (0.0, 0.06, 0.12, 0.18, 0.24, 0.3, 0.38)
"""In sides of the crop, from its middle."""
_DISC, _MIDDLE, _NEAR = 0.42, 0.27, 0.2
_USUAL_AREA = 0.1 * _SIDE**2
_LEAST_PIXELS = 5
_BINS = 64
_AT = (np.arange(_SIDE) - (_SIDE - 1) / 2) / _SIDE
_RADIUS = np.hypot(_AT[:, None], _AT[None])


def shapes(crops: NDArray[np.uint8]) -> Float32:
    """uint8 [N, S, S, 3] RGB -> float32 [N, 42].

    Two thresholds part the density of the middle into ground, cytoplasm and nucleus (Otsu 1979). Six numbers of the
    outline each of nucleus and cell, their ratio, the thresholds, mean, deviation and grain of the density in both, how
    far the nucleus lies off the cell's middle; mean and deviation of the density in six rings; colour of both.
    """
    rows = np.zeros((len(crops), WIDTH), np.float32)
    for row, crop in zip(rows, crops, strict=True):
        row[:] = _numbers(cv2.resize(crop, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))
    return rows


def _numbers(crop: NDArray[np.uint8]) -> list[float]:
    density = _DENSITY[crop]
    total = density.sum(axis=2)
    density = density - np.median(density[total <= np.quantile(total, 0.2)], axis=0)
    dye = max(0.2, float(np.quantile(density.sum(axis=2)[_RADIUS < _MIDDLE], 0.9)))
    sharp = np.asarray(density.sum(axis=2) / dye, np.float32)
    depth = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 0.8), np.float32)
    grain = 10 * np.abs(sharp - cv2.GaussianBlur(sharp, (0, 0), 1.5))
    low, high = _thresholds(depth[_RADIUS < _DISC])
    cell = _middle((depth > low) & (_RADIUS < _DISC))
    opened = cv2.morphologyEx(cell.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) > 0
    cell = _middle(opened) if opened.any() else cell
    nucleus = cell & (depth > high)
    if nucleus.sum() < _LEAST_PIXELS:
        nucleus = cell
    rest = cell & ~nucleus
    numbers = [*_outline(nucleus), *_outline(cell), float(nucleus.sum()) / max(1, int(cell.sum())), high, low]
    for mask, mean in ((nucleus, 1.0), (rest, low)):
        numbers += [float(depth[mask].mean()), float(depth[mask].std())] if mask.any() else [mean, 0.0]
    numbers += [float(grain[mask].mean()) if mask.any() else 0.0 for mask in (nucleus, rest)]
    numbers.append(_eccentric(nucleus, cell))
    for inner, outer in zip(_RINGS, _RINGS[1:], strict=False):
        ring = depth[(inner <= _RADIUS) & (outer > _RADIUS)]
        numbers += [float(ring.mean()), float(ring.std())]
    for mask in (nucleus, rest):
        colour = density[mask].mean(axis=0) if mask.any() else np.zeros(3)
        numbers += [*(3 * colour / max(0.1, float(colour.sum()))).tolist(), float(colour.sum())]
    return numbers


def _thresholds(values: Float32) -> tuple[float, float]:
    """The two thresholds that part values into three classes of the least spread."""
    low, high = (float(v) for v in np.quantile(values, [0.01, 0.99]))
    counts, edges = np.histogram(values, _BINS, (low, high + 1e-6))
    share = counts / max(1, counts.sum())
    weight, moment = np.cumsum(share), np.cumsum(share * (edges[:-1] + edges[1:]) / 2)
    i, j = np.triu_indices(_BINS - 1, 1)
    weights = np.stack([weight[i], weight[j] - weight[i], 1 - weight[j]])
    moments = np.stack([moment[i], moment[j] - moment[i], moment[-1] - moment[j]])
    between = (moments**2 / np.maximum(weights, 1e-9)).sum(axis=0)
    between[(weights < 0.02).any(axis=0)] = -1
    best = int(between.argmax())
    return float(edges[i[best] + 1]), float(edges[j[best] + 1])


def _middle(mask: Mask) -> Mask:
    """The connected part that lies most in the middle."""
    count, parts = cv2.connectedComponents(mask.astype(np.uint8))
    if count < 2:
        return mask
    nearness = np.exp(-((_RADIUS[mask] / _NEAR) ** 2))
    return np.asarray(parts == np.bincount(parts[mask], nearness, count).argmax())


def _outline(mask: Mask) -> list[float]:
    """Area, roundness, solidity, elongation, lobes and reach of a mask."""
    n = int(mask.sum())
    if n < _LEAST_PIXELS:
        return [float(np.log(_LEAST_PIXELS / _USUAL_AREA)), 0.0, 1.0, 1.0, 0.0, 0.0]
    at = np.stack(np.nonzero(mask)).astype(np.float64)
    at -= at.mean(axis=1, keepdims=True)
    spread = np.linalg.eigvalsh(at @ at.T / n + 1e-3 * np.eye(2))
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(c, True) for c in contours)
    hull = float(cv2.contourArea(cv2.convexHull(np.concatenate(contours))))
    lobes = sum(cv2.contourArea(c) > 0.05 * n for c in contours)
    return [
        float(np.log(n / _USUAL_AREA)),
        float(np.log(length**2 / (4 * np.pi * n) + 0.1)),
        n / max(n, hull),
        float(spread[0] / spread[1]),
        lobes / 3,
        float(np.log(2 * np.pi * spread.sum() / n)),
    ]


def _eccentric(nucleus: Mask, cell: Mask) -> float:
    """How far the nucleus lies off the middle of the cell, in about its radii."""
    if not nucleus.any():
        return 0.0
    away = np.array([a.mean() - b.mean() for a, b in zip(np.nonzero(nucleus), np.nonzero(cell), strict=True)])
    return float(3 * np.hypot(*away) / np.sqrt(cell.sum()))
