"""What the app's adaptation makes of a few labelled cells of a laboratory that did not train, draw by draw."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cancel import CancelToken
from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.models import adapted
from bloodview.models.adapted import Adapted
from bloodview.models.api import Opinions, UInt8
from bloodview.models.card import Metric, ModelCard
from bloodview.models.familiarity import Joint
from bloodview.models.fewshot import Correction
from bloodview.models.nets.inference import TorchClassifier
from training.data import CellExample
from training.evaluate import RESAMPLES, Float, mean_recall, resamples
from training.judge import Part, coarse_probabilities, judged_classes

SHOTS, DRAWS = 5, 30
"""Labelled cells a class, and how often they are drawn."""
_BATCH = 64

Bools = NDArray[np.bool_]
Index = NDArray[np.intp]
Weighed = Callable[["Draw", Float], Float]
"""A draw and the weights float64 [T, M] of its M judging cells -> a figure for each of the T rows."""


class Remembering(TorchClassifier):
    """A classifier that looks at no picture twice, and takes an adaptation on without a folder.

    Args:
        folder: the model folder.
        device: where it runs.
    """

    def __init__(self, folder: Path, device: str) -> None:
        super().__init__(ModelCard.read(folder), folder, device, _BATCH, lambda _: None)
        self._bare = self.card, self.familiarity
        self._known: dict[bytes, tuple[NDArray[np.float32], ...]] = {}

    def _answers(self, crops: UInt8) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        keys = [hashlib.sha256(crop.tobytes()).digest() for crop in crops]
        new = [i for i, key in enumerate(keys) if key not in self._known]
        if new:
            told = super()._answers(np.ascontiguousarray(crops[new]))
            self._known |= {keys[i]: tuple(block[row] for block in told) for row, i in enumerate(new)}
        scores, raw, looks = (np.stack(block) for block in zip(*(self._known[key] for key in keys), strict=True))
        return scores, raw, looks

    def take_on(self, fitted: Adapted | None) -> None:
        """Answer as the fitted model would, or as it is in its folder."""
        self.card, self.familiarity = self._bare
        self.correction = None
        if fitted is not None:
            self.card = replace(self.card, thresholds=fitted.thresholds)
            self.correction, self.familiarity = Correction.read(fitted.extra), Joint.read(fitted.extra)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of labelled cells, and what became of the cells that share no group with them.

    Args:
        rows: int [M], the cells that judge.
        before, after: bool [M], whether the coarse class is right, answering among all.
        forced_before, forced_after: bool [M], the same answering among the classes judged.
        named: int [M], the coarse class answered afterwards, as index into COARSE.
        decided: bool [M], whether the label may stand afterwards.
        confidence: float [M], afterwards.
        promised: balanced accuracy by leave-one-out.
    """

    rows: Index
    before: Bools
    after: Bools
    forced_before: Bools
    forced_after: Bools
    named: Index
    decided: Bools
    confidence: Float
    promised: float


def drawn(
    truth: Sequence[str], groups: Sequence[str], shots: int, rng: np.random.Generator
) -> tuple[list[int], list[int]]:
    """So many cells of each class, and all that share no group with them; where none of a class is left, those of it.

    A group "" is one cell.
    """
    units = np.array([g or f"alone {i}" for i, g in enumerate(groups)])
    names = np.array(truth)
    support = [int(i) for c in sorted(set(truth)) for i in rng.permutation(np.flatnonzero(names == c))[:shots]]
    near = np.isin(units, units[support])
    near[support] = True
    rows = [np.flatnonzero((names == c) & ~near) for c in sorted(set(truth))]
    spare = [np.setdiff1d(np.flatnonzero(names == c), support) for c in sorted(set(truth))]
    found = [int(i) for far, rest in zip(rows, spare, strict=True) for i in (far if len(far) else rest)]
    return support, sorted(found)


def measured(
    name: str,
    model: Remembering,
    folder: Path,
    examples: Sequence[CellExample],
    crops: UInt8,
    classes: Sequence[str],
    draws: int = DRAWS,
) -> Part:
    """Adapt the model of a folder to `SHOTS` cells a class, again and again; the means with their intervals.

    Figures: "balanced before" and "balanced after" among all coarse classes, "gain" between them, "balanced forced
    before" and "balanced forced after" among the classes judged, "decided share" and "decided accuracy coarse" after,
    "leave-one-out", and "leave-one-out excess" over what was then reached. The intervals are those of resampled groups
    and resampled draws together. Recalls, confusion and reliability are of all draws together, afterwards.
    """
    truth = [coarse_of(e.label) for e in examples]
    kept = [i for i, t in enumerate(truth) if t in classes]
    examples, crops = [examples[i] for i in kept], crops[kept]
    truth = [truth[i] for i in kept]
    groups = [f"{e.dataset} {e.group}" if e.group else "" for e in examples]
    model.take_on(None)
    bare = model.classify(crops)
    rng = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        support, rows = drawn(truth, groups, SHOTS, rng)
        model.take_on(None)
        labels = [truth[i] for i in support]
        fitted = adapted.adapt(crops[support], labels, model, folder, CancelToken(), lambda *_: None)
        model.take_on(fitted)
        found.append(_judged(rows, truth, classes, bare, model.classify(crops[rows]), fitted))
    return _part(name, truth, groups, classes, found)


def _judged(
    rows: Sequence[int],
    truth: Sequence[str],
    classes: Sequence[str],
    bare: Opinions,
    said: Opinions,
    fitted: Adapted,
) -> Draw:
    own = np.array([COARSE.index(truth[i]) for i in rows])
    among = np.array([COARSE.index(c) for c in classes])
    before, after = coarse_probabilities(bare.probabilities[list(rows)]), coarse_probabilities(said.probabilities)
    return Draw(
        rows=np.array(rows, np.intp),
        before=before.argmax(axis=1) == own,
        after=after.argmax(axis=1) == own,
        forced_before=among[before[:, among].argmax(axis=1)] == own,
        forced_after=among[after[:, among].argmax(axis=1)] == own,
        named=after.argmax(axis=1),
        decided=said.decided,
        confidence=after.max(axis=1).astype(np.float64),
        promised=fitted.estimate.after.value if fitted.estimate.after else float("nan"),
    )


def _part(name: str, truth: Sequence[str], groups: Sequence[str], classes: Sequence[str], draws: list[Draw]) -> Part:
    names = np.array(truth)
    weights = np.concatenate([np.ones((1, len(names)), np.uint16), resamples(groups)]).astype(np.float64)
    rng = np.random.default_rng(1)
    often = rng.multinomial(len(draws), np.full(len(draws), 1 / len(draws)), RESAMPLES)
    often = np.concatenate([np.ones((1, len(draws))), often])

    def figure(title: str, each: Weighed, under: Weighed | None) -> Metric:
        """Sum of `each` over the draws, in as many as were drawn, or over the sum of `under`."""
        over = np.stack([each(d, weights[:, d.rows]) for d in draws], axis=1)
        below = np.stack([under(d, weights[:, d.rows]) for d in draws], axis=1) if under else np.ones_like(over)
        with np.errstate(invalid="ignore"):
            values = (often * over).sum(axis=1) / (often * below).sum(axis=1)
        known = values[1:][~np.isnan(values[1:])]
        low, high = np.percentile(known, [2.5, 97.5]) if known.size else (values[0], values[0])
        value = float(values[0])
        low, high = min(float(low), value), max(float(high), value)
        return Metric(title, round(value, 4), round(low, 4), round(high, 4), len(names))

    def recall(of: Callable[[Draw], Bools]) -> Weighed:
        return lambda d, w: mean_recall(list(names[d.rows]), of(d))(w)

    figures = [
        figure("balanced before", recall(lambda d: d.before), None),
        figure("balanced after", recall(lambda d: d.after), None),
        figure("gain", lambda d, w: recall(lambda d: d.after)(d, w) - recall(lambda d: d.before)(d, w), None),
        figure("balanced forced before", recall(lambda d: d.forced_before), None),
        figure("balanced forced after", recall(lambda d: d.forced_after), None),
        figure("decided share", lambda d, w: w @ d.decided, lambda d, w: w.sum(axis=1)),
        figure("leave-one-out", lambda d, w: np.full(len(w), d.promised), None),
        figure("leave-one-out excess", lambda d, w: d.promised - recall(lambda d: d.after)(d, w), None),
    ]
    if any(d.decided.any() for d in draws):
        figures.append(
            figure("decided accuracy coarse", lambda d, w: w @ (d.decided & d.after), lambda d, w: w @ d.decided)
        )
    asked, named, right, forced = (
        np.concatenate(v) for v in zip(*((names[d.rows], d.named, d.after, d.forced_after) for d in draws), strict=True)
    )
    return Part(
        judged=name,
        trained=False,
        cells={c: int((names == c).sum()) for c in classes},
        figures=tuple(figures),
        recalls={c: round(float(right[asked == c].mean()), 4) for c in classes},
        forced_recalls={c: round(float(forced[asked == c].mean()), 4) for c in classes},
        confusion={
            c: {k: n for j, k in enumerate(COARSE) if (n := int(((asked == c) & (named == j)).sum()))} for c in classes
        },
        reliability=(),
    )


def parts(
    folder: Path, device: str, sets: Mapping[str, tuple[Sequence[CellExample], UInt8]], known: set[str], least: int
) -> list[Part]:
    """A part for each named set of cells with its crops that has two classes or more, known and with cells enough."""
    model = Remembering(folder, device)
    found = []
    for name, (examples, crops) in sets.items():
        classes = judged_classes(examples, known, least)
        if len(classes) > 1:
            found.append(measured(name, model, folder, examples, crops, classes))
    return found
