"""The classes of a case as its rows have them, with those that only the machine still calls cells by."""

import sqlite3
from collections.abc import Collection

from bloodview.core import own_classes
from bloodview.core.taxonomy import CellClass, Taxonomy

_SHOWN = "SELECT DISTINCT label FROM cell WHERE visible = 1"
"""As its index has it."""
_BELOW_CLAIMS = "SELECT DISTINCT machine_label FROM cell WHERE learned_label IS NOT NULL AND person_label IS NULL"
_BY_MACHINE = "SELECT DISTINCT machine_label FROM cell"


def read(connection: sqlite3.Connection) -> Taxonomy:
    """The classes that live, then any that has gone and that cells are called by all the same.

    Earlier versions let go of a class while the machine's word for a cell lay below another one, from where it came
    forth with the next answers or the next undo.
    """
    query = "SELECT class_id, title, parent, key, color, mark, shape FROM class WHERE live ORDER BY id"
    found = Taxonomy(CellClass(*row) for row in connection.execute(query))
    for name in missing(connection, found):
        found = Taxonomy((*found.classes, own_classes.of_model(name, name, found)))
    return found


def missing(connection: sqlite3.Connection, taxonomy: Taxonomy) -> list[str]:
    """What cells are called now that is no class."""
    return sorted(label for (label,) in connection.execute(_SHOWN) if label and label not in taxonomy)


def living(connection: sqlite3.Connection) -> frozenset[str]:
    """The classes that live."""
    return frozenset(class_id for (class_id,) in connection.execute("SELECT class_id FROM class WHERE live"))


def needed(connection: sqlite3.Connection, gone: Collection[str], *, is_undo: bool) -> str:
    """One of the classes that have just gone that cells are called by, or may come to be; "" if there is none.

    Below what a class that learns claims lies the machine's word, which comes forth when the claim is given up. Below
    what a person said it comes forth when that is undone, which the next undo may do, but no undo before this edit's.
    """
    for query in (_SHOWN, _BY_MACHINE if is_undo else _BELOW_CLAIMS) if gone else ():
        for (label,) in connection.execute(query):
            if label in gone:
                return str(label)
    return ""
