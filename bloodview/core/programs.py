"""The parts of this program as processes of their own: the words that start each, in a checkout and in a bundle."""

import importlib.util
import sys
from pathlib import Path

APP, TRAINER = "bloodview", "bloodview-trainer"
"""Executables of a bundle, without the suffix that Windows adds."""


def is_bundled() -> bool:
    """Whether this is a bundle, which brings its Python along."""
    return bool(getattr(sys, "frozen", False))


def command(module: str, executable: str) -> list[str]:
    """The words that start a part: of a bundle its own executable beside this one, else the module of this Python."""
    if is_bundled():
        here = Path(sys.executable)
        return [str(here.with_name(executable + here.suffix))]
    return [sys.executable, "-m", module]


def start_folder(module: str) -> Path | None:
    """Where the process of a module must start so that it finds its code; None if that does not matter."""
    found = None if is_bundled() else importlib.util.find_spec(module)
    return Path(found.origin).parent.parent if found is not None and found.origin else None
