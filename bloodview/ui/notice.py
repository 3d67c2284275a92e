"""A line over the views that says, calmly, what is amiss with the shown picture and what to do about it."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from bloodview.core import unfamiliar
from bloodview.ui import style
from bloodview.ui.heard import heard


class Notice(QFrame):
    """Hidden as long as there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.text = QLabel("")
        self.text.setWordWrap(True)
        self._action: QAction | None = None
        self.button = QPushButton("")
        self.button.setFocusPolicy(style.mono_focus())
        self.button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 12, 8)
        row.setSpacing(14)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self.hide()

    def set_action(self, action: QAction, text: str = "") -> None:
        """What the button at its end does; with a text of its own if one is given."""
        self._action = action
        self.button.setText(text or action.text())
        self.button.setEnabled(action.isEnabled())
        self.button.clicked.connect(action.trigger)
        action.changed.connect(self.on_action_changed)
        self.button.show()

    def on_action_changed(self) -> None:
        """The action can be done now, or no longer."""
        if self._action is not None:
            self.button.setEnabled(self._action.isEnabled())

    def show_warning(self, text: str) -> None:
        """Say something that the button at the end cannot mend."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.button.hide()
        self.show()

    def show_offer(self, text: str) -> None:
        """Say something that the button at the end goes on with."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.button.show()
        self.show()

    def show_familiarity(self, familiarity: float | None) -> None:
        """Warn of a picture of this familiarity; None = nothing to warn of."""
        self.text.setText(heard(unfamiliar.notice(familiarity)) if familiarity is not None else "")
        self.setAccessibleName(self.text.text())
        self.button.setVisible(self._action is not None)
        self.setVisible(familiarity is not None)
