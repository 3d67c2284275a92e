"""The batch as a process of its own beside the window: heard line by line, asked to stop, or left to go on alone."""

import json
import logging
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from bloodview.core import paths, programs
from bloodview.core.errors import StorageError
from bloodview.ui.language import tr

log = logging.getLogger(__name__)

_LOOK_MS = 300
_TAIL = 2000
_STOP = b"stop\n"


class NightProcess(QObject):
    """One process at a time. It writes into files, not pipes, so that it may outlive the window.

    Signals:
        heard: the values of a line that it told, a dict.
        ended: exit status, and the last of what it wrote to standard error.
    """

    heard = Signal(object)
    ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._read = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_running(self) -> bool:
        """Whether a process was started and has not ended."""
        return self._process is not None

    def start(self, command: Sequence[str]) -> None:
        """Start it; nothing happens while another one runs.

        Raises:
            StorageError: it cannot be started, or what it says cannot be kept.
        """
        if self._process is not None:
            return
        try:
            base = paths.cache() / "overnight"
            base.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(dir=base))
            with self._lines.open("wb") as lines, self._errors.open("wb") as errors:
                self._process = subprocess.Popen(  # its end is looked for by the timer
                    list(command),
                    stdin=subprocess.PIPE,
                    stdout=lines,
                    stderr=errors,
                    cwd=programs.start_folder("bloodview"),
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except OSError as error:
            raise StorageError(
                tr("The analysis overnight cannot be started: {why}.", why=error.strerror or error), path=command[0]
            ) from error
        self._read = 0
        self._timer.start()

    def stop(self) -> None:
        """Ask it to stop; what it did is kept, and it goes on there when it is started again."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed:
            return
        with suppress(OSError):
            process.stdin.write(_STOP)
            process.stdin.flush()

    def close(self) -> None:
        """Hear it no longer; unless it was asked to stop it goes on alone."""
        self._timer.stop()
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()

    @property
    def _lines(self) -> Path:
        return self._folder / "lines.jsonl"

    @property
    def _errors(self) -> Path:
        return self._folder / "errors.txt"

    def _look(self) -> None:
        process = self._process
        if process is None:
            return
        status = process.poll()
        for line in self._new_lines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if isinstance(said, dict):
                self.heard.emit(said)
        if status is not None and self._process is process:
            self._end(status)

    def _new_lines(self) -> list[bytes]:
        """The whole lines written since the last look."""
        try:
            with self._lines.open("rb") as file:
                file.seek(self._read)
                whole = file.read()
        except OSError:
            return []
        whole = whole[: whole.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.splitlines()

    def _end(self, status: int) -> None:
        try:
            text = self._errors.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
        except OSError:
            text = ""
        self.close()
        with suppress(OSError):
            self._lines.unlink()
            self._errors.unlink()
            self._folder.rmdir()
        if text and status:
            log.info("the batch said: %s", text)
        self.ended.emit(status, text)
