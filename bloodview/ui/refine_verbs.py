"""Refining the model from the Model menu: cases are chosen, the trainer runs beside the window, a person decides."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage

from bloodview.core import refinement
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.core.refinement import GO, PAUSE, RUN, SEGMENTER, STOP, RefineFile, Verdict
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.core.training_run import Event
from bloodview.ui.case_bridge import ENDING
from bloodview.ui.dialogs.refine import (
    PAUSED,
    PAUSING,
    READING,
    RUNNING,
    STOPPED,
    STOPPING,
    CaseLine,
    RefineDialog,
)
from bloodview.ui.dialogs.refine_verdict import ADOPT, KEEP, DoubtLine
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.model_words import verdict_in_words
from bloodview.ui.refine_sources import Held, Source, in_titles, source, titles_for
from bloodview.ui.trainer_process import TrainerProcess
from bloodview.ui.verbs import Means, Verbs, bring_up

if TYPE_CHECKING:
    from bloodview.models.store import Taken

log = logging.getLogger(__name__)

_READ, _LOOKED = 0.1, 0.4
"""Shares of the time after which the pictures are read, and after which the model was asked."""
_OTHERS = 6
"""Recent cases that are offered beside the open one."""


class RefineVerbs(Verbs):
    """Called by the actions of the Model menu.

    Signals:
        adopted: what was taken into use, and whether the pictures of the case are to be read again with it.
        cell_wanted: id of a cell of the open case to look at.
    """

    adopted = Signal(object, bool)
    cell_wanted = Signal(int)
    _read_so_far = Signal(float, str)

    def __init__(self, means: Means, trainer: TrainerProcess | None = None) -> None:
        super().__init__(means)
        self.trainer = trainer or TrainerProcess()
        self.trainer.setParent(self)
        self.trainer.heard.connect(self._on_heard)
        self.trainer.ended.connect(self._on_ended)
        self._known: dict[Path, Held] = {}
        self._more: list[Path] = []
        self._ticked: list[Path] = []
        self._run_folder: Path | None = None
        self._reading: CancelToken | None = None
        self._read_so_far.connect(self._on_read_so_far)
        self._failure = ""
        self.dialog: RefineDialog | None = None

    def open(self) -> None:
        """Show what would train; or what waits from before: a training, a stopped one, a verdict."""
        from bloodview.workflows import refining  # pulls the analysis in, which must not delay the window

        dialog = self._shown()
        self._run_folder = self._run_folder or refining.unfinished()
        if self._run_folder is None:
            self._offer()
        elif not self.trainer.is_running and self._reading is None:
            try:
                dialog.show_run(RefineFile.read(self._run_folder / RUN).what)
                verdict = refining.verdict(self._run_folder)
            except UserError as error:
                self.refused.emit(error)
                verdict = None
            if verdict is None:
                dialog.show_state(STOPPED)
            else:
                self._show_verdict(verdict)
        bring_up(dialog)

    def close(self) -> None:
        """End the trainer; what it did is gone on with when it is asked for again."""
        if self._reading is not None:
            self._reading.cancel()
        self.trainer.close()

    def _shown(self) -> RefineDialog:
        if self.dialog is None:
            dialog = RefineDialog(self._window)
            dialog.chosen.connect(self._on_chosen)
            dialog.what.changed.connect(self._on_what_changed)
            dialog.more_asked.connect(self._on_more_asked)
            dialog.started.connect(self._on_started)
            dialog.wished.connect(self._on_wished)
            dialog.decided.connect(self._on_decided)
            dialog.doubt_chosen.connect(self._on_doubt_chosen)
            self.dialog = dialog
        return self.dialog

    # What would train

    def _offer(self) -> None:
        self._known, self._ticked = {}, []
        case = self._bridge.case
        if case is not None:
            own = self._source().of_case(case)
            self._known[own.path], self._ticked = own, [own.path]
        self._show_offer()
        recent = [Path(name) for name in self._preferences.now.recent_files if name.endswith(ENDING)]
        self._read([p for p in recent if p not in (*self._known, *self._more)][:_OTHERS], ticked=False)
        self._read([p for p in self._more if p not in self._known], ticked=True)

    def _source(self) -> Source:
        """What is refined, and from what."""
        chooser, index = self._shown().what, self._index
        return source(
            chooser.what,
            lambda: index.of_slide(None, red_cells=False),
            self._base,
            self._preferences.now.detector or None,
            self._preferences.now.segmenter or None,
            chooser.complete,
            self._taxonomy,
            self._shown().kind,
        )

    def _read(self, paths: Sequence[Path], *, ticked: bool) -> None:
        what = self._shown().what.what
        for path in paths:
            self._jobs.reads(
                self._source().at_path,
                path,
                on_done=lambda found: self._on_read(found, ticked, what),
                on_error=self.refused.emit if ticked else lambda error: log.info("a recent case: %s", error),
            )

    def _on_read(self, found: Held, ticked: bool, what: refinement.What) -> None:
        if what != self._shown().what.what:
            return  # something else was chosen meanwhile
        self._known[found.path] = found
        if ticked and found.path not in self._ticked:
            self._ticked.append(found.path)
        if self._run_folder is None:
            self._show_offer()

    def _on_more_asked(self) -> None:
        given = self._asker.files(tr("Cases to refine the model by"), self._folder)
        own = [p for p in given if p.suffix == ENDING]
        if len(own) < len(given):
            self.refused.emit(UserError(tr("Only cases can be added."), hint=tr("Their files end in .bvcase.")))
        new = [p for p in own if p not in self._known]
        self._more += new
        self._read(new, ticked=True)

    def _on_chosen(self, paths: list[Path]) -> None:
        self._ticked = paths
        self._show_offer(cases=False)

    def _on_what_changed(self) -> None:
        """Names, boxes or outlines: the cases hold other things for each; of boxes other kinds may be declared."""
        if self._run_folder is None:
            self._offer()

    def _show_offer(self, *, cases: bool = True) -> None:
        dialog = self._shown()
        if cases:
            dialog.show_cases([CaseLine(p, h.name, h.number, p in self._ticked) for p, h in self._known.items()])
        try:
            refinement.trainer_command()
            offer = self._source().offer([self._known[p] for p in self._ticked])
        except UserError as error:
            dialog.show_offer(self._base or "", [], [], str(error))
            return
        dialog.show_offer(offer.model, offer.counts, offer.remarks, offer.too_few, offer.head_alone)

    # The training

    def _on_started(self) -> None:
        from bloodview.workflows import refining

        cases = [self._known[p] for p in self._ticked]
        folder = refining.new_folder()
        self._run_folder = folder
        dialog = self._shown()
        self._reading = token = CancelToken()
        dialog.show_run(dialog.what.what)
        dialog.show_state(READING)
        self._on_read_so_far(0.0, "")
        self._jobs.reads(
            self._source().gather,
            cases,
            folder,
            ", ".join(c.name for c in cases),
            token,
            self._read_so_far.emit,
            on_done=lambda _left_out: self._run() if self._reading is token else refining.discard(folder),
            on_error=lambda error: self._on_not_gathered(error) if self._reading is token else None,
        )

    def _on_read_so_far(self, share: float, _of_whom: str) -> None:
        if self._reading is not None:
            self._shown().show_progress(_READ * share, tr("Reading the pictures of the cells"))

    def _on_not_gathered(self, error: Exception | None) -> None:
        self._run_folder = self._reading = None
        self._offer()
        if error is not None:
            self.refused.emit(error)

    def _run(self) -> None:
        from bloodview.workflows import refining

        if self._run_folder is None:
            return
        try:
            command = refining.command(self._run_folder, self._preferences.now.device)
        except UserError as error:
            self._on_not_gathered(error)
            return
        self._failure, self._reading = "", None
        self._shown().show_state(RUNNING)
        self._shown().show_progress(_READ, tr("The trainer starts"))
        self.trainer.start(command, self._run_folder)

    def _on_wished(self, what: str) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._on_not_gathered(None)
            return
        if what == GO and not self.trainer.is_running:
            self._run()
            return
        try:
            self.trainer.wish(next(w for w in (GO, PAUSE, STOP) if w == what))
        except UserError as error:
            self.refused.emit(error)
            return
        if what != GO:
            self._shown().show_state(PAUSING if what == PAUSE else STOPPING)

    def _on_heard(self, event: Event) -> None:
        dialog, values = self._shown(), event.values
        if event.kind == "started":
            dialog.show_progress(_READ, tr("Asking the model"))
        elif event.kind == "step" and "text" in values:
            done, of = int(values["done"]), int(values["of"])
            share = _READ + (_LOOKED - _READ) * done / of
            dialog.show_progress(share, tr("Asking the model: {done} of {of}", done=done, of=of))
        elif event.kind == "epoch":
            done, of = int(values["epoch"]), int(values["of"])
            dialog.show_epoch(values)
            dialog.show_progress(_LOOKED + (1 - _LOOKED) * done / of, tr("Epoch {done} of {of}", done=done, of=of))
        elif event.kind in ("paused", "going"):
            dialog.show_state(PAUSED if event.kind == "paused" else RUNNING)
        elif event.kind == "failed":
            name, said = (str(values.get(key, "")) for key in ("name", "said"))
            self._failure = f"{name}: {heard(said)}" if name else heard(said) or str(values["text"])

    def _on_ended(self, status: int, text: str) -> None:
        from bloodview.workflows import refining

        if self._run_folder is None:
            return
        if status == refinement.STOPPED:
            self._shown().show_state(STOPPED)
            self.told.emit(tr("The training was stopped; it goes on where it was."))
            return
        try:
            verdict = refining.verdict(self._run_folder) if not status else None
        except UserError as error:
            verdict, self._failure = None, str(error)
        if verdict is None:
            if self._failure and not refining.has_begun(self._run_folder):
                refining.discard(self._run_folder)
                self._run_folder = None
                self._offer()
            else:
                self._shown().show_state(STOPPED)
            why = self._failure or text or tr("The trainer ended without a word.")
            self.refused.emit(UserError(tr("The model could not be refined: {why}", why=why)))
            return
        self._show_verdict(verdict)
        self.told.emit(tr("The refined model was judged: {answer}.", answer=verdict_in_words(verdict.answer)))

    # The decision

    def _show_verdict(self, verdict: Verdict) -> None:
        assert self._run_folder is not None
        titles, places = titles_for(verdict.what, self._taxonomy), self._run_folder / "set"
        within = {} if verdict.what == SEGMENTER else titles  # its sentences say "cell" of any cell
        doubts = [
            DoubtLine(
                QImage(str(places / d.file)),
                f"{titles.get(d.label, d.label)}: {heard(in_titles(d.why, within))}",
                d.group,
                d.cell_id,
            )
            for d in verdict.doubts
        ]
        again = (
            tr("Read the pictures of this case again with it; what you decided stays") if self._bridge.is_open else ""
        )
        said = replace(verdict, notes=tuple(in_titles(n, within) for n in verdict.notes))
        self._shown().show_verdict(said, titles, doubts, again)

    def _on_decided(self, what: str, again: bool) -> None:
        from bloodview.workflows import refining

        folder, self._run_folder = self._run_folder, None
        if folder is None:
            return
        if what == ADOPT:
            self._jobs.reads(
                refining.adopt,
                folder,
                on_done=lambda taken: self._on_adopted(taken, again),
                on_error=lambda error: self._on_undecided(folder, error),
            )
        elif what == KEEP:
            self._jobs.reads(
                refining.keep,
                folder,
                on_done=lambda name: self.told.emit(tr("{model} is kept; it is not used.", model=name)),
                on_error=lambda error: self._on_undecided(folder, error),
            )
        else:
            refining.discard(folder)
            self.told.emit(tr("The refinement was discarded."))
        if self.dialog is not None:
            self.dialog.hide()

    def _on_adopted(self, taken: "Taken", again: bool) -> None:
        self.adopted.emit(taken, again)

    def _on_undecided(self, folder: Path, error: Exception) -> None:
        self._run_folder = folder
        self.refused.emit(error)

    def _on_doubt_chosen(self, group: str, cell_id: int) -> None:
        case = self._bridge.case
        slides = {s.id for s in case.slides() if s.content_hash == group} if case is not None else set()
        cell = self._index.get(cell_id)
        if cell is not None and cell.slide_id in slides:
            self.cell_wanted.emit(cell_id)
        else:
            self.told.emit(tr("That cell lies in another case; open it to see the cell."))

    @property
    def _taxonomy(self) -> Taxonomy:
        case = self._bridge.case
        return case.taxonomy if case is not None else DEFAULT_TAXONOMY
