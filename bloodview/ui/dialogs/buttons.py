"""The row at the foot of a dialog, and what else several dialogs are made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton


def close_button(dialog: QDialog) -> QDialogButtonBox:
    """A row with Close alone, which closes the dialog."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    return buttons


def row_of(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons at the right; none of them is pressed by Enter unless it has the focus."""
    across = QHBoxLayout()
    across.addStretch(1)
    for button in buttons:
        button.setAutoDefault(False)
        across.addWidget(button)
    return across


def sentence(text: str = "") -> QLabel:
    """A text of several lines, shown as it is: names of files in it are no markup."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
