"""The journeys through the window with files that are not what they were: replaced, half analysed, no pictures."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Scale, Size
from bloodview.review.case import Case
from bloodview.review.commands import BeginRun, NewSlide
from bloodview.ui.language import CHINESE, speak
from tests.fakes import write_picture
from tests.ui.window_support import pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_a_file_replaced_while_the_window_stays_open_is_told_and_not_analysed_into_the_case(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (first, _) = pictures(tmp_path / "Smear 7", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([first])
        case = r.desktop.bridge.case
        assert case is not None
        path, before = case.path, case.labels()
        r.desktop.files.close_case()
        write_picture(first, np.full((480, 640, 3), 200, np.uint8))
        r.desktop.files.open([path])
        assert "another file now" in r.desktop.panels.notice.text.text()
        r.desktop.actions["window.analyse_again"].trigger()
        assert "another file now" in r.desktop.panels.status.message.whole
        case = r.desktop.bridge.case
        assert case is not None
        assert case.labels() == before
        assert len(case.slides()) == 1


def test_a_slide_that_was_stopped_half_way_says_so_when_its_case_is_opened_and_goes_on_with_the_key(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (first, _) = pictures(tmp_path / "Smear 7", 2)
    with Case.create(tmp_path / "half.bvcase") as case:
        slide = NewSlide(first, "half", Size(640, 480), Scale(0.1, "file"))
        case.apply(BeginRun(slide, ("finder",), "cpu", "two tiles", 0.25))
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "half.bvcase"])
        (item,) = r.desktop.panels.worklist.model.items
        assert item.line.startswith("Stopped half way")
        assert "F5" in r.desktop.panels.status.message.whole
        assert r.desktop.actions["window.try_again"].isEnabled()
        r.press(Qt.Key.Key_F5)
        assert not r.desktop.actions["window.try_again"].isEnabled()
        assert "half way" not in r.desktop.panels.worklist.model.items[-1].line


def test_a_picture_that_cannot_be_shown_says_why_in_the_language_of_the_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_text("no picture")
    hush = speak(qapp, CHINESE)
    try:
        with rig(qtbot) as r:
            r.desktop.files.open([tmp_path / "a.png"])
            r.desktop.view.slide()
            said = r.desktop.panels.slide_view.grab() and r.desktop.panels.slide_view.accessibleDescription()
            assert "a.png: 文件内容是文本，不是图片。" in said
            assert str(tmp_path) not in said
    finally:
        hush()
