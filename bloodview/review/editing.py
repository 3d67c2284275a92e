"""What each edit does to the rows: checks it, writes it through the recorder, and names it for people."""

import json
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from bloodview.core.cells import Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Size
from bloodview.core.taxonomy import Taxonomy
from bloodview.review import chain, class_editing, grading, importing, outlining, reading, rows
from bloodview.review.commands import (
    AddCell,
    AddClass,
    AddExamples,
    Amend,
    ChangeClass,
    Confirm,
    DropExamples,
    Edit,
    Grade,
    ImportCells,
    Judge,
    MarkUndecided,
    MergeCells,
    MergeClass,
    MoveBox,
    Note,
    NoteGrading,
    OutlineCell,
    Reject,
    Relabel,
    RemoveClass,
    Restore,
    Sign,
    SplitCell,
)
from bloodview.review.journal import Recorder, Value
from bloodview.review.reading_commands import DropAnalyser, KeepAnalyser, Read, Settle


def title_of(edit: Edit, taxonomy: Taxonomy) -> str:
    """What an edit does, in a few words; refuses classes that do not exist and what is no text."""
    match edit:
        case Relabel(ids, to):
            return f"{_cells(ids)} called {taxonomy[to].title}"
        case Confirm(ids):
            return f"{_cells(ids)} confirmed"
        case Reject(ids):
            return f"{_cells(ids)} rejected"
        case Restore(ids):
            return f"{_cells(ids)} restored"
        case MarkUndecided(ids):
            return f"{_cells(ids)} left undecided"
        case AddCell(label=label):
            return f"{taxonomy[label].title} added" if label else "Cell added"
        case MoveBox(cell_id):
            return f"Box of cell {cell_id} moved"
        case OutlineCell() | SplitCell() | MergeCells():
            return outlining.title_of(edit)
        case AddClass() | AddExamples() | DropExamples() | ChangeClass() | MergeClass() | RemoveClass() | Judge():
            return class_editing.title_of(edit, taxonomy)
        case ImportCells(origin, cells):
            for label in {c.label for c in cells if c.label}:
                taxonomy[label]
            return f"{len(cells):,} {'cell' if len(cells) == 1 else 'cells'} imported from {origin}"
        case Read() | Settle() | KeepAnalyser() | DropAnalyser():
            for text in reading.texts_of(edit):
                _check_text(text, "The name", 200)
            return reading.title_of(edit, taxonomy)
        case Note(text):
            _check_text(text, "The note", 100_000)
            return "Note written"
        case Grade() | NoteGrading():
            if isinstance(edit, NoteGrading):
                _check_text(edit.text, "The note", 10_000)
            return grading.title_of(edit)
        case Sign(name=name):
            _check_text(name, "The name", 200)
            for text in (*edit.identifiers, *(part for pair in edit.overrides for part in pair)):
                _check_text(text, "What was typed", 1000)
            return f"Signed by {name.strip()}"
        case Amend(reason):
            _check_text(reason, "The reason", 1000)
            return "Signature taken back for an amendment"


def carry_out(edit: Edit, recorder: Recorder, taxonomy: Taxonomy) -> None:
    """Do an edit.

    Raises:
        UserError: it names cells, slides or classes that are not there, or says nothing; nothing was written.
    """
    connection = recorder.connection
    match edit:
        case Relabel(ids, to):
            rows.existing(connection, ids)
            class_editing.note_verdicts(recorder, dict.fromkeys(ids, to))
            recorder.update("cell", ids, {"person_label": to, "status": Status.ACTIVE.value})
        case Confirm(ids):
            by_label = defaultdict(list)
            for cell_id, label, status in rows.existing(connection, ids):
                if status != Status.REJECTED:
                    by_label[label].append(cell_id)
            if "" in by_label:
                raise UserError(f"Cell {by_label[''][0]} has no label to confirm.", hint="Give it one.")
            class_editing.note_verdicts(recorder, {i: label for label, same in by_label.items() for i in same})
            for label, same in by_label.items():
                recorder.update("cell", same, {"person_label": label, "status": Status.ACTIVE.value})
        case Reject(ids):
            _set_status(recorder, ids, Status.REJECTED)
        case Restore(ids):
            _set_status(recorder, ids, Status.ACTIVE)
        case MarkUndecided(ids):
            _set_status(recorder, ids, Status.UNDECIDED)
        case AddCell():
            _add_cell(edit, recorder)
        case MoveBox(cell_id, box_l0):
            rows.existing(connection, (cell_id,))
            slide_id = connection.execute("SELECT slide_id FROM cell WHERE id = ?", (cell_id,)).fetchone()[0]
            box = _inside(connection, slide_id, box_l0)
            recorder.update("cell", (cell_id,), outlining.person_box(box))
        case OutlineCell() | SplitCell() | MergeCells():
            outlining.carry_out(edit, recorder)
        case AddClass() | AddExamples() | DropExamples() | ChangeClass() | MergeClass() | RemoveClass() | Judge():
            class_editing.carry_out(edit, recorder, taxonomy)
        case ImportCells():
            importing.carry_out(edit, recorder)
        case Read() | Settle() | KeepAnalyser() | DropAnalyser():
            reading.carry_out(edit, recorder, taxonomy)
        case Note(text):
            if not text.strip():
                raise UserError("The note is empty.")
            recorder.bring_to_life("note", ("at", "text"), (rows.now(), text.strip()))
        case Grade() | NoteGrading():
            grading.carry_out(edit, recorder)
        case Sign(name=name):
            if not name.strip():
                raise UserError("A signature needs a name.")
            said = (json.dumps(edit.identifiers), json.dumps(edit.overrides), chain.state_of(connection))
            columns = ("at", "name", "identifiers", "overrides", "state")
            recorder.bring_to_life("signature", columns, (rows.now(), name.strip(), *said))
        case Amend(reason):
            _amend(reason, recorder)


def _cells(ids: Sequence[int]) -> str:
    return f"Cell {ids[0]}" if len(set(ids)) == 1 else f"{len(set(ids)):,} cells"


def _set_status(recorder: Recorder, ids: Sequence[int], status: Status) -> None:
    rows.existing(recorder.connection, ids)
    recorder.update("cell", ids, {"status": status.value})


def _inside(connection: sqlite3.Connection, slide_id: int, box_l0: Box) -> Box:
    """The part of a box that lies on its slide."""
    return _clipped(box_l0, _size(connection, slide_id))


def _size(connection: sqlite3.Connection, slide_id: int) -> Size:
    found = connection.execute("SELECT width, height FROM slide WHERE id = ?", (slide_id,)).fetchone()
    if found is None:
        raise UserError(f"There is no slide {slide_id} in this case.")
    return Size(*found)


def _clipped(box_l0: Box, size: Size) -> Box:
    clipped = box_l0.clipped(size)
    if clipped is None:
        raise UserError("The box lies outside the picture.")
    return clipped


def _add_cell(edit: AddCell, recorder: Recorder) -> None:
    size = _size(recorder.connection, edit.slide_id)
    box = outlining.bounds(edit.outline, size) if edit.outline else _clipped(edit.box_l0, size)
    new_id = outlining.insert(recorder, edit.slide_id, edit.kind.value, box, size)
    values: dict[str, Value] = {"added": 1, "person_label": edit.label or None, **outlining.person_box(box)}
    if edit.outline:
        values["person_outline"] = rows.person_outline(edit.outline)
    recorder.update("cell", (new_id,), values)


def _amend(reason: str, recorder: Recorder) -> None:
    if not reason.strip():
        raise UserError("An amendment needs a reason.")
    found = recorder.connection.execute("SELECT id FROM signature WHERE live ORDER BY id DESC LIMIT 1").fetchone()
    if found is None:
        raise UserError("The case is not signed, so there is nothing to amend.")
    recorder.update("signature", found, {"live": 0})
    recorder.bring_to_life("amendment", ("at", "signature", "reason"), (rows.now(), found[0], reason.strip()))


def _check_text(text: str, what: str, longest: int) -> None:
    """Refuse what neither the case nor a report could hold."""
    if len(text) > longest:
        raise UserError(f"{what} is too long.", hint=f"Use at most {longest:,} characters.")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise UserError(f"{what} holds signs that are no text.", hint="Type it again.")
