"""A model as one file to give away: card and weights with their checksums, checked before they are let in."""

import hashlib
import json
import stat
import zipfile
from pathlib import Path

import bloodview
from bloodview.core.errors import ModelError
from bloodview.core.files import write_folder_whole, write_whole
from bloodview.models.card import CARD_NAME, REPLAY_NAME, WEIGHTS_NAME, ModelCard, sha256_of

ENDING = ".bvmodel"
FORMAT = 1
"""Version of the archive; a newer one is refused."""
_MANIFEST = "manifest.json"
_MOST_BYTES = {_MANIFEST: 2**20, CARD_NAME: 16 * 2**20, WEIGHTS_NAME: 4 * 2**30, REPLAY_NAME: 2**28}
"""What each file may hold at most; there is no other."""
_OPTIONAL = frozenset({REPLAY_NAME})
_AT_ONCE = 2**20


def write(folder: Path, file: Path) -> ModelCard:
    """Write a model folder as one file, whole or not at all; its card.

    Raises:
        ModelError: the folder is not what its card says.
        StorageError: the file cannot be written.
    """
    card = ModelCard.read(folder)
    card.check_files(folder)
    names = card.files
    content = {
        "format": FORMAT,
        "bloodview": bloodview.__version__,
        "model": card.id,
        "files": {n: {"sha256": sha256_of(folder / n), "bytes": (folder / n).stat().st_size} for n in names},
    }
    with write_whole(file) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_MANIFEST, json.dumps(content, indent=1) + "\n")
        for name in names:
            archive.write(folder / name, name)
    return card


def read(file: Path, folder: Path) -> ModelCard:
    """Unpack such a file into a new or empty folder, whole or not at all; the card.

    Names that lead elsewhere, links, what unpacks to more than it says and what is not what its checksum says are
    refused before anything is in its place.

    Raises:
        ModelError: it is no such file, is damaged, or was made by a newer version.
        StorageError: the folder is there already and not empty, or cannot be written.
    """
    try:
        with zipfile.ZipFile(file) as archive, write_folder_whole(folder) as beside:
            members = _members(archive, file)
            told = _manifest(archive, members, file)
            for name, what in told.items():
                _unpack(archive, members[name], what, beside / name, file)
            card = ModelCard.read(beside)
            card.check_files(beside)
            return card
    except zipfile.BadZipFile as error:
        raise ModelError(f"is no model file: {error}.", path=file, hint=_AGAIN) from None
    except (OSError, RuntimeError, NotImplementedError, EOFError) as error:
        # zipfile says so of what is encrypted (RuntimeError), packed in a way it does not know, or cut off.
        raise ModelError(f"cannot be read: {error}.", path=file, hint=_AGAIN) from None


_AGAIN = "Ask for the file again."


def _members(archive: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name, none of them a link or too large."""
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename
        if name not in _MOST_BYTES or name in found:
            raise ModelError(f"holds {name!r}, which is no part of a model.", path=file, hint=_AGAIN)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise ModelError(f"holds {name!r} as a link or device.", path=file, hint=_AGAIN)
        if member.file_size > _MOST_BYTES[name]:
            raise ModelError(f"holds {name!r} of {member.file_size} bytes, too many.", path=file, hint=_AGAIN)
        found[name] = member
    if missing := sorted(set(_MOST_BYTES) - _OPTIONAL - set(found)):
        raise ModelError(f"lacks {missing[0]!r}.", path=file, hint=_AGAIN)
    return found


def _manifest(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: Path) -> dict[str, tuple[str, int]]:
    """(sha256, bytes) of each file beside the manifest."""
    with archive.open(members[_MANIFEST]) as stream:
        raw = stream.read(_MOST_BYTES[_MANIFEST] + 1)
    try:
        content = json.loads(raw.decode("utf-8"))
        if content["format"] > FORMAT:
            raise ModelError("was made by a newer BloodView.", path=file, hint="Update BloodView to import it.")
        files = content["files"]
        return {n: (str(files[n]["sha256"]), int(files[n]["bytes"])) for n in members if n != _MANIFEST}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"does not say what it holds: {error}.", path=file, hint=_AGAIN) from None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, told: tuple[str, int], place: Path, file: Path) -> None:
    """Write a member, no more of it than it says, and compare it with its checksum."""
    sha256, size = told
    digest, written = hashlib.sha256(), 0
    with archive.open(member) as stream, place.open("wb") as out:
        while block := stream.read(_AT_ONCE):
            written += len(block)
            if written > min(size, _MOST_BYTES[member.filename]):
                raise ModelError(f"{member.filename!r} unpacks to more than it says.", path=file, hint=_AGAIN)
            digest.update(block)
            out.write(block)
    if written != size or digest.hexdigest() != sha256:
        raise ModelError(f"{member.filename!r} is not what its checksum says.", path=file, hint=_AGAIN)
