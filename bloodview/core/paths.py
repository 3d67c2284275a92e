"""Where things lie: resources, user data, cache, logs; the same in a checkout, an installed wheel and a bundle."""

import sys
from pathlib import Path

_APP = "BloodView"
_PACKAGE = Path(__file__).resolve().parent.parent


def resources() -> Path:
    """The folder of what ships with the program: models, sample, icons, languages."""
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        return Path(bundle) / "resources"
    checkout = _PACKAGE.parent / "resources"
    in_checkout = checkout.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file()
    return checkout if in_checkout else _PACKAGE / "_resources"


def models() -> Path:
    """The models that ship with the program, one folder each."""
    return resources() / "models"


def sample() -> Path:
    """The bundled sample smear."""
    return resources() / "sample"


def guide() -> Path:
    """The user guide, a file a language."""
    return resources() / "guide"


def languages() -> Path:
    """The texts of the window in other languages."""
    return resources() / "languages"


def user_data() -> Path:
    """The folder of what the user made and would miss: settings, own models. Not created here."""
    return _user_folder("data")


def user_models() -> Path:
    """Models learned or installed by the user, one folder each."""
    return user_data() / "models"


def cache() -> Path:
    """The folder of what can be computed again."""
    return _user_folder("cache")


def logs() -> Path:
    """The folder of the log files."""
    return user_data() / "logs"


class _Place:
    """The folder that stands in for the user's own, set once by the composition root or by a test."""

    folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """Put everything of the user's under one folder instead of the system's places; None goes back to those."""
    _Place.folder = folder


def _user_folder(kind: str) -> Path:
    """The system's place for "data" or "cache" of this program."""
    if _Place.folder is not None:
        return _Place.folder / kind
    home = Path.home()
    if sys.platform == "win32":
        base = home / "AppData" / "Local" / _APP
        return base / "Cache" if kind == "cache" else base
    if sys.platform == "darwin":
        return home / "Library" / ("Caches" if kind == "cache" else "Application Support") / _APP
    return home / (".cache" if kind == "cache" else ".local/share") / _APP.lower()
