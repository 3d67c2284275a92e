"""Notes in the log when the window stood still: a timer that comes late says for how long."""

import logging
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_log = logging.getLogger(__name__)
_BEAT_MS = 50
STALL_MS = 100
"""A window that does not answer for longer is noted."""
_ASLEEP_MS = 60_000
"""Longer is no stall: the computer slept."""


class Watchdog(QObject):
    """Beats on the main thread; needs no thread of its own, so it says when and how long, not where."""

    def __init__(self, latest_action: Callable[[], str], parent: QObject) -> None:
        """`latest_action` names what was asked for last."""
        super().__init__(parent)
        self._latest_action = latest_action
        self._beat = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.on_timer_timeout)

    def start(self) -> None:
        """Begin to watch."""
        self._beat = time.monotonic()
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    def on_timer_timeout(self) -> None:
        """Note how late the beat is."""
        now = time.monotonic()
        late_ms = 1000 * (now - self._beat) - _BEAT_MS
        self._beat = now
        if STALL_MS < late_ms < _ASLEEP_MS:
            _log.info("the window stood still for %.0f ms; latest action: %s", late_ms, self._latest_action() or "none")
