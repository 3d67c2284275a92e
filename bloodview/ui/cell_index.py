"""The cells of the open case as the window needs them: by id, by slide, by doubt. No Qt."""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core import unfamiliar
from bloodview.core.cell_columns import KINDS, STATUSES, CellColumns, CellSet, Fetch, Flags, Names
from bloodview.core.cell_store import CellStore
from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.random_check import RandomCheck
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.review.records import LabelCounts

_MOST_HELD = 20_000
"""Whole cells kept of those that were asked for; the longest unused ones go."""
_ACTIVE, _WBC = STATUSES.index(Status.ACTIVE), KINDS.index(Kind.WBC)


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
    """The columns of all cells of the case, which answer without asking the disk; whole cells are fetched on demand."""

    def __init__(self) -> None:
        self._store = CellStore()
        self._fetch: Fetch | None = None
        self._held: OrderedDict[int, Cell] = OrderedDict()
        self._leukocyte_ids = frozenset[str]()
        self._leukocytes: Counter[int] = Counter()
        self._waiting: Counter[int] = Counter()
        self._by_label: Counter[int] = Counter()
        self._apart: Counter[int] = Counter()
        self._cut = 0
        self._walks: dict[int | None, _Walk] = {}
        self._familiarity: dict[int, float | None] = {}
        self.check = RandomCheck()
        """The random check of the confident labels."""

    def __len__(self) -> int:
        return len(self._store.columns)

    def __contains__(self, cell_id: object) -> bool:
        return isinstance(cell_id, int) and bool(self.columns.rows_of((cell_id,))[1][0])

    @property
    def columns(self) -> CellColumns:
        """All cells; to be read only, and no longer than until the next change."""
        return self._store.columns

    @property
    def names(self) -> Names:
        """What the labels' codes mean."""
        return self._store.columns.names

    def replace_all(self, cells: Iterable[Cell] | CellSet, taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> None:
        """Forget everything, take these, named by this tree of classes.

        Cells that are given as values are kept as such; of a CellSet whole cells are fetched when they are asked for.
        """
        given = CellSet.of(cells)
        self._fetch = given.fetch if isinstance(cells, CellSet) else None
        self._leukocyte_ids = frozenset(c.id for c in taxonomy.classes if taxonomy.is_below(c.id, "leukocyte"))
        self._store.clear(given.columns.names)
        self._held.clear()
        for tally in (self._leukocytes, self._waiting, self._by_label, self._apart, self._familiarity):
            tally.clear()
        self._cut = 0
        self._walks.clear()
        self.check.clear(taxonomy)
        self.update(given if self._fetch else given.fetch(given.columns.ids.tolist()))

    def update(self, cells: Iterable[Cell] | CellSet) -> None:
        """Take new or changed cells."""
        if isinstance(cells, CellSet):
            newer = cells.columns
            for cell_id in self._held.keys() & set(newer.ids.tolist()) if self._held else ():
                del self._held[cell_id]
        else:
            given = list(cells)
            newer = CellColumns.of(given, self.names)
            self._hold(given)
        if not len(newer):
            return
        before = self._store.update(newer)
        self._weigh(before, -1)
        self._weigh(newer, +1)
        self.check.put_all(newer)
        self._forget_familiarity(before, newer)

    def expect(self, number: int) -> None:
        """So many cells will come in parts."""
        self._store.expect(number)

    def drop(self, cell_ids: Iterable[int]) -> None:
        """Forget cells that are gone."""
        gone = self._store.drop(cell_ids)
        if not len(gone):
            return
        self._weigh(gone, -1)
        self._forget_familiarity(gone, gone.take(slice(0, 0)))
        for cell_id in gone.ids.tolist():
            self._held.pop(cell_id, None)
            self.check.drop(cell_id)

    def get(self, cell_id: int) -> Cell | None:
        """The cell, if it is there."""
        return next(iter(self.some((cell_id,))), None)

    def some(self, cell_ids: Iterable[int]) -> list[Cell]:
        """The cells of these ids that are there, in the order given."""
        asked = list(cell_ids)
        missing = [i for i in asked if i not in self._held]
        if missing and self._fetch is not None:
            wanted = self.known(missing)
            fetched = self._fetch(sorted(wanted)) if wanted else ()
            found = self._held | {c.id: c for c in fetched} if len(fetched) > _MOST_HELD else self._held
            self._hold(fetched)
        else:
            found = self._held
        return [found[i] for i in asked if i in found]

    def known(self, cell_ids: Iterable[int]) -> frozenset[int]:
        """Which of these ids are of cells that are there."""
        asked = list(cell_ids)
        _, there = self.columns.rows_of(asked)
        return frozenset(i for i, is_there in zip(asked, there.tolist(), strict=True) if is_there)

    def of_slide(self, slide_id: int | None, *, red_cells: bool = True) -> list[Cell]:
        """Cells of a slide, of all slides for None, in the order of their ids; `set_of` does without their values."""
        return self.some(self.columns.ids[self._chosen(slide_id, red_cells=red_cells)].tolist())

    def set_of(self, slide_id: int | None, *, red_cells: bool = True, as_they_stand: bool = False) -> CellSet:
        """As `of_slide`, as columns; `as_they_stand` they may be the own ones, which go on changing."""
        chosen = self._chosen(slide_id, red_cells=red_cells)
        if as_they_stand and chosen.all():
            return CellSet(self.columns, self.some)
        return CellSet(self.columns.take(chosen), self.some)

    def _chosen(self, slide_id: int | None, *, red_cells: bool) -> Flags:
        columns = self.columns
        chosen: Flags = np.ones(len(columns), np.bool_) if slide_id is None else columns.slides == slide_id
        return chosen if red_cells else chosen & ~columns.is_plain_red

    def tally(self, slide_id: int) -> Tally:
        """Numbers of a slide."""
        familiarity = self._familiarity_of(slide_id)
        strange = familiarity is not None and familiarity < unfamiliar.FAMILIAR
        return Tally(self._leukocytes[slide_id], self._waiting[slide_id], familiarity if strange else None)

    @property
    def to_look_at(self) -> int:
        """Cells of the case that wait for a person."""
        return self._waiting.total()

    @property
    def label_counts(self) -> LabelCounts:
        """The same as the case would count, without asking it."""
        by_label = {self.names[code]: number for code, number in self._by_label.items() if number}
        apart = {status: self._apart[code] for code, status in enumerate(STATUSES)}
        return LabelCounts(by_label, apart[Status.UNDECIDED], apart[Status.REJECTED], self._cut)

    def doubtful(self, after: int | None, step: int, slide_id: int | None = None) -> Cell | None:
        """A cell that waits for a look, most doubtful first, round the end; None if none waits.

        Args:
            step: 1 for the next one, -1 for the previous one.
            after: the cell to go on from, also one that has been decided since; None or gone = start at the end.
            slide_id: only of this slide; None = all.
        """
        walk = self._walks.get(slide_id)
        if walk is None:
            columns = self.columns
            walk = self._walks[slide_id] = _Walk(
                columns.take(columns.waits & self._chosen(slide_id, red_cells=True)),
            )
        if not len(walk.ids):
            return None
        at = 0 if step > 0 else -1
        if after is not None:
            (row,), (is_there,) = self.columns.rows_of((after,))
            if is_there:
                at = walk.beside(float(_sureness(self.columns)[row]), after, step)
        return self.get(int(walk.ids[at % len(walk.ids)]))

    def _hold(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self._held[cell.id] = cell
            self._held.move_to_end(cell.id)
        while self._fetch is not None and len(self._held) > _MOST_HELD:
            self._held.popitem(last=False)

    def _weigh(self, cells: CellColumns, sign: int) -> None:
        self._walks.clear()
        active = cells.statuses == _ACTIVE
        _count(self._apart, cells.statuses[~active], sign)
        _count(self._by_label, cells.labels[active & cells.counts], sign)
        self._cut += sign * int(np.count_nonzero(active & ~cells.counts))
        leukocyte = active & self.names.chosen(self._leukocyte_ids)[cells.labels]
        _count(self._leukocytes, cells.slides[leukocyte], sign)
        _count(self._waiting, cells.slides[cells.waits], sign)

    def _forget_familiarity(self, before: CellColumns, now: CellColumns) -> None:
        """Of slides whose leukocytes look otherwise to the model now; a person's decision changes nothing of it."""
        if len(before) == len(now) and np.array_equal(before.familiarity, now.familiarity, equal_nan=True):
            return
        for slide_id in np.unique(np.concatenate([before.slides, now.slides])).tolist():
            self._familiarity.pop(slide_id, None)

    def _familiarity_of(self, slide_id: int) -> float | None:
        if slide_id not in self._familiarity:
            columns = self.columns
            known = (columns.kinds == _WBC) & ~np.isnan(columns.familiarity)
            if self._familiarity:
                known &= columns.slides == slide_id
            slides, values = columns.slides[known], columns.familiarity[known]
            order = np.lexsort((values, slides))
            slides, values = slides[order], values[order]
            there, starts, numbers = np.unique(slides, return_index=True, return_counts=True)
            for slide, start, number in zip(there.tolist(), starts.tolist(), numbers.tolist(), strict=True):
                middle = values[start + (number - 1) // 2 : start + number // 2 + 1]
                self._familiarity[slide] = unfamiliar.picture_familiarity(middle.tolist())
            self._familiarity.setdefault(slide_id, None)
        return self._familiarity[slide_id]


class _Walk:
    """Cells that wait for a look, most doubtful first by what the model said; then by id."""

    def __init__(self, waiting: CellColumns) -> None:
        sureness = _sureness(waiting)
        order = np.lexsort((waiting.ids, sureness))
        self.ids, self._sureness = waiting.ids[order], sureness[order]

    def beside(self, sureness: float, cell_id: int, step: int) -> int:
        """Where the walk goes on from a place, whether or not a cell still stands there."""
        low, high = (
            np.searchsorted(self._sureness, sureness, "left"),
            np.searchsorted(self._sureness, sureness, "right"),
        )
        alike = self.ids[low:high]
        if step > 0:
            return int(low + np.searchsorted(alike, cell_id, "right"))
        return int(low + np.searchsorted(alike, cell_id, "left")) - 1


def _sureness(columns: CellColumns) -> NDArray[np.float64]:
    """Whatever a person decided since; an object that nothing has named is sure."""
    return np.where(np.isnan(columns.confidence), np.float64(1), columns.confidence)


def _count(tally: "Counter[int]", codes: NDArray[np.generic], sign: int) -> None:
    for code, number in zip(*(a.tolist() for a in np.unique(codes, return_counts=True)), strict=True):
        tally[code] += sign * number
