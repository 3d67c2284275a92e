"""The settings: pages made from the table, a field that searches over all of them, every change kept at once."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.settings import Settings
from bloodview.ui import style
from bloodview.ui.actions import Actions
from bloodview.ui.dialogs.keys_page import KeysPage
from bloodview.ui.dialogs.persons_editor import PersonsEditor
from bloodview.ui.dialogs.setting_editors import Editor, Lines, Number, Offers, make_editor
from bloodview.ui.language import tr
from bloodview.ui.preferences import Preferences
from bloodview.ui.settings_table import PAGES, ROWS, Kind, Row, default, defaults

_WIDTH, _HEIGHT = 860, 620
_LIST_PX = 168


class SettingRow(QWidget):
    """A line of a page: title, what changes it, what it does, and the way back to the default."""

    def __init__(self, row: Row, made: Editor, reset: Callable[[], None]) -> None:
        super().__init__()
        self.row, self.editor, self._show = row, made.widget, made.show_value
        editor = made.widget
        title = QLabel(tr(row.title))
        title.setBuddy(editor)
        self.reset = QToolButton(self)
        self.reset.setText("↺")
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.setToolTip(tr("Back to the default"))
        self.reset.setAccessibleName(tr("Back to the default: {what}", what=tr(row.title)))
        self.reset.clicked.connect(lambda: reset())
        notes = " ".join(tr(text) for text in (row.help, row.when) if text)
        note = style.named(QLabel(notes), "faint")
        note.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(2, 1)
        if row.kind is Kind.PERSONS:
            self.reset.hide()
            grid.addWidget(title, 0, 0)
            grid.addWidget(editor, 1, 0, 1, 4)
            return
        grid.addWidget(title, 0, 0)
        grid.addWidget(editor, 0, 1)
        grid.addWidget(self.reset, 0, 3)
        grid.addWidget(note, 1, 0, 1, 4)

    def show_value(self, value: object) -> None:
        """Show a value, and whether it is the default."""
        self._show(value)
        self.reset.setEnabled(value != default(self.row.field))

    def holds(self, words: list[str]) -> bool:
        """Whether every word stands in what the line says."""
        row = self.row
        said = " ".join(tr(t) for t in (row.page, row.title, row.help, row.when, *(c for _, c in row.choices)) if t)
        return all(word in said.lower() for word in words)


class SettingsDialog(QDialog):
    """Shows the record that Preferences holds, and changes it there."""

    def __init__(self, window: QWidget, preferences: Preferences, actions: Actions, offers: Offers) -> None:
        super().__init__(window)
        self._preferences, self._offers = preferences, offers
        self._before_reset: Settings | None = None
        self.setObjectName("settings")
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(_WIDTH, window.width()), min(_HEIGHT, window.height()))
        self.search, self.list, self.stack = QLineEdit(), style.named(QListWidget(), "pages"), QStackedWidget()
        self.search.setPlaceholderText(tr("Search the settings"))
        self.search.setAccessibleName(tr("Search the settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.on_search_text_changed)
        self.list.setAccessibleName(tr("Pages of the settings"))
        self.list.setFixedWidth(_LIST_PX)
        self.list.currentRowChanged.connect(self._on_page_chosen)
        self._none = style.named(QLabel(tr("No setting is called that.")), "faint")
        self.keys = KeysPage(actions, lambda keys: self._put("keys", keys))
        self.rows: dict[str, SettingRow] = {}
        self.persons = PersonsEditor(lambda persons: self._put("persons", persons))
        for page in PAGES:
            item = QListWidgetItem(tr(page), self.list)
            item.setData(Qt.ItemDataRole.UserRole, page)
            item.setSizeHint(QSize(0, self.fontMetrics().height() + 16))
            self.stack.addWidget(self._page(page))
        self.reset_all, self.undo_reset = (
            QPushButton(tr("&Reset all settings")),
            QPushButton(tr("&Take the reset back")),
        )
        self.reset_all.clicked.connect(self.on_reset_all_clicked)
        self.undo_reset.clicked.connect(self.on_undo_reset_clicked)
        self.undo_reset.hide()
        self._lay_out()
        preferences.changed.connect(self.on_preferences_changed)
        self.on_preferences_changed()
        self.list.setCurrentRow(0)
        self.search.setFocus()

    def open_page(self, page: str) -> None:
        """Show a page."""
        self.search.clear()
        self.list.setCurrentRow(PAGES.index(page))

    @property
    def shown_pages(self) -> list[str]:
        """The pages on which something was found."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return [str(item.data(Qt.ItemDataRole.UserRole)) for item in items if not item.isHidden()]

    def on_search_text_changed(self, text: str) -> None:
        """Keep the lines that hold every word, and the pages that have one."""
        words = text.lower().split()
        for row in self.rows.values():
            row.setHidden(not row.holds(words))
        for number, page in enumerate(PAGES):
            found = any(not r.isHidden() for r in self.rows.values() if r.row.page == page)
            if page == "Keys":
                found = self.keys.search("" if all(w in tr(page).lower() for w in words) else text) > 0
            self.list.item(number).setHidden(not found)
        current = self.list.currentItem()
        left = [i for i in range(self.list.count()) if not self.list.item(i).isHidden()]
        if left and (current is None or current.isHidden()):
            self.list.setCurrentRow(left[0])
        self._none.setVisible(not left)
        self.stack.setVisible(bool(left))

    def on_preferences_changed(self) -> None:
        """Show the record as it is now."""
        now = self._preferences.now
        self._offers.offer_persons(now.persons)
        for field, row in self.rows.items():
            row.show_value(getattr(now, field))
        self.keys.show_value(now.keys)
        if self._before_reset is not None and any(getattr(now, field) != value for field, value in defaults().items()):
            self._before_reset = None
        self.undo_reset.setVisible(self._before_reset is not None)

    def on_reset_all_clicked(self) -> None:
        """Everything as when nobody had changed it; what was there can be had back."""
        before = self._preferences.now
        self._preferences.change(**defaults())
        self._before_reset = before if self._preferences.now != before else None
        self.undo_reset.setVisible(self._before_reset is not None)

    def on_undo_reset_clicked(self) -> None:
        """What was there before the reset."""
        if (before := self._before_reset) is not None:
            self._before_reset = None
            self._preferences.change(**{field: getattr(before, field) for field in defaults()})
            self.reset_all.setFocus()

    def done(self, result: int) -> None:
        """Leave; what is still being typed counts."""
        for row in self.rows.values():
            if isinstance(row.editor, Lines):
                row.editor.tell()
            elif isinstance(row.editor, Number):
                row.editor.interpretText()
        super().done(result)

    def _put(self, field: str, value: object) -> None:
        self._preferences.change(**{field: value})

    def _page(self, page: str) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 4, 16, 4)
        if page == "Keys":
            column.addWidget(self.keys, 1)
            return inside
        for row in ROWS:
            if row.page != page:
                continue
            put = self._putter(row.field)
            if row.kind is Kind.PERSONS:
                made = Editor(self.persons, self.persons.show_value)
            else:
                made = make_editor(row, put, self._offers)
            line = SettingRow(row, made, partial(put, default(row.field)))
            self.rows[row.field] = line
            column.addWidget(line)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _putter(self, field: str) -> Callable[[object], None]:
        return lambda value: self._put(field, value)

    def _on_page_chosen(self, number: int) -> None:
        if number >= 0:
            self.stack.setCurrentIndex(number)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 10)
        head.addWidget(self.search)
        middle = QHBoxLayout()
        middle.setContentsMargins(8, 0, 0, 0)
        middle.addWidget(self.list)
        right = QVBoxLayout()
        right.addWidget(self._none)
        right.addWidget(self.stack, 1)
        middle.addLayout(right, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(tr("Close"))
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 14)
        for button in (self.reset_all, self.undo_reset):
            button.setAutoDefault(False)
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self._none.setContentsMargins(20, 4, 0, 0)
        self._none.hide()
        self.stack.setBackgroundRole(QPalette.ColorRole.Window)
