"""With what a setting is changed: one widget a kind, which shows a value and tells when a person changed it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from bloodview.core.person import Person, system_user
from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.settings_table import Kind, Row

_WIDTH = 260

Put = Callable[[object], None]


@dataclass(frozen=True, slots=True)
class Editor:
    """A widget and how it is brought to show a value without telling of it."""

    widget: QWidget
    show_value: Put


class Choice(QComboBox):
    """One of few values; the wheel scrolls the page, not the value."""

    def __init__(self, put: Put) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(lambda _: put(self.currentData()))

    def offer(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer these values."""
        self.clear()
        for value, title in choices:
            self.addItem(title, value)

    def show_value(self, value: object) -> None:
        place = next((i for i in range(self.count()) if self.itemData(i) == value), -1)
        if place < 0:
            self.addItem(tr("{value} (not there)", value=value), value)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Switch(QCheckBox):
    """On or off."""

    def __init__(self, put: Put) -> None:
        super().__init__()
        self.clicked.connect(put)

    def show_value(self, value: object) -> None:
        self.setChecked(bool(value))


class Number(QSpinBox):
    """A whole number."""

    def __init__(self, put: Put, row: Row) -> None:
        super().__init__()
        style.roomy(self)
        self.setFixedWidth(_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(*row.limits)
        self.setKeyboardTracking(False)
        if row.unit:
            self.setSuffix(f" {row.unit}")
        if row.zero:
            self.setSpecialValueText(tr(row.zero))
        self._shows = False
        self.valueChanged.connect(lambda value: None if self._shows else put(value))

    def show_value(self, value: object) -> None:
        self._shows = True
        self.setValue(int(str(value)))
        self._shows = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Lines(QPlainTextEdit):
    """A few lines of text, told when they are left."""

    def __init__(self, put: Put) -> None:
        super().__init__()
        self.setObjectName("lines")
        self.setFixedSize(_WIDTH + 60, 4 * self.fontMetrics().lineSpacing() + 12)
        self.setTabChangesFocus(True)
        self._put, self._shown = put, ""

    def show_value(self, value: object) -> None:
        if str(value) != self._shown:  # what is being typed stays while other settings change
            self._shown = str(value)
            self.setPlainText(self._shown)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.tell()

    def tell(self) -> None:
        """Tell what was typed, also before the text is left."""
        self._shown = self.toPlainText().strip()
        self._put(self._shown)


class Picture(QWidget):
    """A picture file: its name, a button that asks for it, a button that takes it away."""

    def __init__(self, put: Put, title: str) -> None:
        super().__init__()
        self._put = put
        self.place = QLineEdit()
        self.place.setReadOnly(True)
        self.place.setPlaceholderText(tr("none"))
        self.place.setFixedWidth(_WIDTH - 60)
        self.place.setAccessibleName(title)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose a file: {what}", what=title))
        self.choose.clicked.connect(self._on_choose)
        self.setFocusProxy(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.place)
        row.addWidget(self.choose)

    def show_value(self, value: object) -> None:
        self.place.setText(str(value))
        self.place.setToolTip(str(value))

    def _on_choose(self) -> None:
        start = str(Path(self.place.text()).parent) if self.place.text() else str(Path.home())
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a picture"), start, tr("Pictures (*.png *.jpg *.jpeg)"))
        if name:
            self._put(name)


class Offers(QObject):
    """What can be chosen but stands in no table: installed models, and persons.

    Signals:
        changed: other ones can be chosen.
    """

    changed = Signal()

    def __init__(self, models: Callable[[str], Sequence[tuple[object, str]]], parent: QObject | None = None) -> None:
        """`models`: task -> (id, what it is called)."""
        super().__init__(parent)
        self.models = models
        self.persons: tuple[Person, ...] = ()

    def offer_persons(self, persons: tuple[Person, ...]) -> None:
        """These can be chosen."""
        if persons != self.persons:
            self.persons = persons
            self.changed.emit()

    @property
    def names(self) -> list[tuple[object, str]]:
        """Whoever can be chosen, the system's user first."""
        system = tr("{name}, as the system says", name=system_user())
        return [("", system), *((p.name, p.shown) for p in self.persons)]


def make_editor(row: Row, put: Put, offers: Offers) -> Editor:
    """What changes a row of the table; PERSONS and KEYS have widgets of their own."""
    made = _make(row, put, offers)
    made.widget.setAccessibleName(tr(row.title))
    made.widget.setAccessibleDescription(tr(row.help))
    return made


def _make(row: Row, put: Put, offers: Offers) -> Editor:
    made: Choice | Switch | Number | Lines | Picture
    match row.kind:
        case Kind.CHOICE:
            made = _choice(put, [(value, tr(text)) for value, text in row.choices])
        case Kind.MODEL:
            made = _choice(put, offers.models(row.task))
        case Kind.PERSON:
            made = choice = _choice(put, offers.names)
            offers.changed.connect(lambda: choice.offer(offers.names))
        case Kind.SWITCH:
            made = Switch(put)
        case Kind.NUMBER:
            made = Number(put, row)
        case Kind.LINES:
            made = Lines(put)
        case Kind.PICTURE:
            made = Picture(put, tr(row.title))
        case _:
            raise ValueError(row.field)
    return Editor(made, made.show_value)


def _choice(put: Put, choices: Sequence[tuple[object, str]]) -> Choice:
    made = Choice(put)
    made.offer(choices)
    return made
