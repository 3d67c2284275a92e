"""The small bar over the slide while a cell is outlined: what a press means, keep or drop, and what comes next."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from bloodview.ui import style

_TOP_PX = 10


class PromptBar(QFrame):
    """Lies at the top of the layer, in its middle; mouse and keys do the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._layer = parent
        self.setObjectName("prompt")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setMouseTracking(True)
        self.says = QLabel("")
        self._buttons: list[QToolButton] = []
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(10, 4, 6, 4)
        self._whole.setSpacing(4)
        self._whole.addWidget(self.says, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._whole.addLayout(self._row)
        parent.installEventFilter(self)

    def add(self, action: QAction, text: str) -> None:
        """A button for an action, by a short word."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setText(text)
        action.changed.connect(lambda: button.setText(text))
        button.setFocusPolicy(style.mono_focus())
        self._row.addWidget(button)
        self._buttons.append(button)

    def say(self, text: str, *, with_buttons: bool = True) -> None:
        """What the tool does now, or will do."""
        self.says.setText(text)
        for button in self._buttons:
            button.setVisible(with_buttons)
        self.place()

    def place(self) -> None:
        """Go to the top, in the middle; where there is little room the buttons go below what it says."""
        room = max(80, self._layer.width() - 16)
        self.says.setWordWrap(False)
        self._whole.setDirection(QBoxLayout.Direction.LeftToRight)
        wanted = self.sizeHint()
        is_tight = wanted.width() > room
        self.says.setWordWrap(is_tight)
        if is_tight:
            self._whole.setDirection(QBoxLayout.Direction.TopToBottom)
        width = min(wanted.width(), room)
        height = max(wanted.height(), self.heightForWidth(width)) if is_tight else wanted.height()
        self.setGeometry((self._layer.width() - width) // 2, _TOP_PX, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the layer's size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place()
        return super().eventFilter(watched, event)
