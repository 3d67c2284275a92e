"""Brightness, contrast and gamma of what is painted."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Scale
from bloodview.ui.slide_view.display import LEAST, LEAST_GAMMA, MOST, MOST_GAMMA, Adjustment
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture


def test_a_neutral_table_changes_nothing() -> None:
    assert np.array_equal(Adjustment().table(), np.arange(256))
    assert Adjustment().is_neutral


@pytest.mark.parametrize("brightness", [LEAST, 0, MOST])
@pytest.mark.parametrize("contrast", [LEAST, 0, MOST])
@pytest.mark.parametrize("gamma", [LEAST_GAMMA, 1.0, MOST_GAMMA])
def test_no_table_turns_dark_into_light(brightness: int, contrast: int, gamma: float) -> None:
    assert (np.diff(Adjustment(brightness, contrast, gamma).table().astype(int)) >= 0).all()


def test_each_control_does_what_its_name_says() -> None:
    level = 90
    assert Adjustment(brightness=40).table()[level] > level
    assert Adjustment(gamma=1.8).table()[level] > level
    assert Adjustment(contrast=50).table()[level] < level
    assert Adjustment(contrast=50).table()[200] > 200


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    view.set_slide(PaintedPicture(600, 300, Scale(0.1, "file")))
    return view


def pixel(view: SlideView, x: int, y: int) -> tuple[int, int, int]:
    color = view.grab().toImage().pixelColor(x, y)
    return color.red(), color.green(), color.blue()


def test_the_picture_is_shown_through_the_table_and_the_ground_beside_it_is_not(view: SlideView) -> None:
    ground = pixel(view, 150, 20)
    assert pixel(view, 150, 150) == (200, 60, 90)
    adjustment = Adjustment(brightness=-30)
    view.display.adjust(adjustment)
    assert pixel(view, 150, 150) == tuple(adjustment.table()[[200, 60, 90]])
    assert pixel(view, 150, 20) == ground
    view.display.adjust(Adjustment())
    assert pixel(view, 150, 150) == (200, 60, 90)


def test_an_adjusted_view_follows_the_camera(view: SlideView) -> None:
    view.display.adjust(Adjustment(brightness=-30))
    assert pixel(view, 150, 150) == pixel(view, 20, 150)
    view.go_to(0, 150)
    assert pixel(view, 20, 150) == pixel(view, 150, 20)  # the picture has left that side
