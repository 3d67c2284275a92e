"""The chain over the journal: each entry is sealed with a hash over itself, its before-images and the seal before it.

Whoever changes, adds or takes away a row of the journal from outside breaks the chain, and `verify` says where. It
notices; it cannot prevent: who can write the file can also seal it anew, which is why a report carries the last seal.
"""

import hashlib
import sqlite3
from dataclasses import dataclass

from bloodview.review import rows

_LINE = ("id", "at", "kind", "title", "command", "edit_count", "who")
_EXACT = "typeof({0}) || ':' || hex(CAST({0} AS BLOB))"
"""A value with its type, byte for byte, whatever it is: a damaged text must be told, not stumble over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the chain.

    Args:
        entries: how many there are.
        head: seal of the last one; "" for an empty journal.
        problem: what is wrong, in a sentence; "" if nothing is.
        entry: the first one that is amiss; None if none is, or one is missing.
        remarks: what is no proof of a change but worth knowing.
    """

    entries: int
    head: str
    problem: str = ""
    entry: int | None = None
    remarks: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.problem


def append(connection: sqlite3.Connection, entry: int) -> None:
    """Seal an entry that is complete, within its transaction."""
    seal = _sealed(connection, entry, head(connection))
    connection.execute("INSERT INTO seal (entry, hash) VALUES (?, ?)", (entry, seal))


def head(connection: sqlite3.Connection) -> str:
    """The latest seal, as far as it can be read; "" for an empty journal."""
    last = connection.execute("SELECT CAST(hash AS BLOB) FROM seal ORDER BY entry DESC LIMIT 1").fetchone()
    return rows.words(last[0]) if last else ""


def seal_all(connection: sqlite3.Connection) -> None:
    """Seal what has no seal yet: the entries of a case made before there was a chain, when it is converted."""
    query = "SELECT id FROM journal WHERE id > coalesce((SELECT max(entry) FROM seal), 0) ORDER BY id"
    for (entry,) in connection.execute(query).fetchall():
        append(connection, entry)


def verify(connection: sqlite3.Connection) -> Verdict:
    """Follow the chain from the first entry."""
    ids = [id_ for (id_,) in connection.execute("SELECT id FROM journal ORDER BY id")]
    seals = dict(connection.execute("SELECT entry, CAST(hash AS BLOB) FROM seal ORDER BY entry"))
    problem, at = _first_break(connection, ids, seals)
    return Verdict(len(ids), head(connection), problem, at, remarks(connection))


def state_of(connection: sqlite3.Connection) -> str:
    """A hash over everything that a signature stands for: cells with place, class and standing; readings; grades."""
    digest = hashlib.sha256()
    for row in connection.execute(
        "SELECT id, slide_id, kind, status, label, coalesce(px0, x0), coalesce(py0, y0), coalesce(px1, x1),"
        " coalesce(py1, y1) FROM cell WHERE visible ORDER BY id"
    ):
        digest.update(repr(row).encode())
    for row in connection.execute("SELECT cell, who, label, status, agreed FROM reading WHERE live ORDER BY id"):
        digest.update(repr(row).encode())
    for row in connection.execute("SELECT name, figures, is_percent, total FROM analyser WHERE live ORDER BY id"):
        digest.update(repr(row).encode())
    for row in connection.execute("SELECT finding, grade, text FROM grade WHERE live ORDER BY finding"):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _first_break(connection: sqlite3.Connection, ids: list[int], seals: dict[int, bytes]) -> tuple[str, int | None]:
    previous = ""
    for expected, entry in enumerate(ids, 1):
        if entry != expected:
            return f"Entry {expected} is missing.", None
        if entry not in seals:
            return f"Entry {entry} was added from outside: it has no seal.", entry
        previous = _sealed(connection, entry, previous)
        if previous.encode() != seals[entry]:
            return f"Entry {entry}, or its seal, was changed from outside.", entry
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    last = found[0] if found else 0
    if not isinstance(last, int) or last != len(ids) or len(seals) != len(ids):
        return f"Entry {len(ids) + 1} is missing.", None
    stray = connection.execute("SELECT min(entry) FROM image WHERE entry NOT IN (SELECT id FROM journal)").fetchone()
    if stray[0] is not None:
        return "Former values were added from outside: they belong to no entry.", None
    signed = connection.execute("SELECT state FROM signature WHERE live ORDER BY id DESC LIMIT 1").fetchone()
    if signed and signed[0] and signed[0] != state_of(connection):
        return "Cells or grades were changed from outside after the case was signed.", None
    return "", None


def _sealed(connection: sqlite3.Connection, entry: int, previous: str) -> str:
    columns = ", ".join(_EXACT.format(name) for name in _LINE)
    digest = hashlib.sha256(previous.encode())
    for line in connection.execute(f"SELECT {columns} FROM journal WHERE id = ?", (entry,)):
        digest.update("\n".join(line).encode())
    columns = ", ".join(_EXACT.format(name) for name in ("tbl", "row", "before"))
    for image in connection.execute(f"SELECT {columns} FROM image WHERE entry = ? ORDER BY tbl, row", (entry,)):
        digest.update(b"\n\n" + "\n".join(image).encode())
    return digest.hexdigest()


def remarks(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Moments that run backwards: the computer's clock was set back, or not."""
    query = (
        "SELECT count(*), min(id) FROM (SELECT id, CAST(at AS BLOB) AS at, lag(CAST(at AS BLOB)) OVER (ORDER BY id) AS"
        " before FROM journal) WHERE at < before"
    )
    number, first = connection.execute(query).fetchone()
    if not number:
        return ()
    what = "entry is dated before the one it follows" if number == 1 else "entries are dated before those they follow"
    return (f"The clock was set back: {number} {what}, first entry {first}.",)
