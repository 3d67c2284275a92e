"""Which language the window speaks, from the next start on; lines of the Help menu."""

from PySide6.QtCore import QObject

from bloodview.ui.language import CHINESE, ENGLISH, tr
from bloodview.ui.panels import Panels
from bloodview.ui.preferences import Preferences


class LanguageVerbs(QObject):
    """Called by the actions."""

    ACTIONS = {"": "language.of_the_system", ENGLISH: "language.english", CHINESE: "language.chinese"}
    """The action of each value of the setting."""

    def __init__(self, panels: Panels, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._panels, self._preferences = panels, preferences

    def of_the_system(self, _checked: bool = True) -> None:
        """Speak the language that the system prefers."""
        self._choose("")

    def english(self, _checked: bool = True) -> None:
        """Speak English."""
        self._choose(ENGLISH)

    def chinese(self, _checked: bool = True) -> None:
        """Speak Simplified Chinese."""
        self._choose(CHINESE)

    def _choose(self, language: str) -> None:
        self._preferences.change(language=language)
        self._panels.status.say(tr("BloodView speaks this language from its next start on."))
