"""Which cells a person should look at next, and why: doubtful, unfamiliar, unlike those before, and a random check."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Cell, Prediction
from bloodview.core.taxonomy import Taxonomy
from bloodview.core.unfamiliar import FAMILIAR, shown

Float32 = NDArray[np.float32]

MOST = 200
"""Cells that are put in order at once."""
CONSIDERED = 800
"""The most urgent cells, among which the different ones are chosen."""
CHECK_EVERY = 10
"""Every so many places the next cell is a random check of a confident label."""
SPREAD = 0.5
"""How much a cell is worth that is just like one before it, against one that is like none."""
LEAST_URGENCY = 0.1
"""Urgency of a cell of which the model is sure, so that its being different still counts."""


class Reason(StrEnum):
    """Why a cell is to be looked at."""

    DOUBT = "doubt"
    """The model hesitates between classes."""
    STRANGE = "strange"
    """It is unlike the pictures that the model was made from."""
    DIFFERENT = "different"
    """It is unlike the cells that were decided or come before it."""
    CHECK = "check"
    """Drawn by chance among the confident labels."""


@dataclass(frozen=True, slots=True)
class Look:
    """A cell in the queue: its row among the candidates, and why it stands there."""

    row: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of N cells that nobody has decided yet.

    Args:
        confidence: float32 [N], probability of the most probable class.
        rival: float32 [N], probability of the second.
        familiarity: float32 [N], 0 to 1.
        embeddings: float32 [N, D]; D = 0 where the model gives none.
    """

    confidence: Float32
    rival: Float32
    familiarity: Float32
    embeddings: Float32

    @classmethod
    def of(cls, predictions: Sequence[Prediction], embeddings: Float32) -> "Candidates":
        """Of what a model said of N cells."""
        told = [(p.confidence, p.runner_up[1], p.familiarity) for p in predictions]
        values = np.array(told, np.float32).reshape(-1, 3)
        return cls(values[:, 0], values[:, 1], values[:, 2], embeddings)

    def __len__(self) -> int:
        return len(self.confidence)

    @property
    def doubt(self) -> Float32:
        """float32 [N]: 1 less the lead over the second class (Scheffer et al. 2001)."""
        return np.asarray(1 - (self.confidence - self.rival), np.float32)

    @property
    def strangeness(self) -> Float32:
        """float32 [N]: 0 for a cell as familiar as the model's own, towards 1 the less it is."""
        return np.asarray(1 - np.clip(self.familiarity / FAMILIAR, 0, 1), np.float32)

    @property
    def urgency(self) -> Float32:
        """float32 [N], what asks for a look apart from other cells."""
        return np.asarray(np.maximum(LEAST_URGENCY, np.maximum(self.doubt, self.strangeness)), np.float32)


def considered(predictions: Sequence[Prediction], most: int = CONSIDERED) -> NDArray[np.intp]:
    """The rows of the most urgent cells, at most so many: only their embeddings are needed."""
    urgency = Candidates.of(predictions, np.zeros((len(predictions), 0), np.float32)).urgency
    return np.argsort(-urgency, kind="stable")[:most]


def order(candidates: Candidates, known: Float32, most: int = MOST) -> list[Look]:
    """The cells in the order in which they are worth a look, one at a time the best given those before.

    A cell's worth is its urgency times how far its embedding lies from all that are known or stand before it: the
    farthest-first walk (Gonzalez 1985; Sener and Savarese 2018 for labels) weighed by doubt and strangeness.

    Args:
        candidates: N cells.
        known: float32 [K, D], embeddings of cells that were decided.
        most: how many are put in order.
    """
    n = len(candidates)
    urgency, doubt, strange = candidates.urgency, candidates.doubt, candidates.strangeness
    own, before = _directions(candidates.embeddings, known)
    away = np.ones(n, np.float32)
    if own.shape[1] and len(before):
        away = (1 - (own @ before.T).max(axis=1)) / 2
    left = np.ones(n, bool)
    looks = []
    for _ in range(min(n, most)):
        worth = np.where(left, urgency * (SPREAD + (1 - SPREAD) * away), -1)
        row = int(worth.argmax())
        left[row] = False
        looks.append(Look(row, _reason(float(doubt[row]), float(strange[row]), float(away[row]))))
        if own.shape[1]:
            away = np.minimum(away, (1 - own @ own[row]) / 2)
    return looks


def with_checks(looks: Iterable[int], checks: Sequence[int], most: int = MOST) -> list[tuple[int, bool]]:
    """(cell, whether it is a random check), with every tenth place given to a check as long as there are any.

    Where nothing else is left, a tenth of the whole is checked.
    """
    merged: list[tuple[int, bool]] = []
    rest = list(checks[: max(1, most // CHECK_EVERY)])
    for cell in looks:
        if rest and len(merged) % CHECK_EVERY == CHECK_EVERY - 1:
            merged.append((rest.pop(0), True))
        merged.append((cell, False))
    return [*merged, *((cell, True) for cell in rest)][:most]


def words(reason: Reason, cell: Cell, taxonomy: Taxonomy) -> str:
    """Why a cell is to be looked at, for people."""
    said = cell.prediction
    if reason is Reason.CHECK:
        return "Random check of a confident label"
    if reason is Reason.STRANGE and said is not None:
        return f"Unlike the pictures the model was made from (familiarity {shown(said.familiarity)})"
    if reason is Reason.DIFFERENT:
        return "Unlike the cells that were decided so far"
    if said is None:
        return "Nobody has named it"
    names = [(_title(taxonomy, name), p) for name, p in ((said.label, said.confidence), said.runner_up)]
    (first, p), (second, q) = names
    return f"Doubtful: {first} {p:.0%}" + (f" or {second} {q:.0%}" if second and q >= 0.005 else "")


def _title(taxonomy: Taxonomy, name: str) -> str:
    return taxonomy[name].title if name in taxonomy else name


def _reason(doubt: float, strange: float, away: float) -> Reason:
    """What weighed most."""
    if strange > doubt:
        return Reason.STRANGE
    return Reason.DIFFERENT if away > doubt else Reason.DOUBT


def _directions(own: Float32, known: Float32) -> tuple[Float32, Float32]:
    """Both as directions from the middle of all: what cells have in common tells none from another."""
    if not own.shape[1]:
        return own, known
    together = np.concatenate([own, known]).astype(np.float32) if len(known) else own.astype(np.float32)
    rows = together - together.mean(axis=0)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows[: len(own)], np.float32), np.asarray(rows[len(own) :], np.float32)
