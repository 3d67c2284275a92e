"""A line over the views while somebody reads: who, how far, what is hidden; and the button that ends it."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from bloodview.ui import style


class ReadingBar(QFrame):
    """Hidden while nobody reads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.text, self.words = QLabel(""), style.named(QLabel(""), "heading")
        for label in (self.text, self.words):
            label.setWordWrap(True)
        self.button = QPushButton("")
        self.button.setFocusPolicy(style.mono_focus())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 12, 8)
        row.setSpacing(14)
        row.addWidget(self.text, 1)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.hide()

    def set_action(self, action: QAction) -> None:
        """What the button does."""
        key = action.shortcut().toString()
        self.button.setText(f"{action.text()} ({key})" if key else action.text())
        self.button.clicked.connect(action.trigger)

    def show_progress(self, text: str, words: str = "") -> None:
        """Say how far it is, and of the chosen cell what readers said; "" hides the line."""
        self.text.setText(text)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.setVisible(bool(text))
