"""Fitting the classifier to the laboratory of the open case: which cells there are, the progress, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.dialogs.buttons import sentence
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.layouts import empty, put
from bloodview.ui.mnemonics import give_mnemonics

RECOMMENDED = 5
"""Cells of a class that make it worth while."""
_WIDTH = 560


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of the table.

    Args:
        number: cells that a person named.
        before, after: how many were named rightly, "4 of 5"; "" before it is known.
    """

    title: str
    number: int
    before: str = ""
    after: str = ""

    @property
    def remark(self) -> str:
        """Whether these are enough."""
        if self.number >= RECOMMENDED:
            return tr("enough")
        return tr("{number} more would be better", number=RECOMMENDED - self.number)


class AdaptDialog(QDialog):
    """Shows how far the fit is; decides nothing.

    Signals:
        started: the person wants the fit.
        stopped: the person no longer wants it.
        adopted: the person wants to use the result; whether the case is to be read again with it.
    """

    started = Signal()
    stopped = Signal()
    adopted = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Adapt to this laboratory"))
        self.setObjectName("adapt")
        self.setMinimumWidth(_WIDTH)
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(24)
        self._table.setVerticalSpacing(6)
        self._table.setColumnStretch(0, 1)
        self._lead, self._foot = sentence(), style.named(sentence(), "faint")
        self._foot_row = QStackedWidget()
        self.again = QCheckBox()
        self.again.setAccessibleName(tr("Read the pictures of this case again with it"))
        self.start = style.named(QPushButton(tr("Adapt")), "primary")
        self.use, self.discard = style.named(QPushButton(tr("Use this model")), "primary"), QPushButton(tr("Discard"))
        self.bar, self._doing = QProgressBar(), style.named(QLabel(), "faint")
        self.bar.setTextVisible(False)
        self._pages = {
            "ready": self._buttons(QPushButton(tr("Cancel")), self.start),
            "busy": self._progress(),
            "done": self._buttons(self.discard, self.use),
        }
        for page in self._pages.values():
            self._foot_row.addWidget(page)
        self.start.clicked.connect(self.started)
        self.use.clicked.connect(self._on_use_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(self._lead)
        column.addLayout(self._table)
        column.addWidget(self._foot)
        column.addWidget(self.again)
        column.addWidget(self._foot_row)
        give_mnemonics(self)

    def show_cells(self, lines: Sequence[ClassLine], can_start: bool, note: str) -> None:
        """What there is to learn from; `note` says what is missing or left out."""
        self._lead.setText(
            tr(
                "BloodView can learn how cells look in your laboratory, by its stain, light and camera, from the "
                "cells that you named or confirmed in this case. {recommended} of each class are a good number. "
                "The model as it is stays: you can always go back to it.",
                recommended=RECOMMENDED,
            )
        )
        self._fill((tr("Class"), tr("Named by you"), ""), [(tr(n.title), f"{n.number}", n.remark) for n in lines])
        self._foot.setText(note)
        self._foot.setVisible(bool(note))
        self.again.hide()
        self.start.setEnabled(can_start)
        self._turn_to("ready")

    def show_progress(self, share: float, text: str) -> None:
        """How far it is, 0 to 1."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * share))
        self._doing.setText(heard(text))
        self._turn_to("busy")

    def show_result(self, lines: Sequence[ClassLine], worth: str, is_better: bool, note: str, pictures: int) -> None:
        """Before and after; `pictures` is how many of the case could be read again."""
        self._lead.setText(heard(worth))
        rows = [(tr(n.title), n.before or tr("one cell"), n.after or tr("not judged")) for n in lines]
        self._fill((tr("Class"), tr("Right before"), tr("Right now")), rows)
        self._foot.setText(note)
        self._foot.setVisible(bool(note))
        which = tr("the picture") if pictures == 1 else tr("the {pictures:,} pictures", pictures=pictures)
        self.again.setText(tr("Read {which} of this case again with it; what you decided stays", which=which))
        self.again.setChecked(True)
        self.again.show()
        self._turn_to("done")
        preferred = self.use if is_better else self.discard
        preferred.setDefault(True)
        preferred.setFocus()

    def reject(self) -> None:
        """Close; whatever was under way is no longer wanted."""
        self.stopped.emit()
        super().reject()

    def _on_use_clicked(self) -> None:
        self.adopted.emit(self.again.isChecked())
        self.accept()

    def _turn_to(self, page: str) -> None:
        self._foot_row.setCurrentWidget(self._pages[page])
        self.adjustSize()

    def _fill(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        empty(self._table)
        for column, text in enumerate(head):
            put(self._table, style.named(QLabel(text), "faint"), 0, column)
        line = style.named(QFrame(), "bar")
        line.setFixedHeight(1)
        self._table.addWidget(line, 1, 0, 1, len(head))
        line.show()
        for number, row in enumerate(rows, start=2):
            for column, text in enumerate(row):
                put(self._table, QLabel(text), number, column)

    def _buttons(self, leave: QPushButton, go_on: QPushButton) -> QWidget:
        leave.clicked.connect(self.reject)
        go_on.setDefault(True)
        return _row(leave, go_on)

    def _progress(self) -> QWidget:
        stop = QPushButton(tr("Stop"))
        stop.clicked.connect(self.reject)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        across = QHBoxLayout()
        across.addWidget(self._doing, 1)
        across.addWidget(stop)
        column.addLayout(across)
        return whole


def _row(*buttons: QPushButton) -> QWidget:
    row = QWidget()
    across = QHBoxLayout(row)
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    for button in buttons:
        across.addWidget(button)
    return row
