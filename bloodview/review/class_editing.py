"""What the edits of a person's own classes do to the rows: add, teach, change, merge, remove, judge."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bloodview.core import own_classes
from bloodview.core.cells import Status
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import CellClass, Taxonomy
from bloodview.review import learned, rows
from bloodview.review.commands import (
    AddClass,
    AddExamples,
    ChangeClass,
    ClassEdit,
    DropExamples,
    Judge,
    MergeClass,
    OutsideExample,
    RemoveClass,
)
from bloodview.review.journal import History, Recorder, Value

_COLUMNS = ("class_id", "title", "parent", "key", "color", "mark", "shape")


def title_of(edit: ClassEdit, taxonomy: Taxonomy) -> str:
    """What an edit does, in a few words; refuses classes that do not exist."""
    match edit:
        case AddClass(cell_class, _, ids, examples):
            number = len(set(ids)) + len(examples)
            return f"Class {cell_class.title} added" + (f" from {_number(number, 'example')}" if number else "")
        case AddExamples(class_id, examples):
            return f"{_number(len(examples), 'example')} given to {taxonomy[class_id].title}"
        case DropExamples(ids):
            return f"{_number(len(ids), 'example')} taken away"
        case ChangeClass(class_id, to):
            return _title_of_change(taxonomy[class_id], to, taxonomy)
        case MergeClass(class_id, into):
            return f"{taxonomy[class_id].title} merged into {taxonomy[into].title}"
        case RemoveClass(class_id, to):
            return f"Class {taxonomy[class_id].title} removed" + (f", its cells {taxonomy[to].title}" if to else "")
        case Judge(class_id, accepted, refused):
            parts = [(accepted, "accepted"), (refused, "refused")]
            said = " and ".join(f"{_number(len(set(ids)), 'cell')} {word}" for ids, word in parts if ids)
            return f"{said or 'Nothing'} as {taxonomy[class_id].title}"


def carry_out(edit: ClassEdit, recorder: Recorder, taxonomy: Taxonomy) -> None:
    """Do an edit.

    Raises:
        UserError: it names cells or classes that are not there, or what cannot be; nothing was written.
    """
    match edit:
        case AddClass():
            _add(edit, recorder, taxonomy)
        case AddExamples(class_id, examples):
            _check_learns(recorder, taxonomy[class_id])
            _add_examples(recorder, _row_of(recorder, class_id), examples)
        case DropExamples(ids):
            _drop_examples(recorder, ids)
        case ChangeClass(class_id, to):
            _change(recorder, class_id, to, taxonomy)
        case MergeClass(class_id, into):
            _merge(recorder, class_id, into, taxonomy)
        case RemoveClass(class_id, to):
            _remove(recorder, class_id, to, taxonomy)
        case Judge(class_id, accepted, refused):
            _judge(recorder, class_id, accepted, refused)


def note_verdicts(recorder: Recorder, decided: Mapping[int, str]) -> None:
    """Keep what classes that learn said of cells that a person names now (cell id -> label), before they learn of it.

    A claim counts as right or wrong; so does a cell that a class at work did not claim.
    """
    found = recorder.connection.execute(
        "SELECT id, learned_label FROM cell WHERE person_label IS NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(decided)),),
    ).fetchall()
    at_work = {
        class_id: row
        for row, class_id in recorder.connection.execute(
            "SELECT id, class_id FROM class WHERE live AND learns AND EXISTS"
            " (SELECT 1 FROM cell WHERE learned_label = class_id)"
        )
    }
    for cell_id, claimed in found if at_work else ():
        for class_id in {claimed, decided[cell_id]} & set(at_work):
            _note_verdict(recorder, at_work[class_id], cell_id, claimed == class_id, decided[cell_id] == class_id)


def _note_verdict(recorder: Recorder, class_row: int, cell_id: int, claimed: bool, agreed: bool) -> None:
    columns = ("class", "cell", "claimed", "agreed")
    recorder.bring_to_life("verdict", columns, (class_row, cell_id, int(claimed), int(agreed)))


def _number(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _title_of_change(old: CellClass, to: CellClass, taxonomy: Taxonomy) -> str:
    if old.title != to.title:
        return f"Class {old.title} renamed {to.title}"
    if old.parent != to.parent:
        return f"Class {old.title} moved {f'below {taxonomy[to.parent].title}' if to.parent else 'to the top'}"
    return f"Class {old.title} changed"


def _row_of(recorder: Recorder, class_id: str) -> int:
    found = recorder.connection.execute("SELECT id FROM class WHERE live AND class_id = ?", (class_id,)).fetchone()
    if found is None:
        raise UserError(f"{class_id!r} was taken away; only a model calls cells so.", hint="Call its cells otherwise.")
    return int(found[0])


def _check_stays(recorder: Recorder, parent: str) -> None:
    """Refuse to hang a class below one that has gone, see `tree.read`."""
    if parent:
        _row_of(recorder, parent)


def _check_own(cell_class: CellClass, verb: str) -> None:
    if not own_classes.is_own(cell_class.id):
        raise UserError(
            f"{cell_class.title} came with BloodView and cannot be {verb}.", hint="Only classes of your own can."
        )


def _check_learns(recorder: Recorder, cell_class: CellClass) -> None:
    query = "SELECT learns FROM class WHERE live AND class_id = ?"
    if recorder.connection.execute(query, (cell_class.id,)).fetchone() != (1,):
        raise UserError(f"{cell_class.title} learns from no examples.", hint="Name a class that you taught.")


def _values(cell_class: CellClass) -> tuple[str, ...]:
    c = cell_class
    return c.id, c.title.strip(), c.parent, c.key, c.color, c.mark.strip(), c.shape


def _add(edit: AddClass, recorder: Recorder, taxonomy: Taxonomy) -> None:
    own_classes.check(edit.cell_class, taxonomy)
    _check_stays(recorder, edit.cell_class.parent)
    values: tuple[Value, ...] = (*_values(edit.cell_class), int(edit.learns))
    row = recorder.bring_to_life("class", (*_COLUMNS, "learns"), values)
    if edit.cell_ids:
        rows.existing(recorder.connection, edit.cell_ids)
        named = {"person_label": edit.cell_class.id, "status": Status.ACTIVE.value}
        recorder.update("cell", edit.cell_ids, named)
    if edit.examples:
        _add_examples(recorder, row, edit.examples)


def _add_examples(recorder: Recorder, class_row: int, examples: Sequence[OutsideExample]) -> None:
    if not examples:
        raise UserError("No example is given.")
    columns = ("class", "vector", "probabilities", "model_id", "origin")
    for e in examples:
        recorder.bring_to_life("example", columns, (class_row, e.vector, e.probabilities, e.model_id, e.origin))


def _drop_examples(recorder: Recorder, ids: Sequence[int]) -> None:
    query = "SELECT count(*) FROM example WHERE live AND id IN (SELECT value FROM json_each(?))"
    found = recorder.connection.execute(query, (json.dumps(list(ids)),)).fetchone()[0]
    if not ids or found != len(set(ids)):
        raise UserError("There is no such example in this case.")
    recorder.update("example", ids, {"live": 0})


def _change(recorder: Recorder, class_id: str, to: CellClass, taxonomy: Taxonomy) -> None:
    old = taxonomy[class_id]
    _check_own(old, "changed")
    own_classes.check(to, taxonomy, instead_of=class_id)
    _check_stays(recorder, to.parent)
    new: dict[str, Value] = dict(zip(_COLUMNS, _values(to), strict=True))
    recorder.update("class", (_row_of(recorder, class_id),), new)
    if to.id != class_id:
        _rehang(recorder, class_id, to.id)
        recorder.update("cell", _cells_called(recorder, class_id), {"person_label": to.id})
        recorder.update("reading", _readings_of(recorder, class_id), {"label": to.id})


def _merge(recorder: Recorder, class_id: str, into: str, taxonomy: Taxonomy) -> None:
    own = taxonomy[class_id]
    _check_own(own, "merged")
    if taxonomy.is_below(into, class_id):
        raise UserError(f"{own.title} cannot be merged into itself or below.", hint="Choose another class.")
    row, target = _row_of(recorder, class_id), _row_of(recorder, into)
    query = "SELECT id FROM example WHERE live AND class = ?"
    moved = [i for (i,) in recorder.connection.execute(query, (row,)).fetchall()]
    recorder.update("class", (row,), {"live": 0})
    _rehang(recorder, class_id, into)
    recorder.update("cell", _cells_called(recorder, class_id), {"person_label": into})
    recorder.update("reading", _readings_of(recorder, class_id), {"label": into})
    recorder.update("example", moved, {"class": target})


def _remove(recorder: Recorder, class_id: str, to: str, taxonomy: Taxonomy) -> None:
    own = taxonomy[class_id]
    _check_own(own, "removed")
    if to == class_id:
        raise UserError(f"{own.title} cannot take its own cells.", hint="Choose another class for them.")
    recorder.update("class", (_row_of(recorder, class_id),), {"live": 0})
    _rehang(recorder, class_id, own.parent)
    called = _cells_called(recorder, class_id)
    if to:
        recorder.update("cell", called, {"person_label": to})
        recorder.update("reading", _readings_of(recorder, class_id), {"label": to})
        return
    by_label: dict[str | None, list[int]] = defaultdict(list)
    for cell_id, before in _called_before(recorder, called, class_id, taxonomy).items():
        by_label[before].append(cell_id)
    for before, ids in by_label.items():
        recorder.update("cell", ids, {"person_label": before})


def _judge(recorder: Recorder, class_id: str, accepted: Sequence[int], refused: Sequence[int]) -> None:
    if set(accepted) & set(refused):
        raise UserError("A cell cannot be accepted and refused at once.")
    rows.existing(recorder.connection, (*accepted, *refused))
    row = _row_of(recorder, class_id)
    query = "SELECT id, learned_label IS ? FROM cell WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    agreed = set(accepted)
    judged = recorder.connection.execute(query, (class_id, json.dumps([*accepted, *refused]))).fetchall()
    for cell_id, claimed in judged:
        _note_verdict(recorder, row, cell_id, bool(claimed), cell_id in agreed)
    recorder.update("cell", accepted, {"person_label": class_id, "status": Status.ACTIVE.value})
    recorder.answers_changed(learned.forget_claims(recorder.connection, class_id, refused))


def _rehang(recorder: Recorder, from_id: str, to_id: str) -> None:
    """Hang what lies right below a class below another one."""
    query = "SELECT id FROM class WHERE live AND parent = ? AND class_id <> ?"
    below = [i for (i,) in recorder.connection.execute(query, (from_id, to_id)).fetchall()]
    recorder.update("class", below, {"parent": to_id})


def _cells_called(recorder: Recorder, class_id: str) -> list[int]:
    """Cells that a person calls so, whether they count or not."""
    found = recorder.connection.execute("SELECT id FROM cell WHERE person_label = ?", (class_id,))
    return [i for (i,) in found.fetchall()]


def _readings_of(recorder: Recorder, class_id: str) -> list[int]:
    """Answers of readers that name the class."""
    found = recorder.connection.execute("SELECT id FROM reading WHERE live AND label = ?", (class_id,))
    return [i for (i,) in found.fetchall()]


def _called_before(recorder: Recorder, ids: Sequence[int], class_id: str, taxonomy: Taxonomy) -> dict[int, str | None]:
    """What a person called each cell before it was called by this class; None = nothing, so the machine's word stands.

    A cell that the latest analysis no longer found would vanish without a person's word; it keeps the machine's.
    """
    asked = json.dumps(list(ids))
    stays: dict[int, str | None] = dict(
        recorder.connection.execute(
            "SELECT id, CASE WHEN present OR added THEN NULL ELSE machine_label END FROM cell"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (asked,),
        ).fetchall()
    )
    # What was undone since does not count, nor does its undoing.
    standing = {entry for entry, _ in History.read(recorder.connection).undo}
    known: dict[int, str | None] = {}
    for entry, cell_id, before in recorder.connection.execute(
        "SELECT entry, row, json_extract(before, '$.person_label') FROM image WHERE tbl = 'cell'"
        " AND row IN (SELECT value FROM json_each(?)) AND json_type(before, '$.person_label') IS NOT NULL"
        " ORDER BY entry DESC",
        (asked,),
    ):
        if entry in standing and cell_id not in known and before != class_id and (before is None or before in taxonomy):
            known[cell_id] = before
    return {i: known[i] if known.get(i) is not None else stays[i] for i in ids}
