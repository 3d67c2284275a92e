"""One log for the whole program: a file that turns over by size, and the text for a crash."""

import logging
import logging.handlers
import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import bloodview

_log = logging.getLogger(__name__)

_FORMAT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_KEPT_BYTES = 1_000_000
_KEPT_FILES = 3


def start(folder: Path | None, *, level: int = logging.INFO) -> Path | None:
    """Send the program's records to `folder/bloodview.log`; call it once, from `__main__`.

    A folder that cannot be written costs the log, never the start.

    Args:
        folder: made if missing; None = no file.
        level: from which records are kept.

    Returns:
        The log file, or None if there is none.
    """
    root = logging.getLogger("bloodview")
    root.setLevel(level)
    # Without a handler of its own, logging prints warnings on standard error, which belongs to messages for people.
    root.addHandler(logging.NullHandler())
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "bloodview.log"
        handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=_KEPT_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=False
        )
    except OSError:
        return None
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    _log.info("BloodView %s, Python %s, %s", bloodview.__version__, platform.python_version(), platform.platform())
    return file


def stop() -> None:
    """Close the files that `start` opened and take its handlers away."""
    root = logging.getLogger("bloodview")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()


CrashHook = Callable[[type[BaseException], BaseException, TracebackType | None], None]


def catch_crashes(tell: Callable[[str], None]) -> None:
    """Log whatever nobody caught, with its traceback, then `tell` a person one sentence about it.

    Ctrl+C is left to Python.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("uncaught:\n%s", "".join(traceback.format_exception(kind, error, trace)))
        tell(f"BloodView met an error it did not expect: {kind.__name__}: {error}")

    sys.excepthook = hook
