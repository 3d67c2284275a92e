"""Asks for one of several: the class that another is merged into, that takes the cells of a removed one, to take in."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.mnemonics import give_mnemonics

Choice = tuple[str, str]
"""(what is chosen, how it is called)."""


class ClassChoice(QDialog):
    """A sentence and a list.

    Signals:
        chosen: the first half of a choice.
    """

    chosen = Signal(str)

    def __init__(self, window: QWidget, title: str, lead: str, choices: Sequence[Choice], verb: str) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(lead)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QComboBox()
        for value, words in choices:
            self.list.addItem(words, value)
        self.ok, cancel = style.named(QPushButton(verb), "primary"), QPushButton(tr("Cancel"))
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._on_ok)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.ok)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(text)
        column.addWidget(self.list)
        column.addLayout(foot)
        give_mnemonics(self)

    def _on_ok(self) -> None:
        value = str(self.list.currentData())
        self.accept()
        self.chosen.emit(value)


def classes_of(taxonomy: Taxonomy, without: str) -> list[Choice]:
    """The classes of a tree, indented, without one and what hangs below it."""
    return [
        (c.id, f"{'    ' * (len(taxonomy.path(c.id)) - 1)}{tr(c.title)}")
        for c in taxonomy.by_lineage
        if not taxonomy.is_below(c.id, without)
    ]
