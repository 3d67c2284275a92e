"""The actions that change how the picture is seen, in the window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.settings import Settings
from bloodview.ui.dialogs.adjust_display import AdjustDisplay
from bloodview.ui.slide_view.magnification import magnification_at
from tests.fakes import write_picture
from tests.ui.window_support import UM_PER_PX, Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def opened(r: Rig, folder: Path) -> Rig:
    pictures(folder / "a", 1)
    r.desktop.files.open([folder / "a"])
    return r


@pytest.mark.parametrize(("key", "times"), [(Qt.Key.Key_2, 10), (Qt.Key.Key_4, 40), (Qt.Key.Key_6, 100)])
def test_a_key_goes_to_a_magnification_and_the_bar_says_it(
    qtbot: QtBot, tmp_path: Path, key: Qt.Key, times: int
) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path).desktop.panels.slide_view
        if times < 100:
            view.resize(120, 90)  # whatever fits needs no less magnification than that
        r.press(key, ALT)
        assert magnification_at(view.zoom, Scale(UM_PER_PX, "red cells")) == pytest.approx(times)
        assert r.desktop.viewer.eye.bar.magnification.text() == f"{times}×"


def test_without_a_scale_it_says_so_and_shows_percent(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path).desktop.panels.slide_view
        view.set_scale(None)
        view.zoom_to(1.0)
        r.press(Qt.Key.Key_6, ALT)
        assert view.zoom == 1.0
        assert "no magnification" in r.desktop.panels.status.message.whole
        assert r.desktop.viewer.eye.bar.magnification.text() == "100%"


def test_keys_turn_the_picture_and_the_bar_turns_it_back(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view, bar = opened(r, tmp_path).desktop.panels.slide_view, r.desktop.viewer.eye.bar
        r.press(Qt.Key.Key_R, ALT)
        assert view.turn.degrees == 90
        r.press(Qt.Key.Key_R, ALT | SHIFT)
        r.press(Qt.Key.Key_R, ALT | SHIFT)
        assert view.turn.degrees == 270
        assert bar.turned.isVisible()
        QTest.mouseClick(bar.turned, Qt.MouseButton.LeftButton)
        assert view.turn.degrees == 0
        assert not bar.turned.isVisible()


def test_sliders_change_the_display_and_it_is_said_until_it_is_reset(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view, bar = opened(r, tmp_path).desktop.panels.slide_view, r.desktop.viewer.eye.bar
        assert not bar.adjusted.isVisible()
        r.press(Qt.Key.Key_B, ALT)
        dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AdjustDisplay))
        dialog.brightness.setValue(-40)
        dialog.gamma.setValue(50)
        assert view.display.adjustment.brightness == -40
        assert view.display.adjustment.gamma == pytest.approx(2**0.5, abs=0.01)
        assert bar.adjusted.isVisible()
        QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
        assert view.display.adjustment.is_neutral
        assert not bar.adjusted.isVisible()
        assert dialog.brightness.value() == 0


def test_an_adjusted_display_changes_no_picture_of_a_cell(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        desktop = r.desktop
        before = desktop.pool.get(tmp_path / "a" / "field_1.png")
        r.press(Qt.Key.Key_B, ALT)
        dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AdjustDisplay))
        dialog.brightness.setValue(-100)
        assert int(before.read(Box(0, 0, 10, 10), Size(10, 10)).min()) == 230
        r.press(Qt.Key.Key_0, ALT)
        assert dialog.brightness.value() == 0


def test_the_map_of_a_slide_is_switched_by_a_key_and_stays_off(qtbot: QtBot, tmp_path: Path) -> None:
    write_picture(tmp_path / "a" / "large.png", np.full((2100, 2100, 3), 230, np.uint8))
    with rig(qtbot, settings=Settings()) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.actions["view.slide"].trigger()
        assert r.desktop.viewer.eye.map.isVisible()
        assert r.desktop.actions["eye.overview"].isChecked()
        r.press(Qt.Key.Key_M, ALT)
        assert not r.desktop.viewer.eye.map.isVisible()
        assert not r.desktop.preferences.now.show_overview
