"""Which boxes lie under a point or in a view: grids over box middles, answered without looking at every box."""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Boxes = NDArray[np.float64]
_PER_BIN = 8.0
_LOOSE = 16_384
"""Boxes that came or were moved since, which are looked at one by one until they get a grid of their own."""


class _Grid:
    """The middles of some boxes, by bin; knows rows and nothing else of them."""

    def __init__(self, boxes: Boxes, first: int) -> None:
        n, self._first = len(boxes), first
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        self._reach = (boxes[:, 2:] - boxes[:, :2]).max(axis=0) / 2
        self._origin = middles.min(axis=0)
        extent = np.maximum(middles.max(axis=0) - self._origin, 1.0)
        self._bin = max(float(np.sqrt(extent.prod() * _PER_BIN / n)), 1.0)
        self._shape = np.floor(extent / self._bin).astype(np.int64) + 1
        at = np.floor((middles - self._origin) / self._bin).astype(np.int64)
        keys = at[:, 1] * self._shape[0] + at[:, 0]
        order = np.argsort(keys, kind="stable")
        self._order, self._keys = order.astype(np.int32), keys[order].astype(np.int32)

    def candidates(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Rows of all boxes that may touch a rectangle."""
        low = np.floor((np.array([x0, y0]) - self._reach - self._origin) / self._bin)
        high = np.floor((np.array([x1, y1]) + self._reach - self._origin) / self._bin)
        last = self._shape - 1
        if (high < 0).any() or (low > last).any():
            return np.zeros(0, dtype=np.intp)
        low, high = np.clip(low, 0, last).astype(np.int64), np.clip(high, 0, last).astype(np.int64)
        lines = np.arange(low[1], high[1] + 1) * self._shape[0]
        starts = np.searchsorted(self._keys, (lines + low[0]).astype(np.int32), side="left")
        ends = np.searchsorted(self._keys, (lines + high[0]).astype(np.int32), side="right")
        parts = [self._order[a:b] for a, b in zip(starts, ends, strict=True) if b > a]
        return np.concatenate(parts).astype(np.intp) + self._first if parts else np.zeros(0, dtype=np.intp)


class BoxIndex:
    """Index of float64 [N, 4] xyxy boxes of one frame; answers are row numbers in ascending order."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes = boxes
        self._grids = [_Grid(boxes, 0)] if len(boxes) else []
        self._gridded = len(boxes)
        self._moved: set[int] = set()

    def follow(self, boxes: Boxes, moved: Rows) -> None:
        """Take the boxes as they are now: further ones below the others, and some that were moved."""
        self.boxes = boxes
        self._moved.update(moved.tolist())
        if len(boxes) - self._gridded + len(self._moved) <= _LOOSE:
            return
        if len(self._moved) > _LOOSE // 2:
            self._grids, self._gridded, self._moved = [], 0, set()
        self._grids.append(_Grid(boxes[self._gridded :], self._gridded))
        self._gridded = len(boxes)

    def query(self, x0: float, y0: float, x1: float, y1: float) -> Rows:
        """Rows of the boxes that touch a rectangle."""
        parts = [grid.candidates(x0, y0, x1, y1) for grid in self._grids]
        parts.append(np.arange(self._gridded, len(self.boxes)))
        parts.append(np.fromiter(self._moved, np.intp))
        rows = np.concatenate(parts)
        near = self.boxes[rows]
        touching = (near[:, 2] >= x0) & (near[:, 0] <= x1) & (near[:, 3] >= y0) & (near[:, 1] <= y1)
        found = np.sort(rows[touching])
        return np.unique(found) if self._moved else found

    def at(self, x: float, y: float, slack: float = 0.0) -> Rows:
        """Rows of the boxes around a point or missed by no more than `slack`, the relatively nearest middle first."""
        rows = self.query(x - slack, y - slack, x + slack, y + slack)
        near = self.boxes[rows]
        half = (near[:, 2:] - near[:, :2]) / 2 + slack
        away = np.abs((near[:, 2:] + near[:, :2]) / 2 - (x, y)) / half
        return rows[np.argsort(away.max(axis=1), kind="stable")] if len(rows) else rows
