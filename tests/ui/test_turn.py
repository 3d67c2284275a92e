"""The picture turned by quarters: what is painted, clicked and dragged stays where it belongs."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.slide_view.view import SlideView
from tests.ui.slide_view_support import InlineReads, PaintedPicture, cell

RED, GREEN = (220, 20, 20), (20, 200, 20)


class CornerPicture(PaintedPicture):
    """Green, with a red square in its upper left."""

    def read(self, box_l0: Box, out: Size) -> NDArray[np.uint8]:
        x = box_l0.x0 + (np.arange(out.width) + 0.5) * box_l0.width / out.width
        y = box_l0.y0 + (np.arange(out.height) + 0.5) * box_l0.height / out.height
        is_red = (x[None, :] < 100) & (y[:, None] < 100)
        return np.where(is_red[..., None], np.uint8(RED), np.uint8(GREEN)).astype(np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> SlideView:
    view = SlideView(InlineReads())
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.set_slide(CornerPicture(400, 300, Scale(0.1, "file")))
    return view


def color(view: SlideView, x: float, y: float) -> tuple[int, int, int]:
    pixel: QColor = view.grab().toImage().pixelColor(round(x), round(y))
    return pixel.red(), pixel.green(), pixel.blue()


@pytest.mark.parametrize(
    ("quarters", "corner"),
    [(0, "topLeft"), (1, "topRight"), (2, "bottomRight"), (3, "bottomLeft")],
)
def test_a_quarter_turn_moves_the_upper_left_clockwise(view: SlideView, quarters: int, corner: str) -> None:
    view.turn_to(quarters)
    seen = view.turn.seen(_rect(view, Box(0, 0, 400, 300)))
    inside = 0.3 * (seen.center() - getattr(seen, corner)()) + getattr(seen, corner)()
    assert color(view, inside.x(), inside.y()) == RED
    middle = seen.center()
    assert color(view, middle.x(), middle.y()) == GREEN


def test_tiles_read_before_a_turn_are_turned_along_and_back(view: SlideView) -> None:
    upright = _grabbed(view, 0)
    for quarters in (1, 3, 2, 0):
        turned = _grabbed(view, quarters)
    assert np.array_equal(turned, upright)
    overview = view.overview
    assert overview is not None
    view.turn_to(1)
    assert view.overview is overview, "the map stays upright"


def _rect(view: SlideView, box: Box) -> QRectF:
    return QRectF(QPointF(*view.camera.to_view(box.x0, box.y0)), QPointF(*view.camera.to_view(box.x1, box.y1)))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_click_finds_the_cell_that_lies_there(view: SlideView, quarters: int) -> None:
    view.set_cells([cell(1, Box(20, 20, 90, 90)), cell(2, Box(300, 200, 380, 280))], DEFAULT_TAXONOMY)
    view.turn_to(quarters)
    place = view.turn.seen(_rect(view, Box(300, 200, 380, 280))).center()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert view.selected_ids() == {2}


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_an_arrow_key_shows_what_lies_on_that_side_of_the_screen(view: SlideView, quarters: int) -> None:
    view.zoom_to(8.0)
    view.turn_to(quarters)
    before = view.turn.transform().map(QPointF(*view.camera.to_view(200, 150)))
    QTest.keyClick(view, Qt.Key.Key_Right)
    after = view.turn.transform().map(QPointF(*view.camera.to_view(200, 150)))
    assert after.x() < before.x() - 100
    assert after.y() == pytest.approx(before.y())


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_leaves_the_middle_in_the_middle_and_back_again(view: SlideView, quarters: int) -> None:
    view.zoom_to(6.0)
    view.go_to(120, 90)
    view.turn_to(quarters)
    assert view.visible_box_l0().center == pytest.approx((120, 90))
    view.turn_to(0)
    assert view.visible_box_l0().center == pytest.approx((120, 90))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_positions_go_to_the_upright_view_and_back(view: SlideView, quarters: int) -> None:
    view.turn_to(quarters)
    pos = QPointF(37, 141)
    assert view.turn.transform().map(view.turn.upright(pos)) == pos


def test_a_drawn_box_lies_where_it_was_drawn_on_a_turned_picture(view: SlideView, qtbot: QtBot) -> None:
    view.turn_to(1)
    view.set_tool("add")
    seen = view.turn.seen(_rect(view, Box(200, 100, 300, 180)))
    with qtbot.waitSignal(view.box_drawn) as drawn:
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=seen.topLeft().toPoint())
        QTest.mouseMove(view, seen.center().toPoint())
        QTest.mouseMove(view, seen.bottomRight().toPoint())
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=seen.bottomRight().toPoint())
    box = drawn.args[0]
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((200, 100, 300, 180), abs=3)


def test_labels_stand_upright_above_their_boxes_however_the_picture_is_turned(view: SlideView) -> None:
    view.set_overlays(boxes=False, outlines=False, labels=True)
    bare = {q: _grabbed(view, q) for q in range(4)}
    view.set_cells([cell(1, Box(150, 100, 250, 200))], DEFAULT_TAXONOMY)
    shapes = set()
    for quarters in range(4):
        ys, xs = np.nonzero((bare[quarters] != _grabbed(view, quarters)).any(axis=2))
        seen = view.turn.seen(_rect(view, Box(150, 100, 250, 200)))
        assert ys.max() <= seen.top() + 1
        assert abs(xs.min() - seen.left()) <= 2
        shapes.add((np.ptp(xs), np.ptp(ys)))
    assert len(shapes) == 1


def _grabbed(view: SlideView, quarters: int) -> NDArray[np.uint8]:
    view.turn_to(quarters)
    image = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()
