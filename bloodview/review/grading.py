"""Grades of the red cells in the rows of a case: a row a finding, brought to life by its first grade."""

import sqlite3

from bloodview.core.errors import UserError
from bloodview.core.grading import BY_ID, GRADES, Grading
from bloodview.review.commands import Grade, NoteGrading
from bloodview.review.journal import Recorder

_NOTE = "note"
"""The row of the note; no finding is called so."""


def title_of(edit: Grade | NoteGrading) -> str:
    """What an edit does, in a few words; refuses findings and grades that there are not."""
    if isinstance(edit, NoteGrading):
        return "Note on the red cells written" if edit.text.strip() else "Note on the red cells taken away"
    if not edit.grades:
        raise UserError("No finding is graded.")
    for finding, grade in edit.grades:
        if finding not in BY_ID:
            raise UserError(f"There is no finding called {finding[:60]!r}.", hint=f"There are {', '.join(BY_ID)}.")
        if grade is not None and grade not in range(len(GRADES)):
            raise UserError(f"There is no grade {grade!r}.", hint="Grades are 0, 1, 2 and 3.")
    if len(dict(edit.grades)) != len(edit.grades):
        raise UserError("A finding is graded twice at once.")
    if len(edit.grades) > 1:
        grades = {grade for _, grade in edit.grades}
        all_are = f" {_word(grades.pop())}" if len(grades) == 1 else ""
        return f"{len(edit.grades)} findings of the red cells graded{all_are}"
    ((finding, grade),) = edit.grades
    return f"{BY_ID[finding].title} graded {_word(grade)}"


def carry_out(edit: Grade | NoteGrading, recorder: Recorder) -> None:
    """Write grades, or the note."""
    if isinstance(edit, NoteGrading):
        text = edit.text.strip()
        _put(recorder, _NOTE, 0, text, is_alive=bool(text))
        return
    for finding, grade in edit.grades:
        _put(recorder, finding, grade or 0, "", is_alive=grade is not None)


def read(connection: sqlite3.Connection) -> Grading:
    """What a person graded; findings of a newer version are passed over."""
    rows = connection.execute("SELECT finding, grade, text FROM grade WHERE live").fetchall()
    grades = {finding: int(grade) for finding, grade, _ in rows if finding in BY_ID and grade in range(len(GRADES))}
    return Grading({f: grades[f] for f in BY_ID if f in grades}, next((t for f, _, t in rows if f == _NOTE), ""))


def _put(recorder: Recorder, finding: str, grade: int, text: str, *, is_alive: bool) -> None:
    found = recorder.connection.execute("SELECT id FROM grade WHERE finding = ?", (finding,)).fetchone()
    if found is not None:
        recorder.update("grade", found, {"live": int(is_alive), "grade": grade, "text": text})
    elif is_alive:
        recorder.bring_to_life("grade", ("finding", "grade", "text"), (finding, grade, text))


def _word(grade: int | None) -> str:
    return "not any more" if grade is None else GRADES[grade]
