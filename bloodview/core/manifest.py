"""The manifest of a set of files: read with its version, its files inside its folder, each compared by checksum."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from bloodview.core.errors import UnreadableFileError

_MOST_BYTES = 2**30
"""Of the manifest, which is read as a whole."""


def content(path: Path, form: str) -> dict[str, Any]:
    """What a manifest of this form, such as "bloodview-trainset/1", holds.

    Raises:
        UnreadableFileError: it is too large, or of another version.
        OSError, ValueError: it cannot be read, or is no manifest of this kind.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise UnreadableFileError("is too large to be a manifest.", path=path, hint="Export it in parts.")
    found = json.loads(path.read_text(encoding="utf-8"))
    kind = form.rpartition("/")[0]
    if not isinstance(found, dict) or not str(found.get("format", "")).startswith(f"{kind}/"):
        raise ValueError("it is no manifest")
    if found["format"] != form:
        raise UnreadableFileError(
            f"is of the form {found['format']!r}; this program reads {form!r}.", path=path, hint="Update BloodView."
        )
    return found


def check_names(files: Iterable[str], tops: tuple[str, ...]) -> None:
    """A path of a stranger's manifest never leads out of its folder, and none stands twice.

    Raises:
        ValueError: naming the file.
    """
    seen: set[str] = set()
    for file in files:
        path = PurePosixPath(file)
        if path.parts[:1] not in [(top,) for top in tops] or ".." in path.parts or "\\" in file:
            raise ValueError(f"{file!r} lies outside it")
        if file in seen:
            raise ValueError(f"{file} stands twice")
        seen.add(file)


def check_links(folder: Path, files: Iterable[str]) -> None:
    """A link in a stranger's folder never leads out of it.

    Raises:
        ValueError: naming the file.
    """
    root = folder.resolve()
    places: set[Path] = set()
    for file in files:
        path = folder / file
        if path.is_symlink():
            raise ValueError(f"{file!r} is a link and may lie outside it")
        if path.parent not in places and not path.parent.resolve().is_relative_to(root):
            raise ValueError(f"{file!r} lies outside it")
        places.add(path.parent)


def compare(folder: Path, sums: Iterable[tuple[str, str]], tops: tuple[str, ...]) -> None:
    """Compare files with their sha256, and see that no other file lies below these folders.

    Raises:
        UnreadableFileError: one is missing, was changed, or is not in the manifest.
    """
    listed: set[Path] = set()
    for file, sha256 in sums:
        path = folder / file
        try:
            found = path.read_bytes()
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from error
        if hashlib.sha256(found).hexdigest() != sha256:
            raise UnreadableFileError("is not what the manifest says.", path=path, hint="Export the set again.")
        listed.add(path)
    every = [p for top in tops for p in sorted(folder.glob(f"{top}/**/*"))]
    if stray := [p for p in every if p.is_file() and p not in listed]:
        raise UnreadableFileError("is not in the manifest.", path=stray[0], hint="Export the set again.")
