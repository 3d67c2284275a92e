"""What is refined, chosen at the top of the refine dialog: names, boxes or outlines, and what has a box throughout."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from bloodview.core.cells import Kind
from bloodview.core.refinement import CLASSIFIER, DETECTOR, What
from bloodview.ui import style
from bloodview.ui.dialogs.buttons import sentence
from bloodview.ui.dialogs.refine_words import WORDS
from bloodview.ui.language import later, tr

_CHOICES: tuple[What, ...] = tuple(WORDS)
_KINDS = (
    (Kind.WBC, later("every white cell has its box")),
    (Kind.RBC, later("every red cell has its box")),
    (Kind.PLATELET, later("every platelet has its box")),
)


class WhatChooser(QWidget):
    """Three choices; of the second what a person declares of the pictures.

    Signals:
        changed: something else is chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.choices: dict[What, QRadioButton] = {}
        self.kinds: dict[Kind, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for number, what in enumerate(_CHOICES):
            button = QRadioButton(tr(WORDS[what].choice))
            self._group.addButton(button, number)
            self.choices[what] = button
            column.addWidget(button)
        self._declared = QWidget()
        below = QVBoxLayout(self._declared)
        below.setContentsMargins(22, 6, 0, 0)
        below.setSpacing(4)
        below.addWidget(
            style.named(
                sentence(
                    tr(
                        "A picture teaches once you named, confirmed, added, moved or rejected a cell on it; of a "
                        "slide the field around that cell. I declare that on these pictures"
                    )
                ),
                "faint",
            )
        )
        for kind, title in _KINDS:
            box = QCheckBox(tr(title))
            box.setChecked(kind is Kind.WBC)
            box.toggled.connect(self.changed)
            self.kinds[kind] = box
            below.addWidget(box)
        column.addWidget(self._declared)
        self.choices[CLASSIFIER].setChecked(True)
        self._declared.hide()
        self._group.idToggled.connect(self._on_toggled)

    @property
    def what(self) -> What:
        """What is chosen."""
        return _CHOICES[self._group.checkedId()]

    @property
    def complete(self) -> tuple[Kind, ...]:
        """The kinds that a person declares to be boxed throughout."""
        return tuple(kind for kind, box in self.kinds.items() if box.isChecked())

    def _on_toggled(self, _number: int, is_chosen: bool) -> None:
        if is_chosen:
            self._declared.setVisible(self.what == DETECTOR)
            self.changed.emit()
