"""Answers on the eleven classes by the nearest mean of labelled cells' embeddings."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bloodview.core.taxonomy import FINE
from training.methods import Answers

SHARPNESS = 20.0
"""Factor of the cosine to a prototype before the softmax."""


def by_prototypes(support: NDArray[np.float32], labels: Sequence[str], asked: NDArray[np.float32]) -> Answers:
    """Answers by the nearest class mean in angle (Snell et al. 2017, with cosine for distance).

    Args:
        support: float32 [S, D], embeddings of the labelled cells.
        labels: their S classes; those that are inner nodes are not used.
        asked: float32 [N, D], embeddings of the cells that are asked about.
    """
    unit = support / np.maximum(np.linalg.norm(support, axis=1, keepdims=True), 1e-9)
    queries = asked / np.maximum(np.linalg.norm(asked, axis=1, keepdims=True), 1e-9)
    logits = np.full((len(queries), len(FINE)), -1e4, np.float32)
    for k, leaf in enumerate(FINE):
        own = unit[[label == leaf for label in labels]]
        if len(own):
            mean = own.mean(axis=0)
            logits[:, k] = SHARPNESS * (queries @ (mean / max(1e-9, float(np.linalg.norm(mean)))))
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    none = np.full(len(queries), np.nan, np.float32)
    return Answers(p / p.sum(axis=1, keepdims=True), asked, none, np.zeros(len(queries), bool))
