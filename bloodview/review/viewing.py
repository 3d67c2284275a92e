"""How persons looked at the slides of a case: which parts they visited, which plane of a focus stack they chose."""

import sqlite3

from bloodview.review.commands import Changes, KeepVisited, Looking


def carry_out(command: Looking, connection: sqlite3.Connection) -> Changes:
    """Write it; it changes nothing that a report or a signature speaks of, so nobody need hear of it."""
    column, value = ("visited", command.marks) if isinstance(command, KeepVisited) else ("plane", command.plane)
    connection.execute(
        "INSERT OR IGNORE INTO viewing (content_hash, visited, plane) VALUES (?, x'', NULL)", (command.content_hash,)
    )
    connection.execute(f"UPDATE viewing SET {column} = ? WHERE content_hash = ?", (value, command.content_hash))
    return Changes()


def visited(content_hash: str, connection: sqlite3.Connection) -> bytes:
    """The marks last kept of a slide; empty if there are none."""
    found = connection.execute("SELECT visited FROM viewing WHERE content_hash = ?", (content_hash,)).fetchone()
    return bytes(found[0]) if found else b""


def planes(connection: sqlite3.Connection) -> dict[str, int]:
    """Content hash -> the plane that a person chose."""
    return dict(connection.execute("SELECT content_hash, plane FROM viewing WHERE plane IS NOT NULL"))
