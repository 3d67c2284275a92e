"""A slide of several tiles into a case, on stand-ins: tile by tile, stopped, killed, gone on with, lost on the way."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bloodview.analysis import pipeline
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.review.case import Case
from bloodview.review.commands import AddTiles, BeginRun, RunStep, TileState
from bloodview.slides.planes import Planes, Why
from bloodview.workflows import analysing, reporting, slide_steps
from bloodview.workflows.engine import Engine
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, FakeSlide, Spot, draw_field, grid_of_red_cells

UM = 0.25
SIZE = Size(1500, 900)
WHITE = [Spot(float(x), float(y), Kind.WBC) for x in range(100, 1450, 170) for y in range(90, 850, 165)]
PATH = Path("drawn.tif")


def image() -> np.ndarray:
    return draw_field(SIZE, [*WHITE, *grid_of_red_cells(SIZE, UM, WHITE)], UM)


@pytest.fixture(autouse=True)
def _small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "TILE_PX", 400)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[FakeSlide]], list[FakeSlide]]:
    """Has `open_slide` give these slides one after the other, the last again and again."""

    def show(slides: list[FakeSlide]) -> list[FakeSlide]:
        left = list(slides)
        monkeypatch.setattr(slide_steps, "open_slide", lambda _p: left.pop(0) if len(left) > 1 else left[0])
        return slides

    return show


def slide(**more: object) -> FakeSlide:
    return FakeSlide(image(), Scale(UM, "file"), **more)


def engine() -> Engine:
    return Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())


def analyse(case: Case, cancel: CancelToken | None = None, stop_after: int = 0, models: Engine | None = None) -> None:
    cancel, tiles = cancel or CancelToken(), 0

    def deliver(step: RunStep) -> None:
        nonlocal tiles
        case.apply(step)
        tiles += isinstance(step, AddTiles)
        if stop_after and tiles == stop_after:
            cancel.cancel()

    result = slide_steps.analyse_in_steps(
        PATH, models or engine(), cancel, unfinished=case.unfinished_runs(), deliver=deliver
    )
    analysing.record(case, result)


def boxes(case: Case) -> list[tuple[str, float, float]]:
    return sorted((c.kind.value, round(c.box_l0.x0), round(c.box_l0.y0)) for c in case.cells())


@pytest.fixture
def case(tmp_path: Path) -> Case:
    with Case.create(tmp_path / "c.bvcase") as opened:
        yield opened


@pytest.fixture
def whole(shown: Callable[[list[FakeSlide]], list[FakeSlide]], tmp_path: Path) -> list[tuple[str, float, float]]:
    """What an analysis without a stop finds."""
    shown([slide()])
    with Case.create(tmp_path / "whole.bvcase") as other:
        analyse(other)
        return boxes(other)


def test_cells_enter_the_case_tile_by_tile_each_once(case: Case, whole: list[tuple[str, float, float]]) -> None:
    analyse(case)
    assert boxes(case) == whole
    assert sum(kind == "wbc" for kind, _, _ in whole) == len(WHITE)
    area = case.analysed_area(1)
    assert area is not None
    assert area.is_finished
    assert area.analysed == pytest.approx(SIZE.width * SIZE.height)


@pytest.mark.parametrize("stop_after", [1, 4, 7])
def test_a_stopped_analysis_goes_on_with_the_tiles_that_are_left(
    case: Case, whole: list[tuple[str, float, float]], stop_after: int
) -> None:
    with pytest.raises(Cancelled):
        analyse(case, stop_after=stop_after)
    done = len(case.unfinished_runs()["fake"].done)
    assert done == stop_after
    models = engine()
    analyse(case, models=models)
    assert boxes(case) == whole
    assert isinstance(models.detector, FakeDetector)
    tiles = len(pipeline._Eye(slide(), models.detector).tiles(UM))
    assert models.detector.calls == tiles - stop_after


def test_other_models_begin_anew(case: Case, whole: list[tuple[str, float, float]]) -> None:
    with pytest.raises(Cancelled):
        analyse(case, stop_after=3)
    other = Engine(FakeDetector(model_id="another"), FakeSegmenter(), FakeClassifier())
    analyse(case, models=other)
    assert boxes(case) == whole
    assert other.detector.calls > 3


def test_a_tile_that_fails_is_read_again_on_a_reopened_slide(
    case: Case, whole: list[tuple[str, float, float]], shown: Callable[[list[FakeSlide]], list[FakeSlide]]
) -> None:
    shown([slide(broken_l0=(Box(700, 0, 750, 50),)), slide()])
    analyse(case)
    assert boxes(case) == whole
    assert case.slides()[0].failed_tiles == ()


def test_what_fails_twice_is_recorded_and_tried_again_the_next_time(
    case: Case, whole: list[tuple[str, float, float]], shown: Callable[[list[FakeSlide]], list[FakeSlide]]
) -> None:
    shown([slide(broken_l0=(Box(700, 0, 750, 50),))])
    analyse(case)
    failed = case.slides()[0].failed_tiles
    assert failed
    assert all(box.iou(Box(700, 0, 750, 50)) > 0 for box in failed)
    assert boxes(case) != whole
    shown([slide()])
    models = engine()
    analyse(case, models=models)
    assert boxes(case) == whole
    assert case.slides()[0].failed_tiles == ()
    assert models.detector.calls == len(failed)


def test_a_slide_that_is_gone_ends_the_analysis_and_keeps_what_there_is(
    case: Case, whole: list[tuple[str, float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = slide(broken_l0=(Box(1400, 800, 1450, 850),))
    answers: list[FakeSlide | None] = [first, None]

    def opening(path: Path) -> FakeSlide:
        answer = answers.pop(0)
        if answer is None:
            raise UnreadableFileError("There is no such file.", path=path)
        return answer

    monkeypatch.setattr(slide_steps, "open_slide", opening)
    with pytest.raises(UnreadableFileError, match="cannot be read any more") as caught:
        analyse(case)
    assert "kept" in caught.value.hint
    assert 0 < len(case.cells()) < len(whole)
    assert case.unfinished_runs()["fake"].done


def test_another_file_of_the_same_name_is_noticed(
    case: Case, shown: Callable[[list[FakeSlide]], list[FakeSlide]]
) -> None:
    shown([slide(broken_l0=(Box(1400, 800, 1450, 850),)), slide(content_hash="another")])
    with pytest.raises(UnreadableFileError, match="another file now"):
        analyse(case)
    assert {s.content_hash for s in case.slides()} == {"fake"}


def test_a_slide_of_which_nothing_can_be_read_leaves_nothing(
    case: Case, shown: Callable[[list[FakeSlide]], list[FakeSlide]]
) -> None:
    shown([slide(broken_l0=(Box(0, 0, SIZE.width, SIZE.height),))])
    with pytest.raises(UnreadableFileError, match="damaged"):
        analyse(case)
    assert case.slides() == []


def test_empty_glass_is_no_part_of_the_area(case: Case, shown: Callable[[list[FakeSlide]], list[FakeSlide]]) -> None:
    picture = image()
    picture[:, 600:] = 240
    shown([FakeSlide(picture, Scale(UM, "file"))])
    analyse(case)
    area = case.analysed_area(1)
    assert area is not None
    assert 0 < area.analysed < 0.8 * SIZE.width * SIZE.height


def test_the_report_states_the_area_and_that_only_a_part_was_analysed(
    case: Case, whole: list[tuple[str, float, float]]
) -> None:
    with pytest.raises(Cancelled):
        analyse(case, stop_after=3)
    part = reporting.report(case)
    assert not part.slides[0].is_whole
    assert any("only a part" in w for w in part.warnings)
    analyse(case)
    full = reporting.report(case)
    mm2 = SIZE.width * SIZE.height * (UM / 1000) ** 2
    assert full.slides[0].analysed_mm2 == pytest.approx(mm2)
    assert full.slides[0].n_cells == len(whole)
    assert full.differential.n_red_cells == sum(kind == "rbc" for kind, _, _ in whole)
    assert f"{mm2:.2f} mm² analysed" in full.detection_limit


def test_without_a_case_the_cells_are_returned(shown: Callable[[list[FakeSlide]], list[FakeSlide]]) -> None:
    shown([slide()])
    result = analysing.analyse_slide(PATH, engine())
    assert not result.is_in_steps
    assert sum(c.detection.kind is Kind.WBC for c in result.cells) == len(WHITE)


def test_every_step_names_its_slide_and_what_became_of_each_tile(
    shown: Callable[[list[FakeSlide]], list[FakeSlide]],
) -> None:
    shown([slide()])
    steps: list[RunStep] = []
    slide_steps.analyse_in_steps(PATH, engine(), CancelToken(), deliver=steps.append)
    assert isinstance(steps[0], BeginRun)
    assert steps[0].slide.content_hash == "fake"
    done = [t for s in steps[1:] if isinstance(s, AddTiles) for t in s.tiles]
    assert sorted(t.number for t in done) == list(range(len(done)))
    assert {t.state for t in done} == {TileState.MONOLAYER}
    assert sum(t.area for t in done) == pytest.approx(SIZE.width * SIZE.height)


_CHILD = """
    import sys, time
    from pathlib import Path
    from bloodview.analysis import pipeline
    from bloodview.review.case import Case
    from bloodview.workflows import slide_steps
    from tests.workflows.test_slide_steps import analyse, engine, slide
    pipeline.TILE_PX = 400
    slide_steps.open_slide = lambda _path: slide()
    models = engine()
    look = models.detector.detect
    def slowly(images):
        print("tile", flush=True)
        time.sleep(0.05)
        return look(images)
    models.detector.detect = slowly
    with Case.open(Path(sys.argv[1])) as case:
        analyse(case, models=models)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("at_tile", [3, 6])
def test_after_a_kill_the_analysis_goes_on_without_a_cell_twice(
    tmp_path: Path, whole: list[tuple[str, float, float]], at_tile: int
) -> None:
    path = tmp_path / "c.bvcase"
    Case.create(path).close()
    command = [sys.executable, "-c", textwrap.dedent(_CHILD), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as child:
        assert child.stdout is not None
        for _ in range(at_tile):
            assert child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.stdout.read()
    with Case.open(path) as case:
        assert len(case.unfinished_runs()["fake"].done) == at_tile - 1
        analyse(case)
        assert boxes(case) == whole


def test_the_plane_that_was_chosen_is_analysed_and_another_one_begins_anew(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    stack = slide()
    stack.planes = Planes(5, 3, Why.CHOSEN)

    def opening(_path: Path, planes: object) -> FakeSlide:
        asked.append(planes)
        return stack

    monkeypatch.setattr(slide_steps, "open_chosen", opening)
    steps: list[RunStep] = []
    for shown in (3, 4):
        stack.planes = Planes(5, shown, Why.CHOSEN)
        slide_steps.analyse_in_steps(PATH, engine(), CancelToken(), deliver=steps.append, planes={"hash": shown})
    assert asked == [{"hash": 3}, {"hash": 4}]
    first, second = (step.plan for step in steps if isinstance(step, BeginRun))
    assert first != second
