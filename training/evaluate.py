"""Figures with their intervals: balanced accuracy, calibration, separation, the confidence from which labels stand."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bloodview.models.card import Metric

Float = NDArray[np.float64]


def bootstrap(name: str, values: NDArray[np.float32], statistic: Callable[[NDArray[np.float32]], float]) -> Metric:
    """A statistic of rows with its 95 % interval from 1000 resamples of the rows, seeded."""
    rng = np.random.default_rng(0)
    drawn = [statistic(values[rng.integers(0, len(values), len(values))]) for _ in range(1000)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Metric(name, round(float(statistic(values)), 4), round(float(low), 4), round(float(high), 4), len(values))


def balanced_accuracy(name: str, truth: Sequence[str], hits: Sequence[bool]) -> Metric:
    """Mean recall over the classes of the truth, with its interval."""
    names = sorted(set(truth))
    rows = np.array([(names.index(t), h) for t, h in zip(truth, hits, strict=True)], dtype=np.float32)

    def mean_recall(part: NDArray[np.float32]) -> float:
        recalls = [part[part[:, 0] == k, 1].mean() for k in range(len(names)) if (part[:, 0] == k).any()]
        return float(np.mean(recalls))

    return bootstrap(name, rows, mean_recall)


RESAMPLES = 1000
Statistic = Callable[[Float], Float]
"""Weights float64 [T, N] of N examples -> a figure for each of the T rows; NaN where it cannot be told."""


def resamples(groups: Sequence[str]) -> NDArray[np.uint16]:
    """uint16 [T, N]: how often each example is in each of T draws of whole groups with replacement, seeded.

    Examples of one group, photographs of one scene or cell, are no independent witnesses; a group "" is one example.
    """
    names = [g or f"alone {i}" for i, g in enumerate(groups)]
    _, which = np.unique(names, return_inverse=True)
    count = int(which.max()) + 1 if len(names) else 0
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(count, np.full(count, 1 / max(1, count)), RESAMPLES)
    return drawn.astype(np.uint16)[:, which]


def figure(name: str, statistic: Statistic, weights: NDArray[np.uint16]) -> Metric:
    """A statistic of all examples with the 95 % interval over the resamples, uint16 [T, N], of their groups."""
    n = weights.shape[1]
    value = float(statistic(np.ones((1, n)))[0])
    parts = [weights[i : i + 50].astype(np.float64) for i in range(0, len(weights), 50)]
    drawn = np.concatenate([statistic(part) for part in parts])
    known = drawn[~np.isnan(drawn)]
    low, high = np.percentile(known, [2.5, 97.5]) if known.size else (value, value)
    return Metric(name, round(value, 4), round(min(float(low), value), 4), round(max(float(high), value), 4), n)


def mean_recall(truth: Sequence[str], hits: NDArray[np.bool_] | Float) -> Statistic:
    """Mean recall over the classes of the truth that a resample holds; a hit may be a share of several tries."""
    names = sorted(set(truth))
    own = np.array([[t == n for n in names] for t in truth], dtype=np.float64).reshape(len(truth), len(names))
    right = own * hits[:, None]

    def of(weights: Float) -> Float:
        with np.errstate(invalid="ignore"):
            recalls = (weights @ right) / (weights @ own)
        there = ~np.isnan(recalls)
        return np.asarray(np.where(there, recalls, 0).sum(axis=1) / np.maximum(1, there.sum(axis=1)))

    return of


def share(hits: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> Statistic:
    """How many of the examples, or of those among them, are hits."""
    counted = np.ones(len(hits)) if among is None else among.astype(np.float64)

    def of(weights: Float) -> Float:
        with np.errstate(invalid="ignore"):
            return np.asarray((weights @ (counted * hits)) / (weights @ counted))

    return of


def calibration_gap(confidence: Float, hits: NDArray[np.bool_], bins: int = 15) -> Statistic:
    """As calibration_error, of weighted examples."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    excess = (confidence - hits)[:, None] * (where[:, None] == np.arange(bins))

    def of(weights: Float) -> Float:
        return np.asarray(np.abs(weights @ excess).sum(axis=1) / np.maximum(1e-9, weights.sum(axis=1)))

    return of


def separation(score: Float, positive: NDArray[np.bool_]) -> Statistic:
    """AUROC: the chance that a positive scores above a negative, ties counting half."""
    order = np.argsort(score, kind="stable")
    _, tied = np.unique(score[order], return_inverse=True)
    starts = np.searchsorted(tied, np.arange(int(tied.max()) + 1 if len(tied) else 0))

    def of(weights: Float) -> Float:
        w = weights[:, order]
        up, down = (np.add.reduceat(w * mask[order], starts, axis=1) for mask in (positive, ~positive))
        below = np.cumsum(down, axis=1) - down / 2
        with np.errstate(invalid="ignore"):
            return np.asarray((up * below).sum(axis=1) / (up.sum(axis=1) * down.sum(axis=1)))

    return of


def softmax(logits: NDArray[np.float32], temperature: float) -> Float:
    """Rows of probabilities."""
    z = logits.astype(np.float64) / temperature
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def fit_temperature(logits: NDArray[np.float32], allowed: NDArray[np.float32]) -> float:
    """The divisor of the logits with the least -log(probability of the true node) (Guo et al. 2017).

    Args:
        logits: float32 [N, C].
        allowed: float32 [N, C], 1 for the leaves that the truth, a leaf or an inner node, allows.
    """
    tried = np.exp(np.linspace(np.log(0.3), np.log(4.0), 120))
    losses = [-np.log((softmax(logits, t) * allowed).sum(axis=1) + 1e-12).mean() for t in tried]
    return float(tried[int(np.argmin(losses))])


def calibration_error(confidence: Float, hits: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error over bins of equal width."""
    where = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[where == b].sum() - hits[where == b].sum()) for b in range(bins)]
    return float(sum(gaps) / max(1, len(hits)))


def deciding_confidence(confidence: Float, hits: NDArray[np.bool_], accuracy: float) -> float:
    """The lowest confidence from which held-out labels are right this often; 1 if no confidence is enough."""
    order = np.argsort(-confidence, kind="stable")
    running = np.cumsum(hits[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((running >= accuracy) & (np.arange(len(order)) >= min(30, len(order) - 1)))
    return float(confidence[order][good[-1]]) if good.size else 1.0


def best_f1_score(precision: NDArray[np.float32], recall: NDArray[np.float32], score: NDArray[np.float32]) -> float:
    """The score at which precision and recall have their highest harmonic mean."""
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(score[int(np.argmax(f1))])
