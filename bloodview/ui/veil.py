"""What stays hidden while somebody reads cells blindly: the views get cells without the words of machine and others."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bloodview.core.cells import Cell, Source, Status
from bloodview.ui.cell_index import CellIndex, Tally

Answer = tuple[str, Status]
"""A class, "" where the status is not active."""


class Veil:
    """Hangs between the index and the views; off, it lets everything through as it is. No Qt."""

    def __init__(self) -> None:
        self.order: tuple[int, ...] = ()
        """The cells that are read, in the order of showing; () = nobody reads."""
        self._read = frozenset[int]()
        self._answers: Mapping[int, Answer] = {}
        self._hides_machine = self._hides_readers = False

    @property
    def is_on(self) -> bool:
        """Whether somebody reads."""
        return bool(self.order)

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return self.is_on and (self._hides_machine or self._hides_readers)

    def hang(self, order: Iterable[int], *, hides_machine: bool, hides_readers: bool) -> None:
        """Begin: only these cells are shown in the gallery, without what is to be hidden."""
        self.order = tuple(order)
        self._read = frozenset(self.order)
        self._answers = {}
        self._hides_machine, self._hides_readers = hides_machine, hides_readers

    def take_down(self) -> None:
        """Let everything through again."""
        self.hang((), hides_machine=False, hides_readers=False)

    def know(self, answers: Mapping[int, Answer]) -> None:
        """What the reader has answered so far."""
        self._answers = answers

    def shows(self, cell: Cell) -> bool:
        """Whether the gallery shows a cell."""
        return not self.is_on or cell.id in self._read

    def cells(self, index: CellIndex) -> list[Cell]:
        """The cells that are read, as they may be seen."""
        return self.over(index.some(self.order))

    def tally(self, index: CellIndex, slide_id: int) -> Tally | None:
        """What the worklist may say of a slide; None = nothing, for it tells what the machine doubts."""
        return None if self.hides else index.tally(slide_id)

    def over(self, cells: Iterable[Cell]) -> list[Cell]:
        """Cells as they may be seen."""
        return [self(cell) for cell in cells]

    def __call__(self, cell: Cell) -> Cell:
        if not self.hides:
            return cell
        answer = self._answers.get(cell.id)
        if answer is None:
            return _unanswered(cell, hides_machine=self._hides_machine)
        if not self._hides_readers:
            return cell
        label, status = answer
        seen = replace(cell, label=label, status=status, source=Source.PERSON)
        return replace(seen, prediction=None, learned=None) if self._hides_machine else seen


def _unanswered(cell: Cell, *, hides_machine: bool) -> Cell:
    """A cell as if nobody had decided it; also the machine's word is gone where that is to be hidden."""
    if hides_machine:
        return replace(cell, label="", status=Status.ACTIVE, source=Source.MODEL, prediction=None, learned=None)
    if cell.source is not Source.PERSON and cell.status is Status.ACTIVE:
        return cell
    said = cell.learned or cell.prediction
    source = Source.LEARNED if cell.learned else Source.MODEL
    return replace(cell, label=said.label if said else "", status=Status.ACTIVE, source=source)
