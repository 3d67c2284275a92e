"""A batch that outlives the window which started it: what was asked of it, what it told, whether it is at work still.

A folder each, below the user's data. The batch writes its lines and errors there and reads words from there, so that
any window, also one that was started later, can follow and stop it.
"""

import importlib
import json
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from bloodview.core import paths
from bloodview.core.errors import StorageError

STOP_WORD = b"stop"
"""Among the words: end, and keep what is done."""
_WISH, _TOLD = "wish.json", "told"
_START_S = 60
"""How long a batch may take to tell its first line, which says which process it is."""
_SAME_S = 5
"""How far the start of a process, as the system tells it, may move when the clock is set."""
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a batch was asked.

    Args:
        given: slides and folders.
        cases: where the cases are put, and the table.
        workers: slides at once; 0 = as the machine allows.
    """

    given: tuple[Path, ...]
    cases: Path
    workers: int = 0


class Night:
    """One batch and its folder."""

    def __init__(self, folder: Path, wish: Wish) -> None:
        self.folder, self.wish = folder, wish
        self._read = 0

    @classmethod
    def begin(cls, wish: Wish) -> "Night":
        """Make the folder of a batch that is about to start; those of former ones that are through go.

        Raises:
            StorageError: it cannot be made.
        """
        base = _base()
        try:
            base.mkdir(parents=True, exist_ok=True)
            made = cls(Path(tempfile.mkdtemp(dir=base)), wish)
            for file in (made.lines, made.errors, made.words):
                file.touch()
            said = {"given": [str(p) for p in wish.given], "cases": str(wish.cases), "workers": wish.workers}
            (made.folder / _WISH).write_text(json.dumps(said), encoding="utf-8")
        except OSError as error:
            raise StorageError(f"cannot be written: {error.strerror}.", path=base) from error
        for former in _all():
            if former.folder != made.folder and not former.is_alive:
                former.clear()
        return made

    @property
    def lines(self) -> Path:
        """What it tells."""
        return self.folder / "lines.jsonl"

    @property
    def errors(self) -> Path:
        """What it says to persons."""
        return self.folder / "errors.txt"

    @property
    def words(self) -> Path:
        """What it is told: its standard input."""
        return self.folder / "words.txt"

    @property
    def is_alive(self) -> bool:
        """Whether the very process that began it is at work, or may be about to; another of its id does not count."""
        try:
            with self.lines.open("rb") as file:
                first = json.loads(file.readline())
            pid, started = int(first["pid"]), float(first["started"])
        except (OSError, ValueError, LookupError, TypeError):
            with suppress(OSError):
                return 0 <= time.time() - (self.folder / _WISH).stat().st_mtime < _START_S
            return False
        return _runs(pid, started)

    @property
    def is_told(self) -> bool:
        """Whether a window has told a person how it ended."""
        return (self.folder / _TOLD).exists()

    def mark_told(self) -> None:
        """A person knows how it ended."""
        with suppress(OSError):
            (self.folder / _TOLD).touch()

    def ask_to_stop(self) -> None:
        """Have it end; what is done is kept."""
        with suppress(OSError), self.words.open("ab") as file:
            file.write(STOP_WORD + b"\n")

    def new_lines(self) -> list[dict[str, Any]]:
        """What it told since the last time, whole lines."""
        try:
            with self.lines.open("rb") as file:
                file.seek(self._read)
                whole = file.read()
        except OSError:
            return []
        whole = whole[: whole.rfind(b"\n") + 1]
        self._read += len(whole)
        said = []
        for line in whole.splitlines():
            with suppress(ValueError):
                said.append(json.loads(line))
        return [line for line in said if isinstance(line, dict)]

    def last_words(self) -> str:
        """The last of what it said to persons."""
        try:
            return self.errors.read_bytes()[-_TAIL:].decode("utf-8", "replace").strip()
        except OSError:
            return ""

    def clear(self) -> None:
        """Forget it; cases and table stay where they are."""
        shutil.rmtree(self.folder, ignore_errors=True)


def found() -> Night | None:
    """A batch that is at work, or else one that ended and nobody was told; the latest, None if there is none."""
    nights = _all()
    alive = next((night for night in nights if night.is_alive), None)
    return alive or next((night for night in nights if not night.is_told), None)


def process_here() -> Mapping[str, float]:
    """Which process this is, told so that `is_alive` knows it again."""
    here = _psutil().Process()
    return {"pid": here.pid, "started": here.create_time()}


def _all() -> Sequence[Night]:
    """Every batch there is a folder of, the latest first; what is none is passed over."""
    nights = []
    try:
        folders = sorted((f for f in _base().iterdir() if f.is_dir()), key=_age)
    except OSError:
        return ()
    for folder in folders:
        try:
            said = json.loads((folder / _WISH).read_text(encoding="utf-8"))
            wish = Wish(tuple(Path(p) for p in said["given"]), Path(said["cases"]), int(said["workers"]))
        except (OSError, ValueError, LookupError, TypeError):
            continue
        nights.append(Night(folder, wish))
    return nights


def _age(folder: Path) -> float:
    try:
        return -(folder / _WISH).stat().st_mtime
    except OSError:
        return 0.0


def _runs(pid: int, started: float) -> bool:
    psutil = _psutil()
    try:
        process = psutil.Process(pid)
        near = abs(process.create_time() - started) < _SAME_S
        return bool(near and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError, OverflowError):
        return False


def _psutil() -> ModuleType:
    """By name, for it carries no types."""
    return importlib.import_module("psutil")


def _base() -> Path:
    return paths.user_data() / "overnight"
