"""The journeys through the window with files that are not what they were: replaced, half analysed, no pictures."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Scale, Size
from bloodview.review.case import Case
from bloodview.review.commands import BeginRun, NewSlide
from bloodview.ui.jobs import InlineJobs
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


def test_a_slide_that_was_stopped_half_way_says_so_when_its_case_is_opened_and_goes_on_with_one_button(
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
        offer = r.desktop.panels.unfinished
        assert offer.isVisible()
        assert offer.text.text() == "The analysis stopped half way on 1 picture. The counts lack what lies there."
        assert r.desktop.actions["window.try_again"].isEnabled()
        offer.button.click()
        assert not offer.isVisible()
        assert not r.desktop.actions["window.try_again"].isEnabled()
        assert "half way" not in r.desktop.panels.worklist.model.items[-1].line


def test_pictures_that_a_closed_window_did_not_come_to_are_offered_when_the_case_is_opened_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pictures(tmp_path / "Smear 8", 3)
    jobs = InlineJobs()
    with rig(qtbot, jobs) as r:
        jobs.held = True
        r.desktop.files.open([tmp_path / "Smear 8"])
        while r.desktop.bridge.case is None or not r.desktop.bridge.case.slides():
            assert jobs.run_next()
        path = r.desktop.bridge.case.path
    with rig(qtbot) as r:
        r.desktop.files.open([path])
        offer = r.desktop.panels.unfinished
        assert offer.text.text() == "2 pictures are not analysed yet. The counts lack what lies there."
        assert [i.line for i in r.desktop.panels.worklist.model.items].count("Not analysed") == 2
        assert offer.isVisible()
        offer.button.click()
        assert not offer.isVisible()
        case = r.desktop.bridge.case
        assert case is not None
        assert (len(case.slides()), case.expected()) == (3, ())
        r.desktop.files.open_case(path)
        assert not offer.isVisible()


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
