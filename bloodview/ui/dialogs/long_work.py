"""The frame of a dialog on long work that goes on beside the review: pages, how far it is, buttons at the foot."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QDialog,
    QLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui.dialogs.buttons import row_of, sentence
from bloodview.ui.language import tr

Part = QWidget | QLayout | None
"""What a page is made of; None = room that gives."""


class LongWorkDialog(QDialog):
    """Stands beside the window, so that the review goes on; what it is about comes from its kind."""

    def __init__(self, window: QWidget, title: str, name: str, width: int, height: int) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self.setObjectName(name)
        self.resize(width, height)
        self.bar, self.doing = QProgressBar(), sentence()
        self.bar.setTextVisible(False)
        self._pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addWidget(self._pages)

    def add_choice_page(self, parts: Sequence[Part], start: QPushButton) -> QWidget:
        """A page on which is chosen what shall be done; Cancel closes the dialog."""
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.close)
        return self.add_page([*parts, None], (cancel, start))

    def add_run_page(self, parts: Sequence[Part], buttons: Sequence[QPushButton], grows: QWidget) -> QWidget:
        """A page that shows how far the work is; `grows` takes what room there is."""
        lead = sentence(tr("The review goes on meanwhile; this window may be closed and opened again."))
        return self.add_page([lead, *parts], buttons, grows)

    def add_page(self, parts: Sequence[Part], buttons: Sequence[QPushButton], grows: QWidget | None = None) -> QWidget:
        """A page of parts, one below the other, with buttons at its foot."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for part in parts:
            if part is None:
                column.addStretch(1)
            elif isinstance(part, QLayout):
                column.addLayout(part)
            else:
                column.addWidget(part, int(part is grows))
        column.addLayout(row_of(*buttons))
        self._pages.addWidget(page)
        return page

    def add_whole_page(self, page: QWidget) -> None:
        """A page that was made elsewhere."""
        self._pages.addWidget(page)

    def turn_to(self, page: QWidget) -> None:
        """Show a page."""
        self._pages.setCurrentWidget(page)

    def show_done(self, done: int, of: int, text: str) -> None:
        """How far the work is, and what is being done."""
        self.bar.setRange(0, max(of, 1))
        self.bar.setValue(done)
        self.doing.setText(text)
