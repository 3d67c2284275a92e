"""Two views that move together."""

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Scale
from bloodview.ui.slide_view.link import Link
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture

Pair = tuple[SlideView, SlideView, Link]


@pytest.fixture
def pair(qtbot: QtBot) -> Pair:
    views = []
    for um in (0.1, 0.2):
        view = SlideView(InlineReads())
        qtbot.addWidget(view)
        view.resize(400, 300)
        view.show()
        view.set_slide(PaintedPicture(20_000, 10_000, Scale(um, "file")))
        views.append(view)
    first, second = views
    first.go_to(5000, 5000, 1.0)
    second.go_to(8000, 3000, 2.0)
    return first, second, Link(first, second)


def test_what_is_not_locked_moves_alone(pair: Pair) -> None:
    first, second, _ = pair
    first.go_to(6000, 5000)
    assert second.visible_box_l0().center == pytest.approx((8000, 3000))


def test_the_other_follows_by_as_many_micrometres_and_keeps_its_distance(pair: Pair) -> None:
    first, second, link = pair
    link.lock(True)
    first.go_to(6000, 4600)
    assert second.visible_box_l0().center == pytest.approx((8500, 2800))
    second.go_to(8000, 3000)
    assert first.visible_box_l0().center == pytest.approx((5000, 5000))


def test_zoom_follows_in_the_proportion_at_the_lock(pair: Pair) -> None:
    first, second, link = pair
    link.lock(True)
    first.zoom_to(3.0)
    assert second.zoom == pytest.approx(6.0)
    second.zoom_to(1.0)
    assert first.zoom == pytest.approx(0.5)


def test_a_turned_view_follows_as_seen_on_the_screen(pair: Pair) -> None:
    first, second, link = pair
    second.turn_to(1)
    link.lock(True)
    first.go_to(6000, 5000)  # to the right on the screen, which is up in the second slide
    assert second.visible_box_l0().center == pytest.approx((8000, 2500))


def test_unlocking_and_moving_one_gives_another_distance(pair: Pair) -> None:
    first, second, link = pair
    link.lock(True)
    link.lock(False)
    second.go_to(8100, 3000)
    link.lock(True)
    first.go_to(5200, 5000)
    assert second.visible_box_l0().center == pytest.approx((8200, 3000))


def test_aligned_they_show_the_same_part_at_the_same_magnification(pair: Pair) -> None:
    first, second, link = pair
    link.lock(True)
    link.align()
    assert second.visible_box_l0().center == pytest.approx((5000, 5000))
    assert second.zoom == pytest.approx(2.0)
    assert first.visible_box_l0().center == pytest.approx((5000, 5000))


def test_without_a_scale_they_move_alike_on_the_screen(pair: Pair) -> None:
    first, second, link = pair
    first.set_scale(None)
    link.lock(True)
    first.go_to(5100, 5000)
    assert second.visible_box_l0().center == pytest.approx((8050, 3000))


def test_another_picture_takes_hold_anew(pair: Pair) -> None:
    first, second, link = pair
    link.lock(True)
    second.set_slide(PaintedPicture(3000, 3000, Scale(0.1, "file")))
    before = second.visible_box_l0().center
    first.pan_by(-10, 0)
    assert second.visible_box_l0().center[0] == pytest.approx(before[0] + 10)
