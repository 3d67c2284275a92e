"""Which part of what a person corrected is locked away to judge: drawn by hash, so it is the same one ever after."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.models.card import Refinement, picture_mark

Bools = NDArray[np.bool_]

LOCKED_SHARE = 0.3
"""Of cases, pictures or what is smaller, whichever must stay together; drawn by their hash."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a draw.

    Args:
        alone: unit -> what its figures do not promise; "" if nothing is to be said.
        one: what is said where there is but one of the smallest.
        thing: what is locked, in the plural.
    """

    alone: Mapping[str, str]
    one: str
    thing: str


def lock(
    units: Mapping[str, Sequence[str]], can_train: Callable[[Bools], bool], before: Refinement | None, words: Words
) -> tuple[Bools, str, tuple[str, ...]]:
    """Which examples judge: whole units, see `draw`; what judged or trained a model before keeps its side.

    So the same ones are locked again whenever they are there again.

    Args:
        units: see `draw`; those below the widest tell one example from another in a card.
        can_train: see `draw`.
        before: the lineage of the model that is refined, if it has one.
        words: for the notes.

    Returns:
        bool [N], the unit, and what a person should know.
    """
    drawn = draw(units, can_train)
    n = len(next(iter(units.values())))
    if drawn is None:
        return np.zeros(n, bool), list(units)[-1], (words.one,)
    locked, unit = drawn
    notes = [words.alone[unit]] if words.alone[unit] else []
    if before is not None:
        marks = [{picture_mark(units[u][i]) for u in list(units)[1:]} for i in range(n)]
        locked, left = as_before(locked, marks, before)
        if left:
            notes.append(f"{left} {words.thing} do not judge: they trained a model this one comes of.")
    return locked, unit, tuple(notes)


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
