"""A batch that outlives its window: found while it is at work, told of once it ended, never another process."""

import json
import os
import time
from pathlib import Path

import pytest

from bloodview.core import overnight
from bloodview.core.overnight import Night, Wish

WISH = Wish((Path("/slides/night"),), Path("/cases"), 3)


def begun(**said: float) -> Night:
    """A batch that told that it is this process, or what a test says."""
    night = Night.begin(WISH)
    line = {"event": "started", **overnight.process_here(), **said}
    night.lines.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return night


def test_a_batch_at_work_is_found_with_what_was_asked_of_it() -> None:
    night = begun()
    found = overnight.found()
    assert found is not None
    assert (found.folder, found.wish) == (night.folder, WISH)
    assert found.is_alive


def test_another_process_of_the_same_id_is_not_taken_for_it() -> None:
    here = overnight.process_here()
    assert not begun(started=here["started"] - 3600).is_alive


def test_a_process_that_is_no_more_is_not_alive() -> None:
    assert not begun(pid=2**22 + 1).is_alive


def test_what_has_not_told_its_process_may_be_starting_for_a_minute() -> None:
    night = Night.begin(WISH)
    assert night.is_alive
    long_ago = time.time() - 120
    os.utime(night.folder / "wish.json", (long_ago, long_ago))
    assert not night.is_alive


def test_the_end_is_told_once() -> None:
    night = begun(started=0)
    found = overnight.found()
    assert found is not None
    found.mark_told()
    assert overnight.found() is None
    assert night.is_told


def test_one_at_work_goes_before_one_that_ended() -> None:
    at_work = begun()
    ended = begun(started=0)
    found = overnight.found()
    assert found is not None
    assert (found.folder, ended.is_alive) == (at_work.folder, False)


def test_a_new_one_clears_those_that_ended_and_leaves_those_at_work() -> None:
    ended, at_work = begun(started=0), begun()
    Night.begin(WISH)
    assert not ended.folder.exists()
    assert at_work.folder.exists()


def test_lines_are_heard_whole_and_once() -> None:
    night = begun()
    assert [line["event"] for line in night.new_lines()] == ["started"]
    with night.lines.open("a", encoding="utf-8") as file:
        file.write('{"event": "slide"}\nno line of ours\n[1]\n{"event": "fini')
    assert night.new_lines() == [{"event": "slide"}]
    with night.lines.open("a", encoding="utf-8") as file:
        file.write('shed"}\n')
    assert night.new_lines() == [{"event": "finished"}]


def test_a_wish_to_stop_reaches_its_words() -> None:
    night = begun()
    night.ask_to_stop()
    assert night.words.read_bytes() == overnight.STOP_WORD + b"\n"


@pytest.mark.parametrize("broken", ["", "{}", '{"given": 3, "cases": "x", "workers": 1}', "[]"])
def test_a_folder_that_says_nothing_is_passed_over(broken: str) -> None:
    night = begun()
    (night.folder / "wish.json").write_text(broken, encoding="utf-8")
    assert overnight.found() is None
