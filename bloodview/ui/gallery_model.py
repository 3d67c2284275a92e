"""Which cells the gallery shows, grouped by class, in which order. Knows no Qt."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.taxonomy import Taxonomy

UNDECIDED, REJECTED, ALL, SLIDE = "~undecided", "~rejected", "~all", "~slide "
"""Groups that are no class; class ids are snake_case, so these never clash with one. A number follows SLIDE."""
_MANY = 200


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


_KEYS: dict[Sort, Callable[[Cell], tuple[float, int]]] = {
    Sort.DOUBT: lambda cell: (-cell.doubt, cell.id),
    Sort.SIZE: lambda cell: (-cell.box_l0.width * cell.box_l0.height, cell.id),
    Sort.TIME: lambda cell: (0.0, cell.id),
    Sort.UNFAMILIAR: lambda cell: (cell.prediction.familiarity if cell.prediction else 2.0, cell.id),
}
_LAST = 1e6
"""Where those that stand in no queue come."""


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
        self.cells: dict[int, Cell] = {}
        self.sort = Sort.DOUBT
        self.grouping = Grouping.CLASS
        self._places: Mapping[int, int] = {}
        self._shown: frozenset[str] | None = None
        self._keys: dict[int, tuple[float, int]] = {}
        self._groups: dict[str, list[int]] = {}
        self._counted: Counter[str] = Counter()
        self._apart: Counter[Status] = Counter()
        self._learn_classes()

    def _learn_classes(self) -> None:
        ids = [c.id for c in self.taxonomy.classes]
        self._order = {key: i for i, key in enumerate(["", *ids, UNDECIDED, REJECTED])}
        self._lineage = {i: self.taxonomy.path(i)[-2:][0] for i in ids}
        self._leukocytes = {i for i in ids if "leukocyte" in self.taxonomy.path(i)}
        self._red = {i for i in ids if "red_cell" in self.taxonomy.path(i)}

    def set_cells(self, cells: Iterable[Cell], taxonomy: Taxonomy) -> None:
        """Replace all cells."""
        if taxonomy is not self.taxonomy:
            self.taxonomy = taxonomy
            self._learn_classes()
        self.cells = {cell.id: cell for cell in cells}
        self._counted = Counter(c.label for c in self.cells.values() if c.status is Status.ACTIVE)
        self._apart = Counter(c.status for c in self.cells.values())
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

    def update(self, cells: Iterable[Cell]) -> None:
        """Take newer versions of cells, and new ones."""
        key_of = self._key_of
        moved: list[tuple[Cell, str | None, str | None]] = []
        for cell in cells:
            old = self.cells.get(cell.id)
            if old is not None and old.status is Status.ACTIVE:
                self._counted[old.label] -= 1
            self._apart[cell.status] += 1
            if old is not None:
                self._apart[old.status] -= 1
            if cell.status is Status.ACTIVE:
                self._counted[cell.label] += 1
            self.cells[cell.id] = cell
            before, after = self._shown_group(old) if old is not None else None, self._shown_group(cell)
            if before != after or old is None:
                moved.append((cell, before, after))
        if len(moved) > _MANY:
            for cell, _, _ in moved:
                self._keys[cell.id] = key_of(cell)
            self._regroup()
            return
        for cell, before, after in moved:
            if before is not None:
                del self._groups[before][self._place_in(before, cell.id)]
            self._keys[cell.id] = key_of(cell)
            if after is not None:
                insort(self._groups.setdefault(after, []), cell.id, key=self._keys.__getitem__)

    def groups(self) -> list[Group]:
        """The groups that have cells to show, in the taxonomy's order."""
        total = sum(self._counted[i] for i in self._leukocytes)
        return [
            Group(key, self._groups[key], self._share(key, total))
            for key in sorted(self._groups, key=self._place)
            if self._groups[key]
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
        cell = self.cells.get(cell_id)
        group = self._shown_group(cell) if cell is not None else None
        return (group, self._place_in(group, cell_id)) if group is not None else None

    def _place_in(self, group: str, cell_id: int) -> int:
        return bisect_left(self._groups[group], self._keys[cell_id], key=self._keys.__getitem__)

    def group_of(self, cell: Cell) -> str:
        """The group a cell belongs to, shown or not."""
        if self.grouping is Grouping.NONE:
            return ALL
        if self.grouping is Grouping.SLIDE:
            return f"{SLIDE}{cell.slide_id}"
        if cell.status is Status.REJECTED:
            return REJECTED
        if cell.status is Status.UNDECIDED:
            return UNDECIDED
        if cell.label not in self.taxonomy:
            return ""
        return self._lineage[cell.label] if self.grouping is Grouping.LINEAGE else cell.label

    def count(self, key: str) -> int:
        """How many cells of a group there are, shown or not."""
        if key in (UNDECIDED, REJECTED):
            return self._apart[Status.UNDECIDED if key == UNDECIDED else Status.REJECTED]
        return self._counted[key]

    def _shown_group(self, cell: Cell) -> str | None:
        if self._shown is not None:
            return self.group_of(cell) if cell.label in self._shown else None
        is_red = cell.label in self._red or (not cell.label and cell.kind is Kind.RBC)
        return None if is_red else self.group_of(cell)

    @property
    def _key_of(self) -> Callable[[Cell], tuple[float, int]]:
        if self.sort not in (Sort.NEXT, Sort.LIKE):
            return _KEYS[self.sort]
        return lambda cell: (float(self._places.get(cell.id, _LAST + 1 - cell.doubt)), cell.id)

    def _order_anew(self) -> None:
        key_of = self._key_of
        self._keys = {cell.id: key_of(cell) for cell in self.cells.values()}
        self._regroup()

    def _regroup(self) -> None:
        self._groups = {}
        for cell in self.cells.values():
            group = self._shown_group(cell)
            if group is not None:
                self._groups.setdefault(group, []).append(cell.id)
        for ids in self._groups.values():
            ids.sort(key=self._keys.__getitem__)
