"""The gate of a refined segmenter: Dice of cells and nuclei before and after, on outlines that trained neither."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bloodview.core.refinement import Answer, ClassChange, Judged, Share
from bloodview.models.card import Metric
from training.detector_gate import less, mean_of
from training.evaluate import Float, Statistic, figure, resamples
from training.outline_corrections import PARTS
from training.refine_gate import FORGETS, LEAST_UNITS, Said, Step, decided

DIFFERS = 0.002
"""Of the Dice, from which a unit counts as outlined better or worse."""

Float64 = NDArray[np.float64]


def judged(before: Float64, after: Float64, units: Sequence[tuple[str, Sequence[str]]]) -> Judged:
    """Two segmenters on N cells.

    Args:
        before: float64 [N, 2], Dice of cell and nucleus by the model in use; NaN where nobody outlined it.
        after: of the refined one.
        units: (what, N names), the widest first; the first with `LEAST_UNITS` of them is resampled, else the last.
    """
    parts = [k for k in range(len(PARTS)) if not np.isnan(before[:, k]).all()] if len(before) else []
    if not parts:
        nothing = Share(0.0, 0.0, 1.0)
        return Judged(0, 0, units[-1][0], nothing, nothing, Share(0.0, -1.0, 1.0), ())
    unit, names = next((u for u in units if len(set(u[1])) >= LEAST_UNITS), units[-1])
    weights = resamples(list(names))
    was, now = ([mean(each[:, k]) for k in parts] for each in (before, after))
    classes = tuple(
        ClassChange(PARTS[k], int((~np.isnan(before[:, k])).sum()), _share(was[i], weights), _share(now[i], weights))
        for i, k in enumerate(parts)
    )
    gain = np.nan_to_num(after - before).sum(axis=1) / np.maximum(1, (~np.isnan(before)).sum(axis=1))
    of_unit = {n: float(np.mean([g for g, own in zip(gain, names, strict=True) if own == n])) for n in set(names)}
    return Judged(
        cells=len(before),
        units=len(of_unit),
        unit=unit,
        before=_share(mean_of(was), weights),
        after=_share(mean_of(now), weights),
        difference=_share(less(mean_of(now), mean_of(was)), weights),
        classes=classes,
        gained=sum(g > DIFFERS for g in of_unit.values()),
        lost=sum(g < -DIFFERS for g in of_unit.values()),
    )


def answer(locked: Judged, reference: Judged | None) -> tuple[Answer, int, str]:
    """What `refine_gate.decided` says of a segmenter; more are cells to outline."""
    own = f"{locked.cells} of your cells that did not train"
    said = Said(
        none="No outlined cell was locked away to judge by.",
        forgot="On the drawn cells of the guard it outlines worse by {points}.",
        alike=f"On {own} both outline alike, so nothing tells them apart.",
        worse=f"On {own} it outlines worse: {{points}}.",
        better=f"On {own} it outlines better: {{points}}.",
        few=f"Of {locked.units} of your {locked.unit}s that did not train, {locked.gained} are outlined better and "
        f"{locked.lost} worse: too few to be told from chance.",
        chance=f"On {own}: {{points}}; that may be chance.",
    )
    return decided(locked, reference, locked.cells, Step(10, 1000, worth=0.01, unseen=0.0), said)


def lost_parts(reference: Judged) -> tuple[str, ...]:
    """Cells or nuclei that are outlined worse than before on the drawn cells by half a point or more, in words."""
    return tuple(
        f"On the drawn cells the {c.label} is outlined worse than before: {c.before.to_decimals(1)} "
        f"before, {c.after.to_decimals(1)} now."
        for c in reference.classes
        if c.after.value <= c.before.value - FORGETS
    )


def mean(values: Float64) -> Statistic:
    """The mean over weighted cells of which it is known; NaN where a resample holds none."""
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)

    def of(weights: Float) -> Float:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((weights @ filled) / (weights @ there.astype(np.float64)))

    return of


def dice(answer: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Of two masks; 1 if both are empty."""
    total = int(answer.sum()) + int(truth.sum())
    return 2 * float((answer & truth).sum()) / total if total else 1.0


def _share(statistic: Statistic, weights: NDArray[np.uint16]) -> Share:
    found: Metric = figure("", statistic, weights)
    return Share(found.value, found.low, found.high)
