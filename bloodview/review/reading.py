"""What several persons say of the same cells: answers kept side by side, consensus, an analyser's values."""

import json
import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bloodview.core.cells import Status
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import Taxonomy
from bloodview.review import class_editing, rows, storage
from bloodview.review.journal import History, Recorder, Value
from bloodview.review.reading_commands import DropAnalyser, KeepAnalyser, Read, ReadingEdit, Settle
from bloodview.review.records import AnalyserValues, Reading

_COLUMNS = (*("at", "cell", "who", "label", "status", "hid_machine", "hid_readers", "machine", "seed", "agreed"),)
_MOST = 1e12
"""No analyser counts more."""


def texts_of(edit: ReadingEdit) -> tuple[str, ...]:
    """What a person typed."""
    match edit:
        case Read(who=who) | Settle(who=who):
            return (who,)
        case KeepAnalyser(name=name):
            return (name,)
        case DropAnalyser():
            return ()


def title_of(edit: ReadingEdit, taxonomy: Taxonomy) -> str:
    """What an edit does, in a few words; refuses classes that do not exist."""
    match edit:
        case Read(ids, who) | Settle(ids, who):
            cells = f"Cell {ids[0]}" if len(set(ids)) == 1 else f"{len(set(ids)):,} cells"
            called = taxonomy[edit.label].title if edit.status is Status.ACTIVE else edit.status.value
            verb = "read as" if isinstance(edit, Read) else "settled as"
            return f"{cells} {verb} {called} by {who.strip()}"
        case KeepAnalyser(name):
            return f"Values of {name.strip()} kept"
        case DropAnalyser():
            return "Values of the analyser taken away"


def carry_out(edit: ReadingEdit, recorder: Recorder, taxonomy: Taxonomy) -> None:
    """Do an edit.

    Raises:
        UserError: it names cells or classes that are not there, or says nothing; nothing was written.
    """
    match edit:
        case Read():
            _read(edit, recorder)
        case Settle():
            _settle(edit, recorder)
        case KeepAnalyser():
            _keep(edit, recorder, taxonomy)
        case DropAnalyser():
            live = _live(recorder.connection)
            if not live:
                raise UserError("The case holds no values of an analyser.")
            recorder.update("analyser", live, {"live": 0})


@dataclass(frozen=True, slots=True)
class Beside:
    """Asks an open case for what is said beside its labels."""

    connection: sqlite3.Connection
    path: Path

    def readings(self) -> list[Reading]:
        """What persons answered beside each other, and what they agreed on, by cell."""
        with storage.reading(self.path):
            return readings(self.connection)

    def deciders(self, ids: Sequence[int]) -> dict[int, str]:
        """Cell id -> who decided it last, for those that a person decided."""
        with storage.reading(self.path):
            return deciders(self.connection, ids)

    def analyser(self) -> AnalyserValues | None:
        """The values of an analyser that are kept with the case."""
        with storage.reading(self.path):
            return analyser(self.connection)


def readings(connection: sqlite3.Connection) -> list[Reading]:
    """All answers that stand, of cells that a person can see, by cell, in the order they were given."""
    seen = "cell IN (SELECT id FROM cell WHERE visible)"
    query = f"SELECT {', '.join(_COLUMNS)} FROM reading WHERE live AND {seen} ORDER BY cell, id"
    return [
        Reading(
            cell, who, rows.moment(at), label, Status(status), bool(machine_hid), bool(readers_hid), said, seed,
            bool(agreed),
        )
        for at, cell, who, label, status, machine_hid, readers_hid, said, seed, agreed in connection.execute(query)
    ]  # fmt: skip


def analyser(connection: sqlite3.Connection) -> AnalyserValues | None:
    """The values that stand, if any do."""
    query = "SELECT name, at, figures, is_percent, total FROM analyser WHERE live ORDER BY id DESC LIMIT 1"
    found = connection.execute(query).fetchone()
    if found is None:
        return None
    name, at, values, is_percent, total = found
    pairs = tuple((str(class_id), float(value)) for class_id, value in json.loads(values))
    if not all(0 <= value <= _MOST for _, value in pairs) or not 0 <= total <= _MOST:
        raise ValueError("impossible values of an analyser")
    return AnalyserValues(name, rows.moment(at), pairs, bool(is_percent), total)


def deciders(connection: sqlite3.Connection, cell_ids: Sequence[int]) -> dict[int, str]:
    """Who decided each of these cells last, as the journal has it; cells that nobody decided are left out."""
    standing = {entry for entry, _ in History.read(connection).undo}
    found: dict[int, str] = {}
    for entry, cell_id, who in connection.execute(
        "SELECT i.entry, i.row, j.who FROM image i JOIN journal j ON j.id = i.entry WHERE i.tbl = 'cell' AND i.row IN"
        " (SELECT c.id FROM cell c WHERE (c.person_label IS NOT NULL OR c.status <> 'active') AND c.id IN"
        " (SELECT value FROM json_each(?))) AND (json_type(i.before, '$.person_label') IS NOT NULL"
        " OR json_type(i.before, '$.status') IS NOT NULL) ORDER BY i.entry DESC",
        (json.dumps(list(cell_ids)),),
    ):
        if entry in standing:
            found.setdefault(cell_id, who)
    return found


def is_same(one: str, other: str) -> bool:
    """Whether two names are of one person, as far as spelling tells."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _read(edit: Read, recorder: Recorder) -> None:
    who = _named(edit.who)
    _check(edit)
    connection = recorder.connection
    rows.existing(connection, edit.cell_ids)
    ids = list(dict.fromkeys(edit.cell_ids))
    if not edit.decides:
        _keep_first(recorder, ids, who)
    machine = _machine_labels(connection, ids)
    recorder.update("reading", _of_person(connection, ids, who), {"live": 0})
    for cell_id in ids:
        hidden = (int(edit.hid_machine), int(edit.hid_readers))
        _write(recorder, cell_id, who, edit.label, edit.status, hidden, machine[cell_id], edit.seed)
    if edit.decides:
        _decide(recorder, ids, edit.label, edit.status)


def _settle(edit: Settle, recorder: Recorder) -> None:
    who = _named(edit.who)
    _check(edit)
    connection = recorder.connection
    rows.existing(connection, edit.cell_ids)
    ids = list(dict.fromkeys(edit.cell_ids))
    machine = _machine_labels(connection, ids)
    query = "SELECT id FROM reading WHERE live AND agreed AND cell IN (SELECT value FROM json_each(?))"
    before = [i for (i,) in connection.execute(query, (json.dumps(ids),)).fetchall()]
    recorder.update("reading", before, {"live": 0})
    for cell_id in ids:
        _write(recorder, cell_id, who, edit.label, edit.status, (0, 0), machine[cell_id], None, agreed=True)
    _decide(recorder, ids, edit.label, edit.status)


def _keep_first(recorder: Recorder, ids: Sequence[int], who: str) -> None:
    """Before another person reads: keep what the person said who decided these cells in the case, as a reading."""
    connection = recorder.connection
    asked = json.dumps(list(ids))
    query = (
        "SELECT id, coalesce(person_label, label), status FROM cell WHERE (person_label IS NOT NULL OR status <>"
        " 'active') AND id IN (SELECT value FROM json_each(?)) AND NOT EXISTS"
        " (SELECT 1 FROM reading r WHERE r.live AND NOT r.agreed AND r.cell = cell.id AND r.who <> ?)"
    )
    decided = connection.execute(query, (asked, who)).fetchall()
    if not decided:
        return
    first = deciders(connection, [i for i, _, _ in decided])
    machine = _machine_labels(connection, ids)
    for cell_id, label, status in decided:
        decider = first.get(cell_id, "")
        if is_same(decider, who):
            raise UserError(
                f"Cell {cell_id} was decided by {who} before.", hint="A second reading is another person's."
            )
        if decider:
            named = label if status == Status.ACTIVE else ""
            _write(recorder, cell_id, decider, named, Status(status), (0, 0), machine[cell_id], None)


def _decide(recorder: Recorder, ids: Sequence[int], label: str, status: Status) -> None:
    """The answer becomes the case's own."""
    if status is not Status.ACTIVE:
        recorder.update("cell", ids, {"status": status.value})
        return
    class_editing.note_verdicts(recorder, dict.fromkeys(ids, label))
    recorder.update("cell", ids, {"person_label": label, "status": status.value})


def _write(
    recorder: Recorder,
    cell_id: int,
    who: str,
    label: str,
    status: Status,
    hidden: tuple[int, int],
    machine: str,
    seed: int | None,
    *,
    agreed: bool = False,
) -> None:
    values: tuple[Value, ...] = (
        *(rows.now(), cell_id, who, label, status.value),
        *(*hidden, machine, seed, int(agreed)),
    )
    recorder.bring_to_life("reading", _COLUMNS, values)


def _machine_labels(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, str]:
    """What the machine calls cells, classes that learn included; "" = nothing."""
    query = "SELECT id, coalesce(learned_label, machine_label) FROM cell WHERE id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(query, (json.dumps(list(ids)),)).fetchall())


def _of_person(connection: sqlite3.Connection, ids: Sequence[int], who: str) -> list[int]:
    """Answers that a person gave of these cells before."""
    query = "SELECT id, who FROM reading WHERE live AND NOT agreed AND cell IN (SELECT value FROM json_each(?))"
    return [i for i, name in connection.execute(query, (json.dumps(list(ids)),)).fetchall() if is_same(name, who)]


def _keep(edit: KeepAnalyser, recorder: Recorder, taxonomy: Taxonomy) -> None:
    name = _named(edit.name)
    check_values(edit, taxonomy)
    recorder.update("analyser", _live(recorder.connection), {"live": 0})
    values = json.dumps([[class_id, value] for class_id, value in edit.values])
    columns = ("at", "name", "figures", "is_percent", "total")
    recorder.bring_to_life("analyser", columns, (rows.now(), name, values, int(edit.is_percent), edit.total))


def check_values(edit: KeepAnalyser, taxonomy: Taxonomy) -> None:
    """Refuse values that are none, or do not fit each other.

    Raises:
        UserError: says what is amiss.
    """
    classes = [class_id for class_id, _ in edit.values]
    if not edit.values or not any(value for _, value in edit.values):
        raise UserError("The analyser counted nothing.", hint="Type its values.")
    for class_id, value in edit.values:
        if class_id == "leukocyte" or not taxonomy.is_below(class_id, "leukocyte"):
            raise UserError(f"{taxonomy[class_id].title} is no class of leukocyte.")
        if not (math.isfinite(value) and 0 <= value <= _MOST):
            raise UserError(f"{value} is no number of cells.", hint="Type 0 or more.")
    for above in _doubled(classes, taxonomy):
        raise UserError(f"{taxonomy[above].title} is counted twice.", hint="Leave out the classes below it.")
    total = math.fsum(value for _, value in edit.values)
    if edit.is_percent and not 95 <= total <= 105:
        raise UserError(f"The percentages sum to {total:g}.", hint="They must sum to 100.")
    if edit.is_percent and not 0 < edit.total <= _MOST:
        raise UserError("How many leukocytes the analyser counted is missing.", hint="Type it beside the percentages.")
    if not edit.is_percent and any(value != int(value) for _, value in edit.values):
        raise UserError("A number of cells is a whole number.", hint="Or say that these are percentages.")


def _doubled(classes: Sequence[str], taxonomy: Taxonomy) -> Iterator[str]:
    for class_id in classes:
        if classes.count(class_id) > 1:
            yield class_id
        yield from (above for above in taxonomy.path(class_id)[1:] if above in classes)


def _live(connection: sqlite3.Connection) -> list[int]:
    return [i for (i,) in connection.execute("SELECT id FROM analyser WHERE live").fetchall()]


def _check(edit: Read | Settle) -> None:
    if (edit.status is Status.ACTIVE) != bool(edit.label):
        raise UserError("An answer is a class, undecided or rejected.", hint="Press the key of a class, U or X.")


def _named(name: str) -> str:
    if not name.strip():
        raise UserError("A name is missing.", hint="Type who reads, or what the analyser is called.")
    return name.strip()
