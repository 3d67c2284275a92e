"""Classes from few labels, read off embeddings: k support pictures by mean distance, prototypes, nearest neighbours."""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Int = NDArray[np.int64]

NEIGHBOURS = (1, 3, 5, 9, 15)
"""Numbers of nearest neighbours that are tried on validation cells."""


def unit(embeddings: Float32) -> Float32:
    """float32 [N, D], each row brought to length 1."""
    return np.asarray(embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9), np.float32)


def distances(queries: Float32, support: Float32) -> Float32:
    """Euclidean distances float32 [N, S] of float32 [N, D] and [S, D]."""
    squared = (queries**2).sum(1)[:, None] + (support**2).sum(1)[None] - 2 * queries @ support.T
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float32)


def by_support(queries: Float32, support: Float32, labels: Int) -> Int:
    """The class with the smallest mean distance to its support pictures, int64 [N] (Tummala and Suresh 2023)."""
    return _least(distances(queries, support), labels)


def by_prototypes(queries: Float32, support: Float32, labels: Int) -> Int:
    """The class whose mean is nearest, int64 [N] (Snell et al. 2017)."""
    classes = np.unique(labels)
    means = np.stack([support[labels == c].mean(axis=0) for c in classes])
    return np.asarray(classes[distances(queries, means).argmin(axis=1)])


def by_neighbours(queries: Float32, support: Float32, labels: Int, k: int) -> Int:
    """The class most frequent among the k nearest, int64 [N]; of equals the one whose nearest is nearer."""
    classes = np.unique(labels)
    order = distances(queries, support).argsort(axis=1, kind="stable")[:, :k]
    votes = (labels[order][:, :, None] == classes).astype(np.float32)
    # A vote's rank breaks ties and never outweighs a vote.
    worth = 1 + (k - np.arange(k)) / (k * (k + 1))
    return np.asarray(classes[(votes * worth[None, :, None]).sum(axis=1).argmax(axis=1)])


def best_k(queries: Float32, truth: Int, support: Float32, labels: Int) -> int:
    """The number of neighbours with the highest mean recall on cells that did not train."""
    return max(NEIGHBOURS, key=lambda k: macro_recall(truth, by_neighbours(queries, support, labels, k) == truth))


def classes_space(support: Float32, labels: Int) -> Float32:
    """Orthonormal directions float32 [C - 1, D] in which the means of the classes lie.

    What differs between two cells across these directions tells no class from another: reading distances in them
    alone leaves such differences out.
    """
    means = np.stack([support[labels == c].mean(axis=0) for c in np.unique(labels)])
    _, strength, directions = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    return np.asarray(directions[: len(means) - 1][strength[: len(means) - 1] > 1e-6], np.float32)


def episodes(labels: Int, shots: int, count: int, seed: int) -> list[Int]:
    """`count` draws of `shots` cells of each class, as rows of the labelled cells.

    Raises:
        ValueError: if a class has fewer cells.
    """
    rng = np.random.default_rng(seed)
    own = [np.flatnonzero(labels == c) for c in np.unique(labels)]
    if any(len(rows) < shots for rows in own):
        raise ValueError(f"a class has fewer than {shots} cells")
    return [np.sort(np.concatenate([rng.choice(rows, shots, replace=False) for rows in own])) for _ in range(count)]


def macro_recall(truth: Int, hits: NDArray[np.bool_]) -> float:
    """Mean recall over the classes of the truth."""
    return float(np.mean([hits[truth == c].mean() for c in np.unique(truth)]))


def _least(away: Float32, labels: Int) -> Int:
    """The class of the least mean over its columns."""
    classes = np.unique(labels)
    means = np.stack([away[:, labels == c].mean(axis=1) for c in classes], axis=1)
    return np.asarray(classes[means.argmin(axis=1)])
