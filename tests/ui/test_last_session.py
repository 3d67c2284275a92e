"""Whether the window before ended in order."""

import subprocess
import sys
from pathlib import Path

import pytest

from bloodview.ui import app
from bloodview.ui.last_session import LastSession

_KILLED = """
import os, signal, sys
from pathlib import Path
from bloodview.ui.last_session import LastSession
session = LastSession(Path(sys.argv[1]))
print(session.ended_badly, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_end_in_order_leaves_nothing_to_tell(tmp_path: Path) -> None:
    first = LastSession(tmp_path / "new")
    assert not first.ended_badly
    first.end()
    second = LastSession(tmp_path / "new")
    assert not second.ended_badly
    second.end()


def test_an_end_because_of_an_error_is_told_once(tmp_path: Path) -> None:
    LastSession(tmp_path).end(badly=True)
    next_one = LastSession(tmp_path)
    assert next_one.ended_badly
    next_one.end()
    assert not LastSession(tmp_path).ended_badly


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_kill_is_told_by_the_next_window(tmp_path: Path) -> None:
    root = Path(app.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "False", done.stderr
    session = LastSession(tmp_path)
    assert session.ended_badly
    session.end()


def test_a_second_window_beside_the_first_tells_nothing(tmp_path: Path) -> None:
    first, beside = LastSession(tmp_path), LastSession(tmp_path)
    assert not beside.ended_badly
    beside.end(badly=True)
    first.end()
    assert not LastSession(tmp_path).ended_badly


def test_a_folder_that_cannot_be_written_costs_the_news_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    session = LastSession(tmp_path / "file")
    assert not session.ended_badly
    session.end(badly=True)
