"""Platelets of a smear: how many a field of the microscope, what that is a litre, and which lie in clumps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.differential import Interval
from bloodview.core.geometry import Float32, Scale
from bloodview.core.red_cells import is_trusted

FACTOR_SOURCE = "common practice at 1000x, 20 for capillary blood (LabCE); each laboratory finds its own"
"""Where the usual factor of 15 comes from."""

TOUCHING_UM = 0.5
"""Platelets that lie no farther apart are taken to touch; without a scale, a fifth of a platelet's box."""

CLUMP = 3
"""So many that touch are a clump: two lie together by chance."""

LARGE_UM = 4.0
"""A platelet wider than this is counted as large."""

_Z = 1.959963984540054
"""Of the normal distribution, for a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class PlateletPlace:
    """The platelets of one slide.

    Args:
        boxes_l0: float32 [N, 4] xyxy of those that count, level-0 px.
        diameters_px: float64 [M] of those that could be measured, of discs of the same area, level-0 px.
        scale: None if unknown.
        area_mm2: what was analysed of it; None if unknown.
    """

    boxes_l0: Float32
    diameters_px: NDArray[np.float64]
    scale: Scale | None
    area_mm2: float | None


@dataclass(frozen=True, slots=True)
class PlateletFigures:
    """What the platelets of some slides amount to.

    Args:
        n: platelets.
        area_mm2: where they were counted; None where a scale is missing or only assumed.
        field_um: diameter of the field that the factor is meant for.
        factor: 10^9 a litre for each platelet in such a field.
        per_field: platelets in such a field, on average; None as `area_mm2`.
        per_field_limits: 95 % interval of that: what chance alone leaves open, if they lie at random (Byar).
        spread: standard deviation of `per_field` between the slides; None below two.
        clumps: how many of CLUMP or more there are, and how many platelets lie in them.
        clumped: see `clumps`.
        n_measured: platelets with an outline of their own.
        large: of these, wider than LARGE_UM; None as `area_mm2`.
    """

    n: int
    area_mm2: float | None
    field_um: float
    factor: float
    per_field: float | None
    per_field_limits: Interval | None
    spread: float | None
    clumps: int
    clumped: int
    n_measured: int
    large: int | None

    @property
    def estimate(self) -> float | None:
        """10^9 a litre; None where it is withheld."""
        return None if self.per_field is None else self.factor * self.per_field

    @property
    def estimate_limits(self) -> Interval | None:
        limits = self.per_field_limits
        return None if limits is None else Interval(self.factor * limits.low, self.factor * limits.high)

    @property
    def field_mm2(self) -> float:
        """Area of the field that the factor is meant for."""
        return math.pi / 4 * (self.field_um / 1000) ** 2

    @property
    def fields(self) -> float | None:
        """How many such fields were counted."""
        return None if self.area_mm2 is None else self.area_mm2 / self.field_mm2


def figures(places: Sequence[PlateletPlace], field_um: float, factor: float) -> PlateletFigures:
    """Sum up the platelets of some slides; the estimate is withheld unless the area of each of them is known."""
    n = sum(len(p.boxes_l0) for p in places)
    sizes = [size for p in places for size in clumps(p.boxes_l0, p.scale, _margin_px(p))]
    area_mm2 = per_field = limits = spread = large = None
    is_known = bool(places) and all(is_trusted(p.scale) and p.area_mm2 for p in places)
    if is_known:
        area_mm2 = sum(p.area_mm2 or 0.0 for p in places)
        field_mm2 = math.pi / 4 * (field_um / 1000) ** 2
        fields = area_mm2 / field_mm2
        per_field = n / fields
        limits = Interval(*(limit / fields for limit in poisson(n)))
        if len(places) > 1:
            each = [len(p.boxes_l0) * field_mm2 / (p.area_mm2 or 1.0) for p in places]
            spread = float(np.std(each, ddof=1))
        large = sum(int((p.diameters_px * p.scale.um_per_px > LARGE_UM).sum()) for p in places if p.scale)
    measured = sum(len(p.diameters_px) for p in places)
    return PlateletFigures(
        n, area_mm2, field_um, factor, per_field, limits, spread, len(sizes), sum(sizes), measured, large
    )


def poisson(n: int) -> tuple[float, float]:
    """95 % interval of the mean of a Poisson distribution of which n was seen (Byar's approximation)."""
    low = n * (1 - 1 / (9 * n) - _Z / (3 * math.sqrt(n))) ** 3 if n else 0.0
    m = n + 1
    return low, m * (1 - 1 / (9 * m) + _Z / (3 * math.sqrt(m))) ** 3


def _margin_px(place: PlateletPlace) -> float:
    """How much wider the boxes are than the platelets in them, on each side: what was measured tells."""
    if not len(place.boxes_l0) or not len(place.diameters_px):
        return 0.0
    side = float(np.median((place.boxes_l0[:, 2:] - place.boxes_l0[:, :2]).mean(axis=1)))
    return max(0.0, (side - float(np.median(place.diameters_px))) / 2)


def clumps(boxes_l0: Float32, scale: Scale | None, margin_px: float = 0.0) -> list[int]:
    """Sizes of the groups of CLUMP platelets or more, each of which touches another of the group; largest first.

    Args:
        boxes_l0: float32 [N, 4] xyxy, level-0 px.
        scale: None if unknown.
        margin_px: how much wider the boxes are than what lies in them, on each side.
    """
    n = len(boxes_l0)
    if n < CLUMP:
        return []
    if scale is not None and is_trusted(scale):
        gap = scale.px(TOUCHING_UM)
    else:
        gap = float(np.median((boxes_l0[:, 2:] - boxes_l0[:, :2]).max(axis=1))) / 5
    gap -= 2 * margin_px
    boxes = boxes_l0[np.argsort(boxes_l0[:, 0], kind="stable")]
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # Sorted by their left sides, those that can touch a box stand in one stretch after it.
    ends = np.searchsorted(boxes[:, 0], boxes[:, 2] + gap, side="right")
    for i, end in enumerate(ends):
        after = boxes[i + 1 : end]
        away = np.stack([after[:, 0] - boxes[i, 2], *_apart(boxes[i], after)]).max(axis=0)
        for j in np.flatnonzero(away <= gap):
            parent[root(i + 1 + int(j))] = root(i)
    _, sizes = np.unique([root(i) for i in range(n)], return_counts=True)
    return sorted((int(size) for size in sizes if size >= CLUMP), reverse=True)


def _apart(box: Float32, others: Float32) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How far above and below a box others lie."""
    return others[:, 1] - box[3], box[1] - others[:, 3]
