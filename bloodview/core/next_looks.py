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
SPREAD = 0.3
"""How much a cell is worth that is just like one before it, against one that is like none."""
TYPICAL = 0.5
"""How much the first cells' worth hangs on their having many like them."""
NEIGHBOURS = 8
"""Cells by which it is told how many are like one."""
DOUBT_FROM = 15
"""Cells known from which on doubt counts as much as being typical: a model that knows little doubts at random."""
STRANGEST = 0.1
"""Share of the cells that may be called strange among their like."""
PLAIN = 0.5
"""Doubt, strangeness or distance, of 1, from which it is named as the reason."""
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
    TYPICAL = "typical"
    """Many cells are like it, and none of them was decided."""
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
        """float32 [N]: 0 for a cell as familiar as the model's own or as most here, towards 1 the less it is.

        Where a whole laboratory is strange, that tells no cell from another.
        """
        usual = float(np.quantile(self.familiarity, STRANGEST)) if len(self) else FAMILIAR
        return np.asarray(1 - np.clip(self.familiarity / max(1e-6, min(FAMILIAR, usual)), 0, 1), np.float32)

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

    A cell's worth is a product: how far its embedding lies from all that are known or stand before it (the
    farthest-first walk, Gonzalez 1985; Sener and Savarese 2018 for labels), and, while few are known, how many cells
    are like it (Hacohen et al. 2022), later its doubt and strangeness.

    Args:
        candidates: N cells.
        known: float32 [K, D], embeddings of cells that were decided.
        most: how many are put in order.
    """
    n = len(candidates)
    if not n:
        return []
    urgency, doubt, strange = candidates.urgency, candidates.doubt, candidates.strangeness
    own, before = _directions(candidates.embeddings, known)
    away = np.ones(n, np.float32)
    if own.shape[1] and len(before):
        away = (1 - (own @ before.T).max(axis=1)) / 2
    typical = _typical(own)
    left = np.ones(n, bool)
    looks = []
    for place in range(min(n, most)):
        trust = (len(known) + place) / (len(known) + place + DOUBT_FROM) if own.shape[1] else 1.0
        asking = (1 - trust) * (1 - TYPICAL + TYPICAL * typical) + trust * urgency
        row = int(np.where(left, asking * (SPREAD + (1 - SPREAD) * away), -1).argmax())
        left[row] = False
        looks.append(Look(row, _reason(float(doubt[row]), float(strange[row]), float(away[row]), trust)))
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
    if reason is Reason.TYPICAL:
        return "Stands for many cells like it, of which none was decided"
    if said is None:
        return "Nobody has named it"
    names = [(_title(taxonomy, name), p) for name, p in ((said.label, said.confidence), said.runner_up)]
    (first, p), (second, q) = names
    return f"Doubtful: {first} {p:.0%}" + (f" or {second} {q:.0%}" if second and q >= 0.005 else "")


def _title(taxonomy: Taxonomy, name: str) -> str:
    return taxonomy[name].title if name in taxonomy else name


def _reason(doubt: float, strange: float, away: float, trust: float) -> Reason:
    """What speaks for a look most plainly: half the scale is plain."""
    if max(doubt, strange) >= PLAIN:
        return Reason.STRANGE if strange > doubt else Reason.DOUBT
    return Reason.DIFFERENT if trust >= PLAIN and away >= PLAIN else Reason.TYPICAL


def _typical(own: Float32) -> Float32:
    """float32 [N], 0 to 1: how near the nearest others are, from the loneliest cell to the one with most like it."""
    n = len(own)
    if n < 2 or not own.shape[1]:
        return np.ones(n, np.float32)
    alike = own @ own.T
    np.fill_diagonal(alike, -1)
    k = min(NEIGHBOURS, n - 1)
    near = np.partition(alike, n - k, axis=1)[:, n - k :].mean(axis=1)
    return np.asarray((near - near.min()) / max(1e-9, float(np.ptp(near))), np.float32)


def _directions(own: Float32, known: Float32) -> tuple[Float32, Float32]:
    """Both as directions from the middle of all: what cells have in common tells none from another."""
    if not own.shape[1]:
        return own, known
    together = np.concatenate([own, known]).astype(np.float32) if len(known) else own.astype(np.float32)
    rows = together - together.mean(axis=0)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return np.asarray(rows[: len(own)], np.float32), np.asarray(rows[len(own) :], np.float32)
