"""A panel whose content is longer than the window: it scrolls upright, never across, and takes no key."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Scrolled(QScrollArea):
    """A frameless area that shows a widget at its own width, and is never narrower than the widget can be."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        self._inner = inner

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        inner = self._inner.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(max(least.width(), inner), least.height())


def scrolled(inner: QWidget) -> QScrollArea:
    """Let a widget scroll upright."""
    return Scrolled(inner)
