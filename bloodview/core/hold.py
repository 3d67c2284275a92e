"""A folder that one process at a time works in: a lock that the system lets go however the process ends."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bloodview.core.errors import UserError

_TAKEN = frozenset((errno.EACCES, errno.EAGAIN, errno.EDEADLK))


@contextmanager
def held(folder: Path, name: str, taken: str) -> Iterator[None]:
    """Work alone in a folder for as long as the block lasts.

    Where the file system knows no locks, or takes no more files, the block runs without one.

    Args:
        folder: is there already.
        name: of the lock's file, which stays.
        taken: what to say if another process works there.

    Raises:
        UserError: another process works there.
    """
    try:
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield
        return
    try:
        try:
            _lock(handle)
        except OSError as error:
            if error.errno in _TAKEN:
                raise UserError(
                    taken, path=folder, hint="Wait until it is done, stop it, or name another folder."
                ) from None
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
