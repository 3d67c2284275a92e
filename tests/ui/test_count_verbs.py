"""What is counted for is chosen in the View menu and remembered."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.settings import Settings
from tests.ui.window_support import pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_the_wanted_precision_is_chosen_and_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot, settings=Settings(count_within=3)) as r:
        assert r.desktop.actions["count.within_3"].isChecked()
        r.desktop.files.open([tmp_path / "a"])
        assert "more for ±3 %" in r.desktop.panels.counts.precision.text()
        r.desktop.actions["count.within_10"].trigger()
        assert "more for ±10 %" in r.desktop.panels.counts.precision.text()
        assert r.desktop.preferences.now.count_within == 10
        r.desktop.actions["count.target_400"].trigger()
        assert r.desktop.preferences.now.count_target == 400
