"""What a person does to cells: select, label, confirm, reject, go to the next doubtful one."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.geometry import Box
from bloodview.review.commands import (
    AddCell,
    Changes,
    Command,
    Confirm,
    MarkUndecided,
    MoveBox,
    Reject,
    Relabel,
    Restore,
)
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex, waits_for_a_look
from bloodview.ui.heard import heard
from bloodview.ui.language import tr

_Decision = Relabel | Confirm | MarkUndecided | Reject | Restore


class ReviewDesk(QObject):
    """The selection of the whole window and the edits on it.

    Signals:
        selection_changed: the selected ids, a frozenset.
        current_changed: the one selected Cell; None for none or several.
        shown: the Cell that the views should bring into sight.
        told: a sentence for the status bar.
    """

    selection_changed = Signal(object)
    current_changed = Signal(object)
    shown = Signal(object)
    told = Signal(str)

    def __init__(self, bridge: CaseBridge, index: CellIndex, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._index = bridge, index
        self._selected: frozenset[int] = frozenset()
        self._last: int | None = None
        self._hovered = 0
        self.advances = True
        """Whether the next doubtful cell is selected once one has been decided."""
        self.goes_on: Callable[[Cell], bool] = lambda _decided: False
        """Asked first once a cell has been decided: true = it has gone on elsewhere than to the next doubtful one."""
        self.instead: Callable[[_Decision], Command | None] | None = None
        """What is done instead of a decision while somebody reads; it answers None where it says why not."""
        self.scope: int | None = None
        """The slide that the next doubtful cell is looked for in; None = all."""

    @property
    def selected(self) -> frozenset[int]:
        """Ids of the selected cells."""
        return self._selected

    @property
    def current(self) -> Cell | None:
        """The selected cell; None for none or several."""
        return self._index.get(next(iter(self._selected))) if len(self._selected) == 1 else None

    @property
    def targets(self) -> tuple[int, ...]:
        """The cells a key acts on: the one pointed at since the last selection, else the selected ones."""
        if self._hovered and self._hovered not in self._selected:
            return (self._hovered,)
        return tuple(sorted(self._selected))

    def select(self, cell_ids: Iterable[int]) -> None:
        """Select these cells and no others."""
        chosen = self._index.known(cell_ids)
        self._hovered = 0
        if chosen == self._selected:
            return
        self._selected = chosen
        if len(chosen) == 1:
            self._last = next(iter(chosen))
        self.selection_changed.emit(chosen)
        self.current_changed.emit(self.current)

    def hover(self, cell_id: int) -> None:
        """The pointer was moved onto a cell; 0 = off all cells."""
        before = self.targets
        self._hovered = cell_id if cell_id in self._index else 0
        if bool(before) != bool(self.targets):
            self.selection_changed.emit(self._selected)

    def clear(self) -> None:
        """Forget selection and place, because another case is open."""
        self._selected, self._last, self._hovered = frozenset(), None, 0
        self.selection_changed.emit(self._selected)
        self.current_changed.emit(None)

    def relabel(self, class_id: str) -> None:
        """Give the targets a class."""
        self._decide(Relabel(self.targets, class_id))

    def relabel_these(self, cell_ids: Iterable[int], class_id: str) -> None:
        """Give certain cells a class, as when they are dropped on it."""
        self._decide(Relabel(tuple(sorted(cell_ids)), class_id))

    def mark_these_undecided(self, cell_ids: Iterable[int]) -> None:
        """Leave certain cells undecided."""
        self._decide(MarkUndecided(tuple(sorted(cell_ids))))

    def exclude_these(self, cell_ids: Iterable[int]) -> None:
        """Take certain cells out of the count."""
        self._decide(Reject(tuple(sorted(cell_ids))))

    def confirm(self) -> None:
        """Agree with the labels of the targets."""
        named = tuple(c.id for c in self._index.some(self.targets) if c.label)
        if self.targets and not named and self.instead is None:
            self.told.emit(tr("This cell has no label to confirm: press the key of a class."))
            return
        self._decide(Confirm(named if self.instead is None else self.targets))

    def mark_undecided(self) -> None:
        """Leave the targets undecided; once more takes that back."""
        self._toggle(Status.UNDECIDED, MarkUndecided(self.targets))

    def exclude(self) -> None:
        """Take the targets out of the count; once more brings them back."""
        self._toggle(Status.REJECTED, Reject(self.targets))

    def undo(self) -> None:
        """Take the latest change back and show what it was."""
        self._step_back(tr("Undone"), self._bridge.undo)

    def redo(self) -> None:
        """Make it again."""
        self._step_back(tr("Done again"), self._bridge.redo)

    def add_box(self, slide_id: int, box_l0: Box) -> None:
        """Add a leukocyte that the machine missed, ready to be named."""
        changes = self._bridge.apply(AddCell(slide_id, Kind.WBC, box_l0))
        if changes is not None:
            self.select(changes.cell_ids)
            self.told.emit(tr("Press the key of the cell's class."))

    def move_box(self, cell_id: int, box_l0: Box) -> None:
        """Correct a cell's box."""
        self._bridge.apply(MoveBox(cell_id, box_l0))

    def next_doubtful(self) -> None:
        """Go to the next cell that needs a look."""
        self._go(+1)

    def previous_doubtful(self) -> None:
        """Go to the one before."""
        self._go(-1)

    def refresh(self) -> None:
        """The cells changed: drop what is gone from the selection, show the current one anew."""
        there = self._index.known(self._selected)
        if there != self._selected:
            self._selected = there
            self.selection_changed.emit(there)
        self.current_changed.emit(self.current)

    def _step_back(self, word: str, step: Callable[[], Changes | None]) -> None:
        changes = step()
        if changes is None:
            return
        self.told.emit(f"{word}: {heard(changes.title)}")
        if changes.cell_ids:
            self.select(changes.cell_ids)
        if self.current is not None:
            self.shown.emit(self.current)

    def _toggle(self, status: Status, command: MarkUndecided | Reject) -> None:
        cells = self._index.some(command.cell_ids)
        if self.instead is None and cells and all(c.status is status for c in cells):
            self._decide(Restore(command.cell_ids))
        else:
            self._decide(command)

    def _decide(self, command: _Decision) -> None:
        ids = command.cell_ids
        if not ids:
            self.told.emit(tr("Select a cell first, or point at one."))
            return
        cells = self._index.some(ids)
        waited = len(cells) == 1 and waits_for_a_look(cells[0])
        done = command if self.instead is None else self.instead(command)
        changes = self._bridge.apply(done) if done is not None else None
        if changes is None:
            return
        self.told.emit(heard(changes.title))
        self.select(ids)
        if not self.advances or len(cells) != 1 or self.goes_on(cells[0]):
            return
        if waited:
            self._go(+1, quietly=True)

    def _go(self, step: int, *, quietly: bool = False) -> None:
        cell = self._index.doubtful(self._last, step, self.scope)
        if cell is None:
            if not quietly or not self._index.to_look_at:
                self.told.emit(tr("No doubtful cell is left.") if len(self._index) else tr("There are no cells yet."))
            return
        self.select((cell.id,))
        self.shown.emit(cell)
