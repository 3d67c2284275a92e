"""The bars that never scroll away."""

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from bloodview.ui.bars import StatusBar, ToolBar

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_buttons_with_a_text_give_way_before_any_lie_over_each_other(qtbot: QtBot) -> None:
    bar = ToolBar()
    qtbot.addWidget(bar)
    icons = [bar.add(QAction("x", bar)) for _ in range(6)]
    words = [bar.add(QAction(text, bar), text) for text in ("Most doubtful", "Largest", "As found", "Next")]
    bar.resize(900, 38)
    bar.show()
    assert all(button.isVisible() for button in (*icons, *words))
    bar.resize(340, 38)
    assert not any(button.isVisible() for button in words)
    assert all(button.isVisible() for button in icons)
    bar.resize(900, 38)
    assert all(button.isVisible() for button in words)
    places = [button.geometry() for button in (*icons, *words)]
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i])


def test_a_button_names_its_key(qtbot: QtBot) -> None:
    bar, action = ToolBar(), QAction("&Boxes…")
    qtbot.addWidget(bar)
    button = bar.add(action)
    assert button.toolTip() == "Boxes"
    action.setShortcut("F2")
    assert button.toolTip() == "Boxes (F2)"


def test_an_advice_stands_while_nothing_else_is_said(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.advise("Do this")
    assert bar.message.whole == "Do this"
    bar.say("Done")
    bar.advise("Do that")
    assert bar.message.whole == "Done"
    bar.unsay("Done")
    assert bar.message.whole == "Do that"
    bar.advise("")
    assert bar.message.whole == ""


def test_what_was_under_way_is_unsaid_and_anything_said_since_stays(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.say("Looking …")
    bar.unsay("Looking …")
    assert bar.message.whole == ""
    bar.say("Looking …")
    bar.say("Found 3")
    bar.unsay("Looking …")
    assert bar.message.whole == "Found 3"
