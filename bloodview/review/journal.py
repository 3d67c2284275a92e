"""The journal: one line an entry, with the former values of every row it touched; undo and redo live off it.

Which entries can be undone and redone follows from the kinds of the lines alone, so no kill can leave it astray.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bloodview.review import rows, schema, soundness
from bloodview.review.commands import ChangeKind, Changes

Value = str | float | int | None

_KIND_OF_COLUMN = {
    ("cell", "added"): ChangeKind.CELLS_ADDED,
    ("cell", "person_label"): ChangeKind.LABELS,
    ("cell", "status"): ChangeKind.STATUS,
    ("cell", "px0"): ChangeKind.BOXES,
    **{("class", column): ChangeKind.CLASSES for column in schema.EDITABLE["class"]},
    **{("example", column): ChangeKind.EXAMPLES for column in schema.EDITABLE["example"]},
    **{("verdict", column): ChangeKind.EXAMPLES for column in schema.EDITABLE["verdict"]},
    ("cell", "person_outline"): ChangeKind.BOXES,
    ("cell", "person_nucleus"): ChangeKind.BOXES,
    ("note", "live"): ChangeKind.NOTES,
    **{("grade", column): ChangeKind.GRADES for column in schema.EDITABLE["grade"]},
    **{("reading", column): ChangeKind.READINGS for column in schema.EDITABLE["reading"]},
    ("analyser", "live"): ChangeKind.READINGS,
    ("signature", "live"): ChangeKind.SIGNED,
    ("amendment", "live"): ChangeKind.SIGNED,
}


@dataclass(slots=True)
class History:
    """What can be undone and redone: (entry id, title), the next one last."""

    undo: list[tuple[int, str]] = field(default_factory=list)
    redo: list[tuple[int, str]] = field(default_factory=list)
    edit_count: int = 0

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "History":
        """Follow the journal from its first line."""
        history = cls()
        for entry, kind, title, count in connection.execute(
            "SELECT id, CAST(kind AS BLOB), CAST(title AS BLOB), edit_count FROM journal"
            " WHERE edit_count IS NOT NULL ORDER BY id"
        ):
            history.note(entry, rows.words(kind), rows.words(title), count)
        return history

    def note(self, entry: int, kind: str, title: str, count: int) -> None:
        """Take in a line that is on the disk."""
        match kind:
            case "edit":
                self.undo.append((entry, title))
                self.redo.clear()
            case "undo":
                self.undo.pop()
                self.redo.append((entry, title))
            case "redo":
                self.redo.pop()
                self.undo.append((entry, title))
            case _:
                raise ValueError(f"journal line {entry} is of no known kind")
        self.edit_count = max(self.edit_count, count)


class Recorder:
    """One entry being written: changes columns of rows and keeps what stood there before.

    Lives inside one transaction. A row may be touched once an entry.
    """

    def __init__(self, connection: sqlite3.Connection, entry: int) -> None:
        self.connection, self._entry = connection, entry
        self._kinds: set[ChangeKind] = set()
        self._cells: set[int] = set()

    def update(self, table: str, ids: Iterable[int], new: Mapping[str, Value]) -> None:
        """Set the same columns of several rows to the same values."""
        values = list(new.values())
        self._write(table, tuple(new), ids, lambda _: values)

    def bring_to_life(self, table: str, columns: tuple[str, ...], values: tuple[Value | bytes, ...]) -> int:
        """Add a row in two steps, dead and then alive, so that its before-image is a value like any other; its id."""
        cursor = self.connection.execute(
            f"INSERT INTO {table} (live, {', '.join(columns)}) VALUES (0{', ?' * len(values)})", values
        )
        assert cursor.lastrowid is not None
        self.update(table, (cursor.lastrowid,), {"live": 1})
        return cursor.lastrowid

    def update_each(self, table: str, columns: tuple[str, ...], new: Mapping[int, list[Value]]) -> None:
        """Set the same columns of several rows, each row to values of its own in the columns' order."""
        self._write(table, columns, new, new.__getitem__)

    def replay(self, entry: int) -> None:
        """Bring back what stood before an entry."""
        images: dict[tuple[str, tuple[str, ...]], dict[int, list[Value]]] = {}
        for table, row, before in self.connection.execute(
            "SELECT tbl, row, before FROM image WHERE entry = ?", (entry,)
        ):
            former = json.loads(before)
            if not (isinstance(former, dict) and former) or not all(
                soundness.fits(table, *pair) for pair in former.items()
            ):
                raise ValueError(f"its journal has impossible former values of a {table}")
            images.setdefault((table, tuple(former)), {})[row] = list(former.values())
        for (table, columns), former_of in images.items():
            self._write(table, columns, former_of, former_of.__getitem__)

    def answers_changed(self, cell_ids: Iterable[int]) -> None:
        """Cells whose learned answer, which no image holds, changed along with this entry."""
        if ids := set(cell_ids):
            self._cells |= ids
            self._kinds.add(ChangeKind.LABELS)

    def changes(self, title: str) -> Changes:
        """What this entry changed."""
        slides = self.connection.execute(
            "SELECT DISTINCT slide_id FROM cell WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(self._cells)),),
        )
        return Changes(
            frozenset(self._kinds), frozenset(self._cells), frozenset(i for (i,) in slides.fetchall()), title
        )

    def _write(
        self, table: str, columns: tuple[str, ...], ids: Iterable[int], value_of: Callable[[int], list[Value]]
    ) -> None:
        """Write columns of rows; rows that have the values already are left alone."""
        # Names of tables and columns come from images too, so from a file that a stranger may have made.
        if not schema.EDITABLE.get(table, frozenset()).issuperset(columns):
            raise ValueError(f"its journal changes {table} ({', '.join(columns)})")
        asked = json.dumps(list(ids))
        gone = self._hidden(asked) if table == "cell" else 0
        found = self.connection.execute(
            f"SELECT id, {', '.join(columns)} FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (asked,)
        ).fetchall()
        different = [(row, former, new) for row, *former in found if former != (new := value_of(row))]
        self.connection.executemany(
            "INSERT INTO image (entry, tbl, row, before) VALUES (?, ?, ?, ?)",
            (
                (self._entry, table, row, json.dumps(dict(zip(columns, former, strict=True))))
                for row, former, _ in different
            ),
        )
        self.connection.executemany(
            f"UPDATE {table} SET {', '.join(f'{c} = ?' for c in columns)} WHERE id = ?",
            ((*new, row) for row, _, new in different),
        )
        for i, column in enumerate(columns):
            kind = _KIND_OF_COLUMN.get((table, column))
            if kind and any(former[i] != new[i] for _, former, new in different):
                self._kinds.add(kind)
        if table == "cell":
            self._cells.update(row for row, _, _ in different)
            if gone != self._hidden(asked):
                self._kinds.add(ChangeKind.CELLS_ADDED)
        elif table == "reading" and different:
            rows_ = json.dumps([row for row, _, _ in different])
            query = "SELECT cell FROM reading WHERE id IN (SELECT value FROM json_each(?))"
            self._cells.update(cell for (cell,) in self.connection.execute(query, (rows_,)).fetchall())

    def _hidden(self, asked: str) -> int:
        """How many of these cells nobody sees."""
        query = "SELECT count(*) FROM cell WHERE NOT visible AND id IN (SELECT value FROM json_each(?))"
        return int(self.connection.execute(query, (asked,)).fetchone()[0])


def append(
    connection: sqlite3.Connection, kind: str, title: str, command: str, edit_count: int | None, who: str
) -> int:
    """Write a line; returns its id."""
    cursor = connection.execute(
        "INSERT INTO journal (at, kind, title, command, edit_count, who) VALUES (?, ?, ?, ?, ?, ?)",
        (rows.now(), kind, title, command, edit_count, who),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
