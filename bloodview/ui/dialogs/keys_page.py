"""The keys of all actions: found by typing, changed by pressing the new one; a clash names the other action."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import key_map, style
from bloodview.ui.actions import EDITABLE_KEYS, Actions
from bloodview.ui.key_map import Keys
from bloodview.ui.language import tr

_ID = Qt.ItemDataRole.UserRole
_ONLY_HELD = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyField(QLineEdit):
    """Takes the next key that is pressed; Escape gives up.

    Signals:
        pressed: a key as Qt writes it.
        left: it was given up.
    """

    pressed = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setPlaceholderText(tr("Press the new key; Escape gives up"))
        self.setAccessibleName(tr("New key"))
        self.setAccessibleDescription(tr("Press the new key; Escape gives up"))

    def event(self, event: QEvent) -> bool:
        """No shortcut acts here."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key not in (*_ONLY_HELD, Qt.Key.Key_unknown):
            self.pressed.emit(key_of(event))


def key_of(event: QKeyEvent) -> str:
    """The key of an event as Qt writes it; a sign that needs Shift is the sign alone."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    is_sign = len(text) == 1 and text.isprintable() and not text.isalnum() and not text.isspace()
    if is_sign and held == Qt.KeyboardModifier.ShiftModifier:
        return key_map.normal(text)
    return QKeySequence(held.value | event.key()).toString(QKeySequence.SequenceFormat.PortableText)


class KeysPage(QWidget):
    """Every action with its keys."""

    def __init__(self, actions: Actions, put: Callable[[object], None]) -> None:
        """`put` gets the changed keys as the settings keep them."""
        super().__init__()
        self._actions, self._put = actions, put
        self._changed: dict[str, Keys] = {}
        self._wanted = ""
        self._words: list[str] = []
        self.table = style.named(QTreeWidget(), "keys")
        self.table.setHeaderLabels([tr("Action"), tr("Menu"), tr("Keys"), ""])
        self.table.setAccessibleName(tr("Actions and their keys"))
        self.table.setAccessibleDescription(tr("Enter changes the key of the chosen action."))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        head = self.table.header()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setStretchLastSection(False)
        for column in (1, 2, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.change, self.clear = QPushButton(tr("&Change the key")), QPushButton(tr("&No key"))
        self.back, self.take = QPushButton(tr("As it &was")), QPushButton(tr("&Take it"))
        self.field, self.warning = KeyField(), QLabel("")
        self.warning.setWordWrap(True)
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.change.clicked.connect(self.on_change_clicked)
        self.clear.clicked.connect(lambda: self._give(""))
        self.back.clicked.connect(self.on_back_clicked)
        self.take.clicked.connect(lambda: self._give(self._wanted))
        self.field.pressed.connect(self.on_key_pressed)
        self.field.left.connect(self._rest)
        self.table.itemActivated.connect(lambda *_: self.on_change_clicked())
        self.table.currentItemChanged.connect(lambda *_: self._rest())
        self._lay_out()
        self.show_value(())

    def show_value(self, value: object) -> None:
        """Show the keys as they are, those that were changed marked."""
        self._changed = dict(value) if isinstance(value, tuple) else {}
        chosen = self.chosen
        self.table.clear()
        for spec, _ in self._actions.all():
            keys = ", ".join(key_map.shown(k) for k in spec.keys)
            is_own = spec.id not in EDITABLE_KEYS
            note = tr("kept in the case") if is_own else tr("changed") if spec.id in self._changed else ""
            item = QTreeWidgetItem([tr(spec.title).rstrip("…"), tr(spec.menu), keys, note])
            item.setData(0, _ID, spec.id)
            item.setForeground(1, style.faint(self.palette()))
            item.setForeground(3, style.faint(self.palette()))
            self.table.addTopLevelItem(item)
            if spec.id == chosen:
                self.table.setCurrentItem(item)
        self.search(" ".join(self._words))
        self._rest()

    @property
    def chosen(self) -> str:
        """The id of the chosen action; "" for none."""
        item = self.table.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def choose(self, action_id: str) -> None:
        """Choose an action."""
        for item in self._items():
            if item.data(0, _ID) == action_id:
                self.table.setCurrentItem(item)

    def search(self, text: str) -> int:
        """Keep the lines that hold every word; how many there are."""
        self._words = text.lower().split()
        number = 0
        for item in self._items():
            line = " ".join(item.text(column) for column in range(4)).lower()
            item.setHidden(not all(word in line for word in self._words))
            number += not item.isHidden()
        return number

    def on_change_clicked(self) -> None:
        """Wait for the new key of the chosen action."""
        if self.chosen in EDITABLE_KEYS:
            self._rest()
            self.field.show()
            self.field.setFocus()

    def on_key_pressed(self, key: str) -> None:
        """Take the key, unless another action has it or the views keep it."""
        self.field.setText(key_map.shown(key))
        other = self._holder_of(key)
        if not key_map.normal(key):
            self._warn(tr("This is no key that can be used. Press another one."))
        elif key_map.is_kept_by_views(key):
            self._warn(tr("{key} moves through the pictures and the window. Press another one.", key=self._shown(key)))
        elif other:
            titles = self._titles()
            self._wanted = key
            self._warn(
                tr(
                    "{key} is the key of “{other}”. If “{action}” gets it, “{other}” has it no more.",
                    key=self._shown(key),
                    other=titles[other],
                    action=titles[self.chosen],
                )
            )
            self.take.setText(tr("&Take it from “{other}”", other=titles[other]))
            self.take.show()
        else:
            self._give(key)

    def on_back_clicked(self) -> None:
        """Give the chosen action the key of the table, if nobody has it now."""
        own = self._actions.own_keys.get(self.chosen, ())
        for key in (key_map.normal(k) for k in own):
            if (other := self._holder_of(key)) and other in self._changed:
                self.on_key_pressed(key)
                return
        self._changed.pop(self.chosen, None)
        self._put(key_map.record_of(self._changed))

    def _holder_of(self, key: str) -> str:
        """The other action that has a key; "" for none."""
        return next((s.id for s, _ in self._actions.all() if key in s.keys and s.id != self.chosen), "")

    def _give(self, key: str) -> None:
        own = {a: keys for a, keys in self._actions.own_keys.items() if a in EDITABLE_KEYS}
        now = {s.id: s.keys for s, _ in self._actions.all()}
        chosen = self.chosen
        if chosen in own:
            self._put(key_map.record_of(key_map.given_to(self._changed, now, own, chosen, key)))
            self.table.setFocus()

    def _rest(self) -> None:
        """Wait for no key."""
        self._wanted = ""
        self.field.clear()
        if self.field.hasFocus():
            self.table.setFocus()
        self.field.hide()
        self.take.hide()
        chosen = self.chosen
        is_own = bool(chosen) and chosen not in EDITABLE_KEYS
        self.warning.setText(
            tr("The key of a class that was added belongs to the case: change it in the Class menu.") if is_own else ""
        )
        self.warning.setStyleSheet("")
        for button in (self.change, self.clear):
            button.setEnabled(chosen in EDITABLE_KEYS)
        self.back.setEnabled(chosen in self._changed)

    def _warn(self, text: str) -> None:
        self.take.hide()
        self.warning.setText(text)
        self.warning.setStyleSheet(f"color: {style.tone(self.palette(), style.Tone.DOUBT).name()}")

    def _titles(self) -> Mapping[str, str]:
        return {spec.id: tr(spec.title).rstrip("…") for spec, _ in self._actions.all()}

    def _shown(self, key: str) -> str:
        return key_map.shown(key)

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.table.topLevelItem(i) for i in range(self.table.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.change, self.clear, self.back):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addSpacing(8)
        buttons.addWidget(self.field, 1)
        buttons.addStretch(0)
        clash = QHBoxLayout()
        clash.addWidget(self.warning, 1)
        clash.addWidget(self.take)
        self.take.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        column.addLayout(clash)
