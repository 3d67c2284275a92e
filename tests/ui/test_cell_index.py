"""Cells by slide and by doubt, without asking the case."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.geometry import Box, Size
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, MarkUndecided, NewSlide, Reject, Relabel
from bloodview.ui.cell_index import CellIndex, Tally
from tests.ui.window_support import FIELD, plain, prediction


def cell(cell_id: int, confidence: float = 0.9, *, slide_id: int = 1, decided: bool = True) -> Cell:
    said = prediction("monocyte", confidence, decided=decided)
    return Cell(
        cell_id, slide_id, Kind.WBC, Box(0, 0, 10, 10), 0.9, False, "monocyte", Source.MODEL, Status.ACTIVE, said
    )


@pytest.fixture
def index() -> CellIndex:
    made = CellIndex()
    made.replace_all(
        [
            cell(1),
            cell(2, 0.5, decided=False),
            cell(3, 0.3, decided=False),
            cell(4, 0.4, decided=False, slide_id=2),
            replace(cell(5, slide_id=2), kind=Kind.RBC, label="red_cell", prediction=None),
        ]
    )
    return made


def ids(cells: list[Cell]) -> list[int]:
    return [c.id for c in cells]


def walk(index: CellIndex, step: int, times: int, slide_id: int | None = None) -> list[int]:
    seen: list[int] = []
    for _ in range(times):
        found = index.doubtful(seen[-1] if seen else None, step, slide_id)
        assert found is not None
        seen.append(found.id)
    return seen


def test_the_walk_goes_from_the_most_doubtful_on_and_round(index: CellIndex) -> None:
    assert walk(index, 1, 4) == [3, 4, 2, 3]
    assert walk(index, -1, 4) == [2, 4, 3, 2]


def test_the_walk_keeps_to_a_slide(index: CellIndex) -> None:
    assert walk(index, 1, 3, slide_id=1) == [3, 2, 3]


def test_a_decided_cell_keeps_its_place_in_the_walk(index: CellIndex) -> None:
    index.update([replace(cell(4, 0.4, decided=False, slide_id=2), source=Source.PERSON)])
    found = index.doubtful(4, 1)
    assert found is not None
    assert found.id == 2


def test_there_is_nothing_to_walk_to_once_all_is_decided(index: CellIndex) -> None:
    index.update([replace(c, status=Status.UNDECIDED) for c in index.some([2, 3, 4])])
    assert index.doubtful(None, 1) is None
    assert index.to_look_at == 0


def test_tallies_follow_every_change(index: CellIndex) -> None:
    assert index.tally(1) == Tally(3, 2)
    assert index.tally(2) == Tally(1, 1)
    index.update([replace(cell(3, 0.3, decided=False), status=Status.REJECTED)])
    assert index.tally(1) == Tally(2, 1)
    index.drop([1, 99])
    assert index.tally(1) == Tally(1, 1)
    index.replace_all([])
    assert index.tally(1) == Tally()
    assert len(index) == 0


def test_the_labels_are_counted_as_the_case_counts_them(tmp_path: Path) -> None:
    cut = replace(plain(0, 0, Kind.RBC).detection, touches_edge=True)
    found = (*FIELD, replace(FIELD[4], detection=cut))
    index = CellIndex()
    with Case.create(tmp_path / "a.bvcase") as case:
        case.subscribe(lambda changes: index.update(case.cells(ids=tuple(changes.cell_ids))))
        case.apply(AddRun(NewSlide(tmp_path / "a.png", "a", Size(640, 480), None), found, ("fake",), "cpu"))
        ids = [c.id for c in case.cells()]
        for step in (Relabel(tuple(ids[:2]), "monocyte"), Reject((ids[0],)), MarkUndecided((ids[2], ids[3]))):
            case.apply(step)
            assert index.label_counts == case.label_counts()
        assert index.label_counts.cut == 1
        case.undo()
        case.undo()
        assert index.label_counts == case.label_counts()


def test_plain_red_cells_are_left_out_on_wish(index: CellIndex) -> None:
    assert ids(index.of_slide(None, red_cells=False)) == [1, 2, 3, 4]
    assert ids(index.of_slide(2)) == [4, 5]
    named = replace(index.of_slide(2)[1], label="erythroblast")
    index.update([named])
    assert ids(index.of_slide(None, red_cells=False)) == [1, 2, 3, 4, named.id]
