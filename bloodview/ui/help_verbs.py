"""The Help menu: guide, tour, command list, keys, problems, about. Each is made when it is asked for."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from bloodview.ui.actions import Actions
from bloodview.ui.dialogs.about import About
from bloodview.ui.dialogs.command_list import AllKeys, CommandList
from bloodview.ui.dialogs.errors import ProblemList
from bloodview.ui.dialogs.guide import Guide
from bloodview.ui.panels import Panels
from bloodview.ui.tour import Tour


class HelpVerbs(QObject):
    """Called by the actions of the Help menu.

    Signals:
        problems_changed: how many files could not be used.
    """

    problems_changed = Signal(int)

    def __init__(self, window: QWidget, panels: Panels) -> None:
        super().__init__(window)
        self._window, self._panels = window, panels
        self._guide: Guide | None = None
        self._tour: Tour | None = None
        self._actions: Actions | None = None
        self._list: ProblemList | None = None
        self._problems: dict[Path, str] = {}

    def set_actions(self, actions: Actions) -> None:
        """The table that is listed."""
        self._actions = actions

    def add_problem(self, path: Path, reason: str) -> None:
        """A file could not be used."""
        self._problems[path] = reason
        self._tell()

    def solve_problem(self, path: Path) -> None:
        """It could be used after all."""
        if self._problems.pop(path, None) is not None:
            self._tell()

    def clear_problems(self) -> None:
        """Another case is open."""
        self._problems.clear()
        self._tell()

    def problem_texts(self) -> dict[Path, str]:
        """Files and reasons."""
        return dict(self._problems)

    def guide(self) -> None:
        """The user guide, beside the work."""
        if self._guide is None:
            self._guide = Guide(self._window)
        self._guide.show()
        self._guide.raise_()

    def tour(self) -> None:
        """Walk around the window; on the sample where no case is open."""
        if self._actions is None:
            return
        if not self._panels.gallery.isVisible():
            self._actions["files.open_sample"].trigger()
        if self._tour is None:
            self._tour = Tour(self._window, self._panels)
        self._tour.begin()

    def commands(self) -> None:
        """Every action, found by typing."""
        if self._actions is not None:
            self._open(CommandList(self._window, self._actions))

    def keys(self) -> None:
        """All keys at once."""
        if self._actions is not None:
            self._open(AllKeys(self._window, self._actions))

    def about(self) -> None:
        """What this program is."""
        self._open(About(self._window))

    def problems(self) -> None:
        """Which files could not be used, and why."""
        if self._list is None:
            self._list = ProblemList(self._window)
        self._list.set_problems(self._problems)
        self._list.show()
        self._list.raise_()

    def _open(self, dialog: QDialog) -> None:
        dialog.open()
        dialog.setFocus()

    def _tell(self) -> None:
        if self._list is not None:
            self._list.set_problems(self._problems)
        self.problems_changed.emit(len(self._problems))
