"""The gate of a refinement: both models on cells that trained neither head, class by class, and what follows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.differential import wilson
from bloodview.core.refinement import Answer, ClassChange, Judged, Share
from bloodview.models.card import Metric
from training.evaluate import figure, mean_recall, resamples
from training.locking import LOCKED_SHARE

Float32 = NDArray[np.float32]

LEAST_UNITS = 8
"""Cases or pictures from which they are resampled; of fewer an interval would tell too little doubt."""
FORGETS = 0.005
"""What the old classes may lose on the mean without the model being called worse."""
_CHANCE = 0.05
_WORTH = 0.05  # a gain that a person would like to be told apart from chance


def judged(
    labels: Sequence[str], allowed: Float32, before: Float32, after: Float32, units: Sequence[tuple[str, Sequence[str]]]
) -> Judged:
    """Two answers on N cells.

    Args:
        labels: N.
        allowed: float32 [N, C], 1 for each class that the label allows.
        before: float32 [N, C], of the model in use.
        after: float32 [N, C], of the refined one.
        units: (what, N names), the widest first; the first with `LEAST_UNITS` of them is resampled, else the last.
    """
    if not labels:
        nothing = Share(0.0, 0.0, 1.0)
        return Judged(0, 0, units[-1][0], nothing, nothing, Share(0.0, -1.0, 1.0), ())
    unit, names = next((u for u in units if len(set(u[1])) >= LEAST_UNITS), units[-1])
    rows = np.arange(len(labels))
    was, now = (allowed[rows, p.argmax(axis=1)] > 0 for p in (before, after))
    weights = resamples(list(names))
    one, other = mean_recall(labels, was), mean_recall(labels, now)
    difference = figure("difference", lambda w: np.asarray(other(w) - one(w)), weights)
    array = np.array(labels)
    classes = tuple(
        ClassChange(name, int((array == name).sum()), _share(was[array == name]), _share(now[array == name]))
        for name in sorted(set(labels))
    )
    return Judged(
        cells=len(labels),
        units=len(set(names)),
        unit=unit,
        before=_of(figure("before", one, weights)),
        after=_of(figure("after", other, weights)),
        difference=_of(difference),
        classes=classes,
        gained=int((now & ~was).sum()),
        lost=int((was & ~now).sum()),
    )


def by_chance(gained: int, lost: int) -> float:
    """How likely chance alone parts the cells on which the models differ so unevenly: the exact sign test."""
    n = gained + lost
    return min(1.0, sum(math.comb(n, k) for k in range(min(gained, lost) + 1)) * 2.0 ** (1 - n))


@dataclass(frozen=True, slots=True)
class Said:
    """The sentences of a gate; {points} stands for the gain with its interval, or for what was lost.

    Args:
        none: nothing was locked away.
        forgot: what was known before is worse.
        alike: nothing tells the models apart; "" = as `chance`.
        worse, better: the answers.
        few: too few differ to be told from chance.
        chance: the interval holds 0.
    """

    none: str
    forgot: str
    alike: str
    worse: str
    better: str
    few: str
    chance: str


@dataclass(frozen=True, slots=True)
class Step:
    """How many more to label are asked for.

    Args:
        least: at least so many, and a multiple of it.
        most: at most.
        worth: a gain that a person would like to be told apart from chance.
        unseen: over the number of those that judge: what may hide where nothing was seen (the rule of three); 0 of
            what is measured in degrees, not right or wrong.
    """

    least: int
    most: int
    worth: float = _WORTH
    unseen: float = 3.0

    def more(self, locked: Judged, judging: int) -> int:
        """So that the gain, or one worth knowing, is told from chance.

        Half the interval's width shrinks with the root of the number of those that judge, a part of those labelled.
        """
        half = max((locked.difference.high - locked.difference.low) / 2, self.unseen / locked.cells)
        needed = judging * (half / max(self.worth, locked.difference.value)) ** 2 - judging
        return int(min(self.most, max(self.least, math.ceil(needed / LOCKED_SHARE / self.least) * self.least)))


def decided(locked: Judged, reference: Judged | None, judging: int, step: Step, said: Said) -> tuple[Answer, int, str]:
    """Better, worse or cannot tell; how many more to label; and that in a sentence.

    The interval of the bootstrap must leave out 0, and the exact sign test must agree: of few that the models answer
    differently the bootstrap makes too much.

    Args:
        locked: on the locked part.
        reference: on what was known before.
        judging: how many of what more shall be labelled judged.
        step: how many more are asked for.
        said: the sentences.
    """
    gain = locked.difference
    points = f"{gain.value * 100:+.1f} points ({gain.low * 100:+.1f} to {gain.high * 100:+.1f})"
    if not locked.cells:
        return "cannot tell", round(step.least / LOCKED_SHARE), said.none
    if reference is not None and reference.difference.high < 0 and reference.difference.value <= -FORGETS:
        return "worse", 0, said.forgot.format(points=f"{-reference.difference.value * 100:.1f} points")
    differ = bool(locked.gained or locked.lost)
    if not differ and said.alike:
        return "cannot tell", step.more(locked, judging), said.alike
    told = differ and by_chance(locked.gained, locked.lost) < _CHANCE
    if gain.high < 0 and told:
        return "worse", 0, said.worse.format(points=points)
    if gain.low > 0 and told:
        return "better", 0, said.better.format(points=points)
    why = said.few if gain.low > 0 or gain.high < 0 else said.chance
    return "cannot tell", step.more(locked, judging), why.format(points=points)


def answer(locked: Judged, reference: Judged | None) -> tuple[Answer, int, str]:
    """What `decided` says of a classifier."""
    own = f"{locked.cells} of your cells that did not train"
    said = Said(
        none="No cell was locked away to judge by.",
        forgot="On the cells of the classes known before it is right {points} less often.",
        alike=f"On {own} both are right alike, so nothing tells them apart.",
        worse="On your own cells that did not train it is worse: {points}.",
        better=f"On {own} it is better: {{points}}.",
        few=f"Of {locked.cells} of your cells that did not train, {locked.gained} are named rightly only now and "
        f"{locked.lost} only before: too few to be told from chance.",
        chance=f"On {own}: {{points}}; that may be chance.",
    )
    return decided(locked, reference, locked.cells, Step(10, 2000), said)


def lost_classes(reference: Judged) -> tuple[str, ...]:
    """The old classes whose recall fell by more than five points, in words."""
    return tuple(
        f"{c.label} is named rightly less often than before on the reference cells: {c.before.in_words} before, "
        f"{c.after.in_words} now."
        for c in reference.classes
        if c.after.value < c.before.value - _WORTH
    )


def few_units(locked: Judged, unit: str) -> tuple[str, ...]:
    """What to know of the interval where there were too few of what was locked away whole."""
    if not locked.cells or locked.unit == unit:
        return ()
    return (
        f"Fewer than {LEAST_UNITS} {unit}s judge, so the interval takes each {locked.unit} as a witness of its own; "
        "it promises too much.",
    )


def _share(right: NDArray[np.bool_]) -> Share:
    interval = wilson(int(right.sum()), len(right))
    return Share(float(right.mean()), interval.low, interval.high)


def _of(metric: Metric) -> Share:
    return Share(metric.value, metric.low, metric.high)
