"""The random check of confident labels: which cells it asks for, and how often the machine was wrong among them.

All confident cells stand in an order drawn by chance. A person looks at them in this order, and the estimate rests on
those up to the first that nobody has looked at: cells that were corrected out of turn, because somebody saw an error,
would make the machine look worse than it is. Nothing is stored: the order follows from the cells' ids, and what a
person found from the case itself, so that undo takes a finding back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cell_columns import SOURCES, STATUSES, CellColumns
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.differential import Interval, wilson
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy

_SEED = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the check has found so far.

    Args:
        wrong: labels that the person changed.
        judged: cells that the person decided; those left undecided are not among them.
        confident: cells whose label the machine would let stand.
    """

    wrong: int
    judged: int
    confident: int

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval of the share of wrong labels."""
        return wilson(self.wrong, self.judged)

    @property
    def in_words(self) -> str:
        """For people; "" as long as nothing was checked."""
        if not self.judged:
            return ""
        low, high = (f"{100 * v:.0f}" if v >= 0.095 or not v else f"{100 * v:.1f}" for v in _ends(self.interval))
        return (
            f"Random check: {self.wrong} of {self.judged} confident labels wrong; "
            f"of all {self.confident:,} it may be {low} to {high} % (95 %)"
        )


class RandomCheck:
    """The confident cells of a case in their drawn order, kept as cells come, change and go."""

    def __init__(self, taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> None:
        self._taxonomy = taxonomy
        self._verdicts: dict[int, bool | None] = {}
        """Confident cells that a person has looked at: whether the label was wrong; None = left undecided."""
        self._confident: set[int] = set()
        self._drawn: list[int] | None = None

    def put(self, cell: Cell) -> None:
        """Take a new or changed cell."""
        if cell.prediction is None or not cell.prediction.decided:
            self.drop(cell.id)
            return
        if cell.id not in self._confident:
            self._confident.add(cell.id)
            self._drawn = None
        if cell.status is Status.UNDECIDED:
            self._verdicts[cell.id] = None
        elif cell.status is Status.REJECTED:
            self._verdicts[cell.id] = True
        elif cell.source is Source.PERSON:
            self._verdicts[cell.id] = not self._agrees(cell.prediction.label, cell.label)
        else:
            self._verdicts.pop(cell.id, None)

    def put_all(self, cells: CellColumns) -> None:
        """As `put`, of many."""
        confident = cells.sure & (cells.said >= 0)
        for cell_id in self._confident.intersection(cells.ids[~confident].tolist()):
            self.drop(cell_id)
        now = cells.take(confident)
        ids = now.ids.tolist()
        before = len(self._confident)
        self._confident.update(ids)
        if len(self._confident) != before:
            self._drawn = None
        for cell_id in self._verdicts.keys() & set(ids):
            del self._verdicts[cell_id]
        by_person = now.sources == SOURCES.index(Source.PERSON)
        looked_at = now.take(by_person | (now.statuses != STATUSES.index(Status.ACTIVE)))
        for cell_id, status, said, label in zip(
            looked_at.ids.tolist(), looked_at.statuses.tolist(), looked_at.said, looked_at.labels, strict=True
        ):
            if STATUSES[status] is Status.ACTIVE:
                self._verdicts[cell_id] = not self._agrees(cells.names[said], cells.names[label])
            else:
                self._verdicts[cell_id] = None if STATUSES[status] is Status.UNDECIDED else True

    def drop(self, cell_id: int) -> None:
        """Forget a cell that is gone."""
        if cell_id in self._confident:
            self._confident.discard(cell_id)
            self._verdicts.pop(cell_id, None)
            self._drawn = None

    def clear(self, taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> None:
        """Forget all; cells to come are named by this tree of classes."""
        self._taxonomy = taxonomy
        self._verdicts.clear()
        self._confident.clear()
        self._drawn = None

    def next(self, most: int, among: Iterable[int] | None = None) -> list[int]:
        """The cells to be checked next, in order; `among` limits them, such as to one picture."""
        wanted = None if among is None else set(among)
        found: list[int] = []
        for cell_id in self._order():
            if len(found) == most:
                break
            if cell_id not in self._verdicts and (wanted is None or cell_id in wanted):
                found.append(cell_id)
        return found

    @property
    def estimate(self) -> Estimate:
        """What was found up to the first cell that nobody has looked at."""
        wrong = judged = 0
        for cell_id in self._order():
            if cell_id not in self._verdicts:
                break
            if (verdict := self._verdicts[cell_id]) is not None:
                judged += 1
                wrong += verdict
        return Estimate(wrong, judged, len(self._confident))

    def _agrees(self, said: str, given: str) -> bool:
        """Whether a person's label is the machine's, a coarser one above it, or a finer one taught below it."""
        tree = self._taxonomy
        if said not in tree or given not in tree:
            return said == given
        return tree.is_below(said, given) or tree.is_below(given, said)

    def _order(self) -> list[int]:
        if self._drawn is None:
            ids = np.fromiter(self._confident, np.int64)
            self._drawn = ids[np.argsort(drawn_all(ids))].tolist()
        return self._drawn


def drawn_all(cell_ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """As `drawn`, of int64 [N]; unsigned numbers run over as they must."""
    z = cell_ids.astype(np.uint64) * np.uint64(_SEED) + np.uint64(_SEED)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def drawn(cell_id: int) -> int:
    """A number that looks like chance and is always the same for an id (SplitMix64, Steele et al. 2014)."""
    z = (cell_id * _SEED + _SEED) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high
