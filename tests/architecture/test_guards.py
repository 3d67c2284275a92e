"""The guards of tests/conftest.py do fail what leaves something behind."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

_LEAKY = """
import logging, threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from bloodview.core import paths

kept = []
stop = threading.Event()

def test_log():
    logging.getLogger("bloodview.x").warning("not expected")

@pytest.mark.expects_log
def test_expected_log():
    logging.getLogger("bloodview.x").warning("expected")

def test_thread():
    threading.Thread(target=stop.wait, args=(20,), daemon=True, name="zombie").start()

def test_thread_that_ends():
    threading.Thread(target=lambda: None).start()

def test_window(qapp):
    kept.append(QWidget())
    kept[-1].show()

def test_window_that_goes(qapp):
    QWidget().show()

def test_timer(qapp):
    timer = QTimer()
    timer.start(100_000)
    kept.append(timer)

older = QTimer()

def test_older_timer(qapp):
    older.start(100_000)

def test_timer_that_stops(qapp):
    older.stop()
    older.start(100_000)
    older.stop()

def test_closed(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()

def test_folder(tmp_path_factory):
    assert paths.user_data().is_relative_to(tmp_path_factory.getbasetemp())
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says of tests that leave things behind."""
    folder = tmp_path_factory.mktemp("leaky")
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    text = (folder / "conftest.py").read_text(encoding="utf-8")
    (folder / "conftest.py").write_text(text.replace("_PATIENCE_S = 3.0", "_PATIENCE_S = 0.1"), encoding="utf-8")
    (folder / "test_leaky.py").write_text(_LEAKY, encoding="utf-8")
    options = ["-q", "-ra", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={folder}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.parametrize("name", ["log", "thread", "window", "timer", "older_timer"])
def test_what_is_left_behind_fails(outcome: str, name: str) -> None:
    assert f" at teardown of test_{name} " in outcome, outcome


@pytest.mark.parametrize(
    "name", ["expected_log", "thread_that_ends", "window_that_goes", "timer_that_stops", "closed", "folder"]
)
def test_what_is_cleared_away_passes(outcome: str, name: str) -> None:
    assert f" of test_{name} " not in outcome, outcome
    assert "11 passed" in outcome


def test_the_user_folder_is_new_for_each_test(user_folder: Path) -> None:
    assert not list(user_folder.iterdir())


_HANGING = """
import ctypes

def test_hangs():
    ctypes.PyDLL(None).sleep(30)  # a call of C that holds Python's lock, so that no signal of Python is heard
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the C library is found by name there")
def test_what_hangs_where_no_limit_reaches_ends_the_run_with_its_stack(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    text = (tmp_path / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(text.replace("_BEYOND_S = 60.0", "_BEYOND_S = -119.0"), encoding="utf-8")
    (tmp_path / "test_hanging.py").write_text(_HANGING, encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={tmp_path}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "in test_hangs" in done.stderr
