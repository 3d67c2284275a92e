"""The cells of the open case as the window needs them: by id, by slide, by doubt. No Qt."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy


@dataclass(frozen=True, slots=True)
class Tally:
    """What the worklist says of a slide.

    Args:
        leukocytes: cells in the denominator of the percentages.
        to_look_at: cells whose label may not stand without a person.
    """

    leukocytes: int = 0
    to_look_at: int = 0


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
        self._waiting: defaultdict[int, set[int]] = defaultdict(set)

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
        self._waiting.clear()
        self.update(cells)

    def update(self, cells: Iterable[Cell]) -> None:
        """Take new or changed cells."""
        for cell in cells:
            if (old := self._cells.get(cell.id)) is not None:
                self._weigh(old, -1)
            self._cells[cell.id] = cell
            self._of_slide[cell.slide_id].add(cell.id)
            self._weigh(cell, +1)

    def drop(self, cell_ids: Iterable[int]) -> None:
        """Forget cells that are gone."""
        for cell_id in cell_ids:
            if (old := self._cells.pop(cell_id, None)) is not None:
                self._of_slide[old.slide_id].discard(cell_id)
                self._weigh(old, -1)

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
        return Tally(self._leukocytes[slide_id], len(self._waiting[slide_id]))

    @property
    def to_look_at(self) -> int:
        """Cells of the case that wait for a person."""
        return sum(map(len, self._waiting.values()))

    def doubtful(self, after: int | None, step: int, slide_id: int | None = None) -> Cell | None:
        """A cell that waits for a look, most doubtful first, round the end; None if none waits.

        Args:
            step: 1 for the next one, -1 for the previous one.
            after: the cell to go on from, also one that has been decided since; None or gone = start at the end.
            slide_id: only of this slide; None = all.
        """
        ids = self._waiting[slide_id] if slide_id is not None else chain.from_iterable(self._waiting.values())
        waiting = [(_doubt_order(self._cells[i]), i) for i in ids]
        if not waiting:
            return None
        here = self._cells.get(after) if after is not None else None
        nearest = min if step > 0 else max
        if here is None:
            return self._cells[nearest(waiting)[1]]
        place = _doubt_order(here)
        ahead = [w for w in waiting if (w[0] > place if step > 0 else w[0] < place)]
        return self._cells[nearest(ahead or waiting)[1]]

    def _weigh(self, cell: Cell, sign: int) -> None:
        if cell.status is Status.ACTIVE and cell.label in self._leukocyte_ids:
            self._leukocytes[cell.slide_id] += sign
        if waits_for_a_look(cell):
            (self._waiting[cell.slide_id].add if sign > 0 else self._waiting[cell.slide_id].discard)(cell.id)


def is_plain_red_cell(cell: Cell) -> bool:
    """Whether it is one of the thousands of red cells that nobody needs in a gallery."""
    return cell.kind is Kind.RBC and cell.label in ("", "red_cell")


def _doubt_order(cell: Cell) -> tuple[float, int]:
    """Most doubtful first by what the model said, whatever a person decided since; then by id."""
    return (cell.prediction.confidence if cell.prediction is not None else 1.0, cell.id)
