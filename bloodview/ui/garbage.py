"""When Python looks for cycles of dead objects: in small parts on the main thread, never in the middle of other work.

By itself the collector runs wherever objects are made and holds all threads meanwhile, a third of a second while the
models are loaded. It also kills widgets on a worker's thread if that is where it runs.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_BEAT_MS = 500
_MANY_YOUNG = 5_000
"""Objects made since the last look from which it is worth one."""
_MIDDLE_EVERY, _WHOLE_EVERY = 8, 600
"""Beats between looks at objects that survived, once and more often."""
_MODULES = 20
"""So many modules newly loaded stay for good with all they made, and are not looked at any more."""


class Collector(QObject):
    """In place of Python's own as long as it is `start`ed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._beats = self._modules = 0
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.timeout.connect(self.on_timer_timeout)

    def start(self) -> None:
        """From now on collect in parts."""
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer.start()
        self.on_timer_timeout()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def on_timer_timeout(self) -> None:
        """Look at what is young; from time to time at what is older."""
        if len(sys.modules) > self._modules + _MODULES:
            self._modules = len(sys.modules)
            gc.freeze()
        self._beats += 1
        if self._beats % _WHOLE_EVERY == 0:
            gc.collect()
        elif self._beats % _MIDDLE_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > _MANY_YOUNG:
            gc.collect(0)
