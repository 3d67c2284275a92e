"""Cells as points: old classes and a new one, told apart in numbers behind the embedding alone."""

import numpy as np

from bloodview.models.seen import Examples, Rest, Seen

OLD = ("monocyte", "lymphocyte", "eosinophil")
LOOKS = 6


def cells(kinds: list[str], seed: int = 0, apart: float = 5.0) -> Seen:
    """Of each kind a point: the embedding, 4 numbers, knows the old kinds only; behind it 6 numbers know "new" too."""
    rng = np.random.default_rng(seed)
    scores = np.full((len(kinds), len(OLD)), np.log(0.05), np.float32)
    features = rng.normal(size=(len(kinds), 4 + LOOKS)).astype(np.float32)
    for i, kind in enumerate(kinds):
        k = OLD.index(kind) if kind in OLD else int(rng.integers(len(OLD)))
        scores[i, k] = np.log(0.9)
        features[i, k] += apart
        features[i, 4 + (k if kind in OLD else 3)] += apart
    return Seen(scores, features)


def rest(each: int = 40, seed: int = 1) -> Rest:
    """Reference cells of the old classes."""
    kinds = [name for name in OLD for _ in range(each)]
    return Rest(cells(kinds, seed), tuple(kinds), LOOKS)


def examples(number: int = 5, seed: int = 2, name: str = "new") -> Examples:
    """Examples of the new class."""
    return Examples(cells(["new"] * number, seed), (name,) * number, tuple(range(number)))
