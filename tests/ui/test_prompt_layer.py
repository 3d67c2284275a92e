"""Clicks and boxes of the outlining tool, on a view that may be turned."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Scale
from bloodview.ui.slide_view.prompt_layer import Mode, PromptLayer
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.set_slide(PaintedPicture(400, 300, Scale(0.1, "file")))
    return view


def place(view: SlideView, x_l0: float, y_l0: float) -> QPointF:
    return view.turn.transform().map(QPointF(*view.camera.to_view(x_l0, y_l0)))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_click_means_the_place_under_the_pointer_however_the_picture_is_turned(
    view: SlideView, qtbot: QtBot, quarters: int
) -> None:
    view.turn_to(quarters)
    layer = PromptLayer(view)
    layer.start(Mode.POINT)
    with qtbot.waitSignal(layer.clicked) as clicked:
        QTest.mouseClick(layer, Qt.MouseButton.LeftButton, pos=place(view, 100, 60).toPoint())
    assert clicked.args[:2] == pytest.approx([100, 60], abs=1)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_draft_is_painted_where_its_cell_lies(view: SlideView, quarters: int) -> None:
    view.turn_to(quarters)
    layer = PromptLayer(view)
    layer.start(Mode.POINT)
    layer.show_draft((), ((300, 80, True),), Box(20, 20, 60, 60))
    at = place(view, 300, 80)
    before = view.grab().toImage().pixelColor(at.toPoint())
    layer.show_draft(())
    assert view.grab().toImage().pixelColor(at.toPoint()) != before
