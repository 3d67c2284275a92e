"""How far readers agree: with each other, with the machine, with an analyser; and the cells they call differently."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.heard import heard
from bloodview.ui.language import tr

_WIDTH, _HEIGHT = 760, 640


class Part(Protocol):
    """What the dialog shows of a part, see `report.section.Section`."""

    @property
    def title(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


class AgreementDialog(QDialog):
    """Shows; computes nothing.

    Signals:
        cell_asked: id of a cell to look at.
        settle_asked: the readers want to go through what they call differently.
    """

    cell_asked = Signal(int)
    settle_asked = Signal()

    def __init__(
        self, window: QWidget, parts: Sequence[Part], differing: Sequence[tuple[int, str, str, str]], n_open: int
    ) -> None:
        """Show parts, and `differing`: cell, first reader's word, second's, consensus; `n_open` have none."""
        super().__init__(window)
        self.setObjectName("agreement")
        self.setWindowTitle(tr("Agreement"))
        self.setModal(False)
        self.resize(_WIDTH, _HEIGHT)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        if not parts:
            none = QLabel(
                tr(
                    "No cell has been read blindly or by a second reader yet, and no analyser's values are kept. "
                    "The Reading menu begins a reading."
                )
            )
            none.setWordWrap(True)
            column.addWidget(none)
        for part in parts:
            self._add(column, part)
        self.table = self._differing(differing)
        if differing:
            column.addWidget(style.named(QLabel(tr("Called differently")), "heading"))
            column.addWidget(self.table)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.settle = buttons.addButton(tr("Settle disagreements"), QDialogButtonBox.ButtonRole.ActionRole)
        style.named(self.settle, "primary")
        self.settle.setEnabled(bool(n_open))
        self.settle.clicked.connect(self._on_settle_clicked)
        buttons.rejected.connect(self.close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(area, 1)
        outer.addWidget(buttons)

    def _on_settle_clicked(self) -> None:
        self.close()
        self.settle_asked.emit()

    def _add(self, column: QVBoxLayout, part: Part) -> None:
        column.addWidget(style.named(QLabel(heard(part.title)), "heading"))
        if part.rows:
            grid = QGridLayout()
            grid.setHorizontalSpacing(18)
            grid.setVerticalSpacing(3)
            for number, head in enumerate(part.columns):
                label = style.named(QLabel(heard(head)), "faint")
                grid.addWidget(label, 0, number, _side(number))
            for line, row in enumerate(part.rows, 1):
                for number, text in enumerate(row):
                    grid.addWidget(QLabel(heard(text)), line, number, _side(number))
            grid.setColumnStretch(len(part.columns), 1)
            column.addLayout(grid)
        for text in part.notes:
            note = style.named(QLabel(heard(text)), "faint")
            note.setWordWrap(True)
            column.addWidget(note)
        column.addSpacing(8)

    def _differing(self, rows: Sequence[tuple[int, str, str, str]]) -> QTableWidget:
        heads = (tr("Cell"), tr("First reader"), tr("Second reader"), tr("Settled as"))
        table = QTableWidget(len(rows), len(heads), self)
        table.setHorizontalHeaderLabels(heads)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        for line, (cell_id, first, second, settled) in enumerate(rows):
            for number, text in enumerate((f"{cell_id}", heard(first), heard(second), heard(settled) or "–")):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, cell_id)
                table.setItem(line, number, item)
        for number, width in enumerate((70, 190, 190)):
            table.setColumnWidth(number, width)
        table.horizontalHeader().setStretchLastSection(True)
        table.setMinimumHeight(min(300, 40 + 30 * len(rows)))
        table.setAccessibleName(tr("Cells that the readers call differently"))
        table.itemActivated.connect(lambda item: self.cell_asked.emit(item.data(Qt.ItemDataRole.UserRole)))
        table.setVisible(bool(rows))
        return table


def _side(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
