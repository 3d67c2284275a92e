"""Whether the rows of a case file hold what their tables say; SQLite itself takes any value in any column.

A program that wrote the file by other means, or a flipped bit, may leave bytes where a text stands, or an infinite
size. Reports, exports and views then need not look at each value.
"""

import sqlite3
from functools import cache

from bloodview.review import schema

_MOST = 1e15
"""No length, share or count is larger."""

_SOUND = {
    "INTEGER": f"{{0}} BETWEEN -{_MOST} AND {_MOST}",
    "REAL": f"{{0}} BETWEEN -{_MOST} AND {_MOST}",
    "TEXT": "{0} >= '' AND {0} < x''",
    "BLOB": "{0} >= x''",
}
"""SQLite orders values by their type first: numbers, texts, bytes. Asking for the type would take twice as long."""

_WORDS = {"journal": frozenset(("at", "kind", "title", "command", "who")), "image": {"before"}, "seal": {"hash"}}
"""Texts of the journal. They may be damaged: the rest of the case is read all the same, these are read as far as they
can be, and following the chain tells where they are amiss."""

_STRANGE_LABELS = (
    "SELECT 1 FROM (SELECT DISTINCT label FROM cell WHERE visible = 1) WHERE label <> '' AND label NOT IN"
    " (SELECT class_id FROM class WHERE live) AND label NOT IN"
    " (SELECT each.value FROM model, json_each(model.classes) AS each) LIMIT 1"
)
"""A class that a model knows may have gone while the machine's word for a cell lay below another: see `tree.read`."""


def flaw(connection: sqlite3.Connection) -> str:
    """The first thing that is amiss, such as "a slide has an impossible width"; "" if nothing is.

    A second or so for a million cells.
    """
    for table, columns in _columns(connection).items():
        whole = " AND ".join(f"({test})" for test in columns.values())
        if not connection.execute(f"SELECT 1 FROM {table} WHERE NOT ({whole}) LIMIT 1").fetchone():
            continue
        for column, test in columns.items():
            if connection.execute(f"SELECT 1 FROM {table} WHERE NOT ({test}) LIMIT 1").fetchone():
                return f"a {table} has an impossible {column}"
    if connection.execute(_STRANGE_LABELS).fetchone():
        return "its cells are of a class that it lacks"
    return ""


def _columns(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Table -> column -> the condition that each of its values fulfils, true or false and never NULL."""
    found: dict[str, dict[str, str]] = {}
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    ).fetchall():
        about = connection.execute(f"PRAGMA table_info({table})").fetchall()
        found[table] = {
            name: _test(name, kind, bool(not_null))
            for _, name, kind, not_null, *_ in about
            if name not in _WORDS.get(table, ())
        }
    return found


def _test(column: str, kind: str, not_null: bool) -> str:
    test = _SOUND[kind].format(column)
    return test if not_null else f"{column} IS NULL OR {test}"


def fits(table: str, column: str, value: object) -> bool:
    """Whether a value that comes from a former value of the journal may stand in a column."""
    kind, may_be_missing = _kinds().get((table, column), ("", False))
    if value is None:
        return may_be_missing
    if kind == "TEXT":
        return isinstance(value, str)
    if not kind or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= _MOST


@cache
def _kinds() -> dict[tuple[str, str], tuple[str, bool]]:
    """(table, column that edits change) -> its kind, and whether a value may be missing."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in (s for step in schema.MIGRATIONS for s in step):
            connection.execute(statement)
        return {
            (table, name): (kind, not not_null)
            for table in schema.EDITABLE
            for _, name, kind, not_null, *_ in connection.execute(f"PRAGMA table_info({table})")
            if name in schema.EDITABLE[table]
        }
    finally:
        connection.close()
