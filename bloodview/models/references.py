"""Reference cells of a model's classes, kept in its folder: what a new class must keep clear of; numpy only."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from bloodview.models.card import WEIGHTS_NAME, ModelCard
from bloodview.models.seen import Rest, Seen

MOST = 60
"""Reference cells of a class; fewer where fewer were held out."""
_PREFIX = "references"
_EXTRA = "extra."


def tensors(rest: Rest, classes: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Reference cells by the names under which a model keeps them; every label is one of its classes."""
    return {
        f"{_PREFIX}.features": rest.seen.features.astype(np.float16),
        f"{_PREFIX}.scores": np.maximum(rest.seen.scores, -20).astype(np.float16),
        f"{_PREFIX}.labels": np.array([list(classes).index(x) for x in rest.labels], np.int32),
    }


def among(found: Mapping[str, NDArray[np.generic]], classes: Sequence[str]) -> Rest | None:
    """The reference cells among a model's further tensors; None if it has none."""
    if f"{_PREFIX}.features" not in found:
        return None
    features, scores, labels = (found[f"{_PREFIX}.{name}"] for name in ("features", "scores", "labels"))
    names = tuple(classes[int(k)] for k in labels.astype(np.int64).tolist())
    return Rest(Seen(scores.astype(np.float32), features.astype(np.float32)), names)


def read(folder: Path) -> Rest | None:
    """The reference cells of a model folder, without its weights; None if it has none.

    Raises:
        ModelError: its card cannot be read.
    """
    card = ModelCard.read(folder)
    with safe_open(folder / WEIGHTS_NAME, framework="numpy") as file:
        names = [k for k in sorted(file.keys()) if k.startswith(f"{_EXTRA}{_PREFIX}.")]
        found = {k.removeprefix(_EXTRA): file.get_tensor(k) for k in names}
    return among(found, card.classes)


def drawn(rest: Rest, most: int = MOST, seed: int = 0) -> Rest:
    """At most so many cells of each class, at random."""
    rng, labels = np.random.default_rng(seed), np.array(rest.labels)
    kept = [rng.permutation(np.flatnonzero(labels == name))[:most] for name in sorted(set(rest.labels))]
    rows = np.sort(np.concatenate(kept))
    return Rest(rest.seen.rows(rows), tuple(rest.labels[int(i)] for i in rows))
