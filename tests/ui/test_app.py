"""The start: nothing heavy before the window, crashes told, live numbers at 20,000 cells."""

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
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


_SAFE = """
import sys
from pathlib import Path
from bloodview.core import paths, settings
from bloodview.core.settings import Settings
from bloodview.models import choices, store
folder = Path(sys.argv[1])
paths.use_folder(folder)
keys = (("view.gallery", ("F9",)),)
mine = Settings(theme="light", device="cuda", classifier="mine", window_geometry="AAAA", keys=keys)
settings.save(mine)
choices.write(paths.user_models(), (choices.Choice("classify", "mine", "2026-01-01"),))
before = (paths.user_data() / "settings.json").read_bytes()
from bloodview.ui import app, style
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
seen = []
def on_shown(desktop):
    now = desktop.preferences.now
    seen.append((now.theme, now.device, now.classifier, now.window_geometry, now.keys))
    seen.append(desktop.actions.keys_of("view.gallery"))
    seen.append(QApplication.palette().color(QPalette.ColorRole.Window).name() == style.DARK.panel)
    desktop.actions["view.light"].trigger()
    desktop.quit()
assert app.run([], safe_mode=True, on_shown=on_shown) == 0
assert seen == [("dark", "auto", store.DEFAULTS["classify"], "", ()), "G", True], seen
assert (paths.user_data() / "settings.json").read_bytes() == before
"""


_AFTER_BAD_END = """
import sys
from pathlib import Path
from bloodview.core import paths, settings
from bloodview.core.settings import Settings
from bloodview.review.case import Case
paths.use_folder(Path(sys.argv[1]))
place = Path(sys.argv[1]) / "before.bvcase"
Case.create(place).close()
settings.save(Settings(recent_files=(str(place),)))
(paths.user_data() / "ended-badly").touch()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from bloodview.ui import app
seen = []
def on_shown(desktop):
    boxes = desktop.window.findChildren(QMessageBox, "bad-end")
    seen.append(len(boxes))
    for box in boxes:
        box.defaultButton().click()
    seen.append(desktop.bridge.name)
    QTimer.singleShot(50, desktop, desktop.quit)
assert app.run([], on_shown=on_shown) == 0
assert app.run([], on_shown=on_shown) == 0
assert seen == [1, "before", 0, ""], seen
"""


@pytest.mark.parametrize("script", [_SAFE, _AFTER_BAD_END], ids=["safe mode", "after a bad end"])
def test_a_window_that_starts(tmp_path: Path, script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=Path(app.__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
    said.append(desktop.window.menuBar().actions()[0].text().replace("&", "").partition("(")[0])
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
