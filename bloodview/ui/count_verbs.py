"""How far is counted: the number of leukocytes, and how well each share is to be known; lines of the View menu."""

from PySide6.QtCore import QObject

from bloodview.ui.panels import Panels
from bloodview.ui.preferences import Preferences


class CountVerbs(QObject):
    """Called by the actions."""

    def __init__(self, panels: Panels, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._panels, self._preferences = panels, preferences
        self.apply_settings()

    def apply_settings(self) -> None:
        """Bring the differential to what is chosen."""
        self._panels.counts.set_target(self._preferences.now.count_target)
        self._panels.counts.set_within(self._preferences.now.count_within)

    def target_100(self, _checked: bool = True) -> None:
        """Count 100 leukocytes."""
        self._aim(100)

    def target_200(self, _checked: bool = True) -> None:
        """Count 200 leukocytes."""
        self._aim(200)

    def target_400(self, _checked: bool = True) -> None:
        """Count 400 leukocytes."""
        self._aim(400)

    def within_10(self, _checked: bool = True) -> None:
        """Know each share to within +-10 %."""
        self._know_within(10)

    def within_5(self, _checked: bool = True) -> None:
        """Know each share to within +-5 %."""
        self._know_within(5)

    def within_3(self, _checked: bool = True) -> None:
        """Know each share to within +-3 %."""
        self._know_within(3)

    def within_2(self, _checked: bool = True) -> None:
        """Know each share to within +-2 %."""
        self._know_within(2)

    def _aim(self, leukocytes: int) -> None:
        self._preferences.change(count_target=leukocytes)

    def _know_within(self, hundredths: int) -> None:
        self._preferences.change(count_within=hundredths)
