"""Opening the SQLite file of a case: one owner at a time, every commit on the disk, errors in words.

The lock is SQLite's own (`locking_mode=EXCLUSIVE`): the system frees it when the process ends, however it ends. Never
open a case's file by other means while a Case holds it: POSIX drops a process's locks on *any* close of the file.
"""

import errno
import os
import shutil
import sqlite3
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bloodview.core.errors import CaseInUseError, DamagedCaseError, StorageError, UserError
from bloodview.core.files import write_whole
from bloodview.core.taxonomy import Taxonomy
from bloodview.review import chain, schema, soundness

_BUSY_S = 1.0
"""How long to wait for another owner that is just closing."""

_COPY_TRIES, _COPY_WAIT_S = 10, 0.1
"""How often a case that another program is writing is copied again, and how long is waited between."""

_HELD: set[tuple[int, int]] = set()
"""The files that this process has open: copying one of them would drop its lock, see above."""

_LONGEST_VALUE, _LONGEST_NAME = 256 * 2**20, 80
"""Bytes of one value of a row, far more than an edit of a million cells; letters of a stranger's name that are told."""

_LOGS = ("-wal", "-journal")
"""Endings of the files beside a case that a kill left; SQLite mends the case by them."""

_OTHER = "Check the name and its spelling."

_NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "lustre", "gpfs"))
"""File systems, as Linux names them, whose locks and memory maps do not carry a write-ahead log."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say of a disk, a lock or a damage into an error that names the case."""
    try:
        yield
    except sqlite3.Error as error:
        known = _explained(error, path)
        if known is None:
            raise
        raise known from error
    except UnicodeDecodeError as error:  # a damaged name within SQLite's own message
        raise _damaged(path, "its tables have no readable names") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError(
            f"could not be used: {reason}.", path=path, hint="Check the disk and your rights."
        ) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """As `told`, for turning rows into values: what fits no value was damaged on the disk."""
    with told(path):
        try:
            yield
        except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError, struct.error) as error:
            raise _damaged(path, str(error)) from error


def _damaged(path: Path, why: str) -> DamagedCaseError:
    return DamagedCaseError(f"is damaged ({why}).", path=path, hint="Go back to a copy. The file was not changed.")


def _explained(error: sqlite3.Error, path: Path) -> UserError | None:
    """The error for people, or None for a bug."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = str(error)
    if code == sqlite3.SQLITE_FULL:
        return StorageError("the disk is full; the last step was not saved.", path=path, hint="Free some space.")
    if code == sqlite3.SQLITE_READONLY:
        return StorageError("the file or its folder cannot be written; the last step was not saved.", path=path)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return StorageError(f"the disk does not answer as it should ({text}); the last step was not saved.", path=path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CaseInUseError("is open in another window or program.", path=path, hint="Close it there first.")
    if code == sqlite3.SQLITE_NOTADB:
        return DamagedCaseError("is no case file.", path=path, hint=_OTHER)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_TOOBIG) or text.startswith(
        ("no such table", "no such column", "Could not decode", "malformed JSON", "JSON cannot hold")
    ):
        return _damaged(path, text)
    return None


class Database:
    """An open case file with its connection.

    Args:
        read_only: the file or its folder cannot be written, or another program has it; reading works, edits are
            refused.
        note: what a person should know of how the file is kept; "" if all is as usual.
        copy: the folder of the copy that is read in its stead, removed in the end; None if there is none.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        *,
        read_only: bool,
        note: str,
        copy: tempfile.TemporaryDirectory[str] | None = None,
    ) -> None:
        self.path, self.connection, self.read_only, self.note = path, connection, read_only, note
        self._copy = copy
        self._held = None if copy else _identity(path)
        if self._held:
            _HELD.add(self._held)

    def close(self) -> None:
        """Let go of the file; the write-ahead log goes into it and disappears."""
        self.connection.close()
        if self._held:
            _HELD.discard(self._held)
        if self._copy:
            self._copy.cleanup()

    @contextmanager
    def transaction(self, *, waits_for_disk: bool = True) -> Iterator[sqlite3.Connection]:
        """All of the block's changes reach the disk before this ends, or none does.

        Without waiting, the latest transactions can be lost whole when the power fails, but not by a crash or a kill.
        """
        if self.read_only:
            if self._copy:
                raise CaseInUseError(
                    "is open in another window or program and can only be read here.",
                    path=self.path,
                    hint="Close it there, then open it here again.",
                )
            raise StorageError(
                "cannot be written, so nothing can be changed.", path=self.path, hint="Copy it to a folder of yours."
            )
        connection = self.connection
        with told(self.path):
            try:
                if not waits_for_disk:
                    connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                if not waits_for_disk:
                    connection.execute("PRAGMA synchronous=FULL")


def create(path: Path, taxonomy: Taxonomy) -> None:
    """Make an empty case file with these classes, whole or not at all.

    Raises:
        StorageError: something lies there already, or the place cannot be written.
    """
    with told(path):
        is_there = path.exists()
    if is_there:
        raise StorageError("is already there.", path=path, hint="Open it, or choose another name.")
    with write_whole(path) as beside, told(path):
        connection = sqlite3.connect(beside, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=OFF")  # write_whole brings it to the disk
            _migrate(connection, 0)
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO class (live, class_id, title, parent, key, color, mark) VALUES (1, ?, ?, ?, ?, ?, ?)",
                ((c.id, c.title, c.parent, c.key, c.color, c.mark) for c in taxonomy.classes),
            )
            connection.execute("COMMIT")
        finally:
            connection.close()


def is_whole(path: Path) -> bool:
    """Whether a closed case that nobody has open is whole; False too if that cannot be told here. For any thread.

    It takes a second for a million cells, which `open_database` then need not spend.
    """
    try:
        if not path.is_file() or _identity(path) in _HELD or any(path.with_name(path.name + e).exists() for e in _LOGS):
            return False
        # Without `immutable` an empty log would be left beside it.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            _prepare(connection)
            _checked_version(connection, path, was_closed=True)
        finally:
            connection.close()
    except (sqlite3.Error, OSError, UserError):  # opening it will tell
        return False
    return True


def open_database(path: Path, *, or_read: bool = False, is_known_whole: bool = False) -> Database:
    """Open a case file, check it, bring it to the present format (a copy is made first), and keep others out.

    Args:
        path: the file.
        or_read: read it as it is now, from a copy, if another program has it open.
        is_known_whole: `is_whole` has said so just now.

    Raises:
        DamagedCaseError: no case, damaged, or made by a newer version; the file stays as it is.
        CaseInUseError: another program has it open, or this one has.
        StorageError: it is not there, or the disk fails.
    """
    with told(path):
        if not path.is_file():
            what = "is a folder, not a case." if path.exists() else "there is no such case."
            raise StorageError(what, path=path, hint=_OTHER)
        try:
            return _opened(path, is_known_whole=is_known_whole)
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if or_read and code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and _identity(path) not in _HELD:
                return _opened_as_copy(path)
            if code not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
            return _opened_to_read(path)


def _opened(path: Path, *, is_known_whole: bool = False) -> Database:
    if not (os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)):
        if not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return _opened_to_read(path)
    was_closed = not any(path.with_name(path.name + end).exists() for end in _LOGS)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_S, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        _prepare(connection)
        version = _checked_version(connection, path, was_closed=was_closed, is_known_whole=is_known_whole)
        wanted = "delete" if _on_network(path) else "wal"
        mode = connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0]
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")  # macOS: fsync alone leaves data in the drive's cache
        connection.execute("PRAGMA journal_size_limit=67108864")
        if version < schema.VERSION:
            _back_up(connection, path, version)
            _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    note = "" if mode == "wal" else "The case lies on a network share: each edit is as safe as elsewhere, but slower."
    return Database(path, connection, read_only=False, note=note)


def _opened_to_read(path: Path) -> Database:
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise StorageError(
            "was not closed properly, and its folder cannot be written.",
            path=path,
            hint=f"Copy it together with {log.name} to a folder of yours and open it there.",
        )
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"  # never looks for a log, so it needs no writable folder
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        _prepare(connection)
        if _checked_version(connection, path, was_closed=True) < schema.VERSION:
            raise StorageError(
                "was made by an older version and must be converted, but cannot be written.",
                path=path,
                hint="Copy it to a folder of yours and open it there.",
            )
    except BaseException:
        connection.close()
        raise
    return Database(path, connection, read_only=True, note="The case cannot be written: it is open for reading only.")


def _opened_as_copy(path: Path) -> Database:
    """Read a case that another program has open, as it is now, from a copy of it and its write-ahead log.

    A copy is taken again if the other program moved its log into the case meanwhile. A log that only grew is no harm:
    what was not finished is no whole frame, and SQLite passes it over.
    """
    folder = tempfile.TemporaryDirectory(prefix="bloodview-", ignore_cleanup_errors=True)
    try:
        copy = Path(folder.name) / path.name
        for _ in range(_COPY_TRIES):
            before = _stand(path)
            for end in ("", "-wal"):
                source = path.with_name(path.name + end)
                if source.exists():
                    shutil.copyfile(source, copy.with_name(copy.name + end))
            if _stand(path) == before:
                break
            time.sleep(_COPY_WAIT_S)
        else:
            raise CaseInUseError("is being written by another program.", path=path, hint="Try again in a moment.")
        connection = sqlite3.connect(copy, timeout=_BUSY_S, isolation_level=None)
        try:
            _prepare(connection)
            if _checked_version(connection, copy, was_closed=False) < schema.VERSION:
                raise CaseInUseError("is open in an older version of BloodView.", path=path, hint="Close it there.")
            connection.execute("PRAGMA query_only=ON")
        except BaseException:
            connection.close()
            raise
    except BaseException:
        folder.cleanup()
        raise
    note = (
        f"The case is open in another window or program: this is how it stood at {datetime.now():%H:%M:%S}, for "
        "reading only."
    )
    return Database(path, connection, read_only=True, note=note, copy=folder)


def _stand(path: Path) -> tuple[int, int]:
    """Size and time of a case, without its log."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _identity(path: Path) -> tuple[int, int]:
    """What a file is, under whatever name."""
    found = path.stat()
    return found.st_dev, found.st_ino


def _prepare(connection: sqlite3.Connection) -> None:
    """Settings that change nothing in the file; a case may come from a stranger."""
    for pragma in ("trusted_schema=OFF", "foreign_keys=ON", "cache_size=-65536", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)


def _checked_version(
    connection: sqlite3.Connection, path: Path, *, was_closed: bool, is_known_whole: bool = False
) -> int:
    """The file's format, once it is known to be a whole case of a format that this program reads."""
    application, version = (connection.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version"))
    if application != schema.APPLICATION_ID or version < 1:
        raise DamagedCaseError("is no case file.", path=path, hint=_OTHER)
    if version > schema.VERSION:
        raise DamagedCaseError(
            f"was made by a newer version of BloodView (format {version}; this one reads up to {schema.VERSION}).",
            path=path,
            hint="Update BloodView. The file was not changed.",
        )
    page_size = connection.execute("PRAGMA page_size").fetchone()[0]
    if was_closed and path.stat().st_size % page_size:
        raise _damaged(path, "its end is missing")  # SQLite takes a cut last page for one full of zeros
    _check_objects(connection, path, version)  # first: the next line computes what the file tells it to
    if is_known_whole:
        return int(version)
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _damaged(path, verdict.splitlines()[-1])
    if connection.execute("SELECT 1 FROM cell WHERE slide_id NOT IN (SELECT id FROM slide) LIMIT 1").fetchone():
        raise _damaged(path, "it has cells of a slide that it lacks")
    if flaw := soundness.flaw(connection):
        raise _damaged(path, flaw)
    return int(version)


def _check_objects(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Refuse a file that lacks a table, or holds what would act on its own, such as a stranger's trigger."""
    wanted, found = schema.objects(version), schema.objects_of(connection)
    if missing := sorted(name for kind, name in wanted.keys() - found.keys()):
        raise _damaged(path, f"it lacks {', '.join(missing)}")
    if foreign := sorted(wanted.items() ^ found.items()):
        (kind, name), _ = foreign[0]
        raise _damaged(path, f"its {kind} {name[:_LONGEST_NAME]!r} is no part of a case")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Take all steps from `version` on, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in schema.MIGRATIONS[version:]:
            for statement in step:
                connection.execute(statement)
        chain.seal_all(connection)
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={schema.VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Copy the case before it is converted; an earlier copy is never written over."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")
    copy = path.with_name(f"{path.stem}.format{version}-{stamp}{path.suffix}")
    with write_whole(copy) as beside:
        target = sqlite3.connect(beside)
        try:
            connection.backup(target)
        finally:
            target.close()


def _on_network(path: Path) -> bool:
    """Whether the file lies on a network share, as far as the system tells."""
    if sys.platform == "win32":
        import ctypes

        drive = path.absolute().drive
        return drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == 4
    mounts = Path("/proc/self/mounts")
    if not mounts.is_file():
        return False
    place, best, kind = str(path.resolve()), "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, folder, system, *_ = line.split(" ")
        folder = folder.replace("\\040", " ")
        if len(folder) >= len(best) and (place == folder or place.startswith(folder.rstrip("/") + "/")):
            best, kind = folder, system
    return kind in _NETWORK
