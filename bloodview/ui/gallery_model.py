"""Which cells the gallery shows, grouped by class, in which order. Knows no Qt."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cell_columns import KINDS, STATUSES, CellColumns, CellSet, Fetch, Flags, Rows
from bloodview.core.cell_store import CellStore
from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.taxonomy import Taxonomy

UNDECIDED, REJECTED, ALL, SLIDE = "~undecided", "~rejected", "~all", "~slide "
"""Groups that are no class; class ids are snake_case, so these never clash with one. A number follows SLIDE."""
_MANY = 200
_HIDDEN = -1


class Sort(StrEnum):
    """Orders within a group."""

    DOUBT = "doubt"
    """Most doubtful first."""
    SIZE = "size"
    """Largest first."""
    TIME = "time"
    """In the order of their coming."""
    NEXT = "next"
    """As they are worth a look, by the queue; then by doubt."""
    UNFAMILIAR = "unfamiliar"
    """The least like the training pictures first."""
    LIKE = "like"
    """The most like a chosen cell first, by places that are given; then by doubt."""


class Grouping(StrEnum):
    """What stands together."""

    CLASS = "class"
    LINEAGE = "lineage"
    """The class right below leukocyte, whatever the maturity."""
    SLIDE = "slide"
    NONE = "none"
    """All in one group."""


_LAST = 1e6
"""Where those that stand in no queue come."""


class Ids(Sequence[int]):
    """Ids of rows, looked up as they are asked for."""

    def __init__(self, ids: NDArray[np.int64], rows: Rows) -> None:
        self._ids, self._rows = ids, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        found = self._ids[self._rows[at]].tolist()
        return tuple(found) if isinstance(at, slice) else int(found)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids[self._rows].tolist())


@dataclass(frozen=True, slots=True)
class Group:
    """The cells of one class, in order.

    Args:
        key: class id, "" for cells without a name, UNDECIDED, REJECTED, ALL, or SLIDE and the slide's id.
        ids: the cells.
        share: of the leukocytes that count, 0 to 1; None for what is no leukocyte.
    """

    key: str
    ids: Sequence[int]
    share: float | None


class GalleryModel:
    """Cells, their groups and order; small updates cost little however many there are.

    A cell that stays in its group stays in its place, whatever became of its doubt: tiles must not jump away under
    the pointer of the person who confirms them. `set_sort` orders anew.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.sort = Sort.DOUBT
        self.grouping = Grouping.CLASS
        self._store = CellStore()
        self._fetch: Fetch = lambda _ids: ()
        self._newer: dict[int, Cell] = {}
        """Cells that came as values and that the source of the others does not know of."""
        self._places: Mapping[int, int] = {}
        self._shown: frozenset[str] | None = None
        self._key: NDArray[np.float64] = np.zeros(0)
        self._group: NDArray[np.int32] = np.zeros(0, np.int32)
        """By row: number of the group, as `_keys` has it; _HIDDEN = not shown."""
        self._keys: list[str] = []
        self._number: dict[str, int] = {}
        self._rows: dict[int, Rows] = {}
        """By group: its rows in their order."""
        self._counted: Counter[str] = Counter()
        self._apart: Counter[Status] = Counter()
        self._learn_classes()

    def _learn_classes(self) -> None:
        ids = [c.id for c in self.taxonomy.classes]
        self._order = {
            key: i for i, key in enumerate(["", *(c.id for c in self.taxonomy.by_lineage), UNDECIDED, REJECTED])
        }
        self._lineage = {i: self.taxonomy.path(i)[-2:][0] for i in ids}
        self._leukocytes = {i for i in ids if "leukocyte" in self.taxonomy.path(i)}
        self._red = {i for i in ids if "red_cell" in self.taxonomy.path(i)}

    def __len__(self) -> int:
        return len(self._store.columns)

    @property
    def columns(self) -> CellColumns:
        """All cells, hidden ones too."""
        return self._store.columns

    def set_cells(self, cells: Iterable[Cell] | CellSet, taxonomy: Taxonomy) -> None:
        """Replace all cells."""
        if taxonomy is not self.taxonomy:
            self.taxonomy = taxonomy
            self._learn_classes()
        given = CellSet.of(cells)
        self._store.clear(given.columns.names)
        self._store.update(given.columns)
        self._fetch = given.fetch
        self._newer.clear()
        self._counted.clear()
        self._apart.clear()
        self._count(self.columns, +1)
        self._order_anew()

    def set_sort(self, sort: Sort, places: Mapping[int, int] | None = None) -> None:
        """Order the cells of each group anew; `places` of the queue (cell -> place) stay known until others come."""
        self.sort = sort
        self._places = self._places if places is None else places
        self._order_anew()

    def set_grouping(self, grouping: Grouping) -> None:
        """Let other cells stand together."""
        self.grouping = grouping
        self._regroup()

    def set_shown(self, class_ids: frozenset[str] | None) -> None:
        """Show only these classes; None shows all but red cells."""
        self._shown = class_ids
        self._regroup()

    def update(self, cells: Iterable[Cell] | CellSet) -> None:
        """Take newer versions of cells, and new ones."""
        if isinstance(cells, CellSet):
            newer = cells.columns
            for cell_id in self._newer.keys() & set(newer.ids.tolist()) if self._newer else ():
                del self._newer[cell_id]
        else:
            given = list(cells)
            newer = CellColumns.of(given, self.columns.names)
            self._newer |= {cell.id: cell for cell in given}
        n = len(self)
        ends_at = int(self.columns.ids[-1]) if n else -1
        self._count(self._store.update(newer), -1)
        self._count(newer, +1)
        fresh = len(self) - n
        if fresh and int(self.columns.ids[n]) <= ends_at:  # one came between the others: rows are others now
            self._order_anew()
            return
        rows = self.columns.rows_of(newer.ids.tolist())[0]
        if fresh:
            self._key = np.concatenate([self._key, np.zeros(fresh)])
            self._group = np.concatenate([self._group, np.full(fresh, _HIDDEN, np.int32)])
        after = self._groups_of(newer)
        moved = (self._group[rows] != after) | (rows >= n)
        self._move(rows[moved], after[moved])

    def _move(self, rows: Rows, after: NDArray[np.int32]) -> None:
        """Take rows out of their groups and put them into others, at the places that their keys give them."""
        if not len(rows):
            return
        leaving = np.zeros(len(self), np.bool_)
        leaving[rows] = True
        for number in np.unique(self._group[rows]).tolist():
            if number != _HIDDEN:
                of_group = self._rows[number]
                self._rows[number] = of_group[~leaving[of_group]]
        self._group[rows] = after
        self._key[rows] = _keys_of(self.columns.take(rows), self.sort, self._places)
        for number in np.unique(after).tolist():
            if number != _HIDDEN:
                of_group = self._rows.get(number, np.zeros(0, np.intp))
                self._rows[number] = self._inserted(of_group, rows[after == number])

    def _inserted(self, of_group: Rows, rows: Rows) -> Rows:
        rows = rows[np.lexsort((rows, self._key[rows]))]
        if len(rows) > _MANY:
            joined = np.concatenate([of_group, rows])
            return joined[np.lexsort((joined, self._key[joined]))]
        at = [self._place_in(of_group, row) for row in rows.tolist()]
        return np.insert(of_group, at, rows)

    def groups(self) -> list[Group]:
        """The groups that have cells to show, in the taxonomy's order."""
        total = sum(self._counted[i] for i in self._leukocytes)
        ids = self.columns.ids
        found = [(self._keys[number], rows) for number, rows in self._rows.items() if len(rows)]
        return [
            Group(key, Ids(ids, rows), self._share(key, total))
            for key, rows in sorted(found, key=lambda g: self._place(g[0]))
        ]

    def _place(self, key: str) -> int:
        """Where a group comes: classes in the taxonomy's order, slides in theirs."""
        return int(key.removeprefix(SLIDE)) if key.startswith(SLIDE) else self._order.get(key, -1)

    def _share(self, key: str, total: int) -> float | None:
        if key not in self._leukocytes or not total:
            return None
        if self.grouping is Grouping.CLASS:
            return self._counted[key] / total
        return sum(n for label, n in self._counted.items() if self._lineage.get(label) == key) / total

    def place_of(self, cell_id: int) -> tuple[str, int] | None:
        """Group of a shown cell and its number in it, from 0; found by halving, so that an edit renumbers nothing."""
        (row,), (is_there,) = self.columns.rows_of((cell_id,))
        number = int(self._group[row]) if is_there else _HIDDEN
        if number == _HIDDEN:
            return None
        return self._keys[number], self._place_in(self._rows[number], int(row))

    def _place_in(self, of_group: Rows, row: int) -> int:
        return bisect_left(of_group, (self._key[row], row), key=lambda other: (self._key[other], other))

    def shown(self, cell_ids: Iterable[int]) -> frozenset[int]:
        """Which of these cells are shown."""
        rows, there = self.columns.rows_of(cell_ids)
        rows = rows[there]
        return frozenset(self.columns.ids[rows[self._group[rows] != _HIDDEN]].tolist())

    def cell(self, cell_id: int) -> Cell | None:
        """The whole cell, if there is one of this id."""
        return self.some((cell_id,)).get(cell_id)

    def some(self, cell_ids: Iterable[int]) -> dict[int, Cell]:
        """Whole cells by id, those that can be had."""
        rows, there = self.columns.rows_of(cell_ids)
        known = self.columns.ids[rows[there]].tolist()
        found = {i: self._newer[i] for i in known if i in self._newer}
        asked = [i for i in known if i not in found]
        return found | {cell.id: cell for cell in self._fetch(asked)} if asked else found

    def count(self, key: str) -> int:
        """How many cells of a group there are, shown or not."""
        if key in (UNDECIDED, REJECTED):
            return self._apart[Status.UNDECIDED if key == UNDECIDED else Status.REJECTED]
        return self._counted[key]

    def _count(self, cells: CellColumns, sign: int) -> None:
        active = cells.statuses == STATUSES.index(Status.ACTIVE)
        for code, number in zip(*np.unique(cells.labels[active], return_counts=True), strict=True):
            self._counted[cells.names[int(code)]] += sign * int(number)
        for code, number in zip(*np.unique(cells.statuses[~active], return_counts=True), strict=True):
            self._apart[STATUSES[int(code)]] += sign * int(number)

    def _numbers(self, keys: Iterable[str]) -> NDArray[np.int32]:
        """Numbers of groups, which get one if they have none."""
        found = []
        for key in keys:
            if key not in self._number:
                self._number[key] = len(self._keys)
                self._keys.append(key)
            found.append(self._number[key])
        return np.array(found, np.int32)

    def _groups_of(self, cells: CellColumns) -> NDArray[np.int32]:
        """The group that each cell belongs to; _HIDDEN for one that is not shown."""
        names = [cells.names[code] for code in range(len(cells.names))]
        if self.grouping is Grouping.NONE:
            groups = np.full(len(cells), self._numbers((ALL,))[0])
        elif self.grouping is Grouping.SLIDE:
            slides, which = np.unique(cells.slides, return_inverse=True)
            groups = self._numbers(f"{SLIDE}{i}" for i in slides.tolist())[which.reshape(-1)]
        else:
            merged = self._lineage if self.grouping is Grouping.LINEAGE else {}
            known = [name if name in self.taxonomy else "" for name in names]
            of_label = self._numbers(merged.get(name, name) for name in known)
            groups = of_label[cells.labels] if len(names) else np.zeros(0, np.int32)
            for status, number in zip(
                (Status.UNDECIDED, Status.REJECTED), self._numbers((UNDECIDED, REJECTED)), strict=True
            ):
                groups = np.where(cells.statuses == STATUSES.index(status), number, groups)
        return np.where(_are_shown(cells, self._shown, self._red), groups, np.int32(_HIDDEN)).astype(np.int32)

    def _order_anew(self) -> None:
        self._key = _keys_of(self.columns, self.sort, self._places)
        self._regroup()

    def _regroup(self) -> None:
        self._keys, self._number = [], {}
        self._group = self._groups_of(self.columns)
        order = np.lexsort((self._key, self._group))
        numbers, starts = np.unique(self._group[order], return_index=True)
        parts = np.split(order, starts[1:]) if len(numbers) else []
        self._rows = {n: part for n, part in zip(numbers.tolist(), parts, strict=True) if n != _HIDDEN}


def _keys_of(cells: CellColumns, sort: Sort, places: Mapping[int, int]) -> NDArray[np.float64]:
    """What the order goes by; then by id."""
    if sort is Sort.TIME:
        return np.zeros(len(cells))
    if sort is Sort.SIZE:
        boxes = cells.boxes_l0
        return -(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    if sort is Sort.UNFAMILIAR:
        return np.where(np.isnan(cells.familiarity), 2.0, cells.familiarity)
    if sort is Sort.DOUBT:
        return -cells.doubt
    keys = _LAST + 1 - cells.doubt
    rows, there = cells.rows_of(places)
    keys[rows[there]] = np.fromiter(places.values(), np.float64)[there]
    return keys


def _are_shown(cells: CellColumns, shown: frozenset[str] | None, red: Iterable[str]) -> Flags:
    """Whether each is of the classes shown, for None whether it is no red cell."""
    if shown is not None:
        return cells.names.chosen(shown)[cells.labels]
    unnamed = cells.names.chosen(("",))[cells.labels] & (cells.kinds == KINDS.index(Kind.RBC))
    hidden: Flags = cells.names.chosen(red)[cells.labels] | unnamed
    return ~hidden
