"""Keeps what the classes that learn say up to date: after every change of what they learn from they are fitted anew."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Source
from bloodview.core.errors import UserError
from bloodview.review.commands import ChangeKind, Changes, RecordAnswers
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.jobs import JobHandle, Jobs

if TYPE_CHECKING:
    from bloodview.workflows.class_learning import Material, Progressed, Suggestion, Taught

log = logging.getLogger(__name__)

_ALWAYS = frozenset((ChangeKind.CLASSES, ChangeKind.EXAMPLES, ChangeKind.SLIDES, ChangeKind.CELLS_ADDED))
_PERHAPS = frozenset((ChangeKind.LABELS, ChangeKind.STATUS))


class LearnDesk(QObject):
    """Knows how far each class has come; fits on a reads worker, so that it never waits for an analysis.

    Signals:
        changed: other classes, another standing, other suggestions, or another class is chosen.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, bridge: CaseBridge, index: CellIndex, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._bridge, self._index = jobs, bridge, index
        self._taught: Taught | None = None
        self._concerned: frozenset[int] = frozenset()
        self._job: JobHandle | None = None
        self._is_busy = self._is_stale = self._is_recording = False
        self.chosen = ""
        """The class that the panel shows and the Class menu acts on; "" = none."""
        bridge.opened.connect(self.on_case_opened)
        bridge.closed.connect(self.on_case_opened)
        bridge.changed.connect(self.on_case_changed)

    @property
    def is_learning(self) -> bool:
        """Whether a fit is under way."""
        return self._is_busy

    @property
    def classes(self) -> tuple["Progressed", ...]:
        """The classes that learn, in the order of the tree."""
        return self._taught.classes if self._taught is not None else ()

    @property
    def shown(self) -> "Progressed | None":
        """The chosen class."""
        return next((c for c in self.classes if c.class_id == self.chosen), None)

    @property
    def suggestions(self) -> tuple["Suggestion", ...]:
        """Of the chosen class, best first; without those that were judged while it is fitted anew."""
        shown = self.shown
        found = shown.suggestions if shown is not None else ()
        return tuple(s for s in found if self._is_open(s.cell_id))

    def choose(self, class_id: str) -> None:
        """Show another class."""
        if class_id != self.chosen:
            self.chosen = class_id
            self.changed.emit()

    def on_case_opened(self) -> None:
        """Another case is open, or none."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._taught, self._is_busy, self._is_stale = None, None, False, False
        self._concerned, self.chosen = frozenset(), ""
        self._learn()

    def on_case_changed(self, changes: Changes) -> None:
        """The case changed: fit anew if that concerns what is learned."""
        if self._is_recording:
            return
        if changes.kinds & _ALWAYS or (changes.kinds & _PERHAPS and self._is_concerned(changes)):
            self._learn()

    def _is_concerned(self, changes: Changes) -> bool:
        learning = {c.class_id for c in self.classes}
        return bool(learning) and (
            not self._concerned.isdisjoint(changes.cell_ids)
            or any(c.label in learning or c.learned for c in self._index.some(changes.cell_ids))
        )

    def _is_open(self, cell_id: int) -> bool:
        cell = self._index.get(cell_id)
        return cell is not None and cell.source is not Source.PERSON

    def _learn(self) -> None:
        if self._is_busy:
            self._is_stale = True
            return
        case = self._bridge.case
        if case is None or not case.learning_classes():
            had = self._taught is not None
            self._taught, self.chosen = None, ""
            if had or case is None:
                self.changed.emit()
            return
        from bloodview.workflows import class_learning  # pulls the analysis in, which must not delay the window

        try:
            given = class_learning.material(case)
        except UserError as error:
            self._bridge.refused.emit(error)
            return
        self._is_busy, self._is_stale = given is not None, False
        if given is not None:
            self._concerned = given.taught_by
            job = self._jobs.reads(_study, given, on_done=self._on_studied, on_error=self._on_failed)
            if self._is_busy:
                self._job = job
                self.changed.emit()

    def _on_studied(self, taught: "Taught") -> None:
        self._job, self._is_busy = None, False
        case = self._bridge.case
        if case is None:
            return
        if not self._is_stale:
            self._taught = taught
            self._concerned |= frozenset(taught.answers)
            if all(c.class_id != self.chosen for c in taught.classes):
                self.chosen = taught.classes[-1].class_id if taught.classes else ""
            if case.signature is None and not case.is_read_only:
                self._record(taught)
            self.changed.emit()
        else:
            self._learn()
            self.changed.emit()  # also where nothing is left to learn, as after an undo meanwhile

    def _record(self, taught: "Taught") -> None:
        case = self._bridge.case
        claimed = self._index.columns.ids[self._index.columns.claimed].tolist()
        known = {c.id: c.learned for c in self._index.some(claimed)}
        if case is None or (known == taught.answers and tuple(case.standings()) == taught.standings):
            return
        self._is_recording = True
        try:
            self._bridge.apply(RecordAnswers(taught.answers, taught.standings))
        finally:
            self._is_recording = False

    def _on_failed(self, error: Exception) -> None:
        self._job, self._is_busy = None, False
        log.error("the classes could not be learned", exc_info=error)
        self._bridge.refused.emit(error)
        self.changed.emit()


def _study(given: "Material") -> "Taught":
    """Runs on a worker."""
    from bloodview.workflows import class_learning

    return class_learning.learn(given)
