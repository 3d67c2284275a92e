"""Examples that contradict the others of their class, and pictures that are there twice; numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.models.discriminants import SHRUNK, Crowd, Float64, Shown, Space
from bloodview.models.learning import gone_by
from bloodview.models.seen import Examples, Float32, Rest

_DRAWS, _FEWER = 200, 100
"""Draws of cells of one old class that tell how far the cells of one class fall apart by chance."""
_MANY = 10  # cells from which fewer draws do
_RARE = 0.99
_SAME = 4e-3
_SURE = 0.9  # probability from which the base's word counts against an example


@dataclass(frozen=True, slots=True)
class Doubt:
    """An example that contradicts the others of its class.

    Args:
        cell: its number in `Examples.cells`.
        name: the class that it was given as an example of.
        why: a sentence for people.
    """

    cell: int
    name: str
    why: str


def copies(features: Float32) -> tuple[int, ...]:
    """For each row of features [N, F] the number of the first row that shows the same picture; its own if none does."""
    length = np.maximum(np.linalg.norm(features, axis=1), 1e-9)
    found: list[int] = []
    for i, row in enumerate(features):
        away = np.linalg.norm(features[:i] - row, axis=1) / length[i]
        same = np.flatnonzero(away < _SAME)
        found.append(found[int(same[0])] if len(same) else i)
    return tuple(found)


def doubts(examples: Examples, rest: Rest | None, base: Sequence[str]) -> tuple[Doubt, ...]:
    """Every example that contradicts the others of its class; all of them where a class holds two kinds alike.

    The cells of a class are parted in two where the gap is widest (Ward 1963). If the cells of one old class, drawn as
    often, hardly ever part so far, the smaller part contradicts the larger; then the larger is looked at in turn. And a
    cell of which the base is sure that it is of an old class is doubted where it calls most of the others otherwise.

    Args:
        examples: of every new class.
        rest: cells of the base's classes; without them nothing tells what is usual, and nothing is doubted.
        base: the classes of the columns of the scores.
    """
    embedding = gone_by(rest, extends=False)
    crowd, shown = Crowd.of(rest, base, embedding), Shown.of(examples, embedding)
    if not crowd.names:
        return ()
    space = Space.of(crowd.residuals(), SHRUNK)
    weight, offset = space.heads(np.concatenate([crowd.means(), shown.means()]))
    scores = shown.cells @ weight + offset
    likes = (*crowd.names, *shown.classes)
    placed, usual = space.placed(shown.cells), _Usual(space.placed(crowd.features), crowd.groups)
    found: list[Doubt] = []
    for name in shown.classes:
        left = [i for i, own in enumerate(shown.names) if own == name]
        while len(left) > 1:
            part, gap = _parted(placed[left])
            if gap <= usual.gap(len(left)):
                break
            small = [left[i] for i in np.flatnonzero(part)]
            large = [i for i in left if i not in small]
            two = len(small) == len(large)
            for i in sorted(left) if two else small:
                near = likes[_likest(scores[i], likes, name)]
                found.append(Doubt(shown.numbers[i], name, _why(name, len(small), len(large), near)))
            if two:
                break
            left = large
        found += _sure(examples, name, base, {d.cell for d in found})
    return tuple(found)


def _sure(examples: Examples, name: str, base: Sequence[str], known: set[int]) -> list[Doubt]:
    """Doubts about the cells of a class that the base is sure of, and calls otherwise than most of the others."""
    first: dict[int, int] = {}
    for row, (cell, own) in enumerate(zip(examples.cells, examples.names, strict=True)):
        if own == name:
            first.setdefault(cell, row)
    scores = examples.seen.scores[list(first.values())]
    answers, top = scores.argmax(axis=1), np.exp(scores.max(axis=1))
    found = []
    for cell, answer, sure in zip(first, answers.tolist(), top.tolist(), strict=True):
        alike = int((answers == answer).sum())
        if len(first) > 2 and sure >= _SURE and alike <= (len(first) - 1) // 2 and cell not in known:
            why = f"is unlike most of the other examples of {name}; it is most like {base[answer]}."
            found.append(Doubt(cell, name, why))
    return found


def _why(name: str, small: int, large: int, near: str) -> str:
    """The sentence about an example of the smaller of two parts."""
    if small == large:
        return f"the {small + large} examples of {name} are of two kinds; this one is most like {near}."
    others = f"the other {large} examples" if small == 1 else f"{large} of the other examples"
    return f"is unlike {others} of {name}; it is most like {near}."


def _likest(scores: Float64, likes: Sequence[str], name: str) -> int:
    """The class of the largest score that is not `name`."""
    return int(np.where(np.array(likes) == name, -np.inf, scores).argmax())


class _Usual:
    """How far cells of one class part, as those of the old classes do.

    Args:
        cells: float64 [R, F], where distances count.
        groups: int64 [R].
    """

    def __init__(self, cells: Float64, groups: NDArray[np.intp]) -> None:
        self._cells = [cells[groups == g] for g in np.unique(groups)]
        self._gaps: dict[int, float] = {}

    def gap(self, n: int) -> float:
        """What the gap of n cells of one class hardly ever exceeds."""
        enough = [c for c in self._cells if len(c) >= n]
        if not enough:
            return np.inf
        if n not in self._gaps:
            rng = np.random.default_rng(0)
            each = -(-(_DRAWS if n <= _MANY else _FEWER) // len(enough))
            gaps = [_parted(c[rng.choice(len(c), n, replace=False)])[1] for c in enough for _ in range(each)]
            self._gaps[n] = float(np.quantile(gaps, _RARE))
        return self._gaps[n]


def _parted(cells: Float64) -> tuple[NDArray[np.bool_], float]:
    """The smaller of the two parts, bool [N], that Ward's clustering ends in, and how far they are apart.

    That is the squared distance between the parts' means, times n1 n2 / (n1 + n2), by which it is alike for all sizes.
    """
    n = len(cells)
    squares = (cells**2).sum(axis=1)
    away = np.maximum(squares[:, None] + squares[None] - 2 * cells @ cells.T, 0)
    cost = away / 2
    np.fill_diagonal(cost, np.inf)
    size, member = np.ones(n), np.eye(n, dtype=bool)
    alive, last = np.ones(n, bool), 0.0
    for _ in range(n - 1):
        i, j = (int(k) for k in np.unravel_index(int(cost.argmin()), cost.shape))
        last = float(cost[i, j])
        if alive.sum() == 2:
            break
        both = size[i] + size[j] + size
        cost[i] = ((size[i] + size) * cost[i] + (size[j] + size) * cost[j] - size * last) / both
        cost[i, ~alive] = cost[i, i] = cost[i, j] = np.inf
        cost[:, i] = cost[i]
        cost[j] = cost[:, j] = np.inf
        alive[j] = False
        size[i] += size[j]
        member[i] |= member[j]
    one, other = np.flatnonzero(alive)
    small = member[one] if size[one] <= size[other] else member[other]
    return small, last
