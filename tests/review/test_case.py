from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.cells import Kind, Source, Status, counts_at_edge
from bloodview.core.errors import StorageError, UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import CellClass
from bloodview.review.case import Case
from bloodview.review.commands import AddCell, AddClass, ChangeKind, Changes, MarkUndecided, Note, Reject, Relabel, Sign
from tests.review.examples import SIZE, SQUARE, found, new_case, prediction, run


def test_a_new_case_is_empty_and_knows_the_default_classes(tmp_path: Path) -> None:
    with Case.create(tmp_path / "new.bvcase") as case:
        assert case.cells() == []
        assert case.slides() == []
        assert case.saved_at is None
        assert case.edit_count == 0
        assert "basophil" in case.taxonomy


def test_an_existing_file_is_never_created_over(tmp_path: Path) -> None:
    (tmp_path / "mine.bvcase").write_text("dear diary")
    with pytest.raises(StorageError, match="already there"):
        Case.create(tmp_path / "mine.bvcase")
    assert (tmp_path / "mine.bvcase").read_text() == "dear diary"


def test_open_or_create_makes_a_case_once(tmp_path: Path) -> None:
    path = tmp_path / "x.bvcase"
    with Case.open_or_create(path) as case:
        case.apply(Note("first"))
    with Case.open_or_create(path) as case:
        assert [note.text for note in case.notes()] == ["first"]


def test_a_cell_comes_back_from_the_file_as_it_was_found(tmp_path: Path) -> None:
    new_case(tmp_path, run(found(100, confidence=0.5))).close()
    with Case.open(tmp_path / "smear.bvcase") as case:
        cell = case.cell(1)
    assert cell.box_l0 == Box(100, 100, 160, 160)
    assert cell.prediction == prediction(confidence=0.5)
    assert cell.cell_outline == SQUARE
    assert cell.nucleus_outline == SQUARE[:2]
    assert (cell.label, cell.source, cell.status) == ("lymphocyte", Source.MODEL, Status.ACTIVE)


def test_a_slide_comes_back_from_the_file(tmp_path: Path) -> None:
    new_case(tmp_path).close()
    with Case.open(tmp_path / "smear.bvcase") as case:
        (slide,) = case.slides()
    assert (slide.name, slide.content_hash, slide.size, slide.scale) == (
        "a.png",
        "hash-a",
        SIZE,
        Scale(0.25, "red cells"),
    )
    assert (slide.device, slide.model_ids) == ("cpu", ("finder-1", "wbc-1"))
    assert slide.failed_tiles == (Box(0, 0, 10, 10),)


def test_objects_that_are_no_leukocytes_are_named_by_their_kind(tmp_path: Path) -> None:
    with new_case(tmp_path, run(found(100, kind=Kind.RBC), found(300, kind=Kind.PLATELET))) as case:
        assert case.labels() == [(1, "red_cell"), (2, "platelet")]


def test_cells_are_asked_by_slide_and_by_id(tmp_path: Path) -> None:
    with new_case(tmp_path, run(found(1), found(200)), run(found(3), content_hash="b", name="b.png")) as case:
        assert [cell.id for cell in case.cells()] == [1, 2, 3]
        assert [cell.id for cell in case.cells(slide_id=2)] == [3]
        assert [cell.id for cell in case.cells(ids=[3, 1, 99])] == [1, 3]
        assert case.cells(ids=[]) == []


def test_a_cell_that_is_not_there_is_named(case: Case) -> None:
    with pytest.raises(UserError, match="no cell 17"):
        case.cell(17)


def test_embeddings_are_kept(case: Case) -> None:
    assert case.embeddings([1, 99]) == {1: b"\x01\x02"}


def test_labels_show_what_a_person_decided(case: Case) -> None:
    case.apply(Reject((1,)))
    case.apply(MarkUndecided((2,)))
    case.apply(Relabel((3,), "basophil"))
    assert case.labels() == [(1, "rejected"), (2, "undecided"), (3, "basophil")]


def test_counts_leave_rejected_and_undecided_cells_apart(case: Case) -> None:
    case.apply(Reject((1,)))
    case.apply(MarkUndecided((2,)))
    counts = case.label_counts()
    assert counts.by_label == {"eosinophil": 1}
    assert (counts.undecided, counts.rejected, counts.cut) == (1, 1, 0)


def test_counts_of_one_slide_leave_out_the_others(tmp_path: Path) -> None:
    with new_case(tmp_path, run(found(1), found(200)), run(found(3), content_hash="b", name="b.png")) as case:
        assert case.label_counts(slide_id=1).by_label == {"lymphocyte": 2}
        assert case.label_counts().by_label == {"lymphocyte": 3}


@given(
    kind=st.sampled_from(list(Kind)),
    x0=st.sampled_from([0.0, 5.0]),
    y0=st.sampled_from([0.0, 5.0]),
    touches_edge=st.booleans(),
)
def test_counts_follow_the_edge_rule(
    tmp_path_factory: pytest.TempPathFactory, kind: Kind, x0: float, y0: float, touches_edge: bool
) -> None:
    cell = found(x0, y0, kind=kind, touches_edge=touches_edge)
    with new_case(tmp_path_factory.mktemp("edge"), run(cell)) as case:
        counts = case.label_counts()
        assert (sum(counts.by_label.values()), counts.cut) == ((1, 0) if case.cell(1).counts else (0, 1))
        assert case.cell(1).counts == counts_at_edge(kind, cell.detection.box_l0, touches_edge)


def test_observers_hear_of_edit_undo_and_redo_until_they_leave(case: Case) -> None:
    heard: list[Changes] = []
    leave = case.subscribe(heard.append)
    case.apply(Relabel((1,), "basophil"))
    case.undo()
    case.redo()
    leave()
    case.undo()
    assert (
        heard
        == [Changes(frozenset((ChangeKind.LABELS,)), frozenset((1,)), frozenset((1,)), "Cell 1 called Basophil")] * 3
    )


def test_observers_hear_nothing_of_a_refused_edit(case: Case) -> None:
    heard: list[Changes] = []
    case.subscribe(heard.append)
    with pytest.raises(UserError):
        case.apply(Relabel((99,), "basophil"))
    assert heard == []


def test_a_signed_case_refuses_edits_and_analyses_until_undo_takes_the_signature_back(case: Case) -> None:
    case.apply(Sign("Dr Ada"))
    assert case.signature is not None
    assert case.signature.name == "Dr Ada"
    for command in (Relabel((1,), "basophil"), Sign("Dr Bea"), run(found(5))):
        with pytest.raises(UserError, match="signed by Dr Ada"):
            case.apply(command)
    assert case.labels()[0] == (1, "lymphocyte")
    assert case.undo().kinds == {ChangeKind.SIGNED}
    assert case.signature is None
    case.apply(Relabel((1,), "basophil"))
    assert case.labels()[0] == (1, "basophil")


def test_a_signature_survives_closing(tmp_path: Path, case: Case) -> None:
    case.apply(Sign(" Dr Ada "))
    case.close()
    with Case.open(tmp_path / "smear.bvcase") as again, pytest.raises(UserError, match="signed by Dr Ada;"):
        again.apply(Note("late"))


def test_the_journal_tells_what_was_done_newest_first(case: Case) -> None:
    case.apply(Relabel((1, 2), "basophil"))
    case.undo()
    told = [(entry.kind, entry.title, entry.edit_count) for entry in case.journal()]
    assert told == [
        ("undo", "2 cells called Basophil", 2),
        ("edit", "2 cells called Basophil", 1),
        ("run", "a.png analysed, 3 cells found", None),
    ]
    assert case.saved_at == case.journal(1)[0].at


def test_an_own_class_survives_closing_and_names_cells(tmp_path: Path, case: Case) -> None:
    own = CellClass("reactive", "Reactive lymphocyte", "lymphocyte", "z", "#123456", "RL")
    assert case.apply(AddClass(own)).kinds == {ChangeKind.CLASSES}
    case.apply(Relabel((1,), "reactive"))
    case.close()
    with Case.open(tmp_path / "smear.bvcase") as again:
        assert again.taxonomy["reactive"] == own
        assert again.cell(1).label == "reactive"


def test_ten_thousand_cells_are_edited_at_once(tmp_path: Path) -> None:
    many = [found(100 * (i % 100), 100 * (i // 100)) for i in range(10_000)]
    with new_case(tmp_path, run(*many)) as case:
        everything = tuple(cell.id for cell in case.cells())
        case.apply(Relabel(everything, "basophil"))
        assert case.label_counts().by_label == {"basophil": 10_000}
        case.undo()
        assert case.label_counts().by_label == {"lymphocyte": 10_000}


def test_numbers_from_numpy_are_stored_as_numbers(tmp_path: Path) -> None:
    cell = found(float(np.float32(100.5)))
    with new_case(tmp_path, run(cell)) as case:
        slide = case.slides()[0]
        case.apply(AddCell(slide.id, Kind.WBC, Box(*map(float, np.array([700, 9, 750, 70], np.float32))), "basophil"))
        assert case.cell(2).box_l0 == Box(700, 9, 750, 70)
        assert case.slides()[0].size == Size(1000, 800)
