"""The cells of the open case as the window needs them: by id, by slide, by doubt. No Qt."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bloodview.core import unfamiliar
from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.random_check import RandomCheck
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.review.records import LabelCounts


@dataclass(frozen=True, slots=True)
class Tally:
    """What the worklist says of a slide.

    Args:
        leukocytes: cells in the denominator of the percentages.
        to_look_at: cells whose label may not stand without a person.
        unfamiliar: how like the training pictures it is, where that is little; None = enough, or unknown.
    """

    leukocytes: int = 0
    to_look_at: int = 0
    unfamiliar: float | None = None


def waits_for_a_look(cell: Cell) -> bool:
    """Whether a person should decide this cell and nobody has."""
    return cell.needs_a_look and cell.status is Status.ACTIVE


class CellIndex:
    """A copy of the case's cells that answers without asking the disk."""

    def __init__(self) -> None:
        self._cells: dict[int, Cell] = {}
        self._of_slide: defaultdict[int, set[int]] = defaultdict(set)
        self._leukocytes: Counter[int] = Counter()
        self._leukocyte_ids = frozenset[str]()
        self._by_label: Counter[str] = Counter()
        self._apart: Counter[Status] = Counter()
        self._cut = 0
        self._waiting: defaultdict[int | None, list[tuple[float, int]]] = defaultdict(list)
        """By slide, all under None: cells that wait for a look in the order of doubt."""
        self._familiarity: defaultdict[int, list[float]] = defaultdict(list)
        """By slide: of its leukocytes, in ascending order."""
        self.check = RandomCheck()
        """The random check of the confident labels."""

    def __len__(self) -> int:
        return len(self._cells)

    def __contains__(self, cell_id: object) -> bool:
        return cell_id in self._cells

    def replace_all(self, cells: Iterable[Cell], taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> None:
        """Forget everything, take these, named by this tree of classes."""
        self._leukocyte_ids = frozenset(c.id for c in taxonomy.classes if taxonomy.is_below(c.id, "leukocyte"))
        self._cells.clear()
        self._of_slide.clear()
        self._leukocytes.clear()
        self._by_label.clear()
        self._apart.clear()
        self._cut = 0
        self._waiting.clear()
        self._familiarity.clear()
        self.check.clear(taxonomy)
        self.update(cells)

    def update(self, cells: Iterable[Cell]) -> None:
        """Take new or changed cells."""
        for cell in cells:
            if (old := self._cells.get(cell.id)) is not None:
                self._weigh(old, -1)
            self._cells[cell.id] = cell
            self._of_slide[cell.slide_id].add(cell.id)
            self._weigh(cell, +1)
            self.check.put(cell)

    def drop(self, cell_ids: Iterable[int]) -> None:
        """Forget cells that are gone."""
        for cell_id in cell_ids:
            if (old := self._cells.pop(cell_id, None)) is not None:
                self._of_slide[old.slide_id].discard(cell_id)
                self._weigh(old, -1)
                self.check.drop(cell_id)

    def drop_slide(self, slide_id: int) -> None:
        """Forget all cells of a slide."""
        self.drop(tuple(self._of_slide[slide_id]))

    def get(self, cell_id: int) -> Cell | None:
        """The cell, if it is there."""
        return self._cells.get(cell_id)

    def some(self, cell_ids: Iterable[int]) -> list[Cell]:
        """The cells of these ids that are there, in the order given."""
        return [self._cells[i] for i in cell_ids if i in self._cells]

    def of_slide(self, slide_id: int | None, *, red_cells: bool = True) -> list[Cell]:
        """Cells of a slide, of all slides for None, in the order of their ids."""
        ids = sorted(self._cells if slide_id is None else self._of_slide[slide_id])
        cells = (self._cells[i] for i in ids)
        return [c for c in cells if red_cells or not is_plain_red_cell(c)]

    def tally(self, slide_id: int) -> Tally:
        """Numbers of a slide."""
        known = self._familiarity[slide_id]
        middle = known[(len(known) - 1) // 2 : len(known) // 2 + 1]  # of the ascending values: their median
        familiarity = unfamiliar.picture_familiarity(middle)
        strange = familiarity is not None and familiarity < unfamiliar.FAMILIAR
        return Tally(self._leukocytes[slide_id], len(self._waiting[slide_id]), familiarity if strange else None)

    @property
    def to_look_at(self) -> int:
        """Cells of the case that wait for a person."""
        return len(self._waiting[None])

    @property
    def label_counts(self) -> LabelCounts:
        """The same as the case would count, without asking it."""
        by_label = {label: number for label, number in self._by_label.items() if number}
        return LabelCounts(by_label, self._apart[Status.UNDECIDED], self._apart[Status.REJECTED], self._cut)

    def doubtful(self, after: int | None, step: int, slide_id: int | None = None) -> Cell | None:
        """A cell that waits for a look, most doubtful first, round the end; None if none waits.

        Args:
            step: 1 for the next one, -1 for the previous one.
            after: the cell to go on from, also one that has been decided since; None or gone = start at the end.
            slide_id: only of this slide; None = all.
        """
        waiting = self._waiting[slide_id]
        if not waiting:
            return None
        here = self._cells.get(after) if after is not None else None
        at = 0 if step > 0 else -1
        if here is not None:
            place = _doubt_order(here)
            at = bisect_right(waiting, place) if step > 0 else bisect_left(waiting, place) - 1
        return self._cells[waiting[at % len(waiting)][1]]

    def _weigh(self, cell: Cell, sign: int) -> None:
        if cell.status is not Status.ACTIVE:
            self._apart[cell.status] += sign
        elif cell.counts:
            self._by_label[cell.label] += sign
        else:
            self._cut += sign
        if cell.status is Status.ACTIVE and cell.label in self._leukocyte_ids:
            self._leukocytes[cell.slide_id] += sign
        known = self._familiarity[cell.slide_id]
        for value in unfamiliar.of_leukocyte(cell.kind, cell.prediction):
            if sign > 0:
                insort(known, value)
            else:
                del known[bisect_left(known, value)]
        if waits_for_a_look(cell):
            place = _doubt_order(cell)
            for waiting in (self._waiting[None], self._waiting[cell.slide_id]):
                if sign > 0:
                    insort(waiting, place)
                else:
                    del waiting[bisect_left(waiting, place)]


def is_plain_red_cell(cell: Cell) -> bool:
    """Whether it is one of the thousands of red cells that nobody needs in a gallery."""
    return cell.kind is Kind.RBC and cell.label in ("", "red_cell")


def _doubt_order(cell: Cell) -> tuple[float, int]:
    """Most doubtful first by what the model said, whatever a person decided since; then by id."""
    return (cell.prediction.confidence if cell.prediction is not None else 1.0, cell.id)
