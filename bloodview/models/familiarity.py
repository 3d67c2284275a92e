"""How like the training pictures a cell is: kind by its embedding, stain, and optics by its pixels; numpy only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.models.looks import optics_features
from bloodview.models.looks import stain_features as stain_features

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

OWN = 0.9
"""How much of a laboratory's covariance is its own; the rest is the mean of all laboratories'."""
_RIDGE, _FLOOR = 0.05, 0.05
_USUAL = 0.95
_PRIOR_CELLS = 20
_PREFIX = "familiarity"
_PARTS = ("kind", "stain", "optics")


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Distance to the nearest of some means, each under a covariance (Lee et al. 2018), ranked among held-out cells.

    Args:
        means: float32 [C, D], of the classes or of the laboratories.
        whitening: float32 [D, D] for all means or [C, D, D], one each; a distance is the length of the difference to
            a mean @ whitening.
        quantiles: float32 [Q], ascending distances of held-out cells of the training laboratories.
    """

    means: Float32
    whitening: Float32
    quantiles: Float32

    def distance(self, features: Float32) -> Float32:
        """float32 [N, D] -> float32 [N], Mahalanobis distance to the nearest mean."""
        return np.asarray(self._distances(features).min(axis=1), dtype=np.float32)

    def _distances(self, features: Float32) -> Float32:
        """float32 [N, D] -> float32 [N, C]."""
        if self.whitening.ndim == 2:
            z, m = features @ self.whitening, self.means @ self.whitening
            squared = (z**2).sum(1)[:, None] - 2 * z @ m.T + (m**2).sum(1)[None]
            return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float32)
        away = [((features - m) @ w) ** 2 for m, w in zip(self.means, self.whitening, strict=True)]
        return np.asarray(np.sqrt(np.stack([a.sum(axis=1) for a in away], axis=1)), dtype=np.float32)

    def __call__(self, features: Float32) -> Float32:
        """float32 [N, D] -> float32 [N], 0 to 1: the share of held-out cells that are farther out.

        Beyond the farthest held-out cell it falls on towards 0 with the excess distance, so that the strange can
        still be ranked.
        """
        distance = self.distance(features)
        n = len(self.quantiles)
        rank = 1 - np.interp(distance, self.quantiles, np.linspace(0, 1 - 1 / n, n))
        beyond = np.minimum(1.0, self.quantiles[-1] / np.maximum(distance, 1e-6)) ** 4
        return np.asarray(rank * beyond, dtype=np.float32)

    def widened(self, own: Float32, groups: Sequence[str]) -> "Familiarity":
        """A familiarity that also knows the means of these groups of cells, float32 [N, D].

        Where each mean has a whitening of its own, a new one gets that of the known means' average covariance, drawn
        towards its cells' own by their number, and scaled so that its cells are as usual as cells are at home.
        Otherwise the distances that are usual become those of the new cells, each from a mean that it had no part in,
        where they are larger than the former ones.
        """
        names, found = np.array(groups), sorted(set(groups))
        means = np.stack([own[names == g].mean(axis=0) for g in found]).astype(np.float32)
        everything = np.concatenate([self.means, means])
        if self.whitening.ndim == 2:
            usual = self.distance(own)
            for g in found:
                rows = np.flatnonzero(names == g)
                away = np.linalg.norm(_left_out(own[rows]) @ self.whitening, axis=1)
                usual[rows] = np.minimum(usual[rows], away) if len(rows) > 1 else usual[rows]
            quantiles = np.quantile(usual, np.linspace(0, 1, len(self.quantiles)))
            return Familiarity(everything, self.whitening, np.maximum(self.quantiles, quantiles).astype(np.float32))
        wide = self.whitening.astype(np.float64)
        typical = np.mean([np.linalg.inv(w @ w.T) for w in wide], axis=0)
        new = [_fresh(own[names == g].astype(np.float64), typical) for g in found]
        return Familiarity(everything, np.concatenate([self.whitening, np.stack(new)]), self.quantiles)


def _left_out(cells: Float32) -> Float32:
    """Differences of each cell, float32 [N, D], to the mean of the others; to nothing for a single one."""
    n = len(cells)
    return np.asarray((cells - cells.mean(axis=0)) * (n / max(1, n - 1)), dtype=np.float32)


def _fresh(cells: Float64, typical: Float64) -> Float32:
    """The whitening of a new laboratory of few cells, float64 [N, D], given the usual covariance float64 [D, D]."""
    away = _left_out(cells.astype(np.float32)).astype(np.float64)
    n = len(cells)
    covariance = (n * (away.T @ away / n) + _PRIOR_CELLS * typical) / (n + _PRIOR_CELLS)
    white = _whitening(covariance)
    farthest = float(np.linalg.norm(away @ white, axis=1).max())
    return np.asarray(white / max(1.0, farthest), dtype=np.float32)


def _whitening(covariance: Float64) -> Float64:
    """W of a covariance float64 [D, D] with W @ W.T its inverse."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors / np.sqrt(np.maximum(values, 1e-9)))


@dataclass(frozen=True, slots=True)
class Joint:
    """A cell is as familiar as the least familiar of its kind, its stain and its optics, ranked among held-out cells.

    Args:
        kind: of embeddings, against the means of the classes.
        stain: of `stain_features`, against the laboratories.
        optics: of `optics_features`, against the laboratories; None in models that were made before it was known.
        ranks: float32 [Q], ascending quantiles of the least of them among held-out cells, from 0.
    """

    kind: Familiarity
    stain: Familiarity
    optics: Familiarity | None
    ranks: Float32

    def __call__(self, embeddings: Float32, crops: NDArray[np.uint8]) -> Float32:
        """float32 [N, D] and uint8 [N, H, W, 3] -> float32 [N], 0 to 1, even over cells like the training ones."""
        least = self.parts(embeddings, crops).min(axis=1)
        return np.asarray(np.interp(least, self.ranks, np.linspace(0, 1, len(self.ranks))), dtype=np.float32)

    def parts(self, embeddings: Float32, crops: NDArray[np.uint8]) -> Float32:
        """float32 [N, 3], or [N, 2] without optics: how familiar kind, stain and optics are, each for itself."""
        stain = stain_features(crops)
        found = [self.kind(embeddings), self.stain(stain)]
        if self.optics is not None:
            found.append(self.optics(optics_features(crops, stain)))
        return np.stack(found, axis=1)

    def widened(self, embeddings: Float32, crops: NDArray[np.uint8], labels: Sequence[str]) -> "Joint":
        """A familiarity that also knows a laboratory, by N labelled cells of it; arrays as in a call."""
        stain, one = stain_features(crops), ("all",) * len(crops)
        optics = self.optics and self.optics.widened(optics_features(crops, stain), one)
        return Joint(self.kind.widened(embeddings, labels), self.stain.widened(stain, one), optics, self.ranks)

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """What the weights file keeps of it, by name."""
        kept = {f"{_PREFIX}.ranks": self.ranks}
        for name, part in zip(_PARTS, (self.kind, self.stain, self.optics), strict=True):
            if part is not None:
                fields = {"means": part.means, "whitening": part.whitening, "quantiles": part.quantiles}
                kept |= {f"{_PREFIX}.{name}.{field}": value for field, value in fields.items()}
        return {name: np.ascontiguousarray(value, np.float32) for name, value in kept.items()}

    @classmethod
    def read(cls, tensors: Mapping[str, NDArray[np.float32]]) -> "Joint":
        """The familiarity among a model's further tensors.

        Models of the first layout have no optics and one whitening for all laboratories; they are read as they are.

        Raises:
            KeyError: naming the tensor that is missing.
        """

        def part(name: str) -> Familiarity:
            return Familiarity(*(tensors[f"{_PREFIX}.{name}.{f}"] for f in ("means", "whitening", "quantiles")))

        has_optics = any(name.startswith(f"{_PREFIX}.optics.") for name in tensors)
        return cls(part("kind"), part("stain"), part("optics") if has_optics else None, tensors[f"{_PREFIX}.ranks"])


def fit(features: Float32, classes: NDArray[np.int64], held_out: Float32) -> Familiarity:
    """Learn means and one covariance from training cells, the ranking from held-out ones.

    Args:
        features: float32 [N, D], training cells.
        classes: int64 [N], class index of each; -1 = not used.
        held_out: float32 [M, D], cells of the same laboratories that did not train.
    """
    known = classes >= 0
    index = np.unique(classes[known])
    means = np.stack([features[classes == k].mean(axis=0) for k in index])
    residual = features[known] - means[np.searchsorted(index, classes[known])]
    covariance = (residual.T @ residual / max(1, len(residual))).astype(np.float64)
    values, vectors = np.linalg.eigh(covariance)
    whitening = (vectors / np.sqrt(np.maximum(values, _FLOOR * values.mean()))).astype(np.float32)
    return _ranked(means.astype(np.float32), whitening, held_out)


def fit_laboratories(
    features: Float32, labs: NDArray[np.int64], held_out: Float32, held_out_labs: NDArray[np.int64]
) -> Familiarity:
    """Learn the mean and covariance of each laboratory, and how far its own held-out cells lie.

    A laboratory of one stain and one camera is narrow, one of many slides wide: distances count in units of those
    below which 95 % of its own held-out cells stay, so that neither speaks for the other.

    Args:
        features: float32 [N, D], training cells.
        labs: int64 [N], index of the laboratory of each.
        held_out: float32 [M, D], cells of the same laboratories that did not train.
        held_out_labs: int64 [M]; a laboratory without any counts in units of its training cells.
    """
    index = np.unique(labs)
    own = [features[labs == k].astype(np.float64) for k in index]
    covariances = [np.cov(f.T, bias=True) if len(f) > 1 else np.zeros((f.shape[1],) * 2) for f in own]
    pooled = np.mean(covariances, axis=0)
    ridge = _RIDGE * np.diag(np.diag(pooled)) + 1e-6 * np.eye(len(pooled))
    means, whitening = [], []
    for k, cells, covariance in zip(index, own, covariances, strict=True):
        white = _whitening(OWN * covariance + (1 - OWN) * pooled + ridge)
        mean = cells.mean(axis=0)
        judged = held_out[held_out_labs == k].astype(np.float64)
        away = np.linalg.norm(((judged if len(judged) else cells) - mean) @ white, axis=1)
        means.append(mean)
        whitening.append(white / max(1e-6, float(np.quantile(away, _USUAL))))
    return _ranked(np.stack(means).astype(np.float32), np.stack(whitening).astype(np.float32), held_out)


def _ranked(means: Float32, whitening: Float32, held_out: Float32) -> Familiarity:
    """With the distances of held-out cells, float32 [M, D], to rank by."""
    distance = Familiarity(means, whitening, np.zeros(1, np.float32)).distance(held_out)
    quantiles = np.quantile(distance, np.linspace(0, 1, 101))
    return Familiarity(means, whitening, quantiles.astype(np.float32))


def fit_joint(
    kind: Familiarity,
    stain: Familiarity,
    embeddings: Float32,
    crops: NDArray[np.uint8],
    optics: Familiarity | None = None,
) -> Joint:
    """Rank the least of the parts among held-out cells, float32 [M, D] and uint8 [M, H, W, 3]."""
    seen = stain_features(crops)
    return ranked(kind, stain, optics, embeddings, seen, optics_features(crops, seen) if optics else None)


def ranked(
    kind: Familiarity,
    stain: Familiarity,
    optics: Familiarity | None,
    embeddings: Float32,
    colours: Float32,
    sharpness: Float32 | None,
) -> Joint:
    """The same from features, float32 [M, D], [M, 6] and [M, 6]."""
    parts = [kind(embeddings), stain(colours)]
    if optics is not None and sharpness is not None:
        parts.append(optics(sharpness))
    least = np.min(parts, axis=0)
    ranks = np.quantile(least, np.linspace(0, 1, 101))
    ranks[0] = 0.0
    ranks = np.maximum.accumulate(ranks + np.arange(101) * 1e-7).astype(np.float32)
    return Joint(kind, stain, optics, ranks)
