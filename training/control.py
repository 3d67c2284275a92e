"""What a person wishes of a running refinement, read off a file between two steps: wait, go on, stop."""

import time
from pathlib import Path

from bloodview.core.refinement import wished
from bloodview.core.training_run import Event
from training.progress import Emit

_LOOK_EVERY_S = 0.1


class StopError(Exception):
    """Raised where the work was asked to stop."""


class Control:
    """Asked by the work at every step.

    Args:
        folder: of the refinement.
        emit: hears of pauses.
    """

    def __init__(self, folder: Path, emit: Emit) -> None:
        self._folder, self._emit = folder, emit
        self._looked = 0.0
        self.waited_s = 0.0

    def attend(self) -> None:
        """Wait while it is paused.

        Raises:
            StopError: it was asked to stop.
        """
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY_S:
            return
        wish = wished(self._folder)
        if wish == "pause":
            self._emit(Event("paused", {}))
            while (wish := wished(self._folder)) == "pause":
                time.sleep(_LOOK_EVERY_S)
            self.waited_s += time.monotonic() - now
            if wish == "go":
                self._emit(Event("going", {}))
        if wish == "stop":
            raise StopError
        self._looked = time.monotonic()
