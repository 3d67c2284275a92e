"""Opens the settings and lets a changed record act at once, wherever the change came from."""

from collections.abc import Callable
from dataclasses import fields

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bloodview.core.settings import Settings
from bloodview.models import store
from bloodview.ui.actions import EDITABLE_KEYS, Actions
from bloodview.ui.dialogs.setting_editors import Offers
from bloodview.ui.dialogs.settings import SettingsDialog
from bloodview.ui.key_map import shown
from bloodview.ui.language import tr
from bloodview.ui.preferences import Preferences

Act = Callable[[Settings], None]


class SettingsDesk(QObject):
    """Called by the action of the Edit menu.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(self, window: QWidget, preferences: Preferences, note_now: Callable[[], None]) -> None:
        """`note_now` puts into the record what is kept there at the end only, such as the size of the tiles."""
        super().__init__(window)
        self._window, self._preferences, self._note_now = window, preferences, note_now
        self._actions: Actions | None = None
        self._acts: list[tuple[frozenset[str], Act]] = []
        self._known = preferences.now
        self._dialog: SettingsDialog | None = None
        preferences.changed.connect(self.on_preferences_changed)

    def set_actions(self, actions: Actions) -> None:
        """The table whose keys can be changed."""
        self._actions = actions
        self.when_changed(("keys",), lambda now: self._give_keys(now))
        self._give_keys(self._preferences.now)
        actions.classes_changed.connect(self._tell_lost)

    def when_changed(self, names: tuple[str, ...], act: Act) -> None:
        """Have `act` called with the record once one of these settings is another."""
        self._acts.append((frozenset(names), act))

    def open(self) -> None:
        """Show the settings."""
        self.open_page("")

    def open_page(self, page: str) -> None:
        """Show a page of the settings; "" = the one it opens with."""
        if self._actions is None:
            return
        if self._dialog is None:
            self._note_now()
            self._dialog = SettingsDialog(self._window, self._preferences, self._actions, Offers(_models))
            self._dialog.destroyed.connect(self._on_dialog_destroyed)
            self._dialog.open()
        if page:
            self._dialog.open_page(page)

    def on_preferences_changed(self) -> None:
        """Let what changed act."""
        before, now = self._known, self._preferences.now
        self._known = now
        changed = {f.name for f in fields(Settings) if getattr(before, f.name) != getattr(now, f.name)}
        for names, act in self._acts:
            if names & changed:
                act(now)

    def _on_dialog_destroyed(self) -> None:
        self._dialog = None

    def tell_keys(self) -> None:
        """Say which keys of the settings cannot be used; once the window can show it."""
        unknown = [action for action, _ in self._preferences.now.keys if action not in EDITABLE_KEYS]
        if unknown:
            self.told.emit(
                tr("In the settings, keys of what does not exist are ignored: {names}.", names=", ".join(unknown))
            )
        self._tell_lost()

    def _give_keys(self, now: Settings) -> None:
        if self._actions is not None:
            self._actions.set_keys({action: keys for action, keys in now.keys if action in EDITABLE_KEYS})

    def _tell_lost(self) -> None:
        """Say which keys do not work; those of a class of the case, and those that the settings cannot mean."""
        if self._actions is None or not self._actions.lost_keys:
            return
        lost = self._actions.lost_keys[0]
        action = self._actions[lost.action].text()
        if lost.holder:
            other, key = self._actions[lost.holder].text(), shown(lost.key)
            text = tr("{key} is the key of “{other}”, so “{action}” goes without.", key=key, other=other, action=action)
        else:
            text = tr("In the settings, {key} can be no key of “{action}” and is ignored.", key=lost.key, action=action)
        self.told.emit(text)


def _models(task: str) -> list[tuple[object, str]]:
    """What can be chosen for a task: the one in use, and every installed one."""
    ids = sorted(card.id for card in store.list_models() if card.task == task)
    return [("", tr("The one in use")), *((model, model) for model in ids)]
