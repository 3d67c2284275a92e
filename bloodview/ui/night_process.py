"""The batch as a process of its own beside the window: heard line by line, asked to stop, or left to go on alone."""

import logging
import subprocess
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from bloodview.core import overnight, programs
from bloodview.core.errors import StorageError
from bloodview.core.overnight import Night, Wish
from bloodview.ui.language import tr

log = logging.getLogger(__name__)

_LOOK_MS = 300
UNKNOWN = -1
"""The exit status of a process that another window started."""


class NightProcess(QObject):
    """One process at a time. It writes into files, not pipes, so that it may outlive the window, and another hear it.

    Signals:
        heard: the values of a line that it told, a dict.
        ended: exit status, and the last of what it wrote to standard error.
    """

    heard = Signal(object)
    ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: subprocess.Popen[bytes] | None = None
        self.night: Night | None = None
        """What is followed, or was until it ended."""
        self._is_running = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_running(self) -> bool:
        """Whether one is followed and has not ended."""
        return self._is_running

    def start(self, command: Sequence[str], wish: Wish) -> None:
        """Start it; nothing happens while another one runs.

        Raises:
            StorageError: it cannot be started, or what it says cannot be kept.
        """
        if self._is_running:
            return
        night = Night.begin(wish)
        try:
            with night.words.open("rb") as words, night.lines.open("wb") as lines, night.errors.open("wb") as errors:
                self._process = subprocess.Popen(  # its end is looked for by the timer
                    list(command),
                    stdin=words,
                    stdout=lines,
                    stderr=errors,
                    cwd=programs.start_folder("bloodview"),
                    start_new_session=True,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
        except OSError as error:
            night.clear()
            raise StorageError(
                tr("The analysis overnight cannot be started: {why}.", why=error.strerror or error), path=command[0]
            ) from error
        self._follow(night)

    def find(self) -> Night | None:
        """Follow one that an earlier window left running, or that ended since untold; None if there is none.

        What it told so far is heard with the next look.
        """
        if self._is_running or (night := overnight.found()) is None:
            return None
        self._process = None
        self._follow(night)
        return night

    def stop(self) -> None:
        """Ask it to stop; what it did is kept, and it goes on there when it is started again."""
        if self.night is not None and self._is_running:
            self.night.ask_to_stop()

    def forget(self) -> None:
        """One that ended is of no more interest."""
        if self.night is not None and not self._is_running:
            self.night.clear()
            self.night = None

    def close(self) -> None:
        """Hear it no longer; unless it was asked to stop it goes on alone."""
        self._timer.stop()
        self._is_running, self._process = False, None

    def look(self) -> None:
        """Hear what is new."""
        night, process = self.night, self._process
        if night is None or not self._is_running:
            return
        is_alive = process.poll() is None if process else night.is_alive  # first: its last lines come before its end
        for said in night.new_lines():
            self.heard.emit(said)
        if not is_alive and self._is_running:
            self.close()
            text, status = night.last_words(), process.returncode if process else UNKNOWN
            if text and status:
                log.info("the batch said: %s", text)
            self.ended.emit(status, text)

    def _follow(self, night: Night) -> None:
        self.night, self._is_running = night, True
        self._timer.start()
