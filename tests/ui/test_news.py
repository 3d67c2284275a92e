"""Changes that may wait are told later, each in a turn of its own, and always in their order."""

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from bloodview.review.commands import Changes
from bloodview.ui.news import News


def change(title: str) -> Changes:
    return Changes(frozenset(), frozenset(), frozenset(), title)


def test_what_can_wait_is_told_in_later_turns(qtbot: QtBot) -> None:
    told: list[str] = []
    owner = QObject()
    news = News(lambda changes: told.append(changes.title), owner)
    news.can_wait = True
    for title in "ab":
        news.came(change(title))
    assert told == []
    qtbot.waitUntil(lambda: told == ["a", "b"])


def test_what_cannot_wait_takes_what_waits_along(qtbot: QtBot) -> None:
    told: list[str] = []
    owner = QObject()
    news = News(lambda changes: told.append(changes.title), owner)
    news.can_wait = True
    news.came(change("tile"))
    news.can_wait = False
    news.came(change("edit"))
    assert told == ["tile", "edit"]
    qtbot.wait(20)
    assert told == ["tile", "edit"]


def test_what_nobody_needs_to_know_is_forgotten(qtbot: QtBot) -> None:
    told: list[str] = []
    owner = QObject()
    news = News(lambda changes: told.append(changes.title), owner)
    news.can_wait = True
    news.came(change("tile"))
    news.forget()
    qtbot.wait(20)
    assert told == []
