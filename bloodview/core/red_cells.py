"""What is measured of red cells, and what many of them amount to: number, spread of diameters, shape. Numpy only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Scale

RULER_UM = 7.5
"""Diameter of a usual red cell on a dried smear, um: the line in the histogram, and the ruler where a file has none."""

SMALL_UM, LARGE_UM = 7.0, 8.5
"""Diameters below and above which a red cell is counted as small or large; figures shown, no grade follows."""

ELONGATED = 1.3
"""Longer over shorter axis from which a red cell is counted as elongated."""

UNROUND = 0.93
"""Circularity below which the outline of a red cell is counted as uneven."""

WIDE_PALLOR = 0.55
"""Diameter of the pale centre over that of the cell, above which it is counted as wide."""

NO_PALLOR = 0.1
"""The same, below which a red cell is counted as one without a pale centre."""

BIN_UM = 0.25
_SHOWN_UM = (4.0, 11.0)


class Measured(IntEnum):
    """Whether a red cell could be measured, and if not, why."""

    YES = 0
    CUT = 1
    """By the border of the picture."""
    OVERLAPPING = 2
    """It lies on or against another cell, so that its own outline is not to be seen."""
    UNCLEAR = 3
    """No closed outline was found in its box."""


FEW = 100
"""Fewer measured red cells say little of a smear: a spread of 100 diameters is known to 7 % of itself at best."""


@dataclass(frozen=True, slots=True)
class RedCellShape:
    """A red cell as its outline shows it.

    Args:
        measured: whether the numbers stand; they are 0 otherwise.
        diameter_px: of a disc of the same area, level-0 px.
        circularity: 4 pi area / perimeter^2, 1 for a circle.
        elongation: longer over shorter axis of the ellipse with the same moments, from 1.
        pallor: diameter of the pale centre over that of the cell, 0 to 1.
    """

    measured: Measured
    diameter_px: float = 0.0
    circularity: float = 0.0
    elongation: float = 0.0
    pallor: float = 0.0


@dataclass(frozen=True, slots=True)
class ShapeColumns:
    """The measured red cells of one slide, column by column.

    Args:
        ids: int64 [N], of the cells.
        diameter_px, circularity, elongation, pallor: float64 [N], as in RedCellShape.
        n_cut, n_overlapping, n_unclear: cells left out, by reason.
        n_unmeasured: cells that nobody tried to measure: analysed before this was done, or drawn by a person.
    """

    ids: NDArray[np.int64]
    diameter_px: NDArray[np.float64]
    circularity: NDArray[np.float64]
    elongation: NDArray[np.float64]
    pallor: NDArray[np.float64]
    n_cut: int = 0
    n_overlapping: int = 0
    n_unclear: int = 0
    n_unmeasured: int = 0


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of the histogram: diameters from `low_um` to below `high_um`; the outermost hold what lies farther out."""

    low_um: float
    high_um: float
    count: int


@dataclass(frozen=True, slots=True)
class RedCellFigures:
    """What the red cells of a slide, or of a case, amount to.

    Diameters are those of discs of the same area in two dimensions. Their coefficient of variation is no analyser's
    RDW, which is one of volumes.

    Args:
        n_measured: red cells with an outline of their own.
        n_cut, n_overlapping, n_unclear, n_unmeasured: red cells left out, by reason.
        cv: standard deviation over mean of the diameters, within the slides (their variances pooled); None where no
            slide has two cells.
        mean_um, sd_um: None where no scale can be trusted.
        small, large: share of the cells below and above SMALL_UM and LARGE_UM, 0 to 1; None as `mean_um`.
        bins: the histogram; () as `mean_um`.
        circularity, elongation, pallor: means; None without a cell.
        unround, elongated, wide_pallor, solid: share of the cells beyond UNROUND, ELONGATED, WIDE_PALLOR and NO_PALLOR,
            0 to 1.
        is_own_ruler: whether the scale of a slide was read off these very cells, so that their mean is 7.5 um by
            construction and only sizes relative to it say something.
    """

    n_measured: int
    n_cut: int = 0
    n_overlapping: int = 0
    n_unclear: int = 0
    n_unmeasured: int = 0
    cv: float | None = None
    mean_um: float | None = None
    sd_um: float | None = None
    small: float | None = None
    large: float | None = None
    bins: tuple[Bin, ...] = ()
    circularity: float | None = None
    elongation: float | None = None
    pallor: float | None = None
    unround: float | None = None
    elongated: float | None = None
    wide_pallor: float | None = None
    solid: float | None = None
    is_own_ruler: bool = False

    @property
    def n_left_out(self) -> int:
        """Red cells that were counted and not measured."""
        return self.n_cut + self.n_overlapping + self.n_unclear + self.n_unmeasured


def is_trusted(scale: Scale | None) -> bool:
    """Whether diameters in um mean something: not where the scale is only assumed."""
    return scale is not None and scale.source != "assumed"


def figures(slides: Sequence[tuple[ShapeColumns, Scale | None]]) -> RedCellFigures:
    """Sum up the red cells of some slides; micrometres are withheld unless every slide with cells has a scale."""
    filled = [(columns, scale) for columns, scale in slides if len(columns.diameter_px)]
    cut, overlapping, unclear, unmeasured = (
        sum(getattr(c, name) for c, _ in slides) for name in ("n_cut", "n_overlapping", "n_unclear", "n_unmeasured")
    )
    n = sum(len(c.diameter_px) for c, _ in filled)
    nothing = RedCellFigures(0, cut, overlapping, unclear, unmeasured)
    if not n:
        return nothing
    circularity, elongation, pallor = (
        np.concatenate([getattr(c, name) for c, _ in filled]) for name in ("circularity", "elongation", "pallor")
    )
    # Each slide against its own mean: slides may differ in scale, and one that has none still has a spread.
    off = np.concatenate([c.diameter_px / c.diameter_px.mean() - 1 for c, _ in filled])
    free = n - len(filled)
    found = replace(
        nothing,
        n_measured=n,
        cv=math.sqrt(float((off**2).sum()) / free) if free else None,
        circularity=float(circularity.mean()),
        elongation=float(elongation.mean()),
        pallor=float(pallor.mean()),
        unround=float((circularity < UNROUND).mean()),
        elongated=float((elongation > ELONGATED).mean()),
        wide_pallor=float((pallor > WIDE_PALLOR).mean()),
        solid=float((pallor < NO_PALLOR).mean()),
        is_own_ruler=any(scale is not None and scale.source == "red cells" for _, scale in filled),
    )
    if not all(is_trusted(scale) for _, scale in filled):
        return found
    um = np.concatenate([c.diameter_px * scale.um_per_px for c, scale in filled if scale is not None])
    return replace(
        found,
        mean_um=float(um.mean()),
        sd_um=float(um.std(ddof=1)) if n > 1 else None,
        small=float((um < SMALL_UM).mean()),
        large=float((um > LARGE_UM).mean()),
        bins=_histogram(um),
    )


def samples(slides: Sequence[ShapeColumns], most: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Cells to show: what they are, for people, and their ids; sizes are held against the mean of each slide."""
    filled = [c for c in slides if len(c.ids)]
    if not filled:
        return ()
    ids = np.concatenate([c.ids for c in filled])
    size = np.concatenate([c.diameter_px / c.diameter_px.mean() for c in filled])
    circularity, elongation, pallor = (
        np.concatenate([getattr(c, name) for c in filled]) for name in ("circularity", "elongation", "pallor")
    )
    orders = (
        ("of average size", np.abs(size - 1)),
        ("smallest", size),
        ("largest", -size),
        ("longest", -elongation),
        ("least round", circularity),
        ("widest pale centre", -pallor),
    )
    return tuple((what, tuple(int(i) for i in ids[np.lexsort((ids, order))[:most]])) for what, order in orders)


def _histogram(um: NDArray[np.float64]) -> tuple[Bin, ...]:
    low, high = _SHOWN_UM
    edges = np.arange(low, high + BIN_UM / 2, BIN_UM)
    counts, _ = np.histogram(np.clip(um, low, high - 1e-9), edges)
    return tuple(Bin(float(a), float(b), int(n)) for a, b, n in zip(edges, edges[1:], counts, strict=False))
