"""A switch that is on while a tool needs it, and afterwards as it was before."""

from PySide6.QtGui import QAction


class LentSwitch:
    """Turns a checkable action on for a while."""

    def __init__(self, action: QAction) -> None:
        self._action, self._is_lent = action, False
        action.toggled.connect(self._forget)

    def take(self) -> None:
        """On, from now until it is given back."""
        if not self._action.isChecked():
            self._action.trigger()
            self._is_lent = self._action.isChecked()

    def give_back(self) -> None:
        """Off again, if it was turned on for this and nobody touched it meanwhile."""
        if self._is_lent and self._action.isChecked():
            self._action.trigger()
        self._is_lent = False

    def _forget(self) -> None:
        self._is_lent = False
