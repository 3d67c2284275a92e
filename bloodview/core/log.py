"""One log for the whole program: a file that turns over by size, holds no names of files, and the text for a crash."""

import logging
import logging.handlers
import platform
import re
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

_CODE_LINE = re.compile(r'(File ")([^"\n]+)(", line \d+)')
_QUOTED = re.compile(r"""(['"])(?:(?!\1)[^\n])*(?:[\\/]|\.\w{2,8}(?=\1))(?:(?!\1)[^\n])*\1""")
_PLACE = re.compile(r"""(?<![\w.)<])(?:[A-Za-z]:[\\/]|\\\\|/)[^\n:'"]+""")
_NAME = re.compile(
    r"""[^\s'"\\/:]+\.(?:png|jpe?g|bmp|webp|tiff?|svs|ndpi|mrxs|scn|vms|bif|dcm|bvcase|bvclass|json|geojson|xml|txt"""
    r"""|csv|tsv|pdf|html|xlsx|npy|zip)\b""",
    re.IGNORECASE,
)


def discreet(text: str) -> str:
    """A text for the log without names of files and folders, which may tell whose smear it is; code keeps its place."""
    lines = text.split("\n")
    return "\n".join(_CODE_LINE.sub(_short, line) if _CODE_LINE.search(line) else _bare(line) for line in lines)


def _short(found: re.Match[str]) -> str:
    """A place in the code by the end of its path; what comes before it names the user's home."""
    end = "/".join(found[2].replace("\\", "/").split("/")[-3:])
    return f"{found[1]}{end}{found[3]}"


def _bare(line: str) -> str:
    return _NAME.sub("<file>", _PLACE.sub("<file>", _QUOTED.sub("<file>", line)))


def report_of(error: BaseException) -> str:
    """What somebody needs who is to mend an error: version, system, and where it happened; no names of files."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    head = f"BloodView {bloodview.__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{head}\n\n{discreet(trace)}"


class _Discreet(logging.Formatter):
    """Keeps names of files out of the log, those in the texts of errors too."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


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
    handler.setFormatter(_Discreet(_FORMAT))
    root.addHandler(handler)
    _log.info("BloodView %s, Python %s, %s", bloodview.__version__, platform.python_version(), platform.platform())
    return file


def stop() -> None:
    """Close the files that `start` opened and take its handlers away."""
    root = logging.getLogger("bloodview")
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()


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
