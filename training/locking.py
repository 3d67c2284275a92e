"""Which part of what a person corrected is locked away to judge: drawn by hash, so it is the same one ever after."""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bloodview.models.card import Refinement

Bools = NDArray[np.bool_]

LOCKED_SHARE = 0.3
"""Of cases, pictures or what is smaller, whichever must stay together; drawn by their hash."""


def draw(units: Mapping[str, Sequence[str]], can_train: Callable[[Bools], bool]) -> tuple[Bools, str] | None:
    """Lock whole units away: the widest of which there are several and which leave enough to train.

    Args:
        units: what must stay together, the widest first -> the name of each of N examples; "case" may be unnamed, "".
        can_train: whether enough is left where these, bool [N], are locked.

    Returns:
        bool [N] and the unit; None where there is but one of the smallest.
    """
    for unit, names in units.items():
        found = sorted(set(names), key=position)
        if len(found) < 2 or (unit == "case" and "" in found):
            continue
        chosen = {n for n in found if position(n) < LOCKED_SHARE} or {found[0]}
        locked = np.array([n in chosen for n in names])
        if unit == list(units)[-1] or can_train(locked):
            return locked, unit
    return None


def as_before(locked: Bools, marks: Sequence[set[str]], before: Refinement) -> tuple[Bools, int]:
    """What judged a model that this one comes of stays locked, and what trained one does not judge.

    Args:
        locked: bool [N], as it was drawn.
        marks: N, what stands for each example and what it must stay with; see `picture_mark`.
        before: the lineage of the model that is refined.

    Returns:
        bool [N], and how many of those drawn do not judge.
    """
    trained, judged = set(before.trained_pictures), set(before.locked_pictures)
    seen, kept = (np.array([bool(m & side) for m in marks]) for side in (trained, judged))
    return (locked | kept) & ~seen, int((locked & seen).sum())


def position(name: str) -> float:
    """0 to 1, the same for a name for ever."""
    return int(hashlib.sha256(f"bloodview locked {name}".encode()).hexdigest()[:8], 16) / 2**32
