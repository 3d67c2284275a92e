"""The manifest of a set of files: written, and read with its version, the files in its folder compared by checksum."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import write_folder_whole

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MOST_BYTES = 2**30
"""Of the manifest, which is read as a whole."""

Whole = TypeVar("Whole", bound="DataclassInstance")
"""What a folder holds."""
Member = TypeVar("Member")
"""What one of its files shows."""


def write(
    file: Path,
    form: str,
    members: Iterable[tuple[Member, Callable[[], bytes]]],
    placed: Callable[[Member, int, str], tuple[str, Member]],
    whole: Callable[[tuple[Member, ...]], Whole | None],
    lacking: str,
    *,
    indent: int | None = None,
) -> tuple[Whole, tuple[str, ...]]:
    """Write files and their manifest into a new folder, whole or not at all.

    Args:
        file: the manifest; its folder is made.
        form: such as "bloodview-trainset/1".
        members: each with what gives the content of its file; a UserError of that passes it over.
        placed: of a member, its place among those written and the sha256 of its file, the file's name and what the
            manifest shall say.
        whole: of all that were written, what the manifest holds; None if these are too few.
        lacking: what is said then.
        indent: of the manifest's lines.

    Returns:
        What was written, and one sentence for each reason for which members were passed over.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
        UserError: what could be written is too little.
    """
    written: list[Member] = []
    failed: dict[str, None] = {}
    with write_folder_whole(file.parent) as folder:
        for member, read_file in members:
            try:
                content = read_file()
            except UserError as error:
                failed[str(error)] = None
                continue
            name, kept = placed(member, len(written), hashlib.sha256(content).hexdigest())
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            written.append(kept)
        made = whole(tuple(written))
        if made is None:
            raise UserError(lacking, path=file.parent, hint=" ".join(failed))
        text = json.dumps({"format": form, **asdict(made)}, ensure_ascii=False, allow_nan=False, indent=indent)
        (folder / file.name).write_text(text, encoding="utf-8")
    return made, tuple(failed)


def read(
    file: Path,
    form: str,
    parsed: Callable[[dict[str, Any]], Whole],
    files: Callable[[Whole], Iterable[str]],
    tops: tuple[str, ...],
    again: str,
) -> Whole:
    """Read a manifest; what it lists is looked at by `compare`.

    Args:
        file: the manifest.
        form: such as "bloodview-trainset/1".
        parsed: of its content, what the folder holds; raises ValueError, KeyError or the like where that is damaged.
        files: what it lists.
        tops: the folders in which that may lie.
        again: what to do if it is damaged.

    Raises:
        UnreadableFileError: there is none, it is damaged, or was made by a newer version.
    """
    try:
        found = parsed(content(file, form))
        check_names(files(found), tops)
        check_links(file.parent, files(found))
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=file) from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnreadableFileError(f"is damaged ({error}).", path=file, hint=again) from error
    return found


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
