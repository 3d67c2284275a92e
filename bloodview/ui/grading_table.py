"""The table in which a person grades the red cells: a row a finding, a button a grade, the measured figure beside."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bloodview.core.grading import FINDINGS, GRADES, Finding
from bloodview.core.red_cells import RedCellFigures
from bloodview.ui import style
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.smear_words import measured

_KEYS = {Qt.Key.Key_0: 0, Qt.Key.Key_1: 1, Qt.Key.Key_2: 2, Qt.Key.Key_3: 3}
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_MOVING = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIGNS = ("0", "1+", "2+", "3+")
_BUTTON_PX = 30


class GradeRow(QFrame):
    """One finding.

    Signals:
        graded: the finding's id, and 0 to 3 or None.
        left: the focus shall go so many rows down.
    """

    graded = Signal(str, object)
    left = Signal(int)

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        self.grade: int | None = None
        self.setObjectName("graderow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(heard(finding.hint))
        self.figure = style.named(QLabel(), "faint")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 0, 1)
        row.setSpacing(2)
        row.addWidget(QLabel(tr(finding.title)), 1)
        row.addWidget(self.figure)
        row.addSpacing(6)
        self.buttons = []
        for grade, sign in enumerate(_SIGNS):
            button = QToolButton()
            button.setText(sign)
            button.setCheckable(True)
            button.setFixedWidth(_BUTTON_PX)
            button.setFocusPolicy(style.mono_focus())
            button.setAccessibleName(f"{tr(finding.title)}: {tr(GRADES[grade])}")
            button.setToolTip(tr(GRADES[grade]))
            button.clicked.connect(lambda _=False, chosen=grade: self._choose(chosen))
            self.buttons.append(button)
            row.addWidget(button)
        self.show_grade(None)

    def show_grade(self, grade: int | None) -> None:
        """Show what was graded; None = nothing."""
        self.grade = grade
        for number, button in enumerate(self.buttons):
            button.setChecked(number == grade)
        said = tr("not graded") if grade is None else tr(GRADES[grade])
        self.setAccessibleName(f"{tr(self.finding.title)}: {said}")

    def show_figure(self, text: str, words: str) -> None:
        """Show what is measured beside it."""
        self.figure.setText(text)
        self.figure.setToolTip(words)
        self.setAccessibleDescription(f"{words}: {text}" if text else "")

    def event(self, event: QEvent) -> bool:
        """The keys of the table come before those of the window while a row has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not _is_own(event):
            super().keyPressEvent(event)
        elif key in _MOVING:
            self.left.emit(_MOVING[key])
        elif not self.isEnabled():
            return
        elif key in _KEYS:
            self.graded.emit(self.finding.id, _KEYS[key])
        else:
            self.graded.emit(self.finding.id, None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark(False)

    def _mark(self, has_focus: bool) -> None:
        self.setProperty("focused", has_focus)
        self.style().unpolish(self)
        self.style().polish(self)

    def _choose(self, grade: int) -> None:
        """A button was pressed; pressing the grade that stands takes it away."""
        self.setFocus()
        wanted = None if grade == self.grade else grade
        self.show_grade(self.grade)
        self.graded.emit(self.finding.id, wanted)


class GradingTable(QWidget):
    """All findings.

    Signals:
        graded: a finding's id, and 0 to 3 or None.
    """

    graded = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.rows = {finding.id: GradeRow(finding) for finding in FINDINGS}
        group = FINDINGS[0].group
        for row in self.rows.values():
            if row.finding.group != group:
                group = row.finding.group
                column.addSpacing(6)
            row.graded.connect(self.graded)
            row.left.connect(lambda steps, from_=row: self._move(from_, steps))
            column.addWidget(row)

    def show_grades(self, grades: Mapping[str, int]) -> None:
        """Show what was graded."""
        for finding, row in self.rows.items():
            row.show_grade(grades.get(finding))

    def show_figures(self, figures: RedCellFigures) -> None:
        """Show what is measured beside the findings."""
        for finding, row in self.rows.items():
            row.show_figure(*measured(finding, figures))

    def _move(self, row: GradeRow, steps: int) -> None:
        rows = list(self.rows.values())
        rows[min(max(0, rows.index(row) + steps), len(rows) - 1)].setFocus(Qt.FocusReason.TabFocusReason)


def _is_own(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    key = Qt.Key(event.key())
    return plain and (key in _KEYS or key in _CLEARING or key in _MOVING)
