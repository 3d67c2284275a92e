import pytest

from bloodview.core.cells import Kind, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddClass,
    ChangeKind,
    Command,
    Confirm,
    MarkUndecided,
    MoveBox,
    Note,
    Reject,
    Relabel,
    Restore,
    Sign,
)
from tests.review.examples import SQUARE, dump


def test_relabel_gives_the_cell_a_persons_label_and_keeps_what_the_model_said(case: Case) -> None:
    before = case.cell(1)
    changes = case.apply(Relabel((1,), "basophil"))
    after = case.cell(1)
    assert (after.label, after.source, after.doubt) == ("basophil", Source.PERSON, 0.0)
    assert after.prediction == before.prediction
    assert changes.kinds == {ChangeKind.LABELS}
    assert changes.cell_ids == {1}


def test_an_inner_class_is_a_label_too(case: Case) -> None:
    case.apply(Relabel((1,), "neutrophil"))
    assert case.cell(1).label == "neutrophil"


@pytest.mark.parametrize("decision", [Reject((1,)), MarkUndecided((1,))])
def test_relabel_makes_a_rejected_or_undecided_cell_count_again(case: Case, decision: Command) -> None:
    case.apply(decision)
    changes = case.apply(Relabel((1,), "basophil"))
    assert case.cell(1).status is Status.ACTIVE
    assert changes.kinds == {ChangeKind.LABELS, ChangeKind.STATUS}


def test_confirm_makes_the_machines_labels_the_persons(case: Case) -> None:
    case.apply(MarkUndecided((2,)))
    case.apply(Confirm((1, 2, 3)))
    assert [(c.label, c.source, c.status) for c in case.cells()] == [
        (label, Source.PERSON, Status.ACTIVE) for label in ("lymphocyte", "monocyte", "eosinophil")
    ]


def test_confirm_leaves_rejected_cells_rejected(case: Case) -> None:
    case.apply(Reject((1,)))
    case.apply(Confirm((1, 2)))
    assert case.cell(1).status is Status.REJECTED
    assert case.cell(2).source is Source.PERSON


def test_restore_brings_a_rejected_cell_back_under_its_label(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((1,)))
    assert case.apply(Restore((1,))).kinds == {ChangeKind.STATUS}
    assert (case.cell(1).label, case.cell(1).status) == ("basophil", Status.ACTIVE)


def test_an_added_cell_is_the_persons(case: Case) -> None:
    changes = case.apply(AddCell(1, Kind.WBC, Box(700, 10, 760, 80), "basophil"))
    (cell_id,) = changes.cell_ids
    cell = case.cell(cell_id)
    assert (cell.label, cell.source, cell.box_l0) == ("basophil", Source.PERSON, Box(700, 10, 760, 80))
    assert cell.prediction is None
    assert ChangeKind.CELLS_ADDED in changes.kinds
    assert changes.slide_ids == {1}


def test_an_added_cell_may_go_unnamed_but_not_be_confirmed(case: Case) -> None:
    (cell_id,) = case.apply(AddCell(1, Kind.WBC, Box(700, 10, 760, 80))).cell_ids
    assert (case.cell(cell_id).label, case.cell(cell_id).source) == ("", Source.PERSON)
    with pytest.raises(UserError, match="no label to confirm"):
        case.apply(Confirm((1, cell_id)))
    assert case.cell(1).source is Source.MODEL


def test_a_moved_box_is_cut_at_the_picture(case: Case) -> None:
    assert case.apply(MoveBox(1, Box(-20, 100, 50, 160))).kinds == {ChangeKind.BOXES}
    assert case.cell(1).box_l0 == Box(0, 100, 50, 160)


def test_outlines_stay_with_a_nudged_box_and_go_with_one_moved_away(case: Case) -> None:
    case.apply(MoveBox(1, Box(103, 100, 163, 160)))
    assert case.cell(1).cell_outline == SQUARE
    case.apply(MoveBox(1, Box(140, 100, 200, 160)))
    assert case.cell(1).cell_outline == ()
    case.undo()
    assert case.cell(1).cell_outline == SQUARE


def test_notes_are_kept_in_order(case: Case) -> None:
    case.apply(Note("clotted "))
    case.apply(Note("second tube asked for"))
    assert [note.text for note in case.notes()] == ["clotted", "second tube asked for"]


OWN = CellClass("own", "Own", "", "", "#000000", "O")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Relabel((1, 99), "basophil"), "no cell 99"),
        (Relabel((1,), "unicorn"), "unicorn"),
        (Relabel((), "basophil"), "No cell is chosen"),
        (Reject((0,)), "no cell 0"),
        (MoveBox(99, Box(0, 0, 1, 1)), "no cell 99"),
        (MoveBox(1, Box(2000, 0, 2010, 10)), "outside"),
        (AddCell(7, Kind.WBC, Box(0, 0, 9, 9), "basophil"), "no slide 7"),
        (AddCell(1, Kind.WBC, Box(0, 0, 9, 9), "unicorn"), "unicorn"),
        (AddCell(1, Kind.WBC, Box(-9, 0, -1, 9), "basophil"), "outside"),
        (AddClass(CellClass("basophil", "B", "", "", "#000000", "B")), "already"),
        (AddClass(CellClass("own", "O", "unicorn", "", "#000000", "O")), "unicorn"),
        (AddClass(CellClass("own", "O", "", "1", "#000000", "O")), "key '1'"),
        (AddClass(CellClass("Own Class", "O", "", "", "#000000", "O")), "small letters"),
        (Note("  "), "empty"),
        (Sign(" "), "name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_changes_nothing(case: Case, command: Command, why: str) -> None:
    before, journal = dump(case), case.journal()
    with pytest.raises(UserError, match=why):
        case.apply(command)
    assert dump(case) == before
    assert case.journal() == journal
    assert (case.edit_count, case.can_undo) == (0, False)
    case.apply(AddClass(OWN))
    assert case.edit_count == 1


@pytest.mark.parametrize(
    "command", [Sign("a\udcff"), Sign("a\0"), Sign("x" * 201), Note("a\udcff"), Note("\x1b[2J"), Note("x" * 100_001)]
)
def test_text_that_no_report_could_hold_is_refused(case: Case, command: Command) -> None:
    before = dump(case)
    with pytest.raises(UserError, match="long|no text"):
        case.apply(command)
    assert dump(case) == before
    case.apply(Note("two\nlines\tand a tab"))
