"""What the verbs of the menus are made of: the things that most of them work with, and how they speak and refuse."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.dialogs.asking import Asker
from bloodview.ui.jobs import Jobs
from bloodview.ui.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Means:
    """What verbs work with: one for a window."""

    window: QWidget
    jobs: Jobs
    bridge: CaseBridge
    index: CellIndex
    preferences: Preferences
    asker: Asker


class Teller(QObject):
    """Whoever has something to say to the person at the window.

    Signals:
        told: a sentence for the status bar.
        refused: the Exception of something that could not be done.
    """

    told = Signal(str)
    refused = Signal(object)


class Verbs(Teller):
    """What the actions of a menu call."""

    def __init__(self, means: Means) -> None:
        super().__init__(means.window)
        self._window, self._jobs, self._bridge, self._index = means.window, means.jobs, means.bridge, means.index
        self._preferences, self._asker = means.preferences, means.asker

    @property
    def _folder(self) -> str:
        """Where a file dialog begins."""
        return self._preferences.now.last_folder or str(Path.home())

    @property
    def _base(self) -> str | None:
        """The classifier that the settings name; None = the one in use."""
        return self._preferences.now.classifier or None


def bring_up(dialog: QDialog) -> None:
    """Show a dialog that stands beside the window, or bring it to the front."""
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
