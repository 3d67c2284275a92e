"""The bars that never scroll away: identity on top, tools above the views, saved state and progress at the bottom."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from bloodview.core.geometry import Scale
from bloodview.ui import style
from bloodview.ui.elided import Elided
from bloodview.ui.heads import Head
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr

_SPOKEN_MS = 8_000
"""How long a sentence stands in the status bar."""

SCALE_SOURCES = {
    "file": later("from the file"),
    "red cells": later("measured on the red cells"),
    "user": later("given by the user"),
    "assumed": later("assumed"),
}


_LEAST_TOOLS_PX = 330
_FOOT_PX = 30
_AROUND_TEXT_PX = 18
"""Padding and border of a button left and right of its text, see `style`."""


class IdentityBar(Head):
    """Which case, which slide, which scale, who works here, which device; and that this is for research."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("identity", parent=parent)
        self.case, self.slide = Elided(name="heading"), Elided()
        self.state = Elided(name="heading")
        self.scale, self.device = Elided(name="faint"), style.named(QLabel(""), "faint")
        self.person = QToolButton()
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.person.setFocusPolicy(style.mono_focus())
        research = style.named(QLabel(tr("For research use only")), "research")
        research.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(16)
        for widget in (self.case, self.state, self.slide, self.scale):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.person)
        row.addWidget(self.device)
        row.addWidget(research)
        self.show_case("")
        self.show_state("")
        self.show_slide("", None)

    def show_case(self, name: str) -> None:
        """The case's name; "" = none is open."""
        self.case.show_text(name or tr("No case open"))

    def show_state(self, text: str) -> None:
        """Signed, or for reading only; "" = neither."""
        self.state.show_text(text)
        self.state.setVisible(bool(text))

    def show_slide(self, name: str, scale: Scale | None) -> None:
        """The slide in the view and its scale."""
        self.slide.show_text(name)
        if not name:
            self.scale.show_text("")
        elif scale is None:
            self.scale.show_text(tr("Scale unknown"))
        else:
            self.scale.show_text(
                tr(
                    "{um_per_px:.3f} µm/px, {source}",
                    um_per_px=scale.um_per_px,
                    source=tr(SCALE_SOURCES.get(scale.source, scale.source)),
                )
            )

    def show_device(self, device: str) -> None:
        """Where the models run; "" = not known yet."""
        name = device.upper() if device == "cpu" else device
        self.device.setText(tr("Device {name}", name=name) if device else "")


class ToolBar(Head):
    """Buttons for actions of the table, in groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._yielding: list[QWidget] = []
        self._buttons: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 0)
        self._row.setSpacing(2)

    def add(self, action: QAction, text: str = "") -> QToolButton:
        """A button for an action; with a text instead of its icon if one is given."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setFocusPolicy(style.mono_focus())
        button.setIconSize(QSize(18, 18))
        action.changed.connect(lambda: button.setToolTip(_with_key(action)))
        button.setToolTip(_with_key(action))
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(text)
            action.changed.connect(lambda: button.setText(text))
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + _AROUND_TEXT_PX)
        (self._yielding if text else self._buttons).append(button)
        self._row.addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Any other widget; it gives way when there is no room, like the buttons with a text."""
        self._yielding.append(widget)
        self._row.addWidget(widget)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_TOOLS_PX, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where buttons would lie over each other, those with a text go, then the last ones; menus have them too."""
        over = self._wanted_px() - self.width()
        words = over <= 0
        for widget in self._yielding:
            widget.setVisible(words)
            over -= 0 if words else self._px_of(widget)
        for button in reversed(self._buttons):
            button.setVisible(over <= 0)
            over -= 0 if over <= 0 else self._px_of(button)

    def _px_of(self, widget: QWidget) -> int:
        return max(widget.minimumWidth(), widget.sizeHint().width()) + self._row.spacing()

    def _wanted_px(self) -> int:
        """The least width at which everything has room."""
        margins, wanted = self._row.contentsMargins(), 0
        for at in range(self._row.count()):
            item = self._row.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                wanted += self._px_of(widget)
            elif item is not None:
                wanted += item.minimumSize().width()
        return wanted + margins.left() + margins.right()

    def add_gap(self, *, wide: bool = False) -> None:
        """Room between groups."""
        if wide:
            self._row.addStretch(1)
        else:
            self._row.addSpacing(6)


class StatusBar(Head):
    """When it was saved, what happened, how far the analysis is.

    Signals:
        stop_asked: somebody wants the analysis to stop.
        pause_asked: somebody wants it to wait, or to go on.
    """

    stop_asked = Signal()
    pause_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("foot", _FOOT_PX, parent)
        self.saved = style.named(QLabel(""), "faint")
        self.message, self.task = Elided(), Elided(name="faint")
        self.progress = QProgressBar()
        self.progress.setFixedWidth(150)
        self.progress.setTextVisible(False)
        self.stop = QToolButton()
        self.stop.setText(tr("Stop"))
        self.stop.setToolTip(tr("Stop the analysis; what is done stays"))
        self.stop.setFocusPolicy(style.mono_focus())
        self.stop.clicked.connect(self.stop_asked)
        self.pause = QToolButton()
        self.pause.setFocusPolicy(style.mono_focus())
        self.pause.clicked.connect(self.pause_asked)
        self.show_paused(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(14)
        row.addWidget(self.saved)
        row.addWidget(self.message, 1)
        row.addWidget(self.task)
        row.addWidget(self.progress)
        row.addWidget(self.pause)
        row.addWidget(self.stop)
        self._row, self._lasting = row, ""
        self._actions: list[tuple[QAction, QToolButton]] = []
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_SPOKEN_MS)
        self._silence.timeout.connect(lambda: self.message.show_text(self._lasting))
        self.show_idle()

    def set_actions(self, *actions: QAction) -> None:
        """What the work ends in: a button each at the right, while it can be done and nothing is under way."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(style.mono_focus())
            self._row.addWidget(button)
            self._actions.append((action, button))
            action.changed.connect(self._show_actions)
        self._show_actions()

    def _show_actions(self) -> None:
        for action, button in self._actions:
            button.setToolTip(_with_key(action))
            button.setVisible(action.isEnabled() and self.progress.isHidden())

    def show_saved(self, at: datetime | None) -> None:
        """When the last change reached the disk; None = no case."""
        self.saved.setText(tr("saved {at:%H:%M:%S}", at=at) if at is not None else "")

    def say(self, text: str) -> None:
        """A sentence, for a while; one of a room below may be given as it is."""
        self.message.show_text(heard(text))
        self._silence.start()

    def advise(self, text: str) -> None:
        """A sentence that stands there whenever nothing else was said lately; "" = none."""
        if self.message.whole in ("", self._lasting):
            self.message.show_text(text)
        self._lasting = text

    def unsay(self, text: str) -> None:
        """What was said of something under way is over; anything said since stays."""
        if self.message.whole == heard(text):
            self.message.show_text(self._lasting)

    def show_progress(self, done: int, total: int, fraction: float, text: str) -> None:
        """The analysis is on: pictures done, pictures of this round, how far the present one is (0 to 1), its name."""
        self.progress.setRange(0, max(1, total) * 100)
        self.progress.setValue(min(total * 100, round((done + fraction) * 100)))
        self.task.show_text(
            tr("{number} of {total}  {text}", number=min(done + 1, total), total=total, text=text) if total else text
        )
        for widget in (self.progress, self.pause, self.stop, self.task):
            widget.show()
        self._show_actions()

    def show_paused(self, paused: bool) -> None:  # the signal's own word for it
        """Whether the analysis waits."""
        self.pause.setText(tr("Go on") if paused else tr("Pause"))
        self.pause.setToolTip(
            tr("Go on with the analysis") if paused else tr("Have the analysis wait before its next part")
        )

    def show_idle(self) -> None:
        """Nothing is going on."""
        self.show_paused(False)
        for widget in (self.progress, self.pause, self.stop, self.task):
            widget.hide()
        self._show_actions()


def _with_key(action: QAction) -> str:
    """What a button does, and the key that does it too."""
    title, key = action.text().replace("&", "").rstrip("…"), action.shortcut().toString()
    return f"{title} ({key})" if key else title
