"""Several persons read the same cells: all answers are kept, and all of it can be taken back."""

import pytest

from bloodview.core.cells import Source, Status
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import AddClass, ChangeClass, ChangeKind, MarkUndecided, MergeClass, Relabel
from bloodview.review.reading_commands import DropAnalyser, KeepAnalyser, Read, Settle
from tests.review.examples import dump, found, run, three_cells


def answers(case: Case) -> list[tuple[int, str, str, bool]]:
    return [(r.cell_id, r.who, r.answer, r.is_consensus) for r in case.beside.readings()]


def test_a_first_reading_becomes_the_label_and_keeps_what_the_machine_said(case: Case) -> None:
    changes = case.apply(Read((1,), "Ada", "basophil", hid_machine=True, decides=True, seed=7))
    assert changes.kinds == {ChangeKind.LABELS, ChangeKind.READINGS}
    (kept,) = case.beside.readings()
    assert (kept.who, kept.answer, kept.machine, kept.seed) == ("Ada", "basophil", "lymphocyte", 7)
    assert (kept.hid_machine, kept.hid_readers) == (True, False)
    assert (case.cell(1).label, case.cell(1).source) == ("basophil", Source.PERSON)


def test_a_second_reading_leaves_the_label_alone_and_keeps_the_first_ones(case: Case) -> None:
    case.who = "Ada"
    case.apply(Relabel((1,), "basophil"))
    case.apply(MarkUndecided((2,)))
    changes = case.apply(Read((1, 2), "Bea", "monocyte", hid_readers=True))
    assert changes.kinds == {ChangeKind.READINGS}
    assert changes.cell_ids == {1, 2}
    assert answers(case) == [
        (1, "Ada", "basophil", False),
        (1, "Bea", "monocyte", False),
        (2, "Ada", "undecided", False),
        (2, "Bea", "monocyte", False),
    ]
    assert case.labels()[:2] == [(1, "basophil"), (2, "undecided")]
    case.undo()
    assert answers(case) == []
    case.redo()
    assert len(answers(case)) == 4


def test_there_is_one_answer_of_each_person_and_cell(case: Case) -> None:
    case.apply(Read((1,), "Bea", "monocyte"))
    case.apply(Read((1,), " bea ", "lymphocyte"))
    assert answers(case) == [(1, "bea", "lymphocyte", False)]
    case.undo()
    assert answers(case) == [(1, "Bea", "monocyte", False)]


def test_who_decided_a_cell_is_no_second_reader_of_it(case: Case) -> None:
    case.who = "Ada"
    case.apply(Relabel((1,), "basophil"))
    with pytest.raises(UserError, match="decided by ada before"):
        case.apply(Read((1,), "ada", "monocyte"))
    assert answers(case) == []


def test_a_decision_that_was_taken_back_is_nobodys(case: Case) -> None:
    case.who = "Ada"
    case.apply(Relabel((1,), "basophil"))
    case.undo()
    assert case.beside.deciders([1, 2]) == {}
    case.redo()
    assert case.beside.deciders([1, 2]) == {1: "Ada"}


def test_what_readers_agree_on_becomes_the_label(case: Case) -> None:
    case.apply(Read((1,), "Ada", "basophil", decides=True))
    case.apply(Read((1,), "Bea", "monocyte"))
    case.apply(Settle((1,), "Ada and Bea", "monocyte"))
    assert case.cell(1).label == "monocyte"
    assert answers(case)[-1] == (1, "Ada and Bea", "monocyte", True)
    case.apply(Settle((1,), "Ada and Bea", "", Status.UNDECIDED))
    assert [a for a in answers(case) if a[3]] == [(1, "Ada and Bea", "undecided", True)]
    assert case.cell(1).status is Status.UNDECIDED
    case.undo()
    case.undo()
    assert case.cell(1).label == "basophil"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Read((), "Ada", "basophil"), "No cell"),
        (Read((99,), "Ada", "basophil"), "no cell 99"),
        (Read((1,), "  ", "basophil"), "name is missing"),
        (Read((1,), "Ada", "nothing_like_it"), "no cell class"),
        (Read((1,), "Ada", "basophil", Status.UNDECIDED), "an answer is"),
        (Settle((1,), "\0", "basophil"), "no text"),
        (KeepAnalyser("DxH", (("lymphocyte", 30.5),)), "whole number"),
        (KeepAnalyser("DxH", (("lymphocyte", 30.0),), True, 500), "sum to 30"),
        (KeepAnalyser("DxH", (("lymphocyte", 100.0),), True), "How many leukocytes"),
        (KeepAnalyser("DxH", (("platelet", 3.0),)), "no class of leukocyte"),
        (KeepAnalyser("DxH", (("neutrophil", 3.0), ("band_neutrophil", 1.0))), "Neutrophil is counted twice"),
        (KeepAnalyser("DxH", (("monocyte", float("nan")),)), "no number"),
        (KeepAnalyser("DxH", ()), "counted nothing"),
        (DropAnalyser(), "holds no values"),
    ],
)
def test_what_says_nothing_is_refused_and_changes_nothing(case: Case, command: Read | Settle, why: str) -> None:
    before = dump(case)
    with pytest.raises(UserError, match=f"(?i){why}"):
        case.apply(command)
    assert dump(case) == before


def test_answers_follow_a_class_that_is_renamed_or_merged(case: Case) -> None:
    own = CellClass("odd_one", "Odd one", "lymphocyte", "", "#112233", "O")
    case.apply(AddClass(own))
    case.apply(Read((1,), "Bea", "odd_one"))
    case.apply(ChangeClass("odd_one", CellClass("odder", "Odder", "lymphocyte", "", "#112233", "O")))
    assert answers(case)[0][2] == "odder"
    case.apply(MergeClass("odder", "monocyte"))
    assert answers(case)[0][2] == "monocyte"
    case.undo()
    case.undo()
    assert answers(case)[0][2] == "odd_one"


def test_a_cell_that_was_read_and_is_not_found_again_goes_with_its_reading_and_comes_back_with_it(case: Case) -> None:
    case.apply(Read((1, 2), "Bea", "monocyte"))
    case.apply(run(found(300, label="monocyte"), found(500, label="eosinophil")))
    assert [a[0] for a in answers(case)] == [2]
    case.apply(three_cells())
    assert [a[0] for a in answers(case)] == [1, 2]
    case.undo()
    assert answers(case) == []


def test_the_values_of_an_analyser_are_kept_one_set_at_a_time(case: Case) -> None:
    case.apply(KeepAnalyser(" DxH 900 ", (("neutrophil", 61.5), ("lymphocyte", 38.5)), True, 10_000))
    kept = case.beside.analyser()
    assert kept is not None
    assert (kept.name, kept.values, kept.is_percent, kept.total) == (
        "DxH 900",
        (("neutrophil", 61.5), ("lymphocyte", 38.5)),
        True,
        10_000,
    )
    case.apply(KeepAnalyser("XN", (("neutrophil", 5.0),)))
    assert case.apply(DropAnalyser()).kinds == {ChangeKind.READINGS}
    assert case.beside.analyser() is None
    case.undo()
    case.undo()
    again = case.beside.analyser()
    assert again is not None
    assert again.name == "DxH 900"
