"""The Model menu: fit the classifier to the laboratory of the open case, take the result into use, go back."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.models import store
from bloodview.ui.dialogs.adapt import RECOMMENDED, AdaptDialog, ClassLine
from bloodview.ui.jobs import JobHandle
from bloodview.ui.language import tr
from bloodview.ui.verbs import Means, Verbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from bloodview.models.adapted import Adapted
    from bloodview.workflows.fitting import NamedCell

log = logging.getLogger(__name__)

SETTINGS = {"detect": "detector", "segment": "segmenter", "classify": "classifier"}
"""Task -> the setting that names a model for it."""


class Fit(Protocol):
    """`fitting.adapt_to_cells`, or what a test puts in its place."""

    def __call__(
        self,
        cells: Sequence["NamedCell"],
        base: str | None,
        device: str,
        cancel: CancelToken,
        progress: "Callable[[float, str], None]",
    ) -> "tuple[Adapted, tuple[str, ...]]":
        """Fit the classifier in use to these cells."""


class ModelVerbs(Verbs):
    """Called by the actions of the Model menu.

    Signals:
        changed: another model is in use; whether the pictures of the case are to be read again with it.
    """

    changed = Signal(bool)

    def __init__(self, means: Means, fit: Fit | None = None) -> None:
        super().__init__(means)
        self._fit: Fit = fit or _fit
        self._job: JobHandle | None = None
        self._cells: tuple[NamedCell, ...] = ()
        self.dialog: AdaptDialog | None = None
        self._former = _former()

    @property
    def former(self) -> str:
        """The model that `go_back` leads to; "" if there is none."""
        return self._former

    def adapt(self) -> None:
        """Show which cells there are to learn from."""
        case = self._bridge.case
        if case is None:
            return
        from bloodview.workflows import fitting  # pulls the analysis in, which must not delay the window

        try:
            cells = self._index.of_slide(None, red_cells=False)
            self._cells = fitting.named_cells(cells, case.slides(), case.taxonomy, self._base)
        except UserError as error:
            self.refused.emit(error)
            return
        lines = _lines(self._cells)
        self.dialog = AdaptDialog(self._window)
        self.dialog.started.connect(self._start)
        self.dialog.stopped.connect(self._stop)
        self.dialog.show_cells(lines, len(lines) > 1, _what_is_missing(lines))
        self.dialog.open()

    def go_back(self) -> None:
        """Use the model that was in use before; the other one stays installed."""
        try:
            taken = store.roll_back()
        except UserError as error:
            self.refused.emit(error)
            return
        self._unname(taken.task)
        self._former = _former()
        self.told.emit(
            tr(
                "{model} is in use again. Analyse a picture again to read it with this model.",
                model=taken.model,
            )
        )
        self.changed.emit(False)

    def _start(self) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        dialog.show_progress(0.0, tr("Waiting for its turn"))
        self._job = self._jobs.compute(
            self._fit,
            self._cells,
            self._base,
            self._preferences.now.device,
            on_done=self._on_fitted,
            on_error=self._on_failed,
            on_progress=dialog.show_progress,
        )

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_fitted(self, result: "tuple[Adapted, tuple[str, ...]]") -> None:
        self._job = None
        fitted, unread = result
        if self.dialog is None:
            return
        found = {before.kind: (before, after) for before, after in fitted.estimate.recalls}
        lines = [
            ClassLine(
                c.title,
                fitted.numbers[c.id],
                *(tr("{right} of {n}", right=r.right, n=r.n) for r in found.get(c.id, ())),
            )
            for c in DEFAULT_TAXONOMY.classes
            if c.id in fitted.numbers
        ]
        note = tr("The figures come from these cells alone; where several lie on one slide, they promise too much.")
        pictures = len(case.slides()) if (case := self._bridge.case) is not None else 0
        words, is_better = fitted.estimate.in_words, fitted.estimate.is_better
        self.dialog.show_result(lines, words, is_better, "\n".join([*unread, note]), pictures)
        self.dialog.adopted.connect(lambda again: self._adopt(fitted, again))

    def _on_failed(self, error: Exception) -> None:
        self._job = None
        if not isinstance(error, UserError):
            log.error("the classifier could not be adapted", exc_info=error)
        if self.dialog is not None:
            self.dialog.reject()
        self.refused.emit(error)

    def _adopt(self, fitted: "Adapted", again: bool) -> None:
        from bloodview.workflows import fitting

        self._jobs.reads(
            fitting.adopt,
            fitted,
            self._bridge.name,
            on_done=lambda taken: self.on_adopted(taken, again),
            on_error=self.refused.emit,
        )

    def on_adopted(self, taken: store.Taken, again: bool) -> None:
        """Another model was taken into use."""
        self._unname(taken.task)
        self._former = _former()
        self.told.emit(
            tr("{model} is in use now; the Model menu leads back to {before}.", model=taken.model, before=taken.before)
        )
        self.changed.emit(again)

    def _unname(self, task: str) -> None:
        """Have the settings name no model for a task: it would go before the one in use."""
        if task in SETTINGS:
            self._preferences.change(**{SETTINGS[task]: ""})


def _former() -> str:
    try:
        taken = store.former()
    except UserError as error:
        log.warning("%s", error)
        return ""
    return taken.model if taken is not None else ""


def _fit(
    cells: Sequence["NamedCell"],
    base: str | None,
    device: str,
    cancel: CancelToken,
    progress: "Callable[[float, str], None]",
) -> "tuple[Adapted, tuple[str, ...]]":
    """Runs on the compute lane."""
    from bloodview.workflows import fitting

    return fitting.adapt_to_cells(cells, base, device, cancel, progress)


def _lines(cells: Sequence["NamedCell"]) -> list[ClassLine]:
    """Every class that a person named, in the order of the tree."""
    counts = Counter(cell.label for cell in cells)
    return [ClassLine(c.title, counts[c.id]) for c in DEFAULT_TAXONOMY.classes if counts[c.id]]


def _what_is_missing(lines: Sequence[ClassLine]) -> str:
    """Why it cannot begin, or would do little."""
    if not lines:
        return tr(
            "You named no cell in this case yet. Select a cell and press the key of its class, or confirm its label."
        )
    if len(lines) == 1:
        return tr("Cells of at least two classes are needed.")
    if any(line.number < RECOMMENDED for line in lines):
        return tr(
            "It works with fewer, but less surely. Classes that you did not name stay possible, only less likely."
        )
    return ""
