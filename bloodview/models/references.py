"""Reference cells of a model's classes, kept in its folder: what a new class must keep clear of; numpy only."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from bloodview.models.card import WEIGHTS_NAME, ModelCard
from bloodview.models.derived import EXTRA
from bloodview.models.seen import Rest, Seen

MOST = 120
"""Reference cells of a class; held-out ones first."""
_PREFIX = "references"
_NEVER = -18.0  # logarithm of the probability of a class that a reference cell is not of


def tensors(rest: Rest, classes: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    """Reference cells by the names under which a model keeps them; every label is one of its classes."""
    return {
        f"{_PREFIX}.features": rest.seen.features.astype(np.float16),
        f"{_PREFIX}.scores": np.maximum(rest.seen.scores, -20).astype(np.float16),
        f"{_PREFIX}.labels": np.array([list(classes).index(x) for x in rest.labels], np.int32),
        f"{_PREFIX}.looks": np.array([rest.looks], np.int32),
    }


def among(found: Mapping[str, NDArray[np.generic]], classes: Sequence[str]) -> Rest | None:
    """The reference cells among a model's further tensors; None if it has none."""
    if f"{_PREFIX}.features" not in found:
        return None
    features, scores, labels, looks = (found[f"{_PREFIX}.{n}"] for n in ("features", "scores", "labels", "looks"))
    names = tuple(classes[int(k)] for k in labels.astype(np.int64).tolist())
    return Rest(Seen(scores.astype(np.float32), features.astype(np.float32)), names, int(looks[0]))


def read(folder: Path) -> Rest | None:
    """The reference cells of a model folder, without its weights, scored for the classes that the model answers.

    None if it has none, or if classes that it was taught stand alone.

    Raises:
        ModelError: its card cannot be read.
    """
    card = ModelCard.read(folder)
    if card.lesson is not None and not card.lesson.extends:
        return None
    with safe_open(folder / WEIGHTS_NAME, framework="numpy") as file:
        names = [k for k in sorted(file.keys()) if k.startswith(f"{EXTRA}{_PREFIX}.")]
        found = among({k.removeprefix(EXTRA): file.get_tensor(k) for k in names}, card.outputs)
    if found is None or card.lesson is None:
        return found
    none = np.full((len(found), len(card.classes) - len(card.outputs)), _NEVER, np.float32)
    scores = np.concatenate([found.seen.scores, none], axis=1)
    return Rest(Seen(scores, found.seen.features), found.labels, found.looks)
