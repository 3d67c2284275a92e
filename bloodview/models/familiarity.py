"""How like the training pictures a cell is: kind by its embedding, stain and light by its pixels; numpy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Distance to the nearest class mean under one covariance (Lee et al. 2018), ranked among held-out cells.

    Args:
        means: float32 [C, D], mean embedding of each class.
        whitening: float32 [D, D]; distances are taken after embeddings @ whitening.
        quantiles: float32 [Q], ascending distances of held-out cells of the training laboratories.
    """

    means: Float32
    whitening: Float32
    quantiles: Float32

    def distance(self, embeddings: Float32) -> Float32:
        """float32 [N, D] -> float32 [N], Mahalanobis distance to the nearest class mean."""
        z, m = embeddings @ self.whitening, self.means @ self.whitening
        squared = (z**2).sum(1)[:, None] - 2 * z @ m.T + (m**2).sum(1)[None]
        return np.asarray(np.sqrt(np.maximum(squared.min(axis=1), 0)), dtype=np.float32)

    def __call__(self, embeddings: Float32) -> Float32:
        """float32 [N, D] -> float32 [N], 0 to 1: the share of held-out cells that are farther out.

        Beyond the farthest held-out cell it falls on towards 0 with the excess distance, so that the strange can
        still be ranked.
        """
        distance = self.distance(embeddings)
        n = len(self.quantiles)
        rank = 1 - np.interp(distance, self.quantiles, np.linspace(0, 1 - 1 / n, n))
        beyond = np.minimum(1.0, self.quantiles[-1] / np.maximum(distance, 1e-6)) ** 4
        return np.asarray(rank * beyond, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Joint:
    """A cell is as familiar as the less familiar of its kind and its stain, ranked among held-out cells.

    Args:
        kind: of embeddings, against the means of the classes.
        stain: of `stain_features`, against the means of the laboratories.
        ranks: float32 [Q], ascending quantiles of the lesser of the two among held-out cells, from 0.
    """

    kind: Familiarity
    stain: Familiarity
    ranks: Float32

    def __call__(self, embeddings: Float32, crops: NDArray[np.uint8]) -> Float32:
        """float32 [N, D] and uint8 [N, H, W, 3] -> float32 [N], 0 to 1, even over cells like the training ones."""
        lesser = np.minimum(self.kind(embeddings), self.stain(stain_features(crops)))
        return np.asarray(np.interp(lesser, self.ranks, np.linspace(0, 1, len(self.ranks))), dtype=np.float32)


def stain_features(crops: NDArray[np.uint8]) -> Float32:
    """Colour of the ground and of the dye: uint8 [N, H, W, 3] -> float32 [N, 6] of optical densities.

    The ground is the median of the lightest fifth of the pixels, the dye the median of the darkest tenth over it.
    """
    rows = np.empty((len(crops), 6), np.float32)
    for row, crop in zip(rows, crops, strict=True):
        pixels = crop[::2, ::2].reshape(-1, 3)
        order = np.argsort(pixels.sum(axis=1, dtype=np.int32), kind="stable")
        light, dark = pixels[order[-(len(order) // 5) :]], pixels[order[: len(order) // 10]]
        ground, dye = (-np.log((np.median(p, axis=0) + 1) / 256) for p in (light, dark))
        row[:3], row[3:] = ground, dye - ground
    return rows


def fit_joint(kind: Familiarity, stain: Familiarity, embeddings: Float32, crops: NDArray[np.uint8]) -> Joint:
    """Rank the lesser of both among held-out cells, float32 [M, D] and uint8 [M, H, W, 3]."""
    lesser = np.minimum(kind(embeddings), stain(stain_features(crops)))
    ranks = np.quantile(lesser, np.linspace(0, 1, 101))
    ranks[0] = 0.0
    return Joint(kind, stain, np.maximum.accumulate(ranks + np.arange(101) * 1e-7).astype(np.float32))


def fit(embeddings: Float32, classes: NDArray[np.int64], held_out: Float32) -> Familiarity:
    """Learn means and covariance from training cells, the ranking from held-out ones.

    Args:
        embeddings: float32 [N, D], training cells.
        classes: int64 [N], class index of each; -1 = not used.
        held_out: float32 [M, D], cells of the same laboratories that did not train.
    """
    known = classes >= 0
    index = np.unique(classes[known])
    means = np.stack([embeddings[classes == k].mean(axis=0) for k in index])
    residual = embeddings[known] - means[np.searchsorted(index, classes[known])]
    covariance = residual.T @ residual / max(1, len(residual))
    values, vectors = np.linalg.eigh(covariance.astype(np.float64))
    floor = 0.05 * values.mean()
    whitening = (vectors / np.sqrt(np.maximum(values, floor))).astype(np.float32)
    model = Familiarity(means.astype(np.float32), whitening, np.zeros(1, np.float32))
    distance = model.distance(held_out)
    quantiles = np.quantile(distance, np.linspace(0, 1, 101)).astype(np.float32)
    return Familiarity(model.means, whitening, quantiles)
