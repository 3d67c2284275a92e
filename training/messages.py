"""What the trainer's modules log becomes events, warnings also lines on standard error; counts skipped pictures."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bloodview.core.training_run import Event
from training.processes import is_first
from training.progress import Emit


class Messages(logging.Handler):
    """Tells records on.

    Args:
        tell: hears them as events.
    """

    def __init__(self, tell: Emit) -> None:
        super().__init__(logging.INFO)
        self._tell = tell
        self.skipped_pictures: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        if picture := getattr(record, "skipped_picture", None):
            if picture in self.skipped_pictures:
                return
            self.skipped_pictures.add(picture)
        self._tell(Event("message", {"text": record.getMessage()}))
        if record.levelno >= logging.WARNING and is_first():
            sys.stderr.write(f"{record.getMessage()}\n")


@contextmanager
def told(tell: Emit) -> Iterator[Messages]:
    """While the block runs, what the trainer's modules log is told on."""
    log, messages = logging.getLogger("training"), Messages(tell)
    before = log.level, log.propagate
    log.addHandler(messages)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield messages
    finally:
        log.removeHandler(messages)
        log.setLevel(before[0])
        log.propagate = before[1]
