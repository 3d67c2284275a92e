"""Whether the program ended in order last time: a lock that lasts as long as the window, and a mark after an error."""

import logging
from pathlib import Path

from PySide6.QtCore import QLockFile

_log = logging.getLogger(__name__)
_LOCK, _MARK = "window.lock", "ended-badly"


class LastSession:
    """The state of the window that was open before this one; of several windows at once the first one counts."""

    def __init__(self, folder: Path) -> None:
        """Look at what the window before has left in a folder, and begin anew there."""
        self.ended_badly = False
        """Whether the window before this one was killed, fell, or was left because of an error."""
        self._mark = folder / _MARK
        self._lock = QLockFile(str(folder / _LOCK))
        self._lock.setStaleLockTime(0)  # a lock is stale only if its program is no more
        try:
            folder.mkdir(parents=True, exist_ok=True)
            left = (folder / _LOCK).exists()
            if self._lock.tryLock(0):
                self.ended_badly = left or self._mark.exists()
                self._mark.unlink(missing_ok=True)
        except OSError as error:
            _log.info("the end of the window before is not known: %s", type(error).__name__)

    def end(self, *, badly: bool = False) -> None:
        """The window is closed; `badly` = because of an error, which the next one is to tell."""
        if not self._lock.isLocked():
            return
        if badly:
            try:
                self._mark.touch()
            except OSError as error:
                _log.info("the bad end could not be kept: %s", type(error).__name__)
        self._lock.unlock()
