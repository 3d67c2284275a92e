"""What a method's answers on a set of cells are worth: recalls, balanced accuracy, calibration, what may stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.taxonomy import COARSE, DEFAULT_TAXONOMY, FINE, coarse_of
from bloodview.models.card import Metric
from training.data import CellExample
from training.evaluate import (
    Float,
    calibration_gap,
    figure,
    mean_recall,
    resamples,
    separation,
    share,
)
from training.methods import Answers

LEAST_CELLS = 15
"""A coarse class with fewer cells in a laboratory left out is not judged there: its recall would be chance."""
BINS = 10
"""Of the curve of reliability."""
_MEMBERS = np.array([[coarse_of(f) == c for c in COARSE] for f in FINE], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Part:
    """What one method reached on one set of cells.

    Args:
        judged: name of the set, such as "pbc test".
        trained: whether other cells of this laboratory trained the method.
        cells: number of cells of each coarse class that is judged; answers are forced among these.
        figures: by name, see `judge`; n is the number of cells.
        recalls: of each coarse class, answering among all classes.
        forced_recalls: of each coarse class, answering among the classes judged.
        confusion: true coarse class -> coarse class answered among all -> cells.
        reliability: for each bin of confidence that holds cells (mean confidence, share right, cells), fine level.
    """

    judged: str
    trained: bool
    cells: Mapping[str, int]
    figures: tuple[Metric, ...]
    recalls: Mapping[str, float]
    forced_recalls: Mapping[str, float]
    confusion: Mapping[str, Mapping[str, int]]
    reliability: tuple[tuple[float, float, int], ...]

    def figure(self, name: str) -> Metric | None:
        """A figure by name, if it was measured."""
        return next((f for f in self.figures if f.name == name), None)


def judged_classes(examples: Sequence[CellExample], known: Collection[str], least: int) -> list[str]:
    """The coarse classes that are known to the method and have at least so many cells, in the order of COARSE."""
    truth = [coarse_of(e.label) for e in examples]
    return [c for c in COARSE if c in known and truth.count(c) >= least]


def judge(
    name: str,
    trained: bool,
    examples: Sequence[CellExample],
    answers: Answers,
    classes: Sequence[str],
    strangers: tuple[NDArray[np.float32], Sequence[CellExample]] | None = None,
) -> Part:
    """Judge the answers on the cells of these coarse classes; the others are passed over.

    Figures: "balanced" and "accuracy" at the coarse level among all classes, "balanced forced" among those judged,
    "balanced fine" over the labels as given (an inner node is right when the answer descends from it), "ece coarse" and
    "ece fine", "decided share", "decided accuracy" (fine) and "decided accuracy coarse", "balanced constant" and
    "accuracy constant" of always answering the most frequent class, "auroc familiarity" if `strangers` are given.

    Args:
        name: of the set of cells.
        trained: whether other cells of this laboratory trained the method.
        examples: N cells.
        answers: what the method says of them.
        classes: the coarse classes judged.
        strangers: familiarity, float32 [M], and cells of the laboratories that trained, for which these are strangers.
    """
    truth = np.array([coarse_of(e.label) for e in examples])
    rows = np.isin(truth, list(classes))
    kept = [e for e, keep in zip(examples, rows, strict=True) if keep]
    truth, fine = truth[rows], answers.probabilities[rows]
    coarse = coarse_probabilities(fine)
    open_answer = np.array(COARSE)[coarse.argmax(axis=1)]
    own = [COARSE.index(c) for c in classes]
    forced_answer = np.array(classes)[coarse[:, own].argmax(axis=1)]
    hits, forced = open_answer == truth, forced_answer == truth
    fine_hits = np.array([allowed(e.label)[k] for e, k in zip(kept, fine.argmax(axis=1), strict=True)])
    decided = answers.decided[rows]
    weights = resamples([f"{e.dataset} {e.group}" if e.group else "" for e in kept])
    most = max(classes, key=lambda c: int((truth == c).sum()))
    statistics = {
        "balanced": mean_recall(list(truth), hits),
        "balanced forced": mean_recall(list(truth), forced),
        "balanced fine": mean_recall([e.label for e in kept], fine_hits),
        "accuracy": share(hits),
        "accuracy forced": share(forced),
        "ece coarse": calibration_gap(coarse.max(axis=1).astype(np.float64), hits),
        "ece fine": calibration_gap(fine.max(axis=1).astype(np.float64), fine_hits),
        "decided share": share(decided),
        "balanced constant": mean_recall(list(truth), truth == most),
        "accuracy constant": share(truth == most),
    }
    if decided.any():
        statistics["decided accuracy"] = share(fine_hits, decided)
        statistics["decided accuracy coarse"] = share(hits, decided)
    figures = [figure(k, s, weights) for k, s in statistics.items()]
    familiarity = answers.familiarity[rows]
    if strangers is not None and not np.isnan(familiarity).any():
        figures.append(told_apart("auroc familiarity", familiarity, kept, *strangers))
    return Part(
        judged=name,
        trained=trained,
        cells={c: int((truth == c).sum()) for c in classes},
        figures=tuple(figures),
        recalls={c: round(float(hits[truth == c].mean()), 4) for c in classes},
        forced_recalls={c: round(float(forced[truth == c].mean()), 4) for c in classes},
        confusion={c: _counts(open_answer[truth == c]) for c in classes},
        reliability=_reliability(fine.max(axis=1).astype(np.float64), fine_hits),
    )


def allowed(label: str) -> NDArray[np.bool_]:
    """As bool [11] the leaves that a label, a leaf or an inner node, allows."""
    return np.array([DEFAULT_TAXONOMY.is_below(leaf, label) for leaf in FINE])


def coarse_probabilities(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 [N, 11] in the order of FINE -> float32 [N, 8] in the order of COARSE."""
    return np.asarray(fine @ _MEMBERS, dtype=np.float32)


def told_apart(
    name: str,
    low: NDArray[np.float32],
    strange: Sequence[CellExample],
    high: NDArray[np.float32],
    known: Sequence[CellExample],
) -> Metric:
    """AUROC of a score that shall be low, float32 [N], on strange cells and high, float32 [M], on known ones."""
    score = -np.concatenate([low, high]).astype(np.float64)
    weights = resamples([f"{e.dataset} {e.group}" if e.group else "" for e in (*strange, *known)])
    return figure(name, separation(score, np.arange(len(score)) < len(low)), weights)


def _counts(names: NDArray[np.str_]) -> dict[str, int]:
    """How often each coarse class is named, those that are not left out."""
    return {c: int((names == c).sum()) for c in COARSE if (names == c).any()}


def _reliability(confidence: Float, hits: NDArray[np.bool_]) -> tuple[tuple[float, float, int], ...]:
    """See Part.reliability."""
    where = np.minimum((confidence * BINS).astype(int), BINS - 1)
    curve = []
    for k in range(BINS):
        if (own := where == k).any():
            curve.append((round(float(confidence[own].mean()), 4), round(float(hits[own].mean()), 4), int(own.sum())))
    return tuple(curve)
