"""The list of persons who work here: name and role in a table, lines added, changed and taken away."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.person import LONGEST, Person
from bloodview.ui.language import tr


class PersonsEditor(QWidget):
    """A table of names and roles; what has no name is no person."""

    def __init__(self, put: Callable[[object], None]) -> None:
        super().__init__()
        self._put, self._shows = put, False
        self.table = QTableWidget(0, 2)
        self.table.setHorizontalHeaderLabels([tr("Name"), tr("Role, such as pathologist")])
        self.table.setAccessibleName(tr("Persons"))
        self.table.setAccessibleDescription(tr("Name and role of everybody who works here; F2 changes a field."))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setMinimumHeight(190)
        self.add, self.remove = QPushButton(tr("&Add a person")), QPushButton(tr("&Remove"))
        self.add.clicked.connect(self.on_add_clicked)
        self.remove.clicked.connect(self.on_remove_clicked)
        self.table.itemChanged.connect(lambda _: self._tell())
        self.table.itemSelectionChanged.connect(self._enable)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self._enable()

    @property
    def persons(self) -> tuple[Person, ...]:
        """Everybody who has a name; the first of two of the same name."""
        found: dict[str, Person] = {}
        for row in range(self.table.rowCount()):
            name, role = (self._text(row, column) for column in (0, 1))
            if name:
                found.setdefault(name, Person(name, role))
        return tuple(found.values())

    def show_value(self, value: object) -> None:
        """Show a list of persons."""
        if value == self.persons or not isinstance(value, tuple):
            return
        self._shows = True
        self.table.setRowCount(len(value))
        for row, person in enumerate(value):
            self.table.setItem(row, 0, QTableWidgetItem(person.name))
            self.table.setItem(row, 1, QTableWidgetItem(person.role))
        self._shows = False

    def on_add_clicked(self) -> None:
        """A new line, ready to be typed into."""
        self._shows = True
        row = self.table.rowCount()
        self.table.insertRow(row)
        name = QTableWidgetItem("")
        self.table.setItem(row, 0, name)
        self.table.setItem(row, 1, QTableWidgetItem(""))
        self._shows = False
        self.table.setFocus()
        self.table.setCurrentCell(row, 0)
        self.table.editItem(name)

    def on_remove_clicked(self) -> None:
        """Take the chosen line away."""
        if (row := self.table.currentRow()) >= 0:
            self.table.removeRow(row)
            self._tell()

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip()[:LONGEST] if item is not None else ""

    def _enable(self) -> None:
        self.remove.setEnabled(bool(self.table.selectedItems()))

    def _tell(self) -> None:
        if not self._shows:
            self._put(self.persons)
