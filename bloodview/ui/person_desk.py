"""Who works here now: shown in the identity bar, chosen there from the list, named by every edit from then on."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QToolButton

from bloodview.core.person import Person, present, system_user
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.language import tr
from bloodview.ui.preferences import Preferences
from bloodview.ui.settings_desk import SettingsDesk


class PersonDesk(QObject):
    """Keeps the case and the button of the identity bar at the person who was chosen."""

    def __init__(
        self, button: QToolButton, bridge: CaseBridge, preferences: Preferences, care: SettingsDesk, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._button, self._bridge, self._preferences, self._care = button, bridge, preferences, care
        self._menu = QMenu(button)
        button.setMenu(self._menu)
        care.when_changed(("reviewer", "persons"), lambda _: self.refresh())
        bridge.opened.connect(self.refresh)
        self.refresh()

    @property
    def person(self) -> Person:
        """Whoever works here now."""
        return present(self._preferences.now.reviewer, self._preferences.now.persons)

    def refresh(self) -> None:
        """Show the person, and have the edits from now on bear the name."""
        person = self.person
        if (case := self._bridge.case) is not None:
            case.who = person.name
        self._button.setText(f"{person.name} ▾")
        self._button.setToolTip(tr("{person} works here now; edits bear this name", person=person.shown))
        self._button.setAccessibleName(tr("Works here now: {person}", person=person.shown))
        self._menu.clear()
        now = self._preferences.now
        known = [*now.persons]
        if now.reviewer and all(p.name != now.reviewer for p in known):
            known.append(Person(now.reviewer))
        lines = [("", tr("{name}, as the system says", name=system_user())), *((p.name, p.shown) for p in known)]
        for name, shown in lines:
            action = self._menu.addAction(shown.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == now.reviewer)
            action.triggered.connect(lambda _=False, chosen=name: self._preferences.change(reviewer=chosen))
        self._menu.addSeparator()
        self._menu.addAction(tr("Persons…")).triggered.connect(lambda: self._care.open_page("Persons"))
