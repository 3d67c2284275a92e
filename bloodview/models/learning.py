"""Classes learned from a few examples, beside a model's own or instead of them; numpy only.

They answer by what is kept of cells, without their pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from bloodview.models.discriminants import (
    SHRUNK,
    SHRUNK_LOOKS,
    Crowd,
    Shown,
    Space,
    agreed,
    log_sum,
    own_left_out,
    rest_left_out,
    softened,
)
from bloodview.models.seen import Examples, Float32, Rest, Seen

ALARMS = 0.005
"""Share of the known cells of the old classes that may lose their right name to a new class.

The aim is one in a hundred of the cells to come; a limit set on few known ones lets more of those through.
"""
_PREFIX = "learned"


@dataclass(frozen=True, slots=True)
class Learned:
    """New classes, ready to answer.

    A class's score is linear in the features; a new class's log odds are its score against all old groups' together,
    stretched and moved so that they agree with what cells that were left out have shown.

    Args:
        old: classes of the base that stay answers; none where the new classes stand alone.
        new: the new classes.
        weight: float32 [F, G + K], of G groups of old cells and of K new classes.
        offset: float32 [G + K].
        slope: float32 [K].
        bias: float32 [K].
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    weight: Float32
    offset: Float32
    slope: Float32
    bias: Float32

    @property
    def classes(self) -> tuple[str, ...]:
        """All answers in the order of the columns: the old ones, then the new."""
        return (*self.old, *self.new)

    def odds(self, seen: Seen) -> Float32:
        """Log odds float32 [N, K] of each new class against all old ones together."""
        scores = (seen.features @ self.weight + self.offset).astype(np.float64)
        own = scores[:, -len(self.new) :]
        groups = scores[:, : -len(self.new)]
        if groups.shape[1]:
            own = own - log_sum(groups)
        return np.asarray(own * self.slope + self.bias, np.float32)

    def probabilities(self, seen: Seen) -> Float32:
        """float32 [N, old + new], rows sum to 1; the old classes keep their odds among each other."""
        own = self.odds(seen).astype(np.float64)
        if self.old:
            old = seen.scores.astype(np.float64)
            own = np.concatenate([old - log_sum(old), own], axis=1)
        return np.exp(own - log_sum(own)).astype(np.float32)

    def tensors(self) -> dict[str, Float32]:
        """The numbers by the names under which a model folder keeps them; the names of the classes are the card's."""
        fields = {"weight": self.weight, "offset": self.offset, "slope": self.slope, "bias": self.bias}
        return {f"{_PREFIX}.{name}": np.ascontiguousarray(value, np.float32) for name, value in fields.items()}

    @classmethod
    def read(cls, tensors: Mapping[str, Float32], old: Sequence[str], new: Sequence[str]) -> "Learned | None":
        """What was learned among a model's further tensors; None if nothing was."""
        if f"{_PREFIX}.weight" not in tensors:
            return None
        return cls(tuple(old), tuple(new), *(tensors[f"{_PREFIX}.{n}"] for n in ("weight", "offset", "slope", "bias")))

    def to_bytes(self) -> bytes:
        """For a case file."""
        return bytes(save(dict(self.tensors())))

    @classmethod
    def from_bytes(cls, raw: bytes, old: Sequence[str], new: Sequence[str]) -> "Learned":
        """What `to_bytes` kept.

        Raises:
            ValueError: it is something else.
        """
        found = cls.read(load(raw), old, new)
        if found is None:
            raise ValueError("no learned classes")
        return found


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What cells were answered that had no part in the fit.

    Args:
        own: float32 [M, K], log odds of the M example cells against all old classes together, each by a fit without
            it; NaN where a class has no other cell.
        own_top: float32 [M], logarithm of the base's largest probability of each; -inf where no old class is an answer.
        near: float32 [M, G], how like each of the G groups of the rest they are, as logarithms.
        rest: float32 [R, K], log odds of the cells of the rest, by fits without them.
        top: float32 [R], logarithm of the base's largest probability of each cell of the rest.
        known: bool [R], whether a person, and not the base, said what it is.
        labels: the class of each cell of the rest.
        cells: the numbers of the example cells.
        names: the new class of each.
        groups: the class of each group.
        classes: the new classes.
    """

    own: Float32
    own_top: Float32
    near: Float32
    rest: Float32
    top: Float32
    known: NDArray[np.bool_]
    labels: tuple[str, ...]
    cells: tuple[int, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    classes: tuple[str, ...]

    def own_answers(self) -> NDArray[np.intp]:
        """int64 [M], the new class that each example cell is taken for without itself; -1 for an old one."""
        return _answers(self.own, self.own_top)

    def rest_answers(self) -> NDArray[np.intp]:
        """int64 [R], the new class that each cell of the rest is taken for; -1 for an old one."""
        return _answers(self.rest, self.top)


def _answers(odds: Float32, top: Float32) -> NDArray[np.intp]:
    """The largest of log odds [N, K] against the logarithm of the base's largest probability [N]."""
    odds = np.nan_to_num(odds, nan=-np.inf)
    return np.where(odds.max(axis=1, initial=-np.inf) > top, odds.argmax(axis=1), -1)


def fit(
    examples: Examples, rest: Rest | None, old: Sequence[str], base: Sequence[str], alarms: float = ALARMS
) -> tuple[Learned, LeftOut]:
    """Learn all new classes of the examples at once, beside the classes `old`, or alone where there are none.

    Linear discriminants: every class is a mean, all under one covariance, which the cells of the old classes tell and
    which is drawn towards a round one. What differs: the log odds are then stretched and moved by what fits without
    a cell said of it, so that no more than `alarms` of the old cells lose a right name to a new class.

    A cell's first row is the one by which it is asked when it is left out.

    Args:
        examples: of every new class.
        rest: cells of the base's classes. Needed where `old` is not empty; else they only tell what differences
            between cells of one class are usual.
        old: classes of the base that stay answers: all or none.
        base: the classes of the columns of the scores.
        alarms: share of the rest that may lose a right name to a new class.
    """
    part = gone_by(rest, bool(old))
    crowd, shown = Crowd.of(rest, base, part), Shown.of(examples, part)
    if old and not crowd.names:
        raise ValueError("nothing tells what the old classes look like")
    shrunk = SHRUNK_LOOKS if part.start else SHRUNK
    space = Space.of(crowd.residuals() if crowd.names else shown.residuals(), shrunk)
    groups = crowd.names if old else ()
    means = crowd.means() if old else np.zeros((0, shown.cells.shape[1]))
    inner, offset = space.heads(np.concatenate([means, shown.means()]))
    weight = np.zeros((examples.seen.features.shape[1], inner.shape[1]))
    weight[part] = inner
    own, near = own_left_out(space, means, shown)
    others = rest_left_out(crowd, shown, shrunk) if old else np.zeros((0, len(shown.classes)))
    slope, bias = agreed(own, others, shown, crowd, alarms) if old else softened(own, shown)
    arrays = (np.asarray(a, np.float32) for a in (weight, offset, slope, bias))
    left_out = LeftOut(
        own=np.asarray(own * slope + bias, np.float32),
        own_top=np.asarray(shown.top if old else np.full(len(own), -np.inf), np.float32),
        near=np.asarray(near, np.float32),
        rest=np.asarray(others * slope + bias, np.float32),
        top=np.asarray(crowd.top[: len(others)], np.float32),
        known=crowd.known[: len(others)],
        labels=tuple(crowd.names[g] for g in crowd.groups[: len(others)].tolist()),
        cells=shown.numbers,
        names=shown.names,
        groups=groups,
        classes=examples.classes,
    )
    return Learned(tuple(old), examples.classes, *arrays), left_out


def gone_by(rest: Rest | None, extends: bool) -> slice:
    """The features that classes are told by.

    Beside old classes those behind the embedding, which learned to pass over what sets a new class apart; alone the
    embedding, which makes most of few examples.
    """
    if rest is None or not rest.looks:
        return slice(0, None)
    at = rest.seen.features.shape[1] - rest.looks
    return slice(at, None) if extends else slice(0, at)


def suggestions(learned: Learned, name: str, seen: Seen, least: float = 0.1, most: int = 50) -> list[int]:
    """Rows that a class may be found in, the most probable first: those of which it has the probability `least`."""
    p = learned.probabilities(seen)[:, learned.classes.index(name)]
    order = np.argsort(-p, kind="stable")
    return [int(i) for i in order[:most] if p[i] >= least]
