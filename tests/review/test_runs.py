from pathlib import Path

import pytest

from bloodview.core.cells import FoundCell, Kind, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import AddCell, AddClass, ChangeKind, MarkUndecided, MoveBox, Reject, Relabel
from tests.review.examples import dump, found, new_case, run


def again(*labels: str, shift: float = 3) -> tuple[FoundCell, ...]:
    """The three cells found anew, a little aside, under other names."""
    return tuple(found(x + shift, label=label) for x, label in zip((100, 300, 500), labels, strict=True))


def test_an_analysis_is_no_edit_and_undo_does_not_reach_it(case: Case) -> None:
    assert case.edit_count == 0
    assert not case.can_undo
    with pytest.raises(UserError, match="nothing to undo"):
        case.undo()
    assert len(case.cells()) == 3


def test_cells_nobody_touched_take_the_new_view_under_the_old_id(case: Case) -> None:
    changes = case.apply(run(*again("basophil", "basophil", "basophil")))
    assert case.labels() == [(1, "basophil"), (2, "basophil"), (3, "basophil")]
    assert case.cell(1).box_l0 == Box(103, 100, 163, 160)
    assert case.cell(1).source is Source.MODEL
    assert changes.cell_ids == {1, 2, 3}
    assert changes.kinds >= {ChangeKind.CELLS_ADDED, ChangeKind.SLIDES}
    assert len(case.slides()) == 1


def test_cells_nobody_touched_go_when_they_are_not_found_again_and_new_ones_join(case: Case) -> None:
    changes = case.apply(run(found(100), found(800, label="basophil")))
    assert case.labels() == [(1, "lymphocyte"), (4, "basophil")]
    assert changes.cell_ids == {1, 2, 3, 4}


def test_every_decision_is_carried_over(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((2,)))
    case.apply(MarkUndecided((3,)))
    case.apply(run(*again("monocyte", "lymphocyte", "lymphocyte")))
    one, two, three = case.cells()
    assert (one.label, one.source) == ("basophil", Source.PERSON)
    assert two.status is Status.REJECTED
    assert three.status is Status.UNDECIDED
    assert [c.prediction.label for c in (one, two, three) if c.prediction] == ["monocyte", "lymphocyte", "lymphocyte"]


def test_decided_cells_that_match_nothing_stay_as_they_are(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((2,)))
    before = case.cells(ids=[1, 2])
    case.apply(run(found(800)))
    assert case.cells(ids=[1, 2]) == before
    assert [cell.id for cell in case.cells()] == [1, 2, 4]


def test_a_moved_box_stays_where_the_person_put_it_and_swallows_the_detection(case: Case) -> None:
    case.apply(MoveBox(1, Box(150, 100, 210, 160)))
    case.apply(run(found(148, label="basophil")))
    assert [(c.id, c.box_l0, c.label) for c in case.cells()] == [(1, Box(150, 100, 210, 160), "basophil")]


def test_an_added_cell_that_the_machine_finds_later_is_one_cell(case: Case) -> None:
    case.apply(AddCell(1, Kind.WBC, Box(700, 100, 760, 160), "basophil"))
    case.apply(run(found(702, label="monocyte")))
    (cell,) = case.cells()
    assert (cell.id, cell.label, cell.source, cell.box_l0) == (4, "basophil", Source.PERSON, Box(700, 100, 760, 160))
    assert cell.prediction is not None
    assert cell.prediction.label == "monocyte"


def test_undoing_an_added_cell_leaves_the_one_the_machine_found_since(case: Case) -> None:
    case.apply(AddCell(1, Kind.WBC, Box(700, 100, 760, 160), "basophil"))
    case.apply(run(found(702, label="monocyte")))
    case.undo()
    assert [(c.id, c.label, c.source, c.box_l0) for c in case.cells()] == [
        (4, "monocyte", Source.MODEL, Box(702, 100, 762, 160))
    ]


def test_a_decided_cell_keeps_out_a_detection_of_another_kind_in_its_place(case: Case) -> None:
    case.apply(Relabel((1,), "lymphocyte"))
    case.apply(run(found(101, kind=Kind.RBC), found(300, kind=Kind.RBC)))
    assert [(c.id, c.kind, c.label) for c in case.cells()] == [
        (1, Kind.WBC, "lymphocyte"),
        (4, Kind.RBC, "red_cell"),
    ]


def test_undo_reaches_across_an_analysis_to_the_new_label_of_the_machine(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(run(*again("monocyte", "monocyte", "monocyte")))
    case.undo()
    assert (case.cell(1).label, case.cell(1).source) == ("monocyte", Source.MODEL)
    case.redo()
    assert (case.cell(1).label, case.cell(1).source) == ("basophil", Source.PERSON)


def test_what_undo_took_back_can_be_redone_after_an_analysis_that_lost_the_cell(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.undo()
    case.apply(run(found(800)))
    assert [cell.id for cell in case.cells()] == [4]
    changes = case.redo()
    assert case.labels() == [(1, "basophil"), (4, "lymphocyte")]
    assert ChangeKind.CELLS_ADDED in changes.kinds
    case.undo()
    assert case.labels() == [(4, "lymphocyte")]


def test_a_cell_lost_and_found_again_keeps_its_id_so_that_redo_does_not_double_it(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.undo()
    case.apply(run(found(800)))
    case.apply(run(found(102), found(800)))
    assert case.labels() == [(1, "lymphocyte"), (4, "lymphocyte")]
    case.redo()
    assert case.labels() == [(1, "basophil"), (4, "lymphocyte")]


def test_undo_of_a_decision_shows_the_cell_even_if_a_later_analysis_lost_it(case: Case) -> None:
    case.apply(Reject((2,)))
    case.apply(run(found(100)))
    case.undo()
    assert case.labels() == [(1, "lymphocyte"), (2, "monocyte")]


def test_a_cell_that_is_shown_comes_before_one_that_undo_hid_in_the_same_place(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.undo()
    case.apply(run(found(800)))
    case.apply(AddCell(1, Kind.WBC, Box(105, 100, 165, 160), "monocyte"))
    case.apply(run(found(100)))
    assert case.labels() == [(5, "monocyte")]


def test_ids_of_cells_that_went_are_not_given_again(case: Case) -> None:
    case.apply(run())
    assert case.cells() == []
    case.apply(run(found(100)))
    assert case.cell(4).label == "lymphocyte"


def test_an_analysis_of_another_slide_leaves_this_one_alone(case: Case) -> None:
    before = case.cells(slide_id=1)
    case.apply(run(found(100, label="basophil"), content_hash="hash-b", name="b.png"))
    assert case.cells(slide_id=1) == before
    assert [slide.name for slide in case.slides()] == ["a.png", "b.png"]


def test_the_same_picture_under_another_name_is_the_same_slide(case: Case) -> None:
    case.apply(run(*again("basophil", "basophil", "basophil"), name="moved.png"))
    assert [(slide.id, slide.name) for slide in case.slides()] == [(1, "moved.png")]
    assert len(case.cells()) == 3


def test_a_class_the_case_does_not_have_is_refused_whole(case: Case) -> None:
    before = dump(case)
    with pytest.raises(UserError, match="'basophil_like'"):
        case.apply(run(found(100, label="basophil_like")))
    assert dump(case) == before


def test_a_class_that_the_machine_uses_cannot_be_undone(case: Case) -> None:
    case.apply(AddClass(CellClass("own", "Own", "", "", "#000000", "O")))
    case.apply(run(found(100, label="own")))
    with pytest.raises(UserError, match="'own'"):
        case.undo()
    assert "own" in case.taxonomy
    assert case.edit_count == 1


def test_an_analysis_does_not_forget_what_can_be_redone(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(Reject((2,)))
        case.undo()
        case.apply(run(*again("monocyte", "monocyte", "monocyte")))
        assert case.can_redo
        case.redo()
        assert case.cell(2).status is Status.REJECTED
