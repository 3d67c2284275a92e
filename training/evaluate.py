"""Figures with their intervals: balanced accuracy, calibration, the confidence from which labels may stand."""

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
