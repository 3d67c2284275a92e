"""The table of actions and the list of commands made from it."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.actions import ACTIONS, MAGNIFICATION_MENU, MENUS, takes_text
from bloodview.ui.dialogs.command_list import AllKeys, CommandList
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier


def test_no_key_is_given_twice_classes_included() -> None:
    keys = [QKeySequence(k).toString() for spec in ACTIONS for k in spec.keys]
    keys += [c.key.upper() for c in DEFAULT_TAXONOMY.classes if c.key]
    assert [key for key, number in Counter(keys).items() if number > 1] == []
    assert all(keys)


def test_every_line_has_a_menu_and_a_title_of_its_own() -> None:
    assert {spec.menu for spec in ACTIONS} <= {*MENUS, MAGNIFICATION_MENU}
    assert len({spec.title for spec in ACTIONS}) == len(ACTIONS)
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)


def test_actions_wait_for_what_they_need(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        actions = r.desktop.actions
        for name in ("files.save_as", "files.export", "desk.confirm", "desk.next_doubtful", "window.stop"):
            assert not actions[name].isEnabled(), name
        assert actions["files.open_pictures"].isEnabled()
        r.desktop.files.open([tmp_path / "a"])
        assert actions["files.export"].isEnabled()
        assert actions["desk.next_doubtful"].isEnabled()
        assert not actions["desk.confirm"].isEnabled()
        r.desktop.desk.next_doubtful()
        assert actions["desk.confirm"].isEnabled()
        assert actions["label.monocyte"].isEnabled()
        r.desktop.files.close_case()
        assert not actions["files.export"].isEnabled()
        assert not [a for s, a in actions.all() if s.id.startswith("label.")]


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit, QSpinBox])
def test_fields_take_text(qtbot: QtBot, make: type[QLineEdit | QPlainTextEdit | QSpinBox]) -> None:
    widget = make()
    qtbot.addWidget(widget)
    assert takes_text(widget)


def test_other_widgets_take_no_text(qtbot: QtBot) -> None:
    label, fixed, editable, shown = QLabel(), QComboBox(), QComboBox(), QLineEdit()
    for widget in (label, fixed, editable, shown):
        qtbot.addWidget(widget)
    editable.setEditable(True)
    shown.setReadOnly(True)
    assert [takes_text(w) for w in (label, fixed, editable, shown, None)] == [False, False, True, False, False]


def open_list(r: Rig) -> CommandList:
    r.press(Qt.Key.Key_L, CTRL)
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, CommandList) and w.isVisible()]
    assert len(found) == 1
    return found[0]


def test_the_command_list_holds_every_action_with_its_key(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        commands = open_list(r)
        listed = {spec.id for spec in commands.shown()}
        assert {spec.id for spec in ACTIONS} - listed == {"help.commands"}
        assert {f"label.{c.id}" for c in DEFAULT_TAXONOMY.classes} <= listed
        QTest.keyClicks(commands.field, "label mono")
        assert [spec.title for spec in commands.shown()] == ["Monocyte"]
        commands.field.setText("ctrl+e")
        assert "files.export" in {spec.id for spec in commands.shown()}
        commands.field.setText("no such thing")
        assert commands.shown() == []


def test_a_command_is_found_by_typing_and_done_by_enter(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        commands = open_list(r)
        QTest.keyClicks(commands.field, "next doubtful")
        QTest.keyClick(commands.field, Qt.Key.Key_Return)
        current = r.desktop.desk.current
        assert current is not None
        assert current.needs_a_look
        assert r.desktop.actions["desk.confirm"].isEnabled()


def test_arrows_walk_over_the_lines_that_are_shown(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        commands = open_list(r)
        QTest.keyClicks(commands.field, "theme")
        QTest.keyClick(commands.field, Qt.Key.Key_Down)
        QTest.keyClick(commands.field, Qt.Key.Key_Return)
        assert r.desktop.preferences.now.theme == "light"


def test_all_keys_are_on_one_page(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        r.press(Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
        page = next(w for w in QApplication.topLevelWidgets() if isinstance(w, AllKeys))
        text = " ".join(label.text() for label in page.findChildren(QLabel))
        assert "Ctrl+Shift+Z" in text
        assert "Next doubtful cell" in text


def test_menus_call_the_key_that_confirms_as_everything_else_does(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        confirm = r.desktop.actions["desk.confirm"]
        assert [key.toString() for key in confirm.shortcuts()] == ["Enter", "Return"], "a menu shows the first"
        assert r.desktop.actions.way_to("desk.confirm") == "Enter"
