"""The tour of the window and the guide: what each stop shows, how one leaves, what the guide finds."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bloodview.core import paths
from bloodview.ui.dialogs.guide import Guide, GuidePage
from bloodview.ui.language import CHINESE, speak
from bloodview.ui.tour import STOPS, Tour, beside
from tests.e2e import screenshot
from tests.ui.window_support import pictures, rig


def test_every_stop_shows_its_place_and_the_last_ends_the_tour(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.help.tour()
        tour = r.desktop.window.findChild(Tour)
        seen = []
        for number, stop in enumerate(STOPS, 1):
            assert tour.is_on
            assert tour.bubble.isVisible()
            assert tour.bubble.number.text() == f"{number} of {len(STOPS)}"
            place = stop.place(r.desktop.panels)
            assert tour.ring.geometry().intersects(
                QRect(place.mapTo(r.desktop.window, place.rect().topLeft()), place.size())
            )
            assert r.desktop.window.rect().contains(tour.bubble.geometry())
            seen.append(tour.bubble.text.text())
            tour.bubble.next.click()
        assert not tour.is_on
        assert not tour.bubble.isVisible()
        assert len(set(seen)) == len(STOPS)


def test_one_goes_back_leaves_with_escape_and_begins_again(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.help.tour()
        tour = r.desktop.window.findChild(Tour)
        assert not tour.bubble.back.isEnabled()
        tour.bubble.next.click()
        tour.bubble.back.click()
        assert tour.bubble.title.text() == STOPS[0].title
        QTest.keyClick(tour.bubble, Qt.Key.Key_Escape)
        assert not tour.is_on
        assert r.desktop.panels.gallery.hasFocus()
        r.desktop.help.tour()
        assert tour.bubble.title.text() == STOPS[0].title
        tour.end()


def test_keys_of_the_window_work_beside_the_bubble(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.help.tour()
        r.desktop.panels.gallery.setFocus()
        r.press(Qt.Key.Key_BracketRight)
        assert r.desktop.desk.selected
        r.desktop.window.findChild(Tour).end()


def test_the_sample_is_opened_without_a_word_on_its_other_files(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        r.desktop.actions["files.open_sample"].trigger()
        assert len(r.desktop.index)
        assert "passed over" not in r.desktop.panels.status.message.whole


def test_the_tour_without_a_case_opens_the_sample(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    with rig(qtbot) as r:
        opened: list[object] = []
        monkeypatch.setattr(r.desktop.files, "open", opened.append)
        r.desktop.help.tour()
        assert opened == [(paths.sample(),)]
        r.desktop.window.findChild(Tour).end()


@pytest.mark.parametrize(
    "around", [QRect(0, 60, 220, 700), QRect(220, 60, 600, 700), QRect(900, 60, 380, 400), QRect(0, 780, 1280, 20)]
)
def test_a_bubble_stays_in_the_window(around: QRect) -> None:
    window, bubble = QRect(0, 0, 1280, 800), QRect(0, 0, 340, 200)
    placed = bubble.translated(beside(around, bubble, window))
    assert window.contains(placed)


def test_a_bubble_lies_beside_a_place_where_there_is_room() -> None:
    window, bubble = QRect(0, 0, 1280, 800), QRect(0, 0, 340, 200)
    for around in (QRect(0, 60, 220, 700), QRect(900, 60, 380, 400), QRect(0, 780, 1280, 20)):
        assert not around.intersects(bubble.translated(beside(around, bubble, window)))


def test_the_guide_lists_its_chapters_and_goes_to_them(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    guide = Guide(window)
    titles = [guide.chapters.item(i).text() for i in range(guide.chapters.count())]
    assert titles[:3] == ["Open", "Analyse", "Review"]
    guide.chapters.setCurrentRow(titles.index("Count and sign"))
    assert guide.page.textCursor().block().text() == "Count and sign"


def test_typing_finds_in_the_guide_and_enter_finds_the_next(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    guide = Guide(window)
    guide.field.setText("Leave-one-out")
    first = guide.page.textCursor().position()
    assert guide.page.textCursor().selectedText().lower() == "leave-one-out"
    guide.find_next()
    assert guide.page.textCursor().selectedText().lower() == "leave-one-out"
    assert guide.page.textCursor().position() >= first
    guide.field.setText("no such words")
    assert guide.page.textCursor().selectedText().lower() == "leave-one-out"


def test_both_guides_have_the_same_chapters_and_keys() -> None:
    texts = {p.stem: p.read_text(encoding="utf-8") for p in paths.guide().glob("guide_*.md")}
    assert set(texts) == {"guide_en", "guide_zh_CN"}
    shapes = {
        name: [
            (line.count("`"), re.findall(r"Ctrl\+\w|Enter|\.bvcase", line))
            for line in text.splitlines()
            if line.startswith(("#", "-")) or "`" in line
        ]
        for name, text in texts.items()
    }
    assert shapes["guide_en"] == shapes["guide_zh_CN"]


def test_going_on_in_the_tour_is_not_called_what_sorting_by_next_is(qtbot: QtBot, qapp: QApplication) -> None:
    hush = speak(qapp, CHINESE)
    try:
        with rig(qtbot) as r:
            r.desktop.help.tour()
            tour = r.desktop.window.findChild(Tour)
            assert tour.bubble.next.text() == "下一步"
            tour.end()
    finally:
        hush()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_pictures_of_the_guide_are_there_small_and_no_wider_than_its_page(qtbot: QtBot, language: str) -> None:
    names = re.findall(r"\]\((pictures/[^)]+)\)", (paths.guide() / f"guide_{language}.md").read_text(encoding="utf-8"))
    assert sorted(names) == sorted(f"pictures/{name}.png" for name in screenshot.NAMES)
    page = GuidePage()
    qtbot.addWidget(page)
    for name in names:
        assert (paths.guide() / name).stat().st_size <= screenshot.MOST_BYTES
        image = page.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name))
        assert isinstance(image, QImage)
        assert 0 < image.width() <= 580
