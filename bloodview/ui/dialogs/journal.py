"""The journal of the open case: read, searched, verified, exported."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bloodview.review.records import JournalEntry
from bloodview.ui import style
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.mnemonics import give_mnemonics

_COLUMNS = (later("No."), later("When"), later("Who"), later("Kind"), later("What"))
_Index = QModelIndex | QPersistentModelIndex


class _Entries(QAbstractTableModel):
    """The entries as Qt asks for them, so that ten thousand cost no more than those in sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: Sequence[JournalEntry] = ()

    def show(self, entries: Sequence[JournalEntry]) -> None:
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, _parent: _Index | None = None) -> int:
        return len(self._entries)

    def columnCount(self, _parent: _Index | None = None) -> int:
        return len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> str | None:
        shown = role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal
        return tr(_COLUMNS[section]) if shown else None

    def data(self, index: _Index, role: int = 0) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        e = self._entries[index.row()]
        kind = heard({"run": "analysis"}.get(e.kind, e.kind))
        return (f"{e.id}", f"{e.at:%Y-%m-%d %H:%M:%S}", e.who or "–", kind, heard(e.title))[index.column()]


class JournalDialog(QDialog):
    """Shows entries; asks for others as somebody types.

    Signals:
        searched: the text to find.
        verify_asked: whether the journal is as it was written.
        export_asked: somebody wants it as a table.
    """

    searched = Signal(str)
    verify_asked = Signal()
    export_asked = Signal()

    def __init__(self, window: QWidget, case_name: str) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Journal of {case_name}", case_name=case_name))
        self.setObjectName("journal")
        self.setModal(False)
        self.resize(860, 520)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find in what was done and by whom"))
        self.search.setAccessibleName(tr("Find in the journal"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.searched)
        self._entries = _Entries(self)
        self.table = QTableView()
        self.table.setModel(self._entries)
        self.table.setAccessibleName(tr("Entries of the journal"))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((56, 150, 130, 80)):
            head.resizeSection(column, width)
        head.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.verdict = style.named(QLabel(), "faint")
        self.verdict.setWordWrap(True)
        self.verdict.setAccessibleName(tr("What the check of the journal found"))
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.verify = buttons.addButton(tr("Verify"), QDialogButtonBox.ButtonRole.ActionRole)
        self.export = buttons.addButton(tr("Export…"), QDialogButtonBox.ButtonRole.ActionRole)
        for button, asked in ((self.verify, self.verify_asked), (self.export, self.export_asked)):
            button.setAutoDefault(False)
            button.clicked.connect(asked)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.close)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(16, 16, 16, 16)
        column_.setSpacing(12)
        for widget in (self.search, self.table, self.verdict, buttons):
            column_.addWidget(widget, 1 if widget is self.table else 0)
        give_mnemonics(self)

    def show_entries(self, entries: Sequence[JournalEntry]) -> None:
        """Newest first."""
        self._entries.show(entries)

    def shown(self) -> list[str]:
        """What is read in the last column."""
        return [self._entries.data(self._entries.index(row, 4)) or "" for row in range(self._entries.rowCount())]

    def say(self, text: str) -> None:
        """A sentence below the table."""
        self.verdict.setText(text)
