"""Undo and redo: whatever was done, all of it can be taken back and done again, also after a restart."""

from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bloodview.core.cells import Kind, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import FINE, CellClass
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddClass,
    AddExamples,
    AddRun,
    Amend,
    ChangeClass,
    ChangeKind,
    Changes,
    Command,
    Confirm,
    DropExamples,
    Edit,
    Grade,
    ImportCells,
    ImportedCell,
    Judge,
    MarkUndecided,
    MergeCells,
    MergeClass,
    MoveBox,
    Note,
    NoteGrading,
    OutlineCell,
    OutsideExample,
    Reject,
    Relabel,
    RemoveClass,
    Restore,
    Sign,
    SplitCell,
)
from bloodview.review.reading_commands import DropAnalyser, KeepAnalyser, Read, Settle
from tests.review.examples import dump, found, new_case, run


def test_undo_takes_back_the_latest_edit_not_yet_taken_back(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Relabel((1,), "monocyte"))
    assert case.undo_title == "Cell 1 called Monocyte"
    case.undo()
    assert case.cell(1).label == "basophil"
    case.undo()
    assert case.cell(1).label == "lymphocyte"
    assert not case.can_undo
    assert case.redo_title == "Cell 1 called Basophil"


def test_every_accepted_edit_undo_and_redo_counts(case: Case) -> None:
    case.apply(Reject((1,)))
    case.undo()
    case.redo()
    assert case.edit_count == 3
    with pytest.raises(UserError, match="nothing to redo"):
        case.redo()
    assert case.edit_count == 3


def test_an_edit_after_an_undo_forgets_the_redo(case: Case) -> None:
    case.apply(Reject((1,)))
    case.undo()
    case.apply(Reject((2,)))
    assert (case.can_redo, case.redo_title) == (False, "")
    case.undo()
    assert case.undo_title == ""
    assert not case.can_undo


def test_an_edit_that_changes_nothing_still_counts_and_is_taken_back_by_itself(case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    assert case.apply(Relabel((1,), "basophil")) == Changes(title="Cell 1 called Basophil")
    case.undo()
    assert case.cell(1).label == "basophil"
    case.undo()
    assert case.cell(1).label == "lymphocyte"


def test_undo_and_redo_survive_a_restart(tmp_path: Path, case: Case) -> None:
    case.apply(Relabel((1,), "basophil"))
    case.apply(Reject((2,)))
    case.undo()
    case.close()
    with Case.open(tmp_path / "smear.bvcase") as again:
        assert (again.edit_count, again.undo_title, again.redo_title) == (
            3,
            "Cell 1 called Basophil",
            "Cell 2 rejected",
        )
        again.redo()
        assert again.labels()[:2] == [(1, "basophil"), (2, "rejected")]
        again.undo()
        again.undo()
        assert again.labels()[:2] == [(1, "lymphocyte"), (2, "monocyte")]


def test_undo_of_an_added_cell_says_that_it_went(case: Case) -> None:
    (cell_id,) = case.apply(AddCell(1, Kind.WBC, Box(700, 10, 760, 80), "basophil")).cell_ids
    changes = case.undo()
    assert changes.cell_ids == {cell_id}
    assert changes.slide_ids == {1}
    assert ChangeKind.CELLS_ADDED in changes.kinds
    assert case.cells(ids=[cell_id]) == []
    with pytest.raises(UserError, match=f"no cell {cell_id}"):
        case.apply(Reject((cell_id,)))


ids = st.lists(st.integers(1, 7), min_size=1, max_size=3).map(tuple)
labels = st.sampled_from((*FINE[:4], "neutrophil", "artefact"))
box = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    *(st.floats(-50, 990, width=32), st.floats(-50, 790, width=32), st.floats(1, 300, width=32), st.floats(1, 300)),
)
own = st.builds(lambda n: CellClass(f"own_{n}", f"Own {n}", "lymphocyte", "", "#112233", "O"), st.integers(0, 3))
own_id = st.builds(lambda n: f"own_{n}", st.integers(0, 3))
outside = st.lists(
    st.builds(lambda n: OutsideExample(bytes((n, 1)), b"\0" * 44, "wbc-1", f"{n}.png"), st.integers(0, 9)), max_size=2
).map(tuple)
who = st.sampled_from(("Ada", "Bea"))
answer = st.one_of(
    st.tuples(labels, st.just(Status.ACTIVE)),
    st.tuples(st.just(""), st.sampled_from((Status.UNDECIDED, Status.REJECTED))),
)
imported = st.builds(
    lambda cell_id, box, label: ImportedCell(1, cell_id, Kind.WBC, box, label, None),
    st.one_of(st.none(), st.integers(1, 4)), box, st.one_of(st.none(), labels),
)  # fmt: skip
outline = st.builds(lambda b: ((b.x0, b.y0), (b.x1, b.y0), (b.x1, b.y1), (b.x0, b.y1)), box)
graded = st.lists(
    st.tuples(st.sampled_from(("rouleaux", "spherocytes", "zebra")), st.one_of(st.none(), st.integers(0, 4))),
    max_size=2,
).map(tuple)
EDITS: dict[type[Edit], st.SearchStrategy[Edit]] = {
    Relabel: st.builds(Relabel, ids, st.one_of(labels, own_id)),
    Confirm: st.builds(Confirm, ids),
    Reject: st.builds(Reject, ids),
    Restore: st.builds(Restore, ids),
    MarkUndecided: st.builds(MarkUndecided, ids),
    AddCell: st.builds(AddCell, st.just(1), st.sampled_from(list(Kind)), box, st.one_of(st.just(""), labels)),
    MoveBox: st.builds(MoveBox, st.integers(1, 7), box),
    ImportCells: st.builds(ImportCells, st.just("COCO"), st.lists(imported, min_size=1, max_size=2).map(tuple)),
    AddClass: st.builds(AddClass, own, st.booleans(), st.one_of(st.just(()), ids), outside),
    AddExamples: st.builds(AddExamples, own_id, outside),
    DropExamples: st.builds(DropExamples, ids),
    ChangeClass: st.builds(ChangeClass, own_id, own),
    MergeClass: st.builds(MergeClass, own_id, st.one_of(labels, own_id)),
    RemoveClass: st.builds(RemoveClass, own_id, st.one_of(st.just(""), labels, own_id)),
    Judge: st.builds(Judge, own_id, ids, ids),
    Read: st.builds(
        lambda ids, who, said, hid, decides: Read(ids, who, *said, hid, hid, decides, 5),
        ids, who, answer, st.booleans(), st.booleans(),
    ),
    Settle: st.builds(lambda ids, said: Settle(ids, "Ada, Bea", *said), ids, answer),
    KeepAnalyser: st.builds(lambda n: KeepAnalyser("DxH", (("monocyte", float(n)),)), st.integers(1, 3)),
    DropAnalyser: st.builds(DropAnalyser),
    OutlineCell: st.builds(OutlineCell, st.integers(1, 7), st.one_of(st.just(()), outline),
                           st.one_of(st.just(()), outline)),
    SplitCell: st.builds(SplitCell, st.integers(1, 7), outline, outline),
    MergeCells: st.builds(MergeCells, ids, outline),
    Grade: st.builds(Grade, graded),
    NoteGrading: st.builds(NoteGrading, st.sampled_from(("", "thin", "two populations"))),
    Note: st.builds(Note, st.sampled_from(("a", "b"))),
    Sign: st.builds(Sign, st.just("Dr Ada")),
    Amend: st.builds(Amend, st.just("One more look.")),
}  # fmt: skip
edit = st.one_of(*EDITS.values())
again = st.builds(
    lambda cells: run(*cells),
    st.lists(
        st.builds(lambda x, label, kind: found(x, label=label, kind=kind), st.floats(80, 540, width=32), labels,
                  st.sampled_from((Kind.WBC, Kind.WBC, Kind.RBC))),
        max_size=5,
    ),
)  # fmt: skip
UNDO, REDO, RESTART = "undo", "redo", "restart"
step = st.one_of(edit, edit, st.sampled_from((UNDO, REDO, RESTART)))


def play(case: Case, steps: list[Command | str]) -> Case:
    """Take the steps, passing over those that are refused; a refused one changes nothing."""
    for one in steps:
        if one == RESTART:
            case.close()
            case = Case.open(case.path)
            continue
        before, count = dump(case), case.edit_count
        try:
            if one == UNDO:
                case.undo()
            elif one == REDO:
                case.redo()
            elif not isinstance(one, str):
                case.apply(one)
        except UserError:
            assert (dump(case), case.edit_count) == (before, count)
        else:
            assert case.edit_count == count + (not isinstance(one, AddRun))
    return case


def test_no_command_is_left_out_of_what_is_tried() -> None:
    assert set(EDITS) == set(get_args(Edit))


@pytest.mark.slow
@given(st.lists(step, max_size=14))
@settings(max_examples=80)
def test_all_can_be_taken_back_and_done_again(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Command | str]
) -> None:
    case = new_case(tmp_path_factory.mktemp("undo"))
    start = dump(case)
    try:
        case = play(case, steps)
        while case.can_redo:
            case.redo()
        end, seen = dump(case), []
        while case.can_undo:
            case.undo()
            seen.append(dump(case))
        assert dump(case) == start
        for state in [*reversed(seen[:-1]), end][: len(seen)]:
            case.redo()
            assert dump(case) == state
        assert not case.can_redo
    finally:
        case.close()


def decisions(case: Case) -> dict[int, tuple[object, ...]]:
    """What persons decided, as the file has it."""
    columns = "id, kind, added, person_label, status, px0, py0, px1, py1"
    rows = case._connection.execute(f"SELECT {columns} FROM cell WHERE decided").fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.mark.slow
@given(st.lists(step, max_size=8), again, st.lists(step, max_size=4), again)
@settings(max_examples=60)
def test_an_analysis_changes_no_decision_and_undo_and_redo_reach_across_it(
    tmp_path_factory: pytest.TempPathFactory, first: list[Command | str], one: AddRun, second: list[Command | str],
    two: AddRun,
) -> None:  # fmt: skip
    case = new_case(tmp_path_factory.mktemp("runs"))
    try:
        case = play(case, first)
        before = decisions(case)
        case = play(case, [one])
        assert decisions(case) == before
        case = play(case, second)
        before = decisions(case)
        case = play(case, [two])
        assert decisions(case) == before
        assert set(before) <= {cell.id for cell in case.cells()}
        while case.can_redo:
            case.redo()
        end, depth = dump(case), 0
        while case.can_undo:
            case.undo()
            depth += 1
        assert decisions(case) == {}
        for _ in range(depth):
            case.redo()
        assert dump(case) == end
    finally:
        case.close()
