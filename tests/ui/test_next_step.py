"""The line at the bottom says what to do next, and the end of the work stands beside it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from bloodview.core.settings import Settings
from bloodview.ui.actions import Need
from bloodview.ui.next_step import next_step
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
READY = Need.CASE | Need.CELLS | Need.UNSIGNED


def way_to(action_id: str) -> str:
    return {"desk.next_doubtful": "]", "audit.sign": "Ctrl+Shift+G"}[action_id]


@pytest.mark.parametrize(
    ("have", "waiting", "said"),
    [
        (READY, 1234, "1,234 cells wait for a look: press ] for the most doubtful."),
        (READY, 1, "1 cell waits for a look: press ]."),
        (READY, 0, "No cell waits for a look. To sign press Ctrl+Shift+G."),
        (READY | Need.BUSY, 3, ""),
        (Need.CASE | Need.CELLS | Need.SIGNED, 3, ""),
        (Need.CASE | Need.UNSIGNED, 0, ""),
    ],
)
def test_what_is_next_is_said_by_what_is_there(have: Need, waiting: int, said: str) -> None:
    assert next_step(have, waiting, way_to) == said


def buttons(r: Rig) -> dict[str, QToolButton]:
    bar = r.desktop.panels.status
    return {b.defaultAction().objectName(): b for b in bar.findChildren(QToolButton) if b.defaultAction() is not None}


def test_the_line_leads_from_the_first_doubtful_cell_to_the_signature(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        assert not any(button.isVisible() for button in buttons(r).values())
        r.desktop.files.open([pictures(tmp_path / "a", 2)[0].parent])
        line = r.desktop.panels.status.message
        assert line.whole == "2 cells wait for a look: press ] for the most doubtful."
        r.press(Qt.Key.Key_BracketRight)
        r.press(Qt.Key.Key_Return)
        assert line.whole.endswith("confirmed"), "what was done is said for a while"
        r.desktop.panels.status._silence.timeout.emit()
        assert line.whole == "1 cell waits for a look: press ]."
        r.press(Qt.Key.Key_Return)
        r.desktop.panels.status._silence.timeout.emit()
        assert line.whole == "No cell waits for a look. To sign press Ctrl+Shift+G."
        assert all(button.isVisible() for button in buttons(r).values())
        buttons(r)["audit.sign"].click()
        assert [w.windowTitle() for w in r.close_dialogs()] == ["Sign a"]
        r.desktop.files.close_case()
        assert line.whole == ""


def test_the_titles_at_the_right_name_their_keys(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(keys=(("why.panel", ("F11",)),))) as r:
        r.desktop.files.open([pictures(tmp_path / "a", 1)[0].parent])
        tips = {b.text(): b.toolTip() for b in r.window.side.titles.buttons()}
        assert tips["Why"] == "Why (F11)"
        assert tips["Learned"] == "Learned (Ctrl+K)"


def test_the_drawing_tool_says_how_it_is_used(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        r.desktop.files.open([pictures(tmp_path / "a", 1)[0].parent])
        r.press(Qt.Key.Key_D)
        assert r.desktop.panels.status.message.whole.startswith("Drag a box around the cell that was missed")


def test_the_first_page_has_the_focus_on_opening_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        assert isinstance(QApplication.focusWidget(), QPushButton)
        assert QApplication.focusWidget().text() == "Open pictures…"
        r.desktop.files.open([pictures(tmp_path / "a", 1)[0].parent])
        assert r.desktop.panels.gallery.hasFocus()
        r.desktop.files.close_case()
        assert QApplication.focusWidget().text() == "Open pictures…"
