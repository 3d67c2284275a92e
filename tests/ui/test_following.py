"""The slide beside the gallery follows the cell that is chosen there."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bloodview.ui.jobs import InlineJobs
from tests.ui.test_gallery import click
from tests.ui.window_support import pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_the_slide_shows_the_cell_that_is_clicked_and_stays_while_several_are_chosen(
    qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = pictures(tmp_path / "a", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.actions["view.both"].trigger()
        gallery, presenter = r.desktop.panels.gallery, r.desktop.presenter
        there = [c.id for c in r.desktop.index.of_slide(presenter.shown_slide_id + 1) if c.label == "lymphocyte"]
        here = [c.id for c in r.desktop.index.of_slide(presenter.shown_slide_id) if c.label == "lymphocyte"]
        assert presenter.shown_path == first
        click(gallery, there[0])
        qtbot.waitUntil(lambda: presenter.shown_path == second)
        click(gallery, here[0], Qt.KeyboardModifier.ControlModifier)
        qtbot.wait(260)
        assert presenter.shown_path == second
        assert r.desktop.desk.selected == {there[0], here[0]}


def test_a_picture_that_is_being_opened_is_named_where_none_stands_yet(qtbot: QtBot, tmp_path: Path) -> None:
    (first,) = pictures(tmp_path / "a", 1)
    jobs = InlineJobs()
    with rig(qtbot, jobs) as r:
        jobs.held = True
        r.desktop.presenter.show_picture(first)
        assert "Opening field_1.png" in r.desktop.panels.slide_view.accessibleDescription()
        while jobs.run_next():
            pass
        assert "cells on the picture" in r.desktop.panels.slide_view.accessibleDescription()
