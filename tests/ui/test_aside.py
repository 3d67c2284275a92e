"""Work that is waited for while the window goes on."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from bloodview.ui.aside import aside
from bloodview.ui.jobs import InlineJobs, ThreadJobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[ThreadJobs]:
    made = ThreadJobs(readers=1)
    yield made
    assert made.shutdown()


def test_the_window_goes_on_until_the_work_has_answered(qtbot: QtBot, jobs: ThreadJobs) -> None:
    may_end, turns = threading.Event(), list[int]()
    timer = QTimer(interval=1)

    def turn() -> None:
        turns.append(1)
        if len(turns) == 5:
            may_end.set()

    timer.timeout.connect(turn)
    timer.start()
    assert aside(jobs, lambda: may_end.wait(5))
    timer.stop()
    assert len(turns) >= 5


def test_work_that_fails_says_no(jobs: ThreadJobs) -> None:
    def broken() -> bool:
        raise OSError("gone")

    assert not aside(jobs, broken)
    assert not aside(InlineJobs(), broken)
    assert aside(InlineJobs(), lambda: True)
