"""What went wrong, in words: one message for a thing refused, one list for many files."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.errors import UserError
from bloodview.ui import style
from bloodview.ui.dialogs.buttons import close_button
from bloodview.ui.heard import heard
from bloodview.ui.language import tr


def show_error(window: QWidget, error: Exception) -> QMessageBox:
    """Say that something could not be done, without stopping the rest."""
    box = QMessageBox(window)
    box.setObjectName("error")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle("BloodView")
    if isinstance(error, UserError):
        name = Path(str(error.path)).name if error.path is not None else ""
        what = heard(error.what)
        box.setText(f"{name}: {what}" if name else what)
        details = [heard(error.hint), str(error.path) if error.path is not None else ""]
        box.setInformativeText("\n".join(part for part in details if part))
    else:
        box.setText(tr("Something went wrong that BloodView did not expect."))
        box.setInformativeText(
            tr(
                "{name}: {error}\nEverything decided so far is on the disk; details are in the log.",
                name=type(error).__name__,
                error=error,
            )
        )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.open()
    return box


class ProblemList(QDialog):
    """Which files could not be used, and why; stays open beside the work."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Files that could not be used"))
        self.setModal(False)
        self.resize(680, 340)
        self._none = style.named(QLabel(tr("Every file could be used.")), "faint")
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(tr("Files that could not be used"))
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels([tr("File"), tr("Reason")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.resizeSection(0, 220)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        buttons = close_button(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._none)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.set_problems({})

    def set_problems(self, problems: dict[Path, str]) -> None:
        """Show these."""
        self._none.setVisible(not problems)
        self.table.setVisible(bool(problems))
        self.table.setRowCount(len(problems))
        for row, (path, said) in enumerate(problems.items()):
            reason = heard(said)
            for column, text in enumerate((path.name, reason)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{path}\n{reason}")
                self.table.setItem(row, column, item)
