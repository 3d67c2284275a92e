"""What classes that learn say of cells, in the rows. It follows from the examples, so no edit and no undo holds it."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloodview.core.cells import Status
from bloodview.review.commands import ClassStanding, OutsideExample, RecordAnswers
from bloodview.review.records import KnownCells, OutsideRecord, Score


def class_ids(connection: sqlite3.Connection) -> dict[int, str]:
    """Row -> class, of the classes that learn."""
    return dict(connection.execute("SELECT id, class_id FROM class WHERE live AND learns"))


def follow_classes(connection: sqlite3.Connection, before: Mapping[int, str]) -> set[int]:
    """Let the answers follow classes that were renamed or have gone since `before`; the cells concerned."""
    after = class_ids(connection)
    changed: set[int] = set()
    for row, name in before.items():
        if after.get(row) == name:
            continue
        ids = [i for (i,) in connection.execute("SELECT id FROM cell WHERE learned_label = ?", (name,))]
        changed.update(ids)
        if row in after:
            query = "UPDATE cell SET learned_label = ? WHERE id IN (SELECT value FROM json_each(?))"
            connection.execute(query, (after[row], json.dumps(ids)))
        else:
            _forget(connection, ids)
    return changed


def forget_claims(connection: sqlite3.Connection, class_id: str, cell_ids: Sequence[int]) -> list[int]:
    """Let a class no longer claim these cells; those that it claimed."""
    query = "SELECT id FROM cell WHERE learned_label = ? AND id IN (SELECT value FROM json_each(?))"
    ids = [i for (i,) in connection.execute(query, (class_id, json.dumps(list(cell_ids)))).fetchall()]
    _forget(connection, ids)
    return ids


def record(command: RecordAnswers, connection: sqlite3.Connection) -> frozenset[int]:
    """Write what the classes say instead of what they said; the cells of which they say something else now."""
    rows = {class_id: row for row, class_id in class_ids(connection).items()}
    former = {
        cell_id: (label, confidence, decided)
        for cell_id, label, confidence, decided in connection.execute(
            "SELECT id, learned_label, learned_confidence, learned_decided FROM cell WHERE learned_label IS NOT NULL"
        )
    }
    new = {
        cell_id: (a.label, float(a.confidence), int(a.decided))
        for cell_id, a in command.answers.items()
        if a.label in rows
    }
    _forget(connection, list(former.keys() - new.keys()))
    different = {i: values for i, values in new.items() if former.get(i) != values}
    connection.executemany(
        "UPDATE cell SET learned_label = ?, learned_confidence = ?, learned_decided = ? WHERE id = ?",
        ((*values, i) for i, values in different.items()),
    )
    connection.execute("DELETE FROM standing")
    connection.executemany(
        "INSERT INTO standing (class, word, hits, n, alarms, others) VALUES (?, ?, ?, ?, ?, ?)",
        ((rows[s.class_id], s.word, s.hits, s.n, s.alarms, s.others) for s in command.standings if s.class_id in rows),
    )
    return frozenset(former.keys() - new.keys()) | frozenset(different)


@dataclass(frozen=True, slots=True)
class Vectors:
    """What an analysis left of the cells, column by column; it stays until the next one."""

    ids: tuple[int, ...]
    vectors: tuple[bytes, ...]
    probabilities: tuple[bytes, ...]
    models: tuple[int, ...]

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "Vectors":
        """Of all cells that have an embedding, by id."""
        found = connection.execute(
            "SELECT e.cell_id, e.vector, f.probabilities, f.model FROM embedding e JOIN finding f USING (cell_id)"
            " WHERE f.model IS NOT NULL ORDER BY e.cell_id"
        ).fetchall()
        return cls(*zip(*found, strict=True)) if found else cls((), (), (), ())


def known_cells(
    connection: sqlite3.Connection, kept: Vectors, models: Mapping[int, tuple[str, tuple[str, ...]]]
) -> KnownCells:
    """All cells that have an embedding; `models` is row id -> (model id, classes)."""
    found = connection.execute(
        "SELECT c.person_label, c.machine_label, c.status FROM embedding e JOIN cell c ON c.id = e.cell_id"
        " JOIN finding f USING (cell_id) WHERE f.model IS NOT NULL ORDER BY e.cell_id"
    ).fetchall()
    person, machine, status = zip(*found, strict=True) if found else ((),) * 3
    return KnownCells(
        kept.ids,
        kept.vectors,
        kept.probabilities,
        tuple(models[row] for row in kept.models),
        tuple(person),
        tuple(machine),
        tuple(s == Status.ACTIVE for s in status),
    )


def outside_examples(connection: sqlite3.Connection) -> list[OutsideRecord]:
    """Those that live, of classes that live."""
    found = connection.execute(
        "SELECT e.id, c.class_id, e.vector, e.probabilities, e.model_id, e.origin"
        " FROM example e JOIN class c ON c.id = e.class WHERE e.live AND c.live ORDER BY e.id"
    )
    return [OutsideRecord(i, class_id, OutsideExample(*example)) for i, class_id, *example in found]


def standings(connection: sqlite3.Connection) -> list[ClassStanding]:
    """As they were last recorded, of classes that live."""
    found = connection.execute(
        "SELECT c.class_id, s.word, s.hits, s.n, s.alarms, s.others FROM standing s JOIN class c ON c.id = s.class"
        " WHERE c.live AND c.learns ORDER BY c.id"
    )
    return [ClassStanding(*row) for row in found]


def scores(connection: sqlite3.Connection) -> dict[str, Score]:
    """Of all classes that learn; a cell that was judged several times counts by each, and is refused by the last."""
    judged: dict[str, list[tuple[int, bool, bool]]] = defaultdict(list)
    for class_id, cell_id, claimed, agreed in connection.execute(
        "SELECT c.class_id, v.cell, v.claimed, v.agreed FROM verdict v JOIN class c ON c.id = v.class"
        " WHERE v.live AND c.live ORDER BY v.id"
    ):
        judged[class_id].append((cell_id, bool(claimed), bool(agreed)))
    found = {}
    for class_id in class_ids(connection).values():
        last = {cell_id: agreed for cell_id, _, agreed in judged[class_id]}
        right = sum(claimed == agreed for _, claimed, agreed in judged[class_id])
        refused = frozenset(cell_id for cell_id, agreed in last.items() if not agreed)
        found[class_id] = Score(right, len(judged[class_id]), refused)
    return found


def _forget(connection: sqlite3.Connection, cell_ids: Sequence[int]) -> None:
    connection.execute(
        "UPDATE cell SET learned_label = NULL, learned_confidence = NULL, learned_decided = NULL"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(cell_ids)),),
    )
