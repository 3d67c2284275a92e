"""Refining a model: what is refined, by which cases, how far it is with its curves, the hand over to the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.refinement import CLASSIFIER, GO, GOOD_NUMBER, PAUSE, STOP, Kind, Verdict, What
from bloodview.ui import style
from bloodview.ui.dialogs.buttons import sentence
from bloodview.ui.dialogs.long_work import LongWorkDialog
from bloodview.ui.dialogs.refine_verdict import DISCARD, DoubtLine, VerdictPage
from bloodview.ui.dialogs.refine_what import WhatChooser
from bloodview.ui.dialogs.refine_words import WORDS
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.layouts import empty
from bloodview.ui.training_curves import TrainingCurves

_WIDTH, _HEIGHT = 760, 640
_STEPS = 1000
READING, RUNNING, PAUSING, PAUSED, STOPPING, STOPPED = "reading", "running", "pausing", "paused", "stopping", "stopped"
"""What a training does; one that was asked to pause or to stop does so at its next step."""
_SAID: Mapping[str, str] = {
    PAUSING: later("Pausing at the next step."),
    PAUSED: later("Paused."),
    STOPPING: later("Stopping at the next step."),
    STOPPED: later("It was stopped; it goes on where it was."),
}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that may train: its file, its name, how many cells, pictures or outlines teach, whether it is chosen."""

    path: Path
    name: str
    number: int
    chosen: bool


class RefineDialog(LongWorkDialog):
    """Shows, decides nothing.

    Signals:
        chosen: the paths of the cases that are ticked.
        more_asked: the person wants to name further cases.
        started: the training shall begin.
        wished: "pause", "go" or "stop".
        decided: "adopt", "keep" or "discard"; whether the case is to be read again.
        doubt_chosen: picture and id of a cell to look at.
    """

    chosen = Signal(list)
    more_asked = Signal()
    started = Signal()
    wished = Signal(str)
    decided = Signal(str, bool)
    doubt_chosen = Signal(str, int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, tr("Refine the model"), "refine", _WIDTH, _HEIGHT)
        self.boxes: list[tuple[Path, QCheckBox]] = []
        self._state, self._far = RUNNING, ""
        self._cases, self._table = QVBoxLayout(), QGridLayout()
        self._cases.setSpacing(4)
        self._table.setHorizontalSpacing(24)
        self._table.setColumnStretch(2, 1)
        self._lead, self._note = sentence(), style.named(sentence(), "faint")
        self.what = WhatChooser()
        self.more = QPushButton(tr("Add a case…"))
        self.start = style.named(QPushButton(tr("Start")), "primary")
        self.pause, self.stop = QPushButton(tr("Pause")), QPushButton(tr("Stop"))
        self.go_on = style.named(QPushButton(tr("Go on")), "primary")
        self.drop = QPushButton(tr("Discard"))
        style.named(self.doing, "faint")
        self._subject = style.named(QLabel(), "heading")
        self.curves = TrainingCurves()
        self.verdict = VerdictPage()
        self.head = QRadioButton(tr("The last layer: what follows from what the network sees. A minute or two."))
        self.stage = QRadioButton(
            tr("Its last stage too: how the network sees these cells. Some minutes; so far measured no better.")
        )
        self.head.setChecked(True)
        self._depth = QWidget()
        kinds = QVBoxLayout(self._depth)
        kinds.setContentsMargins(0, 0, 0, 0)
        kinds.setSpacing(4)
        for choice in (self.head, self.stage):
            kinds.addWidget(choice)
        across = QHBoxLayout()
        across.addWidget(self.more)
        across.addStretch(1)
        parts = (self._lead, self.what, self._cases, across, self._table, self._depth, self._note)
        self._choose = self.add_choice_page(parts, self.start)
        at_foot = (self.drop, self.stop, self.pause, self.go_on)
        self._run = self.add_run_page((self._subject, self.curves, self.bar, self.doing), at_foot, grows=self.curves)
        self.add_whole_page(self.verdict)
        self.more.clicked.connect(self.more_asked)
        self.start.clicked.connect(self.started)
        self.pause.clicked.connect(lambda: self.wished.emit(PAUSE))
        self.go_on.clicked.connect(lambda: self.wished.emit(GO))
        self.stop.clicked.connect(lambda: self.wished.emit(STOP))
        self.drop.clicked.connect(lambda: self.decided.emit(DISCARD, False))
        self.verdict.decided.connect(self.decided)
        self.verdict.doubt_chosen.connect(self.doubt_chosen)

    def show_cases(self, cases: Sequence[CaseLine]) -> None:
        """The cases to choose from."""
        empty(self._cases)
        self.boxes = []
        for line in cases:
            text = tr(WORDS[self.what.what].held, name=line.name, count=line.number)
            box = QCheckBox(text)
            box.setChecked(line.chosen)
            box.setEnabled(line.number > 0)
            box.setToolTip(str(line.path))
            box.toggled.connect(self._on_box_toggled)
            self.boxes.append((line.path, box))
            self._cases.addWidget(box)
        self.turn_to(self._choose)

    @property
    def kind(self) -> Kind:
        """How deep a classifier shall be refined."""
        return "lora" if self.stage.isChecked() else "head"

    def show_offer(
        self,
        model: str,
        counts: Sequence[tuple[str, int]],
        remarks: Sequence[str],
        too_few: str,
        head_alone: str = "",
    ) -> None:
        """What would train: the model's id, (title of a class, cells), what to expect, why it cannot begin.

        `head_alone` says why the last stage cannot be refined, "" if it can.
        """
        self._depth.setVisible(self.what.what == CLASSIFIER)
        self._lead.setText(tr(WORDS[self.what.what].lead, model=model))
        empty(self._table)
        for row, (title, number) in enumerate(counts):
            few = number < GOOD_NUMBER and self.what.what == CLASSIFIER
            remark = tr("{count} more would be better", count=GOOD_NUMBER - number) if few else tr("enough")
            remark = remark if self.what.what == CLASSIFIER else ""
            for column, text in enumerate((title, f"{number}", remark)):
                label = style.named(QLabel(text), "faint") if column == 2 else QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                self._table.addWidget(label, row, column)
                label.show()
        self.stage.setEnabled(not head_alone)
        if head_alone:
            self.head.setChecked(True)
        told = [said for said in (too_few, head_alone, *remarks) if said]
        self._note.setText("\n".join(heard(said) for said in told))
        self._note.setVisible(bool(self._note.text()))
        self.start.setEnabled(not too_few)

    def show_run(self, what: What) -> None:
        """A training of this begins, or waits from before; its curves are empty."""
        self._subject.setText(tr(WORDS[what].choice))
        own, old = WORDS[what].curves
        self.curves.clear(tr(own), tr(old))
        self.show_progress(0.0, "")

    def show_progress(self, share: float, text: str) -> None:
        """How far the training is, 0 to 1; beside it stands that it pauses or stops, if it does."""
        self._far = heard(text)
        self.show_done(round(_STEPS * share), _STEPS, self._done_text)
        self.turn_to(self._run)

    @property
    def _done_text(self) -> str:
        said = tr(_SAID[self._state]) if self._state in _SAID else ""
        return " ".join(part for part in (said, self._far) if part)

    def show_epoch(self, values: Mapping[str, float | int | str]) -> None:
        """The figures of an epoch."""
        self.curves.add(values)

    def show_state(self, state: str) -> None:
        """Which buttons make sense, and what is said of it: one of `READING` to `STOPPED`.

        Enter presses the button that loses nothing.
        """
        self._state, waits = state, state in (PAUSED, STOPPED)
        self.pause.setVisible(not waits)
        self.pause.setEnabled(state in (RUNNING, PAUSING))
        self.go_on.setVisible(waits)
        self.stop.setVisible(state != STOPPED)
        self.stop.setEnabled(state != STOPPING)
        self.drop.setVisible(state == STOPPED)
        self.doing.setText(self._done_text)
        self.turn_to(self._run)
        preferred = self.go_on if waits else self.pause if self.pause.isEnabled() else self.stop
        preferred.setDefault(True)
        preferred.setFocus()

    def show_verdict(
        self, verdict: Verdict, titles: Mapping[str, str], doubts: Sequence[DoubtLine], again: str
    ) -> None:
        """What the gate says; `again` offers to read the open case again, "" if there is none."""
        self.verdict.show_verdict(verdict, titles, doubts, again)
        self.turn_to(self.verdict)

    def _on_box_toggled(self) -> None:
        self.chosen.emit([path for path, box in self.boxes if box.isChecked()])
