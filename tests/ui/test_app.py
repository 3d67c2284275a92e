"""The start: nothing heavy before the window, crashes told, live numbers at 20,000 cells."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Size
from bloodview.core.settings import Settings
from bloodview.review.commands import AddRun, NewSlide
from bloodview.ui import app
from tests.ui.window_support import FIELD, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

_START = """
import os, sys
from pathlib import Path
os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] = "/nowhere"
from bloodview.core import paths
paths.use_folder(Path(sys.argv[1]))
from bloodview.ui import app
seen = []
def on_shown(desktop):
    seen.append(sorted(set(sys.modules) & {"cv2", "torch", "timm", "openslide", "bloodview.workflows"}))
    seen.append(desktop.window.isVisible())
    desktop.quit()
status = app.run([], on_shown=on_shown)
assert status == 0, status
assert seen == [[], True], seen
assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
"""


_INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from bloodview.core import paths
paths.use_folder(Path(sys.argv[1]))
from PySide6.QtCore import QTimer
from bloodview.ui import app
def on_shown(desktop):
    QTimer.singleShot(50, desktop, lambda: os.kill(os.getpid(), getattr(signal, sys.argv[2])))
sys.exit(app.run([], on_shown=on_shown))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_from_outside_closes_the_window_in_order(tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, str(tmp_path), name],
        cwd=Path(app.__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.rglob("settings.json")), "it was closed as by hand"


def test_the_window_is_shown_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START, str(tmp_path)],
        cwd=Path(app.__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_crash_is_told_once_and_leaves_the_window_usable(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.on_crash(ZeroDivisionError("by zero"))
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        assert len(boxes) == 1
        assert "on the disk" in boxes[0].informativeText()
        assert r.counts()["Lymphocyte"] == "1"


def test_whether_to_go_on_after_a_decision_is_remembered(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        assert r.desktop.desk.advances
        r.desktop.actions["view.advance"].trigger()
        assert not r.desktop.desk.advances
        kept = r.desktop.preferences.now
    assert kept == replace(Settings(), advance_after_decision=False, window_geometry=kept.window_geometry)
    with rig(qtbot, settings=kept) as r:
        assert not r.desktop.desk.advances
        assert not r.desktop.actions["view.advance"].isChecked()


def test_twenty_thousand_cells_take_a_relabel_within_a_tenth_of_a_second(qtbot: QtBot, tmp_path: Path) -> None:
    place = pictures(tmp_path / "a", 1)[0]
    with rig(qtbot) as r:
        assert r.desktop.bridge.create(tmp_path / "many.bvcase")
        cells = tuple(
            replace(
                found,
                detection=replace(
                    found.detection, box_l0=Box(i % 200 * 10, i // 200 * 10, i % 200 * 10 + 9, i // 200 * 10 + 9)
                ),
            )
            for i, found in enumerate(FIELD[:4] * 5000)
        )
        r.desktop.bridge.apply(AddRun(NewSlide(place, "many", Size(2000, 1000), None), cells, ("fake",), "cpu"))
        r.desktop.presenter.show_picture(place, 1)
        assert len(r.desktop.index) == 20_000
        QApplication.processEvents()
        times = []  # of the processor, so that other work on the machine does not count
        for cell_id in range(2, 7):
            r.desktop.desk.select([cell_id])
            QApplication.processEvents()
            before = r.counts()["Eosinophil"]
            start = time.process_time()
            r.press(Qt.Key.Key_3)
            r.window.repaint()
            QApplication.processEvents()
            times.append(time.process_time() - start)
            assert r.counts()["Eosinophil"] != before
        assert min(times) < 0.05, times


_CHINESE = """
import sys
from pathlib import Path
from bloodview.core import paths
paths.use_folder(Path(sys.argv[1]))
from bloodview.core.settings import Settings
from bloodview.ui import app
said = []
def on_shown(desktop):
    said.append(desktop.window.menuBar().actions()[0].text())
    said.append(desktop.actions["language.chinese"].isChecked())
    desktop.quit()
assert app.run([], settings=Settings(language="zh_CN"), on_shown=on_shown) == 0
assert said == ["文件", True], said
said.clear()
assert app.run([], settings=Settings(language="en"), on_shown=on_shown) == 0
assert said == ["File", False], said
"""


def test_the_window_speaks_the_language_of_the_settings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _CHINESE, str(tmp_path)],
        cwd=Path(app.__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
