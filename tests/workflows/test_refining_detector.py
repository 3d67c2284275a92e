"""Pictures that a person worked on become a set of fields and a run file; a refined detector is adopted, and left."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core import fieldset, paths, refinement
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.fieldset import CASE, CELL, DRAWN, DRAWN_JUDGE, NONE, UNCLEAR
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.refinement import DETECTOR, RUN, RefineFile
from bloodview.models import store
from bloodview.review.case import Case
from bloodview.review.commands import AddCell, AddRun, Confirm, MarkUndecided, NewSlide, Reject, Relabel
from bloodview.slides.slide import open_slide
from bloodview.workflows import refining, refining_detector
from bloodview.workflows.refining_detector import GoneThrough, gather, gone_through_at, gone_through_in, offer
from tests.models import tiny
from tests.review.examples import found

WBC = (Kind.WBC,)
SMALL = Size(640, 480)


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(store.DEFAULTS, "detect", "tiny-detect")
    monkeypatch.setattr(refining_detector, "_DRAWN", 1)
    monkeypatch.setattr(refining_detector, "_DRAWN_JUDGES", 1)
    return tiny.detector(paths.user_models())


def case_of(folder: Path, name: str = "a", pictures: int = 6, size: Size = SMALL, um: float = 0.2) -> Case:
    """A case with two leukocytes and a red cell on each picture, none of which a person has seen."""
    case = Case.create(folder / f"{name}.bvcase")
    for i in range(pictures):
        path = folder / name / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.full((size.height, size.width, 3), 200 - 10 * i, np.uint8))
        slide = open_slide(path)
        new = NewSlide(path, slide.content_hash, size, Scale(um, "red cells"))
        slide.close()
        case.apply(AddRun(new, (found(100), found(300), found(480, kind=Kind.RBC)), ("f", "w"), "cpu", ()))
    return case


def boxes_of(gone: GoneThrough) -> list[tuple[str, str]]:
    """(kind, mark) of every box of every place."""
    every = [b for p in gone.places for b in refining_detector._boxes(p, gone.taxonomy, 1.0)]
    return [(b.kind.value, b.mark) for b in every]


def test_a_picture_teaches_once_a_person_worked_on_it_and_its_rejected_boxes_are_none(tmp_path: Path) -> None:
    with case_of(tmp_path) as case:
        assert gone_through_in(case).places == ()
        first, second, third, *_ = (s.id for s in case.slides())
        cells = {s: case.cells(s) for s in (first, second, third)}
        case.apply(Reject((cells[first][0].id,)))
        case.apply(AddCell(second, Kind.WBC, Box(10, 10, 60, 60)))
        case.apply(MarkUndecided((cells[third][1].id,)))
        case.apply(Relabel((cells[third][0].id,), "platelet"))
        gone = gone_through_in(case)
    assert [p.slide.id for p in gone.places] == [first, second, third]
    assert all(p.is_whole for p in gone.places)
    assert boxes_of(gone) == [
        ("wbc", NONE), ("wbc", CELL), ("rbc", CELL),
        ("wbc", CELL), ("wbc", CELL), ("rbc", CELL), ("wbc", CELL),
        ("platelet", CELL), ("wbc", UNCLEAR), ("rbc", CELL),
    ]  # fmt: skip
    told = offer([gone], WBC)
    assert (told.model, told.fields, told.rejected) == ("tiny-detect", 3, 1)
    assert told.counts == {Kind.WBC: 4, Kind.RBC: 3, Kind.PLATELET: 1}
    assert "3 pictures with 4 boxes can train; needed are 4 pictures and 10 boxes." in told.too_few
    assert "marked throughout" in offer([gone], ()).too_few


def test_of_a_large_slide_only_the_fields_around_what_a_person_did_teach(tmp_path: Path) -> None:
    with case_of(tmp_path, pictures=1, size=Size(3000, 600), um=0.1) as case:
        one = case.cells()[1]
        case.apply(Confirm((one.id,)))
        (place,) = gone_through_in(case).places
    assert (place.box_l0, place.is_whole) == (Box(0, 0, 1200, 600), False)
    assert len(place.cells) == 3
    with case_of(tmp_path, "b", pictures=1, size=Size(3000, 600), um=0.1) as case:
        case.apply(AddCell(case.slides()[0].id, Kind.WBC, Box(1210, 10, 1290, 90)))
        case.apply(AddCell(case.slides()[0].id, Kind.WBC, Box(1130, 200, 1220, 290)))
        left, right = gone_through_in(case).places
    assert boxes_of(GoneThrough(Path("b"), (), (right,), case.taxonomy)) == [("wbc", CELL), ("wbc", UNCLEAR)]
    assert [c.box_l0.x0 for c in left.cells] == [100, 300, 480, 1130]


def worked_on(folder: Path, name: str = "a", pictures: int = 6) -> GoneThrough:
    with case_of(folder, name, pictures) as case:
        case.apply(Confirm(tuple(c.id for c in case.cells() if c.kind is Kind.WBC)))
        return gone_through_in(case)


def test_fields_with_boxes_and_drawn_ones_are_written_and_pictures_of_two_cases_count_once(tmp_path: Path) -> None:
    one, other = worked_on(tmp_path), worked_on(tmp_path, "b", 7)
    assert offer([one, other], WBC).fields == 7
    one.slides[0].path.unlink()
    (failed,) = gather([one, other], tmp_path / "out", None, "a, b", WBC)
    assert "0.png" in failed
    made = fieldset.verify(tmp_path / "out" / "set")
    assert [f.role for f in made.fields] == [CASE] * 6 + [DRAWN, DRAWN_JUDGE]
    first = made.fields[0]
    assert (first.um_per_px, first.complete, len(first.boxes)) == (0.2, WBC, 3)
    assert first.boxes[0].box == (100, 100, 160, 160)
    assert {b.kind for b in made.fields[-1].boxes} == set(Kind)
    run = RefineFile.read(tmp_path / "out" / RUN)
    assert (run.what, run.model_id, run.parent) == (DETECTOR, "tiny-detect-refined", run.current)
    with pytest.raises(UserError, match="marked throughout"):
        gather([one], tmp_path / "none", None, "a", ())


def test_a_fine_picture_is_kept_coarser_with_its_boxes_in_place(tmp_path: Path) -> None:
    with case_of(tmp_path, pictures=1, um=0.06) as case:
        case.apply(Confirm((case.cells()[0].id,)))
        gather([gone_through_in(case)], tmp_path / "out", None, "a", WBC)
    field = fieldset.read(tmp_path / "out" / "set").fields[0]
    assert field.um_per_px == pytest.approx(0.12)
    assert field.boxes[0].box == (50, 50, 80, 80)
    assert cv2.imread(str(tmp_path / "out" / "set" / field.file)).shape == (240, 320, 3)


def test_a_case_file_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    worked_on(tmp_path)
    before = (tmp_path / "a.bvcase").read_bytes()
    assert len(gone_through_at(tmp_path / "a.bvcase").places) == 6
    assert (tmp_path / "a.bvcase").read_bytes() == before


def test_a_refined_detector_is_adopted_for_its_task_and_rolled_back(tmp_path: Path) -> None:
    folder = refining.new_folder()
    gather([worked_on(tmp_path)], folder, None, "a", WBC)
    place = tiny.detector(folder / refinement.MODELS).rename(folder / refinement.MODELS / "tiny-detect-refined")
    card = (place / "card.json").read_text(encoding="utf-8")
    (place / "card.json").write_text(card.replace('"tiny-detect"', '"tiny-detect-refined"', 1), encoding="utf-8")
    share = refinement.Share(0.5, 0.2, 0.8)
    judged = refinement.Judged(6, 6, "picture", share, share, refinement.Share(0, -0.1, 0.1), ())
    refinement.Verdict(
        "models/tiny-detect-refined", "tiny-detect-refined", "tiny-detect@0", "better", 0, "why", judged, None, {}, (),
        (), 1.0, DETECTOR,
    ).write(folder)  # fmt: skip
    taken = refining.adopt(folder)
    assert (taken.task, taken.model, store.chosen("detect")) == ("detect", "tiny-detect-refined", "tiny-detect-refined")
    assert store.roll_back().model == "tiny-detect"
