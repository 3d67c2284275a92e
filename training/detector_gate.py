"""The gate of a refined detector: average precision a kind before and after, on fields that trained neither, judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.refinement import Answer, ClassChange, Judged, Share
from bloodview.models.api import Boxes
from bloodview.models.card import Metric
from training.data import Field
from training.evaluate import Float, Statistic, figure, resamples
from training.refine_gate import LEAST_UNITS, Said, Step, decided
from training.tasks.detect import KINDS, Matches, match

_LOSES = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """What a detector found on N fields, in their own pixels, and the scores from which it shows a box."""

    boxes: Sequence[Boxes]
    thresholds: Mapping[str, float]


def judged(fields: Sequence[Field], before: Found, after: Found, units: Sequence[tuple[str, Sequence[str]]]) -> Judged:
    """Two detectors on N fields.

    Args:
        fields: the truth; kinds that are not marked throughout are passed over.
        before: of the model in use.
        after: of the refined one.
        units: (what, N names), the widest first; the first with `LEAST_UNITS` of them is resampled, else the last.
    """
    kinds = [k for k in range(len(KINDS)) if any(f.complete[k] and (f.kinds == k).any() for f in fields)]
    if not kinds:
        nothing = Share(0.0, 0.0, 1.0)
        return Judged(0, 0, units[-1][0], nothing, nothing, Share(0.0, -1.0, 1.0), ())
    unit, names = next((u for u in units if len(set(u[1])) >= LEAST_UNITS), units[-1])
    weights = resamples(list(names))
    was, now = ([matches(fields, found, k) for k in kinds] for found in (before, after))
    one, other = ([precision(m) for m in each] for each in (was, now))
    classes = tuple(
        ClassChange(
            KINDS[k], sum(m.true for m in mine), _share(KINDS[k], one[i], weights), _share(KINDS[k], other[i], weights)
        )
        for i, (k, mine) in enumerate(zip(kinds, was, strict=True))
    )
    mean = mean_of(one), mean_of(other)
    wrong = [_wrong(each, found.thresholds, kinds) for each, found in ((was, before), (now, after))]
    fewer = {n: 0 for n in names}
    for name, first, second in zip(names, *wrong, strict=True):
        fewer[name] += first - second
    return Judged(
        cells=sum(c.n for c in classes),
        units=len(set(names)),
        unit=unit,
        before=_share("before", mean[0], weights),
        after=_share("after", mean[1], weights),
        difference=_share("difference", less(mean[1], mean[0]), weights),
        classes=classes,
        gained=sum(n > 0 for n in fewer.values()),
        lost=sum(n < 0 for n in fewer.values()),
    )


def answer(locked: Judged, reference: Judged | None) -> tuple[Answer, int, str]:
    """What `refine_gate.decided` says of a detector; more are pictures to go through."""
    own = f"{locked.units} of your {locked.unit}s that did not train"
    said = Said(
        none="No picture was locked away to judge by.",
        forgot="On the drawn fields of the guard it finds cells worse by {points}.",
        alike="",
        worse=f"On {own} it finds cells worse: {{points}}.",
        better=f"On {own} it finds cells better: {{points}}.",
        few=f"Of {locked.units} of your {locked.unit}s that did not train, fewer boxes are missing or wrong on "
        f"{locked.gained} and more on {locked.lost}: too few to be told from chance.",
        chance=f"On {own}: {{points}}; that may be chance.",
    )
    return decided(locked, reference, locked.units, Step(5, 500), said)


def lost_kinds(reference: Judged) -> tuple[str, ...]:
    """The kinds that are found worse than before by more than five points on the drawn fields, in words."""
    return tuple(
        f"{c.label} is found worse than before on the drawn fields: {c.before.in_words} before, {c.after.in_words} now."
        for c in reference.classes
        if c.after.value < c.before.value - _LOSES
    )


def precision(of_fields: Sequence[Matches]) -> Statistic:
    """AP50 over N fields of one kind, of weighted fields; NaN where none of its boxes is drawn."""
    scores = np.concatenate([m.scores for m in of_fields])
    order = np.argsort(-scores, kind="stable")
    hits = np.concatenate([m.hits for m in of_fields])[order].astype(np.float64)
    field = np.repeat(np.arange(len(of_fields)), [len(m.scores) for m in of_fields])[order]
    true = np.array([m.true for m in of_fields], np.float64)

    def of(weights: Float) -> Float:
        own = weights[:, field]
        found, asked = np.cumsum(own * hits, axis=1), weights @ true
        with np.errstate(invalid="ignore", divide="ignore"):
            recall = found / asked[:, None]
            share = np.where(own.cumsum(axis=1) > 0, found / own.cumsum(axis=1), 0.0)
        envelope = np.maximum.accumulate(share[:, ::-1], axis=1)[:, ::-1]
        area = (envelope * np.diff(recall, prepend=0.0, axis=1)).sum(axis=1)
        return np.asarray(np.where(asked > 0, area, np.nan))

    return of


def mean_of(each: Sequence[Statistic]) -> Statistic:
    """The mean over the kinds that a resample holds."""

    def of(weights: Float) -> Float:
        values = np.stack([one(weights) for one in each])
        there = ~np.isnan(values)
        return np.asarray(np.where(there, values, 0).sum(axis=0) / np.maximum(1, there.sum(axis=0)))

    return of


def less(one: Statistic, other: Statistic) -> Statistic:
    """The difference of two figures of the same fields."""
    return lambda w: np.asarray(one(w) - other(w))


def matches(fields: Sequence[Field], found: Found, kind: int) -> list[Matches]:
    """Of each field; what lies where nothing is clear, or on a field where the kind is not complete, does not count."""
    each = []
    for field, boxes in zip(fields, found.boxes, strict=True):
        if not field.complete[kind]:
            each.append(Matches(np.zeros(0, np.float32), np.zeros(0, bool), 0))
            continue
        own = match(field, (boxes.boxes, boxes.scores, boxes.kinds), kind)
        if field.unclear is not None and len(field.unclear):
            mine = boxes.boxes[boxes.kinds == kind]
            x, y = ((mine[:, [k]] + mine[:, [k + 2]]) / 2 for k in (0, 1))
            x0, y0, x1, y1 = field.unclear.T
            inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
            counts = own.hits | ~inside.any(axis=1)
            own = Matches(own.scores[counts], own.hits[counts], own.true)
        each.append(own)
    return each


def _wrong(by_kind: Sequence[Sequence[Matches]], thresholds: Mapping[str, float], kinds: Sequence[int]) -> list[int]:
    """Of each field, how many cells of the kinds have no box, and boxes no cell, where the app shows them."""
    total = np.zeros(len(by_kind[0]), int)
    for own, kind in zip(by_kind, kinds, strict=True):
        for i, m in enumerate(own):
            shown = m.scores >= thresholds[KINDS[kind]]
            hits = int((m.hits & shown).sum())
            total[i] += m.true - hits + int(shown.sum()) - hits
    return [int(n) for n in total]


def _share(name: str, statistic: Statistic, weights: NDArray[np.uint16]) -> Share:
    return _of(figure(name, statistic, weights))


def _of(metric: Metric) -> Share:
    return Share(metric.value, metric.low, metric.high)
