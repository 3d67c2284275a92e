"""The Class menu: teach a class, judge what it suggests, change, merge and remove it."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog

from bloodview.core.cancel import CancelToken
from bloodview.core.own_classes import LEAST_EXAMPLES, is_own
from bloodview.core.taxonomy import CellClass, Taxonomy
from bloodview.review.commands import (
    AddClass,
    AddExamples,
    ChangeClass,
    Command,
    DropExamples,
    Judge,
    MergeClass,
    OutsideExample,
    RemoveClass,
)
from bloodview.ui.actions import Actions
from bloodview.ui.dialogs.class_choice import ClassChoice, classes_of
from bloodview.ui.dialogs.class_form import ClassForm
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.learn_desk import LearnDesk
from bloodview.ui.learn_panel import LearnPanel
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.verbs import Means, Verbs

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_HOW = later(
    "Select the cells that show the new class first: Ctrl+click them in the gallery or drag a band "
    "around them. {number} are enough."
)


class SeePictures(Protocol):
    """`class_learning.see_pictures`, or what a test puts in its place."""

    def __call__(
        self,
        given: Sequence[Path],
        model: str | None,
        device: str,
        cancel: CancelToken,
        progress: "Callable[[float, str], None]",
    ) -> tuple[tuple[OutsideExample, ...], tuple[str, ...]]:
        """Picture files as examples."""


class LearnVerbs(Verbs):
    """Called by the actions of the Class menu and by the panel.

    Signals:
        taught: a class was made or got examples: show how far it is.
    """

    taught = Signal()

    def __init__(
        self, means: Means, desk: ReviewDesk, learn: LearnDesk, panel: LearnPanel, see: SeePictures | None = None
    ) -> None:
        super().__init__(means)
        self._desk, self._learn, self._panel = desk, learn, panel
        self._see: SeePictures = see or _see
        self._actions: Actions | None = None
        self.dialog: QDialog | None = None

    def set_actions(self, actions: Actions) -> None:
        """The actions whose keys no class may take."""
        self._actions = actions

    def new_class(self) -> None:
        """Teach a class by the selected cells."""
        case, ids = self._bridge.case, tuple(sorted(self._desk.selected))
        if case is None:
            return
        if case.signature is not None:
            self._apply(AddClass(CellClass("any", "Any", "", "", "#000000", "A")))  # says that it is signed
            return
        if not ids:
            self.told.emit(tr(_HOW, number=LEAST_EXAMPLES))
            return
        unseen = sum(c.prediction is None for c in self._index.some(ids))
        lead = _lead(len(ids), len(ids) - unseen, of_pictures=False)
        parent = _parent([c.label for c in self._index.some(ids)], case.taxonomy)
        self._ask(lead, parent, lambda made: AddClass(made, learns=True, cell_ids=ids))

    def new_class_from_pictures(self) -> None:
        """Teach a class by picture files of one cell each."""
        self._from_pictures(self._ask_for_pictures_class)

    def more_pictures(self) -> None:
        """Give the chosen class examples from picture files."""
        class_id = self._learn.chosen
        self._from_pictures(lambda examples: self.teach(AddExamples(class_id, examples)))

    def accept(self) -> None:
        """The suggested cell is of the class."""
        self._judge(accepted=True)

    def refuse(self) -> None:
        """The suggested cell is not of the class."""
        self._judge(accepted=False)

    def change(self) -> None:
        """Rename the chosen class, move it in the tree, give it another look."""
        case, class_id = self._bridge.case, self._learn.chosen
        if case is None or class_id not in case.taxonomy:
            return
        form = ClassForm(self._window, case.taxonomy, self._taken_keys())
        form.given.connect(lambda to: self._on_changed(class_id, to))
        form.ask_change(case.taxonomy[class_id])
        self.dialog = form

    def merge(self) -> None:
        """Let the chosen class go up in another one."""
        case, class_id = self._bridge.case, self._learn.chosen
        if case is None or class_id not in case.taxonomy:
            return
        title = tr(case.taxonomy[class_id].title)
        lead = tr(
            "All cells and examples of {title} go to another class, and {title} is no more. Undo takes it back.",
            title=title,
        )
        self.choose(
            tr("Merge {title}", title=title), lead, classes_of(case.taxonomy, class_id), tr("Merge")
        ).chosen.connect(lambda into: self._apply(MergeClass(class_id, into)))

    def remove(self) -> None:
        """Remove the chosen class."""
        case, class_id = self._bridge.case, self._learn.chosen
        if case is None or class_id not in case.taxonomy:
            return
        title = tr(case.taxonomy[class_id].title)
        number = int(np.count_nonzero(self._index.names.chosen((class_id,))[self._index.columns.labels]))
        called = tr("{number:,} cells are called {title}.", number=number, title=title)
        if number < 2:
            called = (
                tr("One cell is called {title}.", title=title)
                if number
                else tr("No cell is called {title}.", title=title)
            )
        lead = tr("{called} Nothing is lost: undo brings the class back. What shall its cells be?", called=called)
        choices = [("", tr("What each was before")), *classes_of(case.taxonomy, class_id)]
        self.choose(tr("Remove {title}", title=title), lead, choices, tr("Remove")).chosen.connect(
            lambda to: self._apply(RemoveClass(class_id, to))
        )

    def drop_example(self, number: int) -> None:
        """Take an example from outside away; `number` as the lesson has it."""
        self._apply(DropExamples((-number,)))

    def show_cell(self, cell_id: int) -> None:
        """Go to a cell."""
        cell = self._index.get(cell_id)
        if cell is not None:
            self._desk.select((cell_id,))
            self._desk.shown.emit(cell)

    def _judge(self, *, accepted: bool) -> None:
        cell_id, class_id = self._panel.suggestions.current, self._learn.chosen
        if not cell_id or not class_id:
            return
        judged = (cell_id,)
        self._apply(Judge(class_id, judged if accepted else (), () if accepted else judged))

    def _apply(self, command: Command) -> bool:
        changes = self._bridge.apply(command)
        if changes is not None:
            self.told.emit(heard(changes.title))
        return changes is not None

    def teach(self, command: AddClass | AddExamples) -> None:
        """Let the case learn, and show how far the class has come."""
        if self._apply(command):
            self._learn.choose(command.cell_class.id if isinstance(command, AddClass) else command.class_id)
            self.taught.emit()

    def _ask(self, lead: str, parent: str, make: "Callable[[CellClass], AddClass]") -> None:
        case = self._bridge.case
        if case is None:
            return
        form = ClassForm(self._window, case.taxonomy, self._taken_keys())
        form.given.connect(lambda made: self.teach(make(made)))
        form.ask_new(lead, parent)
        self.dialog = form

    def _ask_for_pictures_class(self, examples: tuple[OutsideExample, ...]) -> None:
        lead = _lead(len(examples), len(examples), of_pictures=True)
        self._ask(lead, "leukocyte", lambda made: AddClass(made, learns=True, examples=examples))

    def _from_pictures(self, then: "Callable[[tuple[OutsideExample, ...]], None]") -> None:
        if self._bridge.case is None:
            return
        files = self._asker.files(tr("Pictures of one cell each"), self._folder)
        if not files:
            return
        self.told.emit(tr("Looking at {count} pictures …", count=len(files)))

        def seen(result: tuple[tuple[OutsideExample, ...], tuple[str, ...]]) -> None:
            examples, amiss = result
            then(examples)
            if amiss:
                self.told.emit(
                    tr(
                        "{number} of {total} pictures do not count: {reason}",
                        number=len(amiss),
                        total=len(files),
                        reason=amiss[0],
                    )
                )

        now = self._preferences.now
        self._jobs.compute(
            self._see,
            tuple(files),
            self._model(),
            now.device,
            on_done=seen,
            on_error=self.refused.emit,
            on_progress=lambda _, text: self.told.emit(text),
        )

    def _model(self) -> str | None:
        """The classifier that saw the cells of the case, else the one in use."""
        seen_ids = self._index.columns.ids[self._index.columns.said >= 0][:1].tolist()
        seen = next((c.prediction.model_id for c in self._index.some(seen_ids) if c.prediction is not None), "")
        return seen or self._preferences.now.classifier or None

    def _on_changed(self, class_id: str, to: CellClass) -> None:
        if self._apply(ChangeClass(class_id, to)):
            self._learn.choose(to.id)

    def choose(self, title: str, lead: str, choices: Sequence[tuple[str, str]], verb: str) -> ClassChoice:
        """Ask for one of several."""
        dialog = ClassChoice(self._window, title, lead, choices, verb)
        dialog.open()
        self.dialog = dialog
        return dialog

    def _taken_keys(self) -> dict[str, str]:
        return self._actions.taken_keys() if self._actions is not None else {}


def _lead(given: int, usable: int, *, of_pictures: bool) -> str:
    """What the form says over its fields."""
    if of_pictures:
        words = tr("1 picture") if given == 1 else tr("{number} pictures", number=given)
    else:
        words = tr("1 cell") if given == 1 else tr("{number} cells", number=given)
    if usable < given:
        words += tr(
            ", of which {number} cannot be learned from, as nothing was read from them in an analysis",
            number=given - usable,
        )
    if usable < LEAST_EXAMPLES:
        return tr(
            "The class is made from {words}. It answers for itself from {number} different examples "
            "on; until then only you name cells by it.",
            words=words,
            number=LEAST_EXAMPLES,
        )
    return tr(
        "The class is learned from {words} and answers within seconds. Every correction makes it better.", words=words
    )


def _parent(labels: Sequence[str], taxonomy: Taxonomy) -> str:
    """The class right above all of these."""
    known = [label for label in labels if label in taxonomy]
    paths = [taxonomy.path(label)[0 if is_own(label) else 1 :] for label in known]
    shared = next((node for node in paths[0] if all(node in path for path in paths)), "") if paths else ""
    return shared or "leukocyte"


def _see(
    given: Sequence[Path],
    model: str | None,
    device: str,
    cancel: CancelToken,
    progress: "Callable[[float, str], None]",
) -> tuple[tuple[OutsideExample, ...], tuple[str, ...]]:
    """Runs on the compute lane."""
    from bloodview.workflows import class_learning

    return class_learning.see_pictures(given, model, device, cancel, progress)
