"""The overview map in the corner of the slide view."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Scale
from bloodview.ui.slide_view.overview import Overview
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    return view


def shown(view: SlideView, width: int = 20_000, height: int = 10_000) -> Overview:
    made = Overview(view)
    view.set_slide(PaintedPicture(width, height, Scale(0.1, "file")))
    return made


def test_a_slide_has_a_map_and_a_small_picture_has_none(view: SlideView) -> None:
    overview = shown(view)
    assert overview.isVisible()
    view.set_slide(PaintedPicture(640, 480))
    assert not overview.isVisible()
    view.set_slide(None)
    assert not overview.isVisible()


def test_it_lies_in_the_corner_also_after_the_view_grew(view: SlideView) -> None:
    overview = shown(view)
    view.resize(1100, 800)
    assert view.rect().bottomRight() - overview.geometry().bottomRight() == QPoint(12, 12)


def test_a_view_without_room_has_no_map(view: SlideView) -> None:
    overview = shown(view)
    view.resize(180, 120)
    assert not overview.isVisible()


def test_it_can_be_hidden(view: SlideView) -> None:
    overview = shown(view)
    overview.set_wanted(False)
    assert not overview.isVisible()
    overview.set_wanted(True)
    assert overview.isVisible()


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_click_in_it_goes_there_and_the_frame_follows(view: SlideView, quarters: int) -> None:
    overview = shown(view)
    view.zoom_to(1.0)
    view.turn_to(quarters)
    wanted = QPoint(overview.width() // 3, overview.height() // 2)
    QTest.mouseClick(overview, Qt.MouseButton.LeftButton, pos=wanted)
    assert (overview.frame().center() - wanted).manhattanLength() < 1.5


def test_a_drag_in_it_moves_the_view(view: SlideView) -> None:
    overview = shown(view)
    view.zoom_to(1.0)
    QTest.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    before = view.visible_box_l0()
    QTest.mouseMove(overview, QPoint(80, 40))
    after = view.visible_box_l0()
    QTest.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(80, 40))
    assert after.x0 > before.x0
    assert after.y0 > before.y0


def test_the_frame_is_never_too_small_to_be_seen(view: SlideView) -> None:
    overview = shown(view, 100_000, 100_000)
    view.zoom_to(4.0)
    assert min(overview.frame().width(), overview.frame().height()) >= 7


def test_parts_that_could_not_be_analysed_are_marked_as_on_the_slide(view: SlideView) -> None:
    overview = shown(view)
    view.zoom_to(2.0)
    before = overview.grab().toImage()
    view.set_scale(view.scale, (Box(0, 0, 5000, 5000),))
    after = overview.grab().toImage()
    assert after.pixelColor(10, 10) != before.pixelColor(10, 10)
    assert after.pixelColor(overview.width() - 12, 12) == before.pixelColor(overview.width() - 12, 12)


def test_visited_parts_are_shaded(view: SlideView) -> None:
    overview = shown(view)
    view.zoom_to(2.0)
    before = overview.grab().toImage()
    visited = QImage(4, 2, QImage.Format.Format_ARGB32)
    visited.fill(Qt.GlobalColor.transparent)
    visited.setPixelColor(0, 0, QColor(0, 120, 255, 120))
    overview.set_visited(visited, "12 % of the monolayer seen")
    after = overview.grab().toImage()
    assert after.height() > before.height()
    assert after.pixelColor(10, 10) != before.pixelColor(10, 10)
    x = overview.width() - 10
    assert after.pixelColor(x, 12) == before.pixelColor(x, 12)
