"""What a file is: its content's identity, and why it cannot be opened, in words."""

import hashlib
import stat
from pathlib import Path

from bloodview.core.errors import UnreadableFileError

_WHOLE_BYTES = 64 * 2**20
_SAMPLE_BYTES = 2**20
_SAMPLES = 24


def content_hash(path: Path) -> str:
    """sha256 of the content; of files above 64 MiB the sha256 of their length and 24 stretches of 1 MiB.

    Raises:
        UnreadableFileError: if the file cannot be read.
    """
    try:
        length = path.stat().st_size
        digest = hashlib.sha256()
        with path.open("rb") as file:
            if length <= _WHOLE_BYTES:
                while block := file.read(_SAMPLE_BYTES):
                    digest.update(block)
                return f"sha256:{digest.hexdigest()}"
            digest.update(str(length).encode())
            for i in range(_SAMPLES):
                file.seek(i * (length - _SAMPLE_BYTES) // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    except OSError as error:
        raise cannot_open(path, error) from error
    return f"sha256-sampled:{digest.hexdigest()}"


def is_stream(path: Path) -> bool:
    """Whether something is there that is no file: to open a pipe would wait for ever for who writes into it."""
    mode = path.stat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def check_name(path: Path) -> None:
    """Refuse a name that is no text, as old archives leave some: no table, case or report could hold it.

    Raises:
        UnreadableFileError: naming the file, with what is no text escaped.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        shown = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
        raise UnreadableFileError("The file's name is no text.", path=shown, hint="Rename it.") from error
    if "\0" in str(path):
        raise UnreadableFileError("The file's name is no text.", path=str(path).replace("\0", "\\0"), hint="Rename it.")


def cannot_open(path: Path, error: OSError) -> UnreadableFileError:
    """The message for a file that the system will not open."""
    if isinstance(error, FileNotFoundError):
        return UnreadableFileError("There is no such file.", path=path, hint="Check the name and whether it was moved.")
    if isinstance(error, PermissionError):
        return UnreadableFileError(
            "You may not read this file.", path=path, hint="Ask its owner for permission to read it, or copy it."
        )
    if isinstance(error, IsADirectoryError):
        return UnreadableFileError("This is a folder, not a picture.", path=path, hint="Open the files inside it.")
    reason = error.strerror or str(error)
    return UnreadableFileError(
        f"The file cannot be read: {reason}.", path=path, hint="Check the disk or the network drive, then try again."
    )
