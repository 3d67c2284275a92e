"""The gallery ordered by likeness to a cell, and grouped."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bloodview.ui.order_verbs import likeness_places
from tests.ui.test_look_queue import fill
from tests.ui.window_support import rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier


def test_likeness_is_the_angle_and_the_cell_itself_comes_first() -> None:
    kept = {i: np.array(v, "<f2").tobytes() for i, v in {1: (1, 0), 2: (0, 1), 3: (9, 1), 4: (-1, 0)}.items()}
    kept[5] = b"\0\0"
    assert likeness_places(1, kept) == {1: 0, 3: 1, 2: 2, 4: 3}


def test_cells_are_sorted_by_likeness_to_the_selected_one(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        gallery = r.desktop.panels.gallery
        before = gallery.ordered_ids()
        r.press(Qt.Key.Key_6, CTRL)
        assert gallery.ordered_ids() == before
        assert "Select the one cell" in r.desktop.panels.status.message.whole
        assert r.desktop.actions["view.by_doubt"].isChecked()
        r.desktop.desk.select([2])
        r.press(Qt.Key.Key_6, CTRL)
        assert gallery.sort == "like"
        assert r.desktop.actions["order.by_like"].isChecked()
        order = gallery.ordered_ids()
        assert order[0] == 2
        assert all(i % 2 == 0 for i in order[:7]), "half of the doubtful cells are of its kind"
        assert gallery.selected_ids() == {2}
        r.desktop.actions["view.boxes"].trigger()
        r.desktop.actions["view.advance"].trigger()
        assert gallery.sort == "like", "other switches leave the order alone"
        r.desktop.actions["view.by_doubt"].trigger()
        assert gallery.sort == "doubt"
        assert gallery.ordered_ids() == before


def test_grouping_by_key_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path)
        r.press(Qt.Key.Key_F8)
        assert not r.desktop.panels.gallery.header_rect("~slide 1").isEmpty()
        assert r.desktop.preferences.now.gallery_group == "slide"
        r.press(Qt.Key.Key_F9)
        assert not r.desktop.panels.gallery.header_rect("~all").isEmpty()
        r.press(Qt.Key.Key_F6)
        assert not r.desktop.panels.gallery.header_rect("lymphocyte").isEmpty()
