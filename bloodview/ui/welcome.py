"""What is there before anything is open: where to drop pictures, the sample, and what was open last."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bloodview.ui import icons, style
from bloodview.ui.language import tr

_RECENT_SHOWN = 6


class Welcome(QWidget):
    """The first page.

    Signals:
        recent_chosen: a Path.
    """

    recent_chosen = Signal(object)

    def __init__(self, open_pictures: QAction, open_folder: QAction, open_sample: QAction, tour: QAction) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._drop = style.named(QFrame(), "drop")
        self._drop.setMinimumSize(460, 330)
        self._drop.setMaximumSize(620, 400)
        self._picture = QLabel()
        title = style.named(QLabel(tr("Drop a folder of smear pictures here")), "title")
        title.setWordWrap(True)
        words = tr("Pictures, whole slides, folders or a case. Every cell is found, outlined, named and counted.")
        hint = style.named(QLabel(words), "faint")
        hint.setWordWrap(True)
        for text in (title, hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        for title_of, action, name in (
            (tr("Open pictures…"), open_pictures, "primary"),
            (tr("Open a folder…"), open_folder, ""),
            (tr("Open the sample"), open_sample, ""),
        ):
            button = style.named(QPushButton(title_of), name)
            button.clicked.connect(action.trigger)
            buttons.addWidget(button)
            if name:
                self.setFocusProxy(button)
        buttons.addStretch()
        inside = QVBoxLayout(self._drop)
        inside.setContentsMargins(48, 32, 48, 32)
        inside.setSpacing(12)
        inside.addStretch()
        inside.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addSpacing(6)
        inside.addWidget(title)
        inside.addWidget(hint)
        inside.addSpacing(14)
        inside.addLayout(buttons)
        walk = style.named(QPushButton(tr("New here? A tour on the sample, three minutes")), "link")
        walk.clicked.connect(tour.trigger)
        inside.addWidget(walk, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._recent_box = QWidget()
        self._recent_box.setFixedWidth(300)
        box = QVBoxLayout(self._recent_box)
        box.setContentsMargins(0, 0, 0, 0)
        heading = style.named(QLabel(tr("Recent cases")), "heading")
        heading.setContentsMargins(8, 0, 0, 4)
        box.addWidget(heading)
        box.addLayout(self._recent)
        row = QHBoxLayout()
        row.setSpacing(40)
        row.addStretch(1)
        row.addWidget(self._drop, 4)
        row.addWidget(self._recent_box, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.addStretch(1)
        column.addLayout(row, 4)
        column.addStretch(1)
        self.set_recent(())

    def set_recent(self, files: Sequence[Path]) -> None:
        """Show what was open last."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in files[:_RECENT_SHOWN]:
            button = style.named(QPushButton(), "link")
            name = path.stem if path.suffix == ".bvcase" else path.name
            metrics = button.fontMetrics()
            button.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, 240))
            button.setToolTip(str(path))
            button.clicked.connect(lambda _=False, chosen=path: self.recent_chosen.emit(chosen))
            self._recent.addWidget(button)
        self._recent_box.setVisible(bool(files))

    def set_hot(self, hot: bool) -> None:
        """Light up while something is dragged over the window."""
        self._drop.setProperty("hot", hot)
        self._drop.style().unpolish(self._drop)
        self._drop.style().polish(self._drop)

    def refresh_icon(self) -> None:
        """Tint the icon to the theme."""
        self._picture.setPixmap(icons.pixmap("sample", style.faint(self.palette()), 56, self.devicePixelRatioF()))
