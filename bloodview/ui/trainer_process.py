"""The trainer as a process of its own beside the window: started, heard line by line, asked to wait or to stop."""

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from bloodview.core import refinement
from bloodview.core.training_run import Event
from bloodview.ui.language import tr

log = logging.getLogger(__name__)

_END_MS = 3000
"""How long it may take to end when the window closes, before it is killed; started again it goes on."""
_TAIL = 2000


class TrainerProcess(QObject):
    """One process at a time.

    Signals:
        heard: an Event.
        ended: exit status, and the last of what it wrote to standard error.
    """

    heard = Signal(object)
    ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._rest, self._errors = b"", b""

    @property
    def is_running(self) -> bool:
        """Whether a process was started and has not ended."""
        return self._process is not None

    def start(self, command: Sequence[str], folder: Path) -> None:
        """Start it on the refinement of a folder; nothing happens while another one runs."""
        if self._process is not None:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        if (place := refinement.trainer_folder()) is not None:
            process.setWorkingDirectory(str(place))
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_errors)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process, self._folder, self._rest, self._errors = process, folder, b"", b""
        process.start(command[0], list(command[1:]))

    def wish(self, what: refinement.Wish) -> None:
        """Ask it to pause, to go on or to stop at its next step.

        Raises:
            StorageError: the wish cannot be written.
        """
        if self._folder is not None and self._folder.is_dir():
            refinement.wish(self._folder, what)

    def close(self) -> None:
        """End it, whatever it does; what it did is kept and is gone on with when it is started again."""
        process = self._process
        if process is None:
            return
        process.blockSignals(True)
        self._process = None
        process.terminate()
        if not process.waitForFinished(_END_MS):
            process.kill()
            process.waitForFinished(_END_MS)
        process.deleteLater()

    def _on_output(self) -> None:
        if self._process is None:
            return
        whole = self._rest + bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = whole.split(b"\n")
        for line in lines:
            event = Event.parse(line.decode("utf-8", "replace"))
            if event is not None:
                self.heard.emit(event)

    def _on_errors(self) -> None:
        if self._process is not None:
            self._errors = (self._errors + bytes(self._process.readAllStandardError().data()))[-_TAIL:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(2, tr("The trainer could not be started."))

    def _on_finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._on_output()
        self._on_errors()
        crashed = how is QProcess.ExitStatus.CrashExit
        self._end(2 if crashed else status, self._errors.decode("utf-8", "replace").strip())

    def _end(self, status: int, text: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
            if text and status:
                log.info("the trainer said: %s", text)
            self.ended.emit(status, text)
