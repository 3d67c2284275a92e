"""Outlines that a person draws: kept whatever the machine says later, one edit each, undone as one."""

from pathlib import Path

import pytest

from bloodview.core.cells import Kind, Polygon, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.review.commands import AddCell, ChangeKind, MergeCells, OutlineCell, Relabel, SplitCell
from tests.review.examples import dump, found, new_case, run, three_cells

OCTAGON: Polygon = ((110, 100), (150, 100), (160, 110), (160, 150), (150, 160), (110, 160), (100, 150), (100, 110))
LEFT: Polygon = ((100, 100), (128, 100), (128, 160), (100, 160))
RIGHT: Polygon = ((132, 100), (160, 100), (160, 160), (132, 160))
NUCLEUS: Polygon = ((115, 115), (140, 115), (140, 150), (115, 150))


def test_a_cell_takes_the_outline_and_its_box_follows(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        changes = case.apply(OutlineCell(1, OCTAGON))
        (cell,) = case.cells(ids=[1])
        assert cell.cell_outline == OCTAGON
        assert cell.box_l0 == Box(100, 100, 160, 160)
        assert changes.kinds >= {ChangeKind.BOXES}
        assert changes.title == "Cell 1 outlined"


def test_a_later_analysis_leaves_a_persons_outline_alone(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(OutlineCell(1, OCTAGON))
        case.apply(run(found(103, 98), found(300, label="monocyte")))
        (cell,) = case.cells(ids=[1])
        assert (cell.cell_outline, cell.box_l0) == (OCTAGON, Box(100, 100, 160, 160))


def test_a_nucleus_is_outlined_apart_from_its_cell_in_one_edit(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        (machine,) = case.cells(ids=[1])
        before = dump(case)
        changes = case.apply(OutlineCell(1, (), NUCLEUS))
        (cell,) = case.cells(ids=[1])
        assert (cell.nucleus_outline, cell.cell_outline) == (NUCLEUS, machine.cell_outline)
        assert cell.box_l0 == machine.box_l0
        assert changes.title == "Nucleus of cell 1 outlined"
        assert ChangeKind.BOXES in changes.kinds, "what shows cells follows this"
        case.undo()
        assert dump(case) == before
        case.redo()
        assert case.cells(ids=[1])[0].nucleus_outline == NUCLEUS


def test_cell_and_nucleus_are_outlined_together(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        assert case.apply(OutlineCell(1, OCTAGON, NUCLEUS)).title == "Cell 1 outlined"
        (cell,) = case.cells(ids=[1])
        assert (cell.cell_outline, cell.nucleus_outline) == (OCTAGON, NUCLEUS)


def test_a_later_analysis_neither_changes_a_persons_nucleus_nor_takes_its_cell_away(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(OutlineCell(1, (), NUCLEUS))
        case.apply(OutlineCell(2, (), tuple((x + 200, y) for x, y in NUCLEUS)))
        case.apply(run(found(103, 98)))
        one, two = case.cells(ids=[1, 2])
        assert one.nucleus_outline == NUCLEUS
        assert two.nucleus_outline[0] == (315, 115)


def test_a_new_outline_of_the_cell_leaves_its_nucleus(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(OutlineCell(1, (), NUCLEUS))
        case.apply(OutlineCell(1, OCTAGON))
        assert case.cells(ids=[1])[0].nucleus_outline == NUCLEUS


def test_an_added_cell_keeps_its_outline_through_an_analysis(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        outline = tuple((x + 600, y + 300) for x, y in OCTAGON)
        (cell_id,) = case.apply(AddCell(1, Kind.RBC, Box(0, 0, 1, 1), "red_cell", outline)).cell_ids
        case.apply(three_cells())
        (cell,) = case.cells(ids=[cell_id])
        assert (cell.kind, cell.label, cell.source) == (Kind.RBC, "red_cell", Source.PERSON)
        assert (cell.cell_outline, cell.box_l0) == (outline, Box(700, 400, 760, 460))


def test_a_cell_that_the_border_cuts_is_known_as_cut(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        outline = tuple((x - 120, y) for x, y in OCTAGON)
        (cell_id,) = case.apply(AddCell(1, Kind.RBC, Box(0, 0, 1, 1), "", outline)).cell_ids
        (cell,) = case.cells(ids=[cell_id])
        assert cell.touches_edge
        assert not cell.counts
        assert cell.box_l0.x0 == 0


def test_splitting_gives_two_cells_in_one_edit(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        case.apply(Relabel((1,), "monocyte"))
        before = dump(case)
        changes = case.apply(SplitCell(1, LEFT, RIGHT))
        (new_id,) = changes.cell_ids - {1}
        kept, other = case.cells(ids=[1, new_id])
        assert (kept.cell_outline, other.cell_outline) == (LEFT, RIGHT)
        assert (kept.box_l0.x1, other.box_l0.x0) == (128, 132)
        assert (kept.label, other.label, other.kind) == ("monocyte", "monocyte", Kind.WBC)
        assert ChangeKind.CELLS_ADDED in changes.kinds
        case.undo()
        assert dump(case) == before
        case.redo()
        assert len(case.cells()) == 4


def test_the_part_of_a_cell_that_no_person_named_is_named_by_nobody(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        (new_id,) = case.apply(SplitCell(1, LEFT, RIGHT)).cell_ids - {1}
        (other,) = case.cells(ids=[new_id])
        assert other.label == ""


def test_merged_cells_are_one_and_the_others_never_count(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        before = dump(case)
        whole: Polygon = ((100, 100), (360, 100), (360, 160), (100, 160))
        case.apply(MergeCells((2, 1), whole))
        first, second = case.cells(ids=[2, 1])
        by_id = {c.id: c for c in (first, second)}
        assert by_id[2].cell_outline == whole
        assert (by_id[2].status, by_id[1].status) == (Status.ACTIVE, Status.REJECTED)
        case.undo()
        assert dump(case) == before


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (OutlineCell(9, OCTAGON), "no cell 9"),
        (OutlineCell(1, OCTAGON[:2]), "corners"),
        (OutlineCell(1, tuple((x, 5.0) for x, _ in OCTAGON)), "holds nothing"),
        (OutlineCell(1, tuple((x - 900, y) for x, y in OCTAGON)), "outside"),
        (OutlineCell(1, OCTAGON * 600), "corners"),
        (OutlineCell(1, ()), "corners"),
        (OutlineCell(1, (), NUCLEUS[:2]), "corners"),
        (OutlineCell(1, (), tuple((x + 30, y) for x, y in NUCLEUS)), "beyond its cell"),
        (OutlineCell(1, LEFT, NUCLEUS), "beyond its cell"),
        (SplitCell(1, LEFT, RIGHT[:1]), "corners"),
        (MergeCells((1,), OCTAGON), "Two cells"),
        (MergeCells((1, 1), OCTAGON), "Two cells"),
    ],
)
def test_what_is_no_outline_is_refused_and_nothing_is_written(tmp_path: Path, edit: object, words: str) -> None:
    with new_case(tmp_path) as case:
        before = dump(case)
        with pytest.raises(UserError, match=words):
            case.apply(edit)
        assert dump(case) == before


def test_cells_of_two_pictures_cannot_be_merged(tmp_path: Path) -> None:
    case = new_case(tmp_path, three_cells(), run(found(100), content_hash="hash-b", name="b.png"))
    with case, pytest.raises(UserError, match="different pictures"):
        case.apply(MergeCells((1, 4), OCTAGON))
