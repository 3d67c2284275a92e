"""Background work on real threads: where results arrive, in which order, and what cancelling means."""

import builtins
import importlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from bloodview.core.cancel import CancelToken
from bloodview.ui.jobs import InlineJobs, ThreadJobs

Progress = Callable[[float, str], None]


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[ThreadJobs]:
    made = ThreadJobs(readers=1)
    yield made
    assert made.shutdown()


def test_results_and_progress_arrive_on_the_main_thread(qtbot: QtBot, jobs: ThreadJobs) -> None:
    seen: list[tuple[str, object, str]] = []
    main = threading.current_thread().name

    def work(number: int, cancel: CancelToken, progress: Progress) -> int:
        progress(0.5, "half")
        assert threading.current_thread().name != main
        return number + 1

    jobs.compute(
        work,
        41,
        on_done=lambda r: seen.append(("done", r, threading.current_thread().name)),
        on_progress=lambda f, t: seen.append((t, f, threading.current_thread().name)),
    )
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [("half", 0.5, main), ("done", 42, main)]


def test_an_error_arrives_as_an_error(qtbot: QtBot, jobs: ThreadJobs) -> None:
    errors: list[Exception] = []

    def work() -> None:
        raise ValueError("no")

    jobs.reads(work, on_done=lambda _: pytest.fail("there is no result"), on_error=errors.append)
    qtbot.waitUntil(lambda: len(errors) == 1)
    assert str(errors[0]) == "no"


def test_the_newest_read_goes_first(qtbot: QtBot, jobs: ThreadJobs) -> None:
    gate, started, order = threading.Event(), threading.Event(), list[int]()

    def first() -> None:
        started.set()
        gate.wait(5)

    jobs.reads(first)
    assert started.wait(5)
    for number in (1, 2, 3):
        jobs.reads(lambda n=number: n, on_done=order.append)
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == [3, 2, 1]


def test_a_cancelled_job_is_never_heard_of_again(qtbot: QtBot, jobs: ThreadJobs) -> None:
    gate, started, after = threading.Event(), threading.Event(), list[int]()

    def work(cancel: CancelToken, progress: Progress) -> int:
        started.set()
        gate.wait(5)
        progress(1.0, "late")
        return 1

    unwanted = lambda *_: pytest.fail("it was cancelled")  # noqa: E731
    handle = jobs.compute(work, on_done=unwanted, on_error=unwanted, on_progress=unwanted)
    assert started.wait(5)
    handle.cancel()
    gate.set()
    jobs.compute(lambda cancel, progress: 2, on_done=after.append)
    qtbot.waitUntil(lambda: after == [2])
    assert handle.is_cancelled


def test_a_result_that_waits_to_be_delivered_is_dropped_by_cancelling(qtbot: QtBot, jobs: ThreadJobs) -> None:
    ended, after = threading.Event(), list[int]()
    handle = jobs.reads(ended.set, on_done=lambda _: pytest.fail("it was cancelled"))
    assert ended.wait(5)
    handle.cancel()
    jobs.reads(lambda: 1, on_done=after.append)
    qtbot.waitUntil(lambda: after == [1])


def test_shutdown_ends_the_threads_and_refuses_more_work(qtbot: QtBot) -> None:
    before = threading.active_count()
    jobs = ThreadJobs()
    assert threading.active_count() > before
    token: list[CancelToken] = []
    started = threading.Event()

    def work(cancel: CancelToken, progress: Progress) -> None:
        token.append(cancel)
        started.set()
        while not cancel.is_cancelled:
            threading.Event().wait(0.001)
        cancel.check()

    jobs.compute(work)
    assert started.wait(5)
    assert jobs.shutdown(5.0)
    assert threading.active_count() == before
    assert jobs.compute(work).is_cancelled


def test_a_worker_in_the_midst_of_loading_a_library_is_not_waited_for(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_to_load.py").write_text("import builtins\nbuiltins.let_it_load.wait(20)\n")
    monkeypatch.syspath_prepend(tmp_path)
    go_on = threading.Event()
    monkeypatch.setattr(builtins, "let_it_load", go_on, raising=False)
    before = threading.active_count()
    jobs = ThreadJobs(readers=1)
    started = threading.Event()

    def work(cancel: CancelToken, progress: Progress) -> None:
        started.set()
        importlib.import_module("slow_to_load")

    jobs.compute(work)
    assert started.wait(5)
    begun = time.monotonic()
    assert not jobs.shutdown(10.0)
    assert time.monotonic() - begun < 5
    go_on.set()
    qtbot.waitUntil(lambda: threading.active_count() == before)


def test_many_results_are_all_delivered_while_the_window_stays_alive(qtbot: QtBot, jobs: ThreadJobs) -> None:
    arrived: list[int] = []
    for number in range(5000):
        jobs.reads(lambda n=number: n, on_done=arrived.append)
    qtbot.waitUntil(lambda: len(arrived) == 5000, timeout=20_000)
    assert sorted(arrived) == list(range(5000))


def test_a_callback_that_fails_does_not_hold_back_the_others(qtbot: QtBot, jobs: ThreadJobs) -> None:
    arrived: list[int] = []

    def broken(_: object) -> None:
        raise RuntimeError("broken callback")

    with qtbot.captureExceptions() as caught:
        jobs.compute(lambda cancel, progress: 0, on_done=broken)
        jobs.compute(lambda cancel, progress: 1, on_done=arrived.append)
        qtbot.waitUntil(lambda: arrived == [1])
    assert [str(c[1]) for c in caught] == ["broken callback"]


def test_five_thousand_emits_of_true_do_no_harm(qtbot: QtBot) -> None:
    class Sender(QObject):
        said = Signal(bool)
        told = Signal(object)

    sender, heard = Sender(), list[object]()
    sender.said.connect(heard.append)
    sender.told.connect(heard.append)
    for _ in range(5000):
        sender.said.emit(True)
        sender.told.emit(True)
    assert heard == [True] * 10_000


def test_the_inline_runner_holds_jobs_until_told() -> None:
    jobs, seen = InlineJobs(held=True), list[int]()
    jobs.compute(lambda cancel, progress: 1, on_done=seen.append)
    dropped = jobs.reads(lambda: 2, on_done=seen.append)
    dropped.cancel()
    assert seen == []
    assert jobs.run_next()
    assert jobs.run_next()
    assert not jobs.run_next()
    assert seen == [1]


def test_what_a_person_waits_for_goes_before_the_rest_of_work_in_the_background(qtbot: QtBot, jobs: ThreadJobs) -> None:
    order: list[str] = []
    asked, go_on = threading.Event(), threading.Event()

    def long(cancel: CancelToken, _progress: Progress) -> None:
        order.append("long begins")
        asked.set()
        go_on.wait(5)
        cancel.check()
        order.append("long ends")

    def short(name: str, cancel: CancelToken, _progress: Progress) -> None:
        cancel.check()
        order.append(name)

    jobs.compute(long, in_background=True, on_done=lambda _: None)
    assert asked.wait(5)
    ends: list[object] = []
    jobs.compute(short, "next in the background", in_background=True, on_done=ends.append)
    jobs.compute(short, "first click", on_done=lambda _: None)
    jobs.compute(short, "second click", on_done=lambda _: None)
    go_on.set()
    qtbot.waitUntil(lambda: len(ends) == 1)
    assert order == ["long begins", "first click", "second click", "long ends", "next in the background"]


def test_a_click_is_answered_while_work_in_the_background_is_paused(qtbot: QtBot, jobs: ThreadJobs) -> None:
    begun, answers, ends = threading.Event(), list[object](), list[object]()

    def long(cancel: CancelToken, _progress: Progress) -> None:
        cancel.pause()
        begun.set()
        cancel.check()

    job = jobs.compute(long, in_background=True, on_done=ends.append)
    assert begun.wait(5)
    jobs.compute(lambda *_: 7, on_done=answers.append)
    qtbot.waitUntil(lambda: answers == [7])
    assert not ends
    job.token.go_on()
    qtbot.waitUntil(lambda: len(ends) == 1)


def test_an_error_of_what_went_first_is_its_own(qtbot: QtBot, jobs: ThreadJobs) -> None:
    begun, go_on = threading.Event(), threading.Event()
    errors, ends = list[Exception](), list[object]()

    def long(cancel: CancelToken, _progress: Progress) -> str:
        begun.set()
        go_on.wait(5)
        cancel.check()
        return "whole"

    def broken(*_: object) -> None:
        raise ValueError("no")

    jobs.compute(long, in_background=True, on_done=ends.append)
    assert begun.wait(5)
    jobs.compute(broken, on_error=errors.append)
    go_on.set()
    qtbot.waitUntil(lambda: len(ends) == 1 and len(errors) == 1)
    assert (str(errors[0]), ends) == ("no", ["whole"])
