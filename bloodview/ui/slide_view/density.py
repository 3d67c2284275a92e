"""How many cells lie where, at every zoom: what is shown of a crowd that is too large for a dot a cell."""

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Size

_FINEST = 1024
"""Bins along the longer side of the slide, or of what the cells cover."""
_COARSEST = 32
_FULL_AT = 98.0
"""Percentile of the bins with a cell that looks full; what is denser looks no denser."""

Counts = NDArray[np.float32]
Corners = tuple[float, float, float, float]


class Density:
    """Counts of middles in bins, four of which are one of the next level."""

    def __init__(self, boxes_l0: NDArray[np.float64], size: Size | None = None) -> None:
        low, high = np.zeros(2), np.ones(2)
        if size is not None:
            high = np.array([size.width, size.height], np.float64)
        elif len(boxes_l0):
            low, high = boxes_l0[:, :2].min(axis=0), boxes_l0[:, 2:].max(axis=0)
        self._origin, extent = low, np.maximum(high - low, 1.0)
        self._bin_l0 = float(extent.max()) / _FINEST
        self._wide, self._high = (max(1, int(np.ceil(v))) for v in extent / self._bin_l0)
        at = self._bins(boxes_l0)
        counts = np.bincount(at, minlength=self._wide * self._high).astype(np.float32)
        self._finest = counts.reshape(self._high, self._wide)
        self._coarser: dict[int, Counts] = {}
        self._full: dict[int, float] = {}
        self._total, self._changed = len(boxes_l0), 0

    def add(self, boxes_l0: NDArray[np.float64], sign: int) -> None:
        """Count further cells in (1), or some out (-1)."""
        np.add.at(self._finest.reshape(-1), self._bins(boxes_l0), np.float32(sign))
        self._coarser.clear()
        self._total += sign * len(boxes_l0)
        self._changed += len(boxes_l0)
        if self._changed > self._total // 4:
            self._full.clear()
            self._changed = 0

    def count(self, x0: float, y0: float, x1: float, y1: float) -> int:
        """Middles in a rectangle of level-0 pixels, to within its border's bins."""
        return int(self._part(0, x0, y0, x1, y1)[0].sum())

    def seen(self, x0: float, y0: float, x1: float, y1: float, least_bin_l0: float) -> tuple[Counts, Corners] | None:
        """How full the bins in a rectangle are, 0 to 1, and the corners of all of them; None if it lies beside them.

        All in level-0 pixels; a bin is at least `least_bin_l0` wide where there are so coarse ones.
        """
        at = 0
        while self._bin_l0 * 2**at < least_bin_l0 and (_FINEST >> at) > _COARSEST:
            at += 1
        part, place = self._part(at, x0, y0, x1, y1)
        return (np.clip(part / self._fullness(at), 0.0, 1.0), place) if part.size else None

    def _bins(self, boxes_l0: NDArray[np.float64]) -> NDArray[np.intp]:
        middles = (boxes_l0[:, :2] + boxes_l0[:, 2:]) / 2
        at = ((middles - self._origin) / self._bin_l0).astype(np.intp)
        return np.clip(at[:, 1], 0, self._high - 1) * self._wide + np.clip(at[:, 0], 0, self._wide - 1)

    def _level(self, at: int) -> Counts:
        if not at:
            return self._finest
        if at not in self._coarser:
            finer = self._level(at - 1)
            high, wide = finer.shape
            finer = np.pad(finer, ((0, high % 2), (0, wide % 2)))
            self._coarser[at] = finer[::2, ::2] + finer[1::2, ::2] + finer[::2, 1::2] + finer[1::2, 1::2]
        return self._coarser[at]

    def _fullness(self, at: int) -> float:
        """Kept while few cells come and go, so that the crowd does not flicker."""
        if at not in self._full:
            level = self._level(at)
            some = level[level > 0]
            self._full[at] = max(float(np.percentile(some, _FULL_AT)), 1.0) if some.size else 1.0
        return self._full[at]

    def _part(self, at: int, x0: float, y0: float, x1: float, y1: float) -> tuple[Counts, Corners]:
        level, side = self._level(at), self._bin_l0 * 2**at
        ox, oy = self._origin.tolist()
        left, top = max(int((x0 - ox) // side), 0), max(int((y0 - oy) // side), 0)
        right, bottom = max(int((x1 - ox) // side) + 1, 0), max(int((y1 - oy) // side) + 1, 0)
        part = level[top:bottom, left:right]
        x, y = ox + left * side, oy + top * side
        return part, (x, y, x + part.shape[1] * side, y + part.shape[0] * side)
