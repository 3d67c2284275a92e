"""A classifier fitted to a few labelled cells of one laboratory, and what leave-one-out says of it; numpy only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

ANCHOR = 0.3
"""Precision of the prior that holds the correction at nothing; the cells' features have length 1 on average."""
TRUST = 0.3
"""Power to which the base's probabilities are taken: in another laboratory they are surer than they should be."""
MARGIN = 3.0
"""What a class that no cell shows must exceed all shown cells by, in log odds, before it is named."""
ASKED = 3
"""A cell is named by the mean over so many of its views, the first ones."""
MOST_FOLDS = 40
"""Leave-one-out leaves out this many parts at most; up to so many cells, one cell each."""
_STEPS = 300
_NEAR = 1e-3
_LEAST_SPREAD = 0.1
_PREFIX = "adaptation"


@dataclass(frozen=True, slots=True)
class Support:
    """Labelled cells of a laboratory, each seen in V views, of which a model asks the first `ASKED`.

    Args:
        scores: float32 [N, V, C], logarithms of the base's probabilities.
        features: float32 [N, V, F] each: embeddings, colours, shapes; every block weighs the same.
        allowed: float32 [N, C], 1 for each class that a cell's label, a leaf or an inner node, allows.
        kinds: N labels; the fit gives each the same weight, however many cells it has.
    """

    scores: Float32
    features: tuple[Float32, ...]
    allowed: Float32
    kinds: tuple[str, ...]

    def without(self, left_out: NDArray[np.bool_]) -> "Support":
        """The cells that are not left out."""
        kept = ~left_out
        kinds = tuple(k for k, stays in zip(self.kinds, kept, strict=True) if stays)
        return Support(self.scores[kept], tuple(f[kept] for f in self.features), self.allowed[kept], kinds)


@dataclass(frozen=True, slots=True)
class Correction:
    """What becomes of a base's scores.

    Among the classes that the laboratory's cells have shown: softmax of scores x trust + features @ weight + bias. A
    class that none has shown keeps its odds against all of these by the base, less what it must exceed.

    Args:
        trust: factor of the base's scores.
        weight: float32 [F, C], over the features' blocks one after another.
        bias: float32 [C].
        shown: float32 [C], 1 for the classes that the cells' labels allow.
        hurdle: float32 [C], log odds that a class not shown must exceed.
    """

    trust: float
    weight: Float32
    bias: Float32
    shown: Float32
    hurdle: Float32

    @classmethod
    def read(cls, tensors: Mapping[str, Float32]) -> "Correction | None":
        """The correction among a model's further tensors; None if it was not adapted."""
        if f"{_PREFIX}.weight" not in tensors:
            return None
        trust, *rest = (tensors[f"{_PREFIX}.{name}"] for name in ("trust", "weight", "bias", "shown", "hurdle"))
        return cls(float(trust[0]), *rest)

    def tensors(self) -> dict[str, Float32]:
        """The correction by the names under which a model keeps it."""
        values = {"trust": np.array([self.trust]), "weight": self.weight, "bias": self.bias}
        values |= {"shown": self.shown, "hurdle": self.hurdle}
        return {f"{_PREFIX}.{name}": np.ascontiguousarray(value, np.float32) for name, value in values.items()}

    def probabilities(self, scores: Float32, features: Sequence[Float32]) -> Float32:
        """float32 [N, V, C] and the features' blocks [N, V, F] each -> float32 [N, C], rows sum to 1.

        Log odds are averaged over the views. Blocks that were not known yet when the correction was fitted come last
        and have no weight.
        """
        n, views, classes = scores.shape
        shown = self.shown > 0
        joined = np.concatenate(features, axis=2)[:, :, : len(self.weight)]
        raised = (self.trust * scores + joined @ self.weight + self.bias).mean(axis=1)
        found = _odds(scores.reshape(n * views, classes), shown).reshape(n, views, classes).mean(axis=1) - self.hurdle
        found[:, shown] = _log_softmax(raised[:, shown].astype(np.float64))
        return np.exp(_log_softmax(found)).astype(np.float32)


def fit(support: Support, anchor: float = ANCHOR, trust: float = TRUST, margin: float = MARGIN) -> Correction:
    """The most probable correction, given the cells and a normal prior around no correction.

    Multinomial logistic regression on the features, offset by the base's scores (a MAP estimate around the base, as
    in Chelba and Acero 2006). What differs: a label that is an inner node of the tree asks for the sum of its leaves
    alone, so that the split below it stays the base's; and the regression knows the classes that the cells show and no
    other, since it would learn from their absence alone that the others never occur.
    """
    n, views, classes = support.scores.shape
    shown = support.allowed.max(axis=0) > 0
    weight_of = np.repeat(_balance(support.kinds), views) / views
    rows, scale, middle = _standard(support, weight_of)
    # All that matters of the features lies in the space that the cells span.
    _, singular, basis = np.linalg.svd(rows, full_matrices=False)
    basis = basis[singular > 1e-6 * singular[0]]
    scores = support.scores.reshape(n * views, classes).astype(np.float64)
    allowed = np.repeat(support.allowed[:, shown], views, axis=0) > 0
    within = np.concatenate([rows @ basis.T, np.ones((n * views, 1))], axis=1)
    solved = _solve(within, trust * scores[:, shown], allowed, weight_of, anchor)
    weight, bias = np.zeros((len(middle), classes)), np.zeros(classes)
    weight[:, shown] = scale[:, None] * (basis.T @ solved[:-1])
    bias[shown] = solved[-1] - middle @ weight[:, shown]
    hurdle = np.where(shown, 0, np.maximum(0, _odds(scores, shown).max(axis=0) + margin))
    arrays = (np.asarray(a, np.float32) for a in (weight, bias, shown, hurdle))
    return Correction(trust, *arrays)


def _standard(support: Support, weight_of: Float64) -> tuple[Float64, Float64, Float64]:
    """Features as float64 [N x V, F] around 0, of length 1 on average; and the scale and middle [F] that made them so.

    Every number is divided by its own spread over the cells, every block by its width.
    """
    blocks, scales = [], []
    for block in support.features:
        flat = block.reshape(len(weight_of), -1).astype(np.float64)
        spread = flat.std(axis=0)
        blocks.append(flat)
        scales.append(1 / np.sqrt(flat.shape[1]) / (spread + _LEAST_SPREAD * np.median(spread) + 1e-9))
    flat, scale = np.concatenate(blocks, axis=1), np.concatenate(scales)
    middle = np.average(flat, axis=0, weights=weight_of)
    rows = (flat - middle) * scale
    length = max(1e-9, float(np.sqrt(np.average((rows**2).sum(axis=1), weights=weight_of))))
    return rows / length, scale / length, middle


def _balance(kinds: Sequence[str]) -> Float64:
    """Weights that give every label the same sum, N in all."""
    names, counts = np.unique(list(kinds), return_counts=True)
    share = dict(zip(names.tolist(), (len(kinds) / len(names) / counts).tolist(), strict=True))
    return np.array([share[k] for k in kinds])


def _solve(rows: Float64, scores: Float64, allowed: NDArray[np.bool_], weight_of: Float64, anchor: float) -> Float64:
    """Minimise the weighted node loss + anchor / 2 |W|^2 by accelerated gradient with restarts; [R, C]."""
    step = 1 / (0.5 * np.linalg.norm(rows * np.sqrt(weight_of)[:, None], 2) ** 2 + anchor)
    now = np.zeros((rows.shape[1], scores.shape[1]))
    ahead, speed = now, 1.0
    for _ in range(_STEPS):
        p = np.exp(_log_softmax(scores + rows @ ahead))
        inside = np.where(allowed, p, 0)
        wanted = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1e-12)
        gradient = rows.T @ ((p - wanted) * weight_of[:, None]) + anchor * ahead
        new = ahead - step * gradient
        if np.abs(gradient).max() < _NEAR:
            return np.asarray(new)
        if ((ahead - new) * (new - now)).sum() > 0:  # overshot (O'Donoghue and Candes 2015)
            speed = 1.0
        faster = (1 + np.sqrt(1 + 4 * speed**2)) / 2
        ahead = new + (speed - 1) / faster * (new - now)
        now, speed = new, faster
    return np.asarray(now)


def _log_softmax(scores: Float64) -> Float64:
    """Rows of [N, C] to logarithms of probabilities."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _odds(scores: Float32 | Float64, shown: NDArray[np.bool_]) -> Float64:
    """Log odds float64 [N, C] of each class against all the shown ones together."""
    own = scores.astype(np.float64)
    most = own[:, shown].max(axis=1, keepdims=True)
    return np.asarray(own - most - np.log(np.exp(own[:, shown] - most).sum(axis=1, keepdims=True)))


def left_out(support: Support, anchor: float = ANCHOR, trust: float = TRUST, margin: float = MARGIN) -> Float32:
    """Probabilities float32 [N, C] of each cell, as a model asks, by corrections that never saw it (leave-one-out).

    Of more than `MOST_FOLDS` cells several are left out at once, of every label alike.
    """
    n = len(support.kinds)
    order = np.argsort(np.array(support.kinds), kind="stable")
    fold = np.empty(n, np.intp)
    fold[order] = np.arange(n) % min(n, MOST_FOLDS)
    found = np.empty((n, support.scores.shape[2]), np.float32)
    for k in range(min(n, MOST_FOLDS)):
        own = fold == k
        correction = fit(support.without(own), anchor, trust, margin)
        found[own] = correction.probabilities(support.scores[own, :ASKED], [f[own, :ASKED] for f in support.features])
    return found


@dataclass(frozen=True, slots=True)
class Recall:
    """How many cells of a label were named rightly."""

    kind: str
    right: int
    n: int


def recalls(kinds: Sequence[str], right: NDArray[np.bool_]) -> tuple[Recall, ...]:
    """The recall of each label, by name; bool [N] says which cells were named rightly."""
    names = np.array(kinds)
    return tuple(Recall(k, int(right[names == k].sum()), int((names == k).sum())) for k in sorted(set(kinds)))


def balanced_accuracy(found: Sequence[Recall], draws: int = 20_000) -> tuple[float, float, float]:
    """The mean recall and its 95 % interval.

    The interval is that of the mean of Beta posteriors under Jeffreys' prior (Brown, Cai and DasGupta 2001), drawn with
    a fixed seed: it stays wide where five of five cells are right, where a bootstrap would see no doubt at all.
    """
    rng = np.random.default_rng(0)
    posterior = np.mean([rng.beta(r.right + 0.5, r.n - r.right + 0.5, draws) for r in found], axis=0)
    value = float(np.mean([r.right / r.n for r in found]))
    low, high = np.quantile(posterior, [0.025, 0.975])
    return value, min(value, float(low)), max(value, float(high))
