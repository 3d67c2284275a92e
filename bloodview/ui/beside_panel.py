"""The second view beside the slide: which picture it shows, whether both move together, and how it is closed."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QToolButton, QVBoxLayout

from bloodview.ui import style
from bloodview.ui.heads import Head
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.slide_view.view import SlideView
from bloodview.ui.slide_view.view_bar import ViewBar


class BesidePanel(QFrame):
    """A head with a choice of pictures over a slide view of its own.

    Signals:
        chosen: (path, slide id) of the picture that a person wants to see here.
    """

    chosen = Signal(object, int)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.view = SlideView(jobs)
        self.view.setAccessibleName(tr("Second slide"))
        self.bar = ViewBar(self.view)
        self.pictures = QComboBox()
        self.pictures.setFocusPolicy(style.mono_focus())
        self.pictures.setAccessibleName(tr("Picture of the second view"))
        self.pictures.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pictures.setMinimumContentsLength(8)
        self.pictures.activated.connect(self._on_pictures_activated)
        self.lock, self.close_button = QToolButton(), QToolButton()
        head = Head()
        row = QHBoxLayout(head)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.pictures, 1)
        for button in (self.lock, self.close_button):
            button.setFocusPolicy(style.mono_focus())
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        self.hide()

    def set_actions(self, lock: QAction, opened: QAction) -> None:
        """What its buttons do."""
        self.lock.setDefaultAction(lock)
        self.lock.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.lock.setText(tr("Together"))
        lock.changed.connect(lambda: self.lock.setText(tr("Together")))
        self.close_button.setText("✕")
        self.close_button.setToolTip(tr("Close the second view"))
        self.close_button.setAccessibleName(self.close_button.toolTip())
        self.close_button.clicked.connect(opened.trigger)

    def set_pictures(self, pictures: Sequence[tuple[Path, int]], shown: Path | None) -> None:
        """Offer these pictures: path and slide id, 0 for one that is not in the case yet."""
        self.pictures.clear()
        for path, slide_id in pictures:
            self.pictures.addItem(path.name, (path, slide_id))
            self.pictures.setItemData(self.pictures.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
            if path == shown:
                self.pictures.setCurrentIndex(self.pictures.count() - 1)

    def _on_pictures_activated(self) -> None:
        path, slide_id = self.pictures.currentData()
        self.chosen.emit(path, slide_id)
