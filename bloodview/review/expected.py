"""Pictures that were given to a case and are not analysed yet, so that a window that closes does not lose them."""

import sqlite3
from pathlib import Path

from bloodview.review.commands import Changes, Expecting, ExpectPictures


def carry_out(command: Expecting, connection: sqlite3.Connection) -> Changes:
    """Write it; nothing that a report or a signature speaks of changes, so nobody need hear of it."""
    names = [(str(path),) for path in command.paths]
    if isinstance(command, ExpectPictures):
        connection.executemany("INSERT OR IGNORE INTO expected (path) VALUES (?)", names)
    else:
        connection.executemany("DELETE FROM expected WHERE path = ?", names)
    return Changes()


def paths(connection: sqlite3.Connection) -> tuple[Path, ...]:
    """Those that are still waited for, by name."""
    query = "SELECT path FROM expected WHERE path NOT IN (SELECT path FROM slide) ORDER BY path"
    return tuple(Path(name) for (name,) in connection.execute(query))
