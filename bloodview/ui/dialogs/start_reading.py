"""Before cells are read: who reads, how many, and what stays hidden."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.reading_order import WANTED
from bloodview.ui import style
from bloodview.ui.language import tr

_WIDTH, _MOST = 520, 100_000


class StartReading(QDialog):
    """Asks; knows how many cells there are for a reader by asking `available`."""

    def __init__(
        self, window: QWidget, *, is_second: bool, name: str, names: Sequence[str], available: Callable[[str], int]
    ) -> None:
        super().__init__(window)
        self.setObjectName("start-reading")
        self.setWindowTitle(tr("Read as second reader") if is_second else tr("Read blindly"))
        self.setMinimumWidth(_WIDTH)
        self._available, self._is_second = available, is_second
        lead = QLabel(
            tr(
                "Another person reads the cells that the first one decided, without seeing those labels. Both answers "
                "are kept; where they differ, you settle it together afterwards."
            )
            if is_second
            else tr(
                "You read cells that nobody has decided yet, in an order drawn by chance. What the machine calls them "
                "is hidden until you have answered; at the end you are told how far you agree with it."
            )
        )
        lead.setWordWrap(True)
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.addItems([n for n in dict.fromkeys((name, *names)) if n])
        self.name.setCurrentText(name)
        self.name.setAccessibleName(tr("Reader"))
        line = self.name.lineEdit()
        if line is not None:
            line.setMaxLength(200)
        self.number = style.roomy(QSpinBox())
        self.number.setRange(1, _MOST)
        self.number.setValue(WANTED)
        self.number.setSingleStep(50)
        self.number.setAccessibleName(tr("Cells"))
        self.hides_machine = QCheckBox(tr("Hide the machine's labels too"))
        self.hides_machine.setChecked(True)
        self.hides_machine.setVisible(is_second)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(tr("Reader"), self.name)
        form.addRow(tr("Cells"), self.number)
        form.addRow("", self.hides_machine)
        self.note = style.named(QLabel(""), "faint")
        self.note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.begin = style.named(buttons.addButton(tr("Begin"), QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.name.editTextChanged.connect(self._look)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self._look()

    @property
    def reader(self) -> str:
        """Who reads."""
        return self.name.currentText().strip()

    def _look(self) -> None:
        """How many cells there are for this reader."""
        number = self._available(self.reader) if self.reader else 0
        if not self.reader:
            words = tr("Type the name of the reader.")
        elif number:
            words = tr("{number:,} cells can be read.", number=number)
        elif self._is_second:
            words = tr("There is no cell that another person than {who} has decided.", who=self.reader)
        else:
            words = tr("No leukocyte is left that nobody has decided.")
        self.note.setText(words)
        self.begin.setEnabled(bool(number))
