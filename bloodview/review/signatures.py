"""Who signed a case: the signature that stands, and those that were amended."""

import sqlite3

from bloodview.review import rows
from bloodview.review.records import Signature


def standing(connection: sqlite3.Connection) -> Signature | None:
    """The signature that stands, if anybody signed."""
    query = "SELECT name, at, identifiers, overrides, NULL, '' FROM signature WHERE live ORDER BY id DESC LIMIT 1"
    found = connection.execute(query).fetchone()
    return rows.signature(found) if found else None


def all_of(connection: sqlite3.Connection) -> list[Signature]:
    """The signature that stands and those that were amended, oldest first."""
    found = connection.execute(
        "SELECT s.name, s.at, s.identifiers, s.overrides, a.at, a.reason FROM signature s LEFT JOIN amendment a"
        " ON a.signature = s.id AND a.live WHERE s.live OR a.live ORDER BY s.id"
    )
    return [rows.signature(row) for row in found]
