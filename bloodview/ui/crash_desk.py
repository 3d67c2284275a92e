"""Errors that nobody expected: each is told once, with what is saved, and the window stays usable."""

import traceback

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bloodview.core import log, paths
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.dialogs.crash import CrashDialog
from bloodview.ui.language import tr


class CrashDesk(QObject):
    """Tells a person of errors that nobody caught.

    Signals:
        quit_asked: the person does not want to go on.
        told: a sentence for the status bar, for an error that was told before.
    """

    quit_asked = Signal()
    told = Signal(str)

    def __init__(self, window: QWidget, bridge: CaseBridge) -> None:
        super().__init__(window)
        self._window, self._bridge = window, bridge
        self._dialog: CrashDialog | None = None
        self._known: set[str] = set()
        self.ends_badly = False
        """Whether the person quit because of an error."""

    def tell(self, error: Exception) -> None:
        """Show the error, unless the same one was shown before."""
        where = traceback.extract_tb(error.__traceback__)
        sign = f"{type(error).__name__} {where[-1].filename}:{where[-1].lineno}" if where else repr(error)
        if self._dialog is not None:
            self._dialog.add_another(log.report_of(error))
        elif sign in self._known:
            self.told.emit(tr("The same error again; it is in the log. Everything decided so far is on the disk."))
        else:
            self._dialog = CrashDialog(self._window, self._saved(), log.report_of(error), paths.logs())
            self._dialog.quit_asked.connect(self._on_quit_asked)
            self._dialog.finished.connect(self._on_finished)
            self._dialog.open()
        self._known.add(sign)

    def _saved(self) -> str:
        case, at = self._bridge.case, self._bridge.saved_at
        if case is None:
            return tr("No case is open, so nothing is lost.")
        if case.is_read_only or at is None:
            return tr("Nothing was changed in {file}, so nothing is lost.", file=case.path)
        return tr("Every edit up to {time} is on the disk, in {file}.", time=f"{at:%H:%M:%S}", file=case.path)

    def _on_finished(self) -> None:
        self._dialog = None

    def _on_quit_asked(self) -> None:
        self.ends_badly = True
        self.quit_asked.emit()
