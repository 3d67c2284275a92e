"""The panel of red cells and platelets: what is measured, what a person grades, what is estimated."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.grading import SOURCE, Grading
from bloodview.core.smear import Smear
from bloodview.ui import style
from bloodview.ui.diameter_chart import DiameterChart
from bloodview.ui.grading_table import GradingTable
from bloodview.ui.language import tr
from bloodview.ui.scrolling import scrolled
from bloodview.ui.smear_words import Line, cautions, platelet_lines, red_cell_lines

_MARGIN_PX = 14
_SCOPE_PX = 200
_LONGEST_NOTE = 2000


class SmearPanel(QWidget):
    """Shows a smear; decides nothing.

    Signals:
        graded: a finding's id, and 0 to 3 or None.
        noted: another remark on the red cells.
    """

    graded = Signal(str, object)
    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = ""
        self._smear: Smear | None = None
        self.scope = QComboBox()
        self.scope.setAccessibleName(tr("Whose red cells and platelets are shown"))
        self.scope.currentIndexChanged.connect(lambda _: self._show_scope())
        self.empty = style.named(QLabel(tr("Red cells and platelets appear here once a picture is analysed.")), "faint")
        self.empty.setWordWrap(True)
        self.chart, self.table = DiameterChart(), GradingTable()
        self.table.graded.connect(self.graded)
        self.ruler = style.named(QLabel(), "faint")
        self.ruler.setWordWrap(True)
        self.red_cells, self.platelets = _Lines(), _Lines()
        self.all_normal = QPushButton(tr("All normal"))
        self.all_normal.setFocusPolicy(style.mono_focus())
        self.all_normal.setToolTip(tr("Grade whatever is not graded yet as not seen"))
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("Remark on the red cells"))
        self.note.setAccessibleName(tr("Remark on the red cells"))
        self.note.setMaxLength(_LONGEST_NOTE)
        self.note.editingFinished.connect(self._on_note_edited)
        self.factor = style.named(QLabel(), "faint")
        self.factor.setWordWrap(True)
        self._inside = QWidget()
        self._lay_out()
        self.show_nothing()

    def set_actions(self, all_normal: QAction) -> None:
        """What the button does."""
        self.all_normal.clicked.connect(lambda _=False: all_normal.trigger())
        all_normal.enabledChanged.connect(self.all_normal.setEnabled)
        self.all_normal.setEnabled(all_normal.isEnabled())

    def show_nothing(self) -> None:
        """No case, or no cell yet."""
        self.empty.show()
        self._inside.hide()

    def show_smear(self, smear: Smear) -> None:
        """Show these figures."""
        self.empty.hide()
        self._inside.show()
        self._smear = smear
        names = [tr("All pictures"), *(slide.name for slide in smear.slides)]
        if names != [self.scope.itemText(i) for i in range(self.scope.count())]:
            blocked = self.scope.blockSignals(True)
            self.scope.clear()
            self.scope.addItems(names)
            self.scope.blockSignals(blocked)
        self.scope.setVisible(len(smear.slides) > 1)
        self._show_scope()
        self.show_grading(smear.grading)

    def _show_scope(self) -> None:
        """The figures of all pictures or of the chosen one; grades are of the case."""
        if self._smear is None:
            return
        chosen = self.scope.currentIndex() - 1
        shown = self._smear.slides[chosen] if chosen >= 0 else self._smear
        r = shown.red_cells
        self.chart.show_bins(r.bins, r.mean_um)
        self.chart.setVisible(bool(r.bins))
        self.ruler.setText(cautions(r))
        self.ruler.setVisible(bool(self.ruler.text()))
        self.red_cells.show_lines(red_cell_lines(r))
        self.table.show_figures(r)
        self.platelets.show_lines(platelet_lines(shown.platelets))

    def show_grading(self, grading: Grading) -> None:
        """Show what a person graded."""
        self.table.show_grades(grading.grades)
        self._note = grading.note
        if not self.note.hasFocus() or not grading.note:
            self.note.setText(grading.note)

    def set_locked(self, is_locked: bool) -> None:
        """Whether nothing can be changed."""
        self.table.setEnabled(not is_locked)
        self.note.setReadOnly(is_locked)

    def _on_note_edited(self) -> None:
        if self.note.text().strip() != self._note and not self.note.isReadOnly():
            self._note = self.note.text().strip()
            self.noted.emit(self._note)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(_MARGIN_PX, 8, _MARGIN_PX, 12)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(style.named(QLabel(tr("Red cells")), "heading"))
        top.addStretch()
        self.scope.setMaximumWidth(_SCOPE_PX)
        top.addWidget(self.scope)
        column.addLayout(top)
        for widget in (self.chart, self.ruler, self.red_cells):
            column.addWidget(widget)
        head = QHBoxLayout()
        title = style.named(QLabel(tr("Grading")), "heading")
        title.setToolTip(
            tr(
                "Each grade is a person's; the figures are measured and grade nothing. 1+ few, 2+ moderate, 3+ many as "
                "in {source}. With the focus on a row: 0 to 3 grade it, Delete takes the grade away.",
                source=SOURCE,
            )
        )
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.all_normal)
        column.addSpacing(8)
        column.addLayout(head)
        column.addWidget(self.table)
        column.addWidget(self.note)
        column.addSpacing(8)
        column.addWidget(style.named(QLabel(tr("Platelets")), "heading"))
        column.addWidget(self.platelets)
        self.factor.setText(tr("An estimate from a smear, no count. Factor and field are in the settings."))
        column.addWidget(self.factor)
        column.addStretch()
        inner = QWidget()
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 0, 0)
        self.empty.setContentsMargins(_MARGIN_PX, 14, _MARGIN_PX, 14)
        whole.addWidget(self.empty)
        whole.addWidget(self._inside)
        whole.addStretch()
        scroll = scrolled(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)


class _Lines(QWidget):
    """Titles with their values."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []

    def show_lines(self, lines: Iterable[Line]) -> None:
        found = list(lines)
        while len(self._labels) < len(found):
            pair = style.named(QLabel(), "faint"), QLabel()
            pair[1].setAlignment(Qt.AlignmentFlag.AlignRight)
            pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, label in enumerate(pair):
                self._grid.addWidget(label, len(self._labels), column)
            self._labels.append(pair)
        for number, (title, value) in enumerate(self._labels):
            is_used = number < len(found)
            title.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                words = found[number]
                title.setText(words[0])
                value.setText(words[1])
                for label in (title, value):
                    label.setToolTip(words[2])

    def said(self) -> dict[str, str]:
        """What is shown, title and value."""
        return {title.text(): value.text() for title, value in self._labels if not title.isHidden()}
