"""An error that nobody expected is told once, with what is saved, and the window goes on."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.ui.dialogs.crash import CrashDialog
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def shown(r: Rig) -> list[CrashDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, CrashDialog) and w.isVisible()]


def an_error(text: str) -> Exception:
    try:
        raise ZeroDivisionError(text)
    except ZeroDivisionError as error:
        return error


def test_the_dialog_names_the_time_and_the_file_and_the_window_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        case, at = r.desktop.bridge.case, r.desktop.bridge.saved_at
        assert case is not None
        assert at is not None
        r.desktop.on_crash(an_error("by zero"))
        (dialog,) = shown(r)
        assert f"{at:%H:%M:%S}" in dialog.saved.text()
        assert str(case.path) in dialog.saved.text()
        dialog.copy.click()
        assert "ZeroDivisionError: by zero" in QApplication.clipboard().text()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert shown(r) == []
        r.desktop.desk.select([r.first("monocyte")])
        r.press(Qt.Key.Key_3)
        assert r.counts()["Eosinophil"] == "1"
        assert not r.desktop.crashes.ends_badly


def test_an_error_in_every_paint_shows_one_dialog_alone(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        for text in ("a", "b", "c"):
            r.desktop.on_crash(an_error(text))
        (dialog,) = shown(r)
        assert "2 more" in dialog.hint.text()
        assert "nothing is lost" in dialog.saved.text()
        dialog.go_on.click()
        said: list[str] = []
        r.desktop.crashes.told.connect(said.append)
        r.desktop.on_crash(an_error("d"))
        assert shown(r) == []
        assert "same error" in said[0]


def test_who_quits_because_of_an_error_is_remembered(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        r.desktop.on_crash(an_error("x"))
        (dialog,) = shown(r)
        dialog.leave.click()
        assert r.desktop.crashes.ends_badly
        assert not r.window.isVisible()


def test_details_hold_no_name_of_a_file(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        r.desktop.on_crash(an_error("cannot read '/data/Doe, John 1950.svs'"))
        (dialog,) = shown(r)
        assert "Doe" not in dialog.details.toPlainText()
        assert "test_crash_desk.py" in dialog.details.toPlainText()


def test_the_case_of_before_is_offered_unless_something_else_is_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        case = r.desktop.bridge.case
        assert case is not None
        place = case.path
        r.desktop.files.close_case()
        r.desktop.files.offer_last((tmp_path,))
        assert r.answers.last_offered is None
        assert not r.desktop.bridge.is_open
        r.desktop.files.offer_last(())
        assert r.answers.last_offered == place
        assert r.desktop.bridge.is_open
