"""Overlays of many cells into a folder, on the compute lane, with its progress; can be stopped."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QProgressDialog, QWidget

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr
from bloodview.ui.verbs import Teller

if TYPE_CHECKING:
    from bloodview.workflows.explaining import Exported, Reply, Request

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]


class Session(Protocol):
    """`explaining.Session`, or what a test puts in its place."""

    def answer(self, request: "Request", cancel: CancelToken, progress: Progress) -> "Reply":
        """The map of a cell."""

    def judge(self, reply: "Reply", cancel: CancelToken, progress: Progress) -> "Reply":
        """How far it can be trusted."""

    def export(
        self, cells: "list[tuple[str, Request]]", folder: Path, cancel: CancelToken, progress: Progress
    ) -> "Exported":
        """Overlays of cells into a folder."""


class WhyExport(Teller):
    """One export at a time."""

    def __init__(self, window: QWidget, jobs: Jobs) -> None:
        super().__init__(window)
        self._window, self._jobs = window, jobs
        self._job: JobHandle | None = None
        self.dialog: QProgressDialog | None = None

    def run(self, cells: "list[tuple[str, Request]]", folder: Path, session: Session) -> None:
        """Write an overlay of each cell, by its name."""
        self._close()
        self.dialog = QProgressDialog(
            tr("Explaining {count:,} cells", count=len(cells)), tr("Stop"), 0, 100, self._window
        )
        self.dialog.setWindowTitle(tr("Export explanations"))
        self.dialog.setMinimumDuration(0)
        self.dialog.setMinimumWidth(380)
        self.dialog.setAutoClose(False)
        self.dialog.setAutoReset(False)
        self.dialog.canceled.connect(self.stop)
        self.dialog.setValue(0)
        job = self._jobs.compute(
            session.export,
            cells,
            folder,
            on_done=lambda outcome: self._on_done(outcome, folder),
            on_error=self._on_failed,
            on_progress=self._on_progressed,
        )
        if self.dialog is not None:  # a runner may have answered already
            self._job = job

    def stop(self) -> None:
        """Stop; what is written stays."""
        if self._job is not None:
            self._job.cancel()
            self.told.emit(tr("Export stopped; the overlays written before stay."))
        self._close()

    def _on_progressed(self, share: float, text: str) -> None:
        if self.dialog is not None:
            self.dialog.setValue(round(100 * share))
            self.dialog.setLabelText(tr("Explaining cell {text}", text=text))

    def _on_done(self, outcome: "Exported", folder: Path) -> None:
        self._close()
        left = (
            tr(
                "; {count:,} could not be made: {reason}",
                count=len(outcome.failures),
                reason=outcome.failures[0].reason,
            )
            if outcome.failures
            else ""
        )
        self.told.emit(tr("{done:,} overlays written: {folder}{left}", done=outcome.done, folder=folder, left=left))

    def _on_failed(self, error: Exception) -> None:
        self._close()
        if not isinstance(error, UserError):
            log.error("the explanations could not be exported", exc_info=error)
        self.refused.emit(error)

    def _close(self) -> None:
        self._job = None
        if self.dialog is not None:
            self.dialog.blockSignals(True)
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None
