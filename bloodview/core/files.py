"""Writing a file or folder whole or not at all: written beside its place under another name, then renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bloodview.core.errors import StorageError


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give the path of a file to write; when the block ends well it takes the place of `path`, else nothing is left.

    The file given has the ending of `path`, because many writers choose their format by it. Missing folders above
    are made.

    Raises:
        StorageError: the disk is full, read-only or gone, or the place is a folder. What else goes wrong in the
            block passes through, also with other files.
    """
    with _storage_errors(path):
        if path.is_dir():
            raise StorageError("is a folder, not a file.", path=path, hint="Name a file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_prefix(path), suffix=path.suffix, dir=path.parent)
        os.close(handle)
        beside = Path(name)
        try:
            yield beside
            beside.chmod(_usual_mode())
            _flush(beside)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def write_folder_whole(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it takes the place of `path`, else nothing is left.

    Raises:
        StorageError: as `write_whole`, and when `path` is there already and is a file or a folder with content: what
            a person keeps there is never removed.
    """
    check_new_folder(path)
    with _storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=_prefix(path), dir=path.parent))
        try:
            yield beside
            beside.chmod(_usual_mode() | 0o111)
            if path.exists():
                path.rmdir()
            os.replace(beside, path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def check_place(path: Path) -> None:
    """Refuse a place where a file could not be written, before work is spent on it; writes nothing.

    Raises:
        StorageError: `path` is a folder, or the folder for it cannot be written or made.
    """
    with _storage_errors(path):
        if path.is_dir():
            raise StorageError("is a folder, not a file.", path=path, hint="Name a file.")
        _check_above(path)


def check_folder_place(path: Path) -> None:
    """As `check_place`, for a folder to write into, there already or not."""
    with _storage_errors(path):
        if path.is_dir():
            _check_writable(path)
        elif os.path.lexists(path):
            raise StorageError("is a file, not a folder.", path=path, hint="Name a folder.")
        else:
            _check_above(path)


def check_new_folder(path: Path) -> None:
    """As `check_place`, for a folder to make: there already only if empty."""
    with _storage_errors(path):
        if os.path.lexists(path) and (not path.is_dir() or any(path.iterdir())):
            raise StorageError("is already there and not empty.", path=path, hint="Name another folder.")
        _check_above(path)


def _check_above(path: Path) -> None:
    """The nearest folder that is there above `path` must take new files."""
    above = next((p for p in path.absolute().parents if p.exists()), path.absolute().parent)
    if not above.is_dir():
        raise NotADirectoryError(None, f"{above.name} is a file, not a folder")
    _check_writable(above)


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(None, "the folder cannot be written")


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors with `path` and what is written in its stead into one that names `path`."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not _belongs_to(Path(os.fsdecode(error.filename)), path):
            raise
        reason = error.strerror or str(error) or type(error).__name__
        raise StorageError(
            f"could not be written: {reason}.", path=path, hint="Check the disk's space and your rights to the folder."
        ) from error


def _prefix(path: Path) -> str:
    """How the name begins under which `path` is written; short, since a name may be as long as the system allows."""
    return f".{path.name[:40]}-"


def _belongs_to(other: Path, path: Path) -> bool:
    """Whether another path is `path`, above it, or what is written in its stead."""
    other, path = other.absolute(), path.absolute()  # tempfile names what it makes in full, a person often does not
    if other == path or other in path.parents:
        return True
    return any(p.parent == path.parent and p.name.startswith(_prefix(path)) for p in (other, *other.parents))


def _flush(path: Path) -> None:
    """Bring a file to the disk, so that the rename never outruns the content."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _usual_mode() -> int:
    """The mode a new file gets from the user's mask; mkstemp makes private ones."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
