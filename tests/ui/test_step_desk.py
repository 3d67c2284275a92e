"""A large slide analysed in the window's queue: its tiles enter the case as they come."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.analysis import pipeline
from bloodview.core.errors import StorageError
from bloodview.core.geometry import Scale, Size
from bloodview.review.case import Case
from bloodview.review.commands import AddTiles, Changes, RunStep
from bloodview.ui.analysis_queue import AnalysisQueue, State
from bloodview.ui.jobs import InlineJobs, ThreadJobs
from bloodview.ui.step_desk import StepDesk
from bloodview.workflows import analysing, slide_steps
from bloodview.workflows.slide_steps import SlideResult
from tests.fakes import FakeSlide, draw_field, grid_of_red_cells
from tests.ui.window_support import load_engine

PATH = Path("drawn.tif")
SIZE = Size(1500, 900)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    image = draw_field(SIZE, grid_of_red_cells(SIZE, 0.25), 0.25)
    monkeypatch.setattr(pipeline, "TILE_PX", 400)
    monkeypatch.setattr(slide_steps, "open_slide", lambda _path: FakeSlide(image, Scale(0.25, "file")))
    with Case.create(tmp_path / "c.bvcase") as opened:
        yield opened


def make_queue(case: Case, jobs: InlineJobs | ThreadJobs) -> AnalysisQueue:
    def record(result: SlideResult) -> Changes:
        return analysing.record(case, result)

    return AnalysisQueue(jobs, record, steps=StepDesk(case.apply, case.unfinished_runs), engine_loader=load_engine)


def test_tiles_are_in_the_case_before_the_slide_is_done(qtbot: QtBot, case: Case) -> None:
    queue = make_queue(case, InlineJobs())
    entered: list[int] = []
    cells: list[int] = []
    queue.entered.connect(lambda _path, slide_id: entered.append(slide_id))
    queue.moved.connect(lambda *_: cells.append(len(case.labels())))
    queue.add([PATH])
    assert entered == [1]
    assert len(set(cells)) > 4, "they came bit by bit"
    area = case.analysed_area(1)
    assert area is not None
    assert area.is_finished


@pytest.fixture
def jobs(qtbot: QtBot) -> ThreadJobs:
    made = ThreadJobs()
    yield made
    made.shutdown()


def test_on_threads_the_main_thread_writes_and_pausing_holds_the_work(
    qtbot: QtBot, case: Case, jobs: ThreadJobs
) -> None:
    queue = make_queue(case, jobs)
    told: list[bool] = []
    queue.paused.connect(told.append)

    def hold(_path: Path, _slide_id: int) -> None:
        queue.pause()

    queue.entered.connect(hold)
    queue.add([PATH])
    qtbot.waitUntil(lambda: queue.is_paused, timeout=60_000)
    qtbot.wait(150)
    area = case.analysed_area(1)
    assert area is not None
    assert not area.is_finished
    with qtbot.waitSignal(queue.idle, timeout=60_000):
        queue.pause()
    assert told == [True, False]
    area = case.analysed_area(1)
    assert area is not None
    assert area.is_finished


def test_stopped_slides_go_on_where_they_stopped(qtbot: QtBot, case: Case, jobs: ThreadJobs) -> None:
    queue = make_queue(case, jobs)
    states: list[State] = []
    queue.moved.connect(lambda _p, state, _f, _t: states.append(state))
    queue.entered.connect(lambda _path, _slide_id: queue.stop() if len(states) < 40 else None)
    with qtbot.waitSignal(queue.idle, timeout=60_000):
        queue.add([PATH])
    assert states[-1] is State.STOPPED
    before = case.unfinished_runs()["fake"].done
    queue.entered.disconnect()
    with qtbot.waitSignal(queue.idle, timeout=60_000):
        queue.try_again()
    assert states[-1] is State.DONE
    assert case.unfinished_runs() == {}
    assert len(before) < 10


def test_a_full_disk_half_way_is_told_at_the_slide_and_ends_its_analysis(
    qtbot: QtBot, case: Case, jobs: ThreadJobs
) -> None:
    tiles: list[AddTiles] = []

    def full(step: RunStep) -> Changes:
        tiles.extend([step] if isinstance(step, AddTiles) else [])
        if len(tiles) == 2:
            raise StorageError("The disk is full.", hint="Free some space.")
        return case.apply(step)

    queue = AnalysisQueue(jobs, lambda _r: None, steps=StepDesk(full, case.unfinished_runs), engine_loader=load_engine)
    notes: list[str] = []
    queue.moved.connect(lambda _p, state, _f, note: notes.append(note) if state is State.FAILED else None)
    with qtbot.waitSignal(queue.idle, timeout=60_000):
        queue.add([PATH])
    assert notes == ["The disk is full. Free some space."]
    assert len(case.unfinished_runs()["fake"].done) == 1
    assert not queue.is_busy
