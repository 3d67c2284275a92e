"""In a window of 1000 x 700, at the usual size of texts and at 150 %, nothing is cut off or out of reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from bloodview.ui import style
from bloodview.ui.side_tabs import LEARN, SMEAR, WHY
from bloodview.ui.tour import STOPS, Tour
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WIDE, HIGH = 1000, 700


@pytest.fixture(params=[100, 150], ids=["usual", "large"])
def small(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Rig]:
    """A case in a small window, a doubtful cell chosen."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    font, sheet, palette, look = app.font(), app.styleSheet(), app.palette(), app.style().objectName()
    style.apply(app, style.DARK, request.param)
    pictures(tmp_path / "a_folder_of_a_rather_long_name", 2)
    try:
        with rig(qtbot) as r:
            r.desktop.files.open([tmp_path / "a_folder_of_a_rather_long_name"])
            r.window.resize(WIDE, HIGH)
            r.desktop.desk.next_doubtful()
            settled(qtbot)
            yield r
    finally:
        app.setStyle(look)
        app.setFont(font)
        app.setPalette(palette)
        app.setStyleSheet(sheet)


def settled(qtbot: QtBot) -> None:
    qtbot.wait(20)


def out_of_reach(window: QWidget) -> list[str]:
    """Widgets that stand beyond the window's right border, or in an area that scrolls upright beyond its own."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.isWindow():
            continue
        area = widget.parentWidget()
        while area is not window and not isinstance(area.parentWidget(), QScrollArea):
            area = area.parentWidget()
        if widget.mapTo(area, widget.rect().topRight()).x() >= area.width():
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(area).__name__}")
    return found


def cut_texts(window: QWidget) -> list[str]:
    """Texts of several lines that have no room for all of them."""
    return [
        label.text()
        for label in window.findChildren(QLabel)
        if label.isVisible() and label.wordWrap() and label.heightForWidth(label.width()) > label.height()
    ]


def test_every_panel_is_whole_and_what_is_said_over_the_views_leaves_them_room(small: Rig, qtbot: QtBot) -> None:
    for page in (LEARN, WHY, SMEAR, 0):
        small.window.side._stack.setCurrentIndex(page)  # past the desk that would begin to explain
        settled(qtbot)
        assert (small.window.width(), small.window.height()) == (WIDE, HIGH)
        assert not (left := out_of_reach(small.window)), "\n".join(left)
        assert not (cut := cut_texts(small.window)), "\n".join(cut)
    panels = small.desktop.panels
    panels.notice.show_familiarity(0.004)
    panels.reading.show_progress("Blind reading by Ada Lovelace: 12 of 200 cells answered", "Ada: Band neutrophil")
    settled(qtbot)
    assert panels.gallery.height() >= 250
    assert not out_of_reach(small.window)
    assert not cut_texts(small.window)


def test_two_cells_side_by_side_are_both_seen_and_buttons_are_whole_or_not_there(small: Rig, qtbot: QtBot) -> None:
    small.desktop.actions["compare.references"].trigger()
    settled(qtbot)
    assert small.desktop.panels.compare.isVisible()
    assert not (left := out_of_reach(small.window)), "\n".join(left)

    tools = small.desktop.panels.tools
    shown = [b for b in tools.children() if isinstance(b, QWidget) and b.isVisible()]
    assert len(shown) >= 6
    assert all(b.width() >= b.sizeHint().width() for b in shown)
    tools.resize(1200, tools.height())
    assert all(b.isVisible() for b in tools.children() if isinstance(b, QWidget))


def test_the_buttons_of_the_tour_are_whole_at_every_stop(small: Rig, qtbot: QtBot) -> None:
    small.desktop.help.tour()
    tour = small.window.findChild(Tour)
    for _ in STOPS:
        settled(qtbot)
        for button in (tour.bubble.end, tour.bubble.back, tour.bubble.next):
            assert button.isHidden() or button.width() >= button.sizeHint().width(), button.text()
        assert small.window.rect().contains(tour.bubble.geometry())
        assert tour.bubble.text.height() >= tour.bubble.text.heightForWidth(tour.bubble.text.width())
        tour.bubble.next.click()
