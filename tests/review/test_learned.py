from pathlib import Path

from bloodview.core.cells import LearnedAnswer, Source
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddClass,
    ChangeKind,
    ClassStanding,
    RecordAnswers,
    Reject,
    Relabel,
    RemoveClass,
)
from tests.review.examples import found, run, three_cells

OWN = CellClass("hairy_cell", "Hairy cell", "lymphocyte", "k", "#e377c2", "HC")
STANDING = ClassStanding("hairy_cell", "Draft", 4, 5, 1, 30)


def answers(*cell_ids: int, confidence: float = 0.75) -> RecordAnswers:
    return RecordAnswers({i: LearnedAnswer("hairy_cell", confidence, False) for i in cell_ids}, (STANDING,))


def test_a_learned_answer_names_what_no_person_named(case: Case) -> None:
    case.apply(AddClass(OWN, True))
    case.apply(Relabel((1,), "basophil"))
    edits = case.edit_count
    changes = case.apply(answers(1, 2))
    assert [label for _, label in case.labels()] == ["basophil", "hairy_cell", "eosinophil"]
    cell = case.cell(2)
    assert (cell.source, cell.learned) == (Source.LEARNED, LearnedAnswer("hairy_cell", 0.75, False))
    assert cell.needs_a_look
    assert cell.prediction is not None
    assert cell.prediction.label == "monocyte"
    assert case.cell(1).source is Source.PERSON
    assert changes.kinds == {ChangeKind.LABELS}
    assert case.label_counts().by_label["hairy_cell"] == 1
    assert case.edit_count == edits, "it is no edit"
    assert case.undo_title == "Cell 1 called Basophil"


def test_only_the_cells_that_are_said_to_be_something_else_are_told_of(case: Case) -> None:
    case.apply(AddClass(OWN, True))
    assert case.apply(answers(1, 2)).cell_ids == {1, 2}
    assert case.apply(answers(1, 2)).cell_ids == frozenset()
    assert case.apply(answers(2, 3)).cell_ids == {1, 3}
    assert [label for _, label in case.labels()] == ["lymphocyte", "hairy_cell", "hairy_cell"]


def test_the_claims_of_a_class_go_with_it_and_standings_stay_with_the_case(case: Case, tmp_path: Path) -> None:
    case.apply(AddClass(OWN, True))
    case.apply(answers(2))
    assert case.standings() == [STANDING]
    changes = case.apply(RemoveClass("hairy_cell"))
    assert 2 in changes.cell_ids
    assert case.cell(2).label == "monocyte"
    assert case.standings() == []
    case.undo()
    assert case.standings() == [STANDING]


def test_what_a_class_learns_from_survives_a_new_analysis(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(answers(2))
    case.apply(three_cells())
    assert [label for _, label in case.labels()] == ["hairy_cell", "hairy_cell", "eosinophil"]
    case.apply(run(found(700)))
    assert case.labels()[0] == (1, "hairy_cell")
    assert case.learning_classes() == ("hairy_cell",)


def test_undo_of_a_teaching_takes_its_claims_back_across_an_analysis(case: Case) -> None:
    case.apply(AddClass(OWN, True, (1,)))
    case.apply(three_cells())
    case.apply(answers(2, 3))
    case.undo()
    assert [label for _, label in case.labels()] == ["lymphocyte", "monocyte", "eosinophil"]


def test_what_there_is_to_learn_from_comes_column_by_column(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((3,)))
    known = case.known_cells()
    assert known.ids == (1, 2, 3)
    assert known.vectors == (b"\x01\x02",) * 3
    assert known.person == ("basophil", None, None)
    assert known.machine == ("lymphocyte", "monocyte", "eosinophil")
    assert known.is_active == (True, True, False)
    assert known.models[0][0] == "wbc-1"
