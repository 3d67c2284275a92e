"""Grades of the red cells are edits: journalled, undone, sealed by a signature."""

import sqlite3
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.grading import BY_ID, Grading
from bloodview.review.case import Case
from bloodview.review.commands import ChangeKind, Grade, NoteGrading, Sign


def test_a_grade_is_an_edit_that_can_be_undone(case: Case) -> None:
    assert case.grading() == Grading()
    changes = case.apply(Grade((("anisocytosis", 2),)))
    assert changes.kinds == {ChangeKind.GRADES}
    assert changes.title == "Anisocytosis graded 2+"
    case.apply(Grade((("anisocytosis", 0),)))
    assert case.grading().grades == {"anisocytosis": 0}
    case.undo()
    assert case.grading().grades == {"anisocytosis": 2}
    case.undo()
    assert case.grading() == Grading()
    case.redo()
    case.redo()
    assert case.grading().grades == {"anisocytosis": 0}
    assert [e.title for e in case.journal(1)] == ["Anisocytosis graded not seen"]
    case.apply(Grade((("anisocytosis", None),)))
    assert case.grading() == Grading()
    case.undo()
    assert case.grading().grades == {"anisocytosis": 0}


def test_all_findings_can_be_graded_in_one_step(case: Case) -> None:
    case.apply(Grade((("spherocytes", 3),)))
    changes = case.apply(Grade(tuple((f, 0) for f in BY_ID if f != "spherocytes")))
    assert changes.title == f"{len(BY_ID) - 1} findings of the red cells graded not seen"
    assert case.grading().grades == dict.fromkeys(BY_ID, 0) | {"spherocytes": 3}
    case.undo()
    assert case.grading().grades == {"spherocytes": 3}


def test_the_note_is_replaced_and_taken_away(case: Case) -> None:
    case.apply(NoteGrading(" two populations \n"))
    case.apply(NoteGrading("two populations, few fragments"))
    assert case.grading().note == "two populations, few fragments"
    case.undo()
    assert case.grading().note == "two populations"
    case.apply(NoteGrading(""))
    assert case.grading().note == ""


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Grade(()), "No finding"),
        (Grade((("anisocitosis", 1),)), "no finding called 'anisocitosis'"),
        (Grade((("rouleaux", 4),)), "no grade 4"),
        (Grade((("rouleaux", 1), ("rouleaux", 2))), "twice"),
        (NoteGrading("a\x07"), "no text"),
    ],
)
def test_what_is_no_grade_is_refused(case: Case, edit: Grade | NoteGrading, said: str) -> None:
    with pytest.raises(UserError, match=said):
        case.apply(edit)
    assert case.edit_count == 0
    assert case.grading() == Grading()


def test_a_signature_stands_for_the_grades_too(case: Case) -> None:
    case.apply(Grade((("rouleaux", 1),)))
    case.apply(Sign("Dr Ada"))
    with pytest.raises(UserError, match="signed"):
        case.apply(Grade((("rouleaux", 0),)))
    assert case.verify_journal().is_whole
    path = case.path
    case.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE grade SET grade = 3")
    connection.commit()
    connection.close()
    with Case.open(path) as again:
        assert "grades were changed from outside" in again.verify_journal().problem


def test_grades_survive_a_restart_and_another_analysis(case: Case, tmp_path: Path) -> None:
    from tests.review.examples import three_cells

    case.apply(Grade((("target_cells", 1),)))
    case.apply(three_cells())
    path = case.path
    case.close()
    with Case.open(path) as again:
        assert again.grading().grades == {"target_cells": 1}
