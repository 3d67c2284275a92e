"""A lock between processes, by a file that the operating system unlocks when its holder ends, however it ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bloodview.core.errors import StorageError

if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(stream: BinaryIO, *, wait: bool) -> None:
        while True:
            try:
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    raise
                time.sleep(0.1)
            else:
                return
else:
    import fcntl

    def _lock(stream: BinaryIO, *, wait: bool) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


@contextmanager
def locked(file: Path, *, busy: str = "") -> Iterator[None]:
    """Hold the lock; the file stays behind, empty.

    Args:
        file: the lock's place; folders above are made.
        busy: what to say if another process holds it; "" = wait until it is free.

    Raises:
        StorageError: if the file cannot be made, or with `busy` as its text.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        stream = file.open("ab")
    except OSError as error:
        raise StorageError(f"cannot be written: {error.strerror}", path=file) from error
    with stream:
        try:
            _lock(stream, wait=not busy)
        except OSError as error:
            raise StorageError(busy or f"cannot be locked: {error.strerror}", path=file.parent) from error
        yield
