"""Cells that a person outlined become a set of outlines and a run file; a refined segmenter is adopted, and left."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core import outlineset, paths, refinement
from bloodview.core.cells import Kind, Polygon
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.refinement import RUN, SEGMENTER, RefineFile
from bloodview.models import store
from bloodview.review.case import Case
from bloodview.review.commands import (
    AddCell,
    AddRun,
    ImportCells,
    ImportedCell,
    MoveBox,
    NewSlide,
    OutlineCell,
    Reject,
    Relabel,
)
from bloodview.slides.slide import open_slide
from bloodview.workflows import refining, refining_segmenter
from bloodview.workflows.refining_segmenter import Outlined, gather, offer, outlined_at, outlined_in
from tests.models import tiny
from tests.review.examples import found

SIZE = Size(640, 480)


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(store.DEFAULTS, "segment", "tiny-segment")
    monkeypatch.setattr(refining_segmenter, "_DRAWN", 1)
    monkeypatch.setattr(refining_segmenter, "_DRAWN_JUDGES", 1)
    return tiny.segmenter(paths.user_models())


def square(x: float, y: float, side: float) -> Polygon:
    return (x, y), (x + side, y), (x + side, y + side), (x, y + side)


def case_of(folder: Path, name: str = "a", pictures: int = 6) -> Case:
    """A case with two leukocytes and a red cell on each picture, all outlined by the machine alone."""
    case = Case.create(folder / f"{name}.bvcase")
    for i in range(pictures):
        path = folder / name / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.full((SIZE.height, SIZE.width, 3), 200 - 10 * i, np.uint8))
        slide = open_slide(path)
        new = NewSlide(path, slide.content_hash, SIZE, Scale(0.1, "red cells"))
        slide.close()
        case.apply(AddRun(new, (found(100), found(300), found(480, kind=Kind.RBC)), ("f", "w"), "cpu", ()))
    return case


def outline_all(case: Case) -> Outlined:
    """As by a person, each leukocyte a little larger than it was found."""
    for cell in case.cells():
        if cell.kind is Kind.WBC:
            case.apply(OutlineCell(cell.id, square(cell.box_l0.x0 - 5, 95, 70)))
    return outlined_in(case)


def test_a_cell_teaches_once_a_person_outlined_it_and_what_the_machine_outlined_never_does(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        assert outlined_in(case).cells == ()
        one, other, red, third, fourth, _, fifth, *_ = case.cells()
        case.apply(OutlineCell(one.id, square(95, 95, 70)))
        case.apply(OutlineCell(red.id, square(480, 100, 60)))
        case.apply(OutlineCell(third.id, square(95, 95, 70)))
        case.apply(Reject((third.id,)))
        case.apply(OutlineCell(fourth.id, square(300, 100, 60)))
        case.apply(Relabel((fourth.id,), "platelet"))
        case.apply(OutlineCell(fifth.id, square(100, 100, 60)))
        case.apply(MoveBox(fifth.id, Box(400, 400, 460, 460)))
        case.apply(AddCell(one.slide_id, Kind.WBC, Box(10, 200, 50, 240), outline=square(10, 200, 40)))
        nucleus = square(320, 120, 20)
        imported = ImportedCell(other.slide_id, other.id, Kind.WBC, None, None, None, (), nucleus)
        case.apply(ImportCells("them", (imported,)))
        gone = outlined_in(case)
    found_ = {c.cell_id: c for c in gone.cells}
    assert set(found_) == {one.id, other.id, max(found_)}
    assert found_[one.id].own.cell == square(95, 95, 70)
    assert found_[one.id].own.nucleus == ()
    assert found_[one.id].box_l0 == one.box_l0, "the machine will find it in its own box again"
    assert found_[other.id].own.cell == ()
    assert found_[other.id].own.nucleus == nucleus
    assert found_[other.id].box_l0 == other.box_l0, "a nucleus alone tells nothing of the cell's size"
    assert found_[max(found_)].box_l0 == Box(10, 200, 50, 240), "nobody but a person found it"
    told = offer([gone])
    assert (told.model, told.pictures, told.cells, told.nuclei) == ("tiny-segment", 1, 2, 1)
    assert told.too_few == "3 outlined cells can train; needed are 10 at least."


def test_cells_with_outlines_and_drawn_ones_are_written_and_pictures_of_two_cases_count_once(tmp_path: Path) -> None:
    with case_of(tmp_path) as first, case_of(tmp_path, "b", 7) as second:
        one, other = outline_all(first), outline_all(second)
    assert offer([one, other]).cells == 14
    assert offer([one, other]).too_few == ""
    one.slides[0].path.unlink()
    (failed,) = gather([one, other], tmp_path / "out", None, "a, b")
    assert "0.png" in failed
    made = outlineset.verify(tmp_path / "out" / "set")
    own = [c for c in made.cells if c.role == CASE]
    assert len(own) == 12
    assert (own[0].place, own[0].box) == ((40, 40, 1.0), (60, 60, 120, 120))
    assert own[0].cell == square(55, 55, 70)
    assert cv2.imread(str(tmp_path / "out" / "set" / own[0].file)).shape == (180, 180, 3)
    drawn = [c for c in made.cells if c.role in (DRAWN, DRAWN_JUDGE)]
    assert {c.role for c in drawn} == {DRAWN, DRAWN_JUDGE}
    assert all(len(c.cell) > 8 and len(c.nucleus) > 8 for c in drawn)
    run = RefineFile.read(tmp_path / "out" / RUN)
    assert (run.what, run.model_id, run.parent) == (SEGMENTER, "tiny-segment-refined", run.current)
    assert run.title == "tiny, refined by outlines of a, b"


def test_a_cell_that_was_found_in_quite_another_box_is_shown_by_the_outline(tmp_path: Path) -> None:
    with case_of(tmp_path, pictures=1) as case:
        one, other, *_ = case.cells()
        case.apply(OutlineCell(one.id, square(85, 85, 84)))
        case.apply(OutlineCell(other.id, square(285, 85, 86)))
        first, second = outlined_in(case).cells
    assert first.box_l0 == one.box_l0, "half of both together is the same"
    assert second.box_l0 == Box(285, 85, 371, 171)


def test_a_case_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        own = outline_all(case)
    assert offer([own, own]) == offer([own])


def test_a_large_cell_is_kept_coarser_with_its_outline_in_place(tmp_path: Path) -> None:
    with case_of(tmp_path, pictures=1) as case:
        case.apply(AddCell(1, Kind.WBC, Box(100, 60, 420, 380), outline=square(100, 60, 320)))
        gather([outlined_in(case)], tmp_path / "out", None, "a")
    cell = outlineset.read(tmp_path / "out" / "set").cells[0]
    assert cell.place[2] == pytest.approx(2.0, abs=0.01)
    assert cell.box == pytest.approx((50, 30, 210, 190), abs=0.6)
    assert cell.cell[2] == pytest.approx((210, 190), abs=0.6)


def test_an_imported_outline_of_very_many_corners_is_kept_with_fewer(tmp_path: Path) -> None:
    turns = np.linspace(0, 2 * np.pi, outlineset.MOST_CORNERS + 10_001)
    ring = tuple((float(x), float(y)) for x, y in zip(130 + 35 * np.cos(turns), 130 + 35 * np.sin(turns), strict=True))
    with case_of(tmp_path) as case:
        whole = outline_all(case)
        first = case.cells()[0]
        new = ImportedCell(first.slide_id, first.id, Kind.WBC, None, None, None, cell_outline=ring)
        case.apply(ImportCells("COCO", (new,)))
        assert len(whole.cells) == len(outlined_in(case).cells)
        gather([outlined_in(case)], tmp_path / "r", None, "lab")
    kept = outlineset.verify(tmp_path / "r" / "set")
    longest = max(kept.cells, key=lambda c: len(c.cell))
    assert 10_000 < len(longest.cell) <= outlineset.MOST_CORNERS


def test_a_case_file_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        outline_all(case)
    before = (tmp_path / "a.bvcase").read_bytes()
    assert len(outlined_at(tmp_path / "a.bvcase").cells) == 12
    assert (tmp_path / "a.bvcase").read_bytes() == before


def test_a_refined_segmenter_is_adopted_for_its_task_and_rolled_back(tmp_path: Path) -> None:
    folder = refining.new_folder()
    with case_of(tmp_path) as case:
        gather([outline_all(case)], folder, None, "a")
    place = tiny.segmenter(folder / refinement.MODELS).rename(folder / refinement.MODELS / "tiny-segment-refined")
    card = (place / "card.json").read_text(encoding="utf-8")
    (place / "card.json").write_text(card.replace('"tiny-segment"', '"tiny-segment-refined"', 1), encoding="utf-8")
    share = refinement.Share(0.9, 0.8, 0.95)
    judged = refinement.Judged(6, 6, "picture", share, share, refinement.Share(0, -0.1, 0.1), ())
    refinement.Verdict(
        "models/tiny-segment-refined", "tiny-segment-refined", "tiny-segment@0", "better", 0, "why", judged, None, {},
        (), (), 1.0, SEGMENTER,
    ).write(folder)  # fmt: skip
    taken = refining.adopt(folder)
    assert (taken.task, store.chosen("segment")) == ("segment", "tiny-segment-refined")
    assert store.roll_back().model == "tiny-segment"
