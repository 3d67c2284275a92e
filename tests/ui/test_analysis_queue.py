"""The queue of pictures: order, failures, stopping, models that cannot be loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import ModelError, StorageError, UnreadableFileError, UntrustedDeviceError
from bloodview.core.geometry import Size
from bloodview.core.settings import Settings
from bloodview.review.commands import Changes
from bloodview.ui.analysis_queue import AnalysisQueue, State
from bloodview.ui.jobs import InlineJobs
from bloodview.workflows.engine import Engine
from bloodview.workflows.slide_steps import SlideResult
from tests.ui.window_support import load_engine

A, B, C = Path("a.png"), Path("b.png"), Path("c.png")


def result(path: Path) -> SlideResult:
    return SlideResult(path, path.name, Size(1, 1), None, (), (), "cpu", (), 0.0, ("odd",))  # type: ignore[arg-type]


class Bench:
    """A queue whose signals are noted."""

    def __init__(self, jobs: InlineJobs | None = None, **parts: object) -> None:
        self.jobs = jobs or InlineJobs()
        self.recorded: list[str] = []
        self.states: list[tuple[str, State]] = []
        self.blocked: list[Exception] = []
        self.told: list[str] = []
        parts.setdefault("engine_loader", load_engine)
        parts.setdefault("analyse", self.analyse)
        self.queue = AnalysisQueue(self.jobs, self.record, **parts)  # type: ignore[arg-type]
        self.queue.moved.connect(lambda path, state, _f, _n: self.states.append((path.name, state)))
        self.queue.blocked.connect(self.blocked.append)
        self.queue.told.connect(self.told.append)

    def analyse(
        self, path: Path, engine: Engine, cancel: CancelToken, progress: Callable[[float, str], None]
    ) -> SlideResult:
        if path == B:
            raise UnreadableFileError("is no picture.", path=path, hint="Open another.")
        return result(path)

    def record(self, made: SlideResult) -> Changes | None:
        self.recorded.append(made.path.name)
        return Changes(slide_ids=frozenset({len(self.recorded)}))

    def last_states(self) -> dict[str, State]:
        return dict(self.states)


def test_one_after_the_other_and_a_failure_stops_nobody(qtbot: QtBot) -> None:
    bench = Bench()
    with qtbot.waitSignals([bench.queue.idle, bench.queue.recorded]):
        bench.queue.add([A, B, C])
    assert bench.recorded == ["a.png", "c.png"]
    assert bench.last_states() == {"a.png": State.DONE, "b.png": State.FAILED, "c.png": State.DONE}
    assert not bench.queue.is_busy
    assert bench.queue.left


def test_a_picture_that_waits_is_not_queued_twice(qtbot: QtBot) -> None:
    bench = Bench(InlineJobs(held=True))
    bench.queue.add([A, C])
    bench.queue.add([C, A])
    while bench.jobs.run_next():
        pass
    assert bench.recorded == ["a.png", "c.png"]


def test_stopping_drops_the_running_picture_and_trying_again_does_the_rest(qtbot: QtBot) -> None:
    bench = Bench(InlineJobs(held=True))
    bench.queue.add([A, C])
    assert bench.jobs.run_next(), "the models are loaded"
    bench.queue.stop()
    assert not bench.jobs.run_next() or bench.recorded == []
    assert bench.last_states() == {"a.png": State.STOPPED, "c.png": State.STOPPED}
    bench.queue.try_again()
    while bench.jobs.run_next():
        pass
    assert bench.recorded == ["a.png", "c.png"]
    assert not bench.queue.left


def test_models_that_cannot_be_loaded_are_reported_once_and_can_be_tried_again(qtbot: QtBot) -> None:
    tries: list[int] = []

    def loader(**_: object) -> Engine:
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("The weights do not match the card.", path="bv-detector")
        return load_engine()

    bench = Bench(engine_loader=loader)
    bench.queue.add([A, C])
    assert [str(e) for e in bench.blocked] == ["bv-detector: The weights do not match the card."]
    assert set(bench.last_states().values()) == {State.FAILED}
    bench.queue.try_again()
    assert bench.recorded == ["a.png", "c.png"]


def test_a_full_disk_is_told_at_the_picture(qtbot: QtBot) -> None:
    bench = Bench()
    reasons: list[str] = []
    bench.queue.moved.connect(lambda _p, state, _f, note: reasons.append(note) if state is State.FAILED else None)

    def full(_: SlideResult) -> Changes:
        raise StorageError("The disk is full.", hint="Free some space.")

    bench.queue._record = full
    bench.queue.add([A])
    assert reasons == ["The disk is full. Free some space."]


@pytest.mark.expects_log
def test_a_bug_in_the_analysis_is_logged_and_named_at_the_picture(qtbot: QtBot) -> None:
    def broken(*_: object) -> SlideResult:
        raise ZeroDivisionError("by zero")

    bench = Bench(analyse=broken)
    bench.queue.add([A, C])
    assert bench.last_states() == {"a.png": State.FAILED, "c.png": State.FAILED}


def test_the_choice_of_device_reaches_the_loader_and_its_news_the_person(qtbot: QtBot) -> None:
    asked: list[dict[str, object]] = []

    def loader(**choice: object) -> Engine:
        asked.append(choice)
        tell = choice["tell"]
        assert callable(tell)
        tell("Out of memory on the graphics card: going on with the CPU.")
        return load_engine()

    bench = Bench(engine_loader=loader)
    bench.queue.choose(Settings(device="cuda", classifier="mine", batch_size=8, detector="finder"))
    with qtbot.waitSignal(bench.queue.device_known) as known:
        bench.queue.add([A])
    assert known.args == ["cpu"]
    assert (asked[0]["device"], asked[0]["classifier"], asked[0]["batch_size"]) == ("cuda", "mine", 8)
    assert (asked[0]["detector"], asked[0]["segmenter"]) == ("finder", None)
    assert bench.told == ["Out of memory on the graphics card: going on with the CPU."]


def test_models_that_answer_wrongly_analyse_nothing_and_the_device_is_named_untrusted(qtbot: QtBot) -> None:
    def loader(**_: object) -> Engine:
        raise UntrustedDeviceError("The models answer wrongly on this device (cuda:0).")

    bench = Bench(engine_loader=loader)
    devices: list[str] = []
    notes: list[str] = []
    bench.queue.device_known.connect(devices.append)
    bench.queue.moved.connect(lambda _p, _s, _f, note: notes.append(note))
    bench.queue.add([A, C])
    assert "answer wrongly" in str(bench.blocked[0])
    assert bench.recorded == []
    assert devices == ["not trusted"]
    assert set(bench.last_states().values()) == {State.FAILED}
    assert notes[-1] == "The models answer wrongly on this device."
