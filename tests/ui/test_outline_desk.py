"""Outlining by hand in the window: clicks, boxes, brush, undo inside the tool, keep and drop, split and merge."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Kind, Polygon, Source, Status
from bloodview.core.errors import UserError
from bloodview.ui.jobs import InlineJobs
from tests.ui.outline_support import ALT, CTRL, RADIUS, SHIFT, FakeSession, Tool
from tests.ui.window_support import pictures, rig


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def tool(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> Iterator[Tool]:
    pictures(tmp_path / "a", 2)
    with rig(qtbot) as made:
        made.desktop.outlining.bench.make_session = lambda _device: session
        made.desktop.files.open([tmp_path / "a"])
        made.press(Qt.Key.Key_S)
        yield Tool(made, session)


def width(outline: Polygon) -> float:
    xs = [x for x, _ in outline]
    return max(xs) - min(xs)


def test_the_key_takes_the_tool_in_hand_and_escape_puts_it_away(tool: Tool) -> None:
    assert tool.layer.isVisible()
    assert tool.desktop.actions["outline.tool"].isChecked()
    assert tool.view.hasFocus()
    tool.key(Qt.Key.Key_Escape)
    assert not tool.layer.isVisible()
    assert not tool.desktop.actions["outline.tool"].isChecked()


def test_the_slide_is_shown_for_the_tool_and_so_are_outlines(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as made:
        made.desktop.outlining.bench.make_session = lambda _device: FakeSession()
        made.desktop.files.open([tmp_path / "a"])
        made.press(Qt.Key.Key_G)
        made.press(Qt.Key.Key_S)
        assert made.desktop.panels.slide_view.isVisible()
        assert made.desktop.actions["view.outlines"].isChecked()


def test_outlines_are_seen_afterwards_as_they_were_before(tool: Tool) -> None:
    outlines = tool.desktop.actions["view.outlines"]
    tool.key(Qt.Key.Key_Escape)
    assert not outlines.isChecked(), "they came with the tool"
    outlines.trigger()
    tool.desktop.actions["outline.tool"].trigger()
    tool.key(Qt.Key.Key_Escape)
    assert outlines.isChecked(), "they were there before it"


def test_a_click_beside_all_cells_makes_a_new_red_cell_with_its_outline(tool: Tool) -> None:
    before = {c.id for c in tool.cells}
    tool.click(450, 380)
    assert width(tool.outline) == pytest.approx(2 * RADIUS, abs=3)
    tool.key(Qt.Key.Key_Return)
    (new,) = [c for c in tool.cells if c.id not in before]
    assert (new.kind, new.label, new.source) == (Kind.RBC, "red_cell", Source.PERSON)
    assert width(new.cell_outline) == pytest.approx(2 * RADIUS, abs=3)
    assert new.box_l0.center == pytest.approx((450, 380), abs=3)
    assert tool.desktop.desk.selected == {new.id}
    assert tool.outline == ()


def test_a_new_leukocyte_waits_for_its_class(tool: Tool, session: FakeSession) -> None:
    session.kind = Kind.WBC
    before = {c.id for c in tool.cells}
    tool.click(450, 380)
    tool.key(Qt.Key.Key_Enter)
    (new,) = [c for c in tool.cells if c.id not in before]
    assert (new.kind, new.label) == (Kind.WBC, "")
    assert "key of the cell's class" in tool.said


def test_enter_with_nothing_outlined_confirms_no_label(tool: Tool) -> None:
    cell = next(c for c in tool.cells if c.kind is Kind.WBC and c.source is Source.MODEL)
    tool.desktop.desk.select((cell.id,))
    tool.key(Qt.Key.Key_Return)
    assert "Nothing is outlined yet" in tool.said
    assert next(c for c in tool.cells if c.id == cell.id).source is Source.MODEL


def test_on_a_cell_that_is_there_it_becomes_its_new_outline(tool: Tool) -> None:
    red = next(c for c in tool.cells if c.kind is Kind.RBC)
    count = len(tool.cells)
    tool.click(*red.box_l0.center)
    assert f"new outline of cell {red.id}" in tool.desk.bar.says.text()
    tool.key(Qt.Key.Key_Return)
    now = next(c for c in tool.cells if c.id == red.id)
    assert len(now.cell_outline) > 8
    assert len(tool.cells) == count
    tool.key(Qt.Key.Key_Z, CTRL)  # nothing is begun: the window's own undo
    assert next(c for c in tool.cells if c.id == red.id).cell_outline == ()


@pytest.mark.parametrize(
    ("button", "held"),
    [
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, SHIFT),
        (Qt.MouseButton.LeftButton, ALT),
    ],
)
def test_right_shift_and_alt_take_away(
    tool: Tool, session: FakeSession, button: Qt.MouseButton, held: Qt.KeyboardModifier
) -> None:
    tool.click(450, 380)
    tool.click(480, 380, button, held)
    pointed, before = session.asked[-1]
    assert [wanted for _, _, wanted in pointed.clicks] == [True, False]
    assert before is not None


def test_undo_inside_the_tool_takes_the_last_click_back_and_leaves_the_case_alone(tool: Tool) -> None:
    tool.rig.press(Qt.Key.Key_Escape)
    tool.desktop.desk.relabel_these([tool.cells[0].id], "monocyte")
    title = tool.desktop.bridge.undo_title
    tool.rig.press(Qt.Key.Key_S)
    tool.click(450, 380)
    tool.click(470, 380)
    tool.key(Qt.Key.Key_Z, CTRL)
    assert len(tool.desk._draft.pointed.clicks) == 1
    assert tool.desktop.bridge.undo_title == title
    tool.key(Qt.Key.Key_Z, CTRL)
    assert tool.outline == ()
    tool.key(Qt.Key.Key_Z, CTRL)
    assert tool.desktop.bridge.undo_title != title


def test_escape_drops_the_outline_before_it_leaves(tool: Tool) -> None:
    count = len(tool.cells)
    tool.click(450, 380)
    tool.key(Qt.Key.Key_Escape)
    assert tool.layer.isVisible()
    assert tool.outline == ()
    assert len(tool.cells) == count


def test_a_drag_is_a_box(tool: Tool, session: FakeSession) -> None:
    tool.drag([(400, 330), (420, 350), (500, 430)])
    (pointed, _) = session.asked[-1]
    assert pointed.clicks == ()
    assert pointed.box_l0 is not None
    assert pointed.box_l0.center == pytest.approx((450, 380), abs=2)


def test_the_brush_adds_and_the_right_button_erases(tool: Tool) -> None:
    tool.click(450, 380)
    whole = width(tool.outline)
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    assert tool.desktop.actions["outline.brush"].isChecked()
    tool.drag([(480, 380), (490, 380), (500, 380)])
    wider = width(tool.outline)
    assert wider > whole + 15
    tool.drag([(490, 365), (490, 380), (490, 395)], Qt.MouseButton.RightButton)
    tool.drag([(505, 365), (505, 380), (505, 395)], Qt.MouseButton.RightButton)
    assert width(tool.outline) < wider - 5
    tool.key(Qt.Key.Key_Z, CTRL)
    tool.key(Qt.Key.Key_Z, CTRL)
    assert width(tool.outline) == wider


def test_a_click_after_the_brush_goes_on_from_what_was_painted(tool: Tool, session: FakeSession) -> None:
    tool.click(450, 380)
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    tool.drag([(480, 380), (500, 380)])
    painted = tool.desk._draft.shown
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    tool.click(455, 380)
    _, before = session.asked[-1]
    assert before is not None
    assert painted is not None
    assert before.mask is painted.mask


def test_brackets_size_the_brush_and_do_not_walk_to_doubtful_cells(tool: Tool) -> None:
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    small = tool.layer.brush_l0
    tool.key(Qt.Key.Key_BracketRight)
    assert tool.layer.brush_l0 > small
    assert not tool.desktop.desk.selected
    for _ in range(40):
        tool.key(Qt.Key.Key_BracketLeft)
    assert 0 < tool.layer.brush_l0 < small


def test_painting_over_a_cell_makes_its_outline_and_nothing_else(tool: Tool) -> None:
    red = next(c for c in tool.cells if c.kind is Kind.RBC)
    x, y = red.box_l0.center
    count = len(tool.cells)
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    tool.drag([(x, y), (x + 40, y)])
    tool.key(Qt.Key.Key_Return)
    now = next(c for c in tool.cells if c.id == red.id)
    assert now.box_l0.x1 > red.box_l0.x1 + 5
    assert len(tool.cells) == count


def test_a_cell_is_split_along_a_line_in_one_edit(tool: Tool) -> None:
    white = next(c for c in tool.cells if c.kind is Kind.WBC)
    x, _ = white.box_l0.center
    tool.rig.press(Qt.Key.Key_K, SHIFT)
    assert not tool.desktop.actions["outline.tool"].isChecked()
    count = len(tool.cells)
    tool.drag([(x, 15), (x, 90), (x, 165)])
    assert len(tool.cells) == count + 1
    assert max(c.box_l0.width for c in tool.cells if c.id in tool.desktop.desk.selected) < 80
    tool.rig.press(Qt.Key.Key_Z, CTRL)
    assert len(tool.cells) == count


def test_a_line_across_nothing_is_told(tool: Tool) -> None:
    tool.rig.press(Qt.Key.Key_K, SHIFT)
    count = len(tool.cells)
    tool.drag([(400, 400), (420, 420), (450, 450)])
    assert "across a cell" in tool.said
    assert len(tool.cells) == count


def test_selected_cells_that_touch_are_merged(tool: Tool) -> None:
    a, b = [c for c in tool.cells if c.kind is Kind.WBC][:2]  # 20 px apart
    tool.key(Qt.Key.Key_Escape)
    tool.desktop.desk.select((a.id, b.id))
    tool.rig.press(Qt.Key.Key_M, SHIFT)
    now = {c.id: c for c in tool.cells}
    kept, gone = (a, b) if now[a.id].status is Status.ACTIVE else (b, a)
    assert now[gone.id].status is Status.REJECTED
    assert now[kept.id].box_l0.width == pytest.approx(300, abs=6)
    assert tool.desktop.desk.selected == {kept.id}


def test_cells_that_do_not_touch_are_not_merged_and_the_reason_is_told(tool: Tool) -> None:
    cells = [c for c in tool.cells if c.kind is Kind.WBC]
    tool.key(Qt.Key.Key_Escape)
    tool.desktop.desk.select((cells[0].id, cells[2].id))
    tool.rig.press(Qt.Key.Key_M, SHIFT)
    assert "do not touch" in tool.said
    tool.desktop.desk.select((cells[0].id,))
    tool.rig.press(Qt.Key.Key_M, SHIFT)
    assert "Select two" in tool.said


def test_keeping_nothing_says_so(tool: Tool) -> None:
    tool.desktop.actions["outline.keep"].trigger()
    assert "Nothing is outlined" in tool.said


def test_what_the_model_cannot_do_is_told_and_the_click_never_was(tool: Tool, session: FakeSession) -> None:
    session.error = UserError("The model is missing.")
    tool.click(450, 380)
    assert "model is missing" in tool.said
    assert not tool.desk._draft.is_begun


def test_wheel_and_middle_button_still_move_the_view(tool: Tool) -> None:
    zoom = tool.view.zoom
    place = QPointF(200, 200)
    event = QWheelEvent(
        place,
        tool.layer.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(tool.layer, event)
    assert tool.view.zoom > zoom
    left = tool.view.camera.left_l0
    QTest.mousePress(tool.layer, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(200, 200))
    QTest.mouseMove(tool.layer, QPoint(240, 200))
    QTest.mouseRelease(tool.layer, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(240, 200))
    assert tool.view.camera.left_l0 < left
    assert not tool.desk._draft.is_begun


def test_another_picture_drops_the_outline(tool: Tool) -> None:
    tool.click(450, 380)
    tool.desktop.actions["slides.next_picture"].trigger()
    assert tool.outline == ()


def test_the_tool_that_draws_boxes_takes_the_place_of_this_one(tool: Tool) -> None:
    tool.rig.press(Qt.Key.Key_D)
    assert not tool.layer.isVisible()
    assert tool.view.tool == "add"
    tool.rig.press(Qt.Key.Key_S)
    assert tool.view.tool == "select"
    assert tool.layer.isVisible()


def test_an_answer_to_a_dropped_click_comes_to_nothing(qtbot: QtBot, tmp_path: Path, session: FakeSession) -> None:
    pictures(tmp_path / "a", 1)
    jobs = InlineJobs()
    with rig(qtbot, jobs) as made:
        made.desktop.outlining.bench.make_session = lambda _device: session
        made.desktop.files.open([tmp_path / "a"])
        made.press(Qt.Key.Key_S)
        tool = Tool(made, session)
        jobs.held = True
        tool.click(450, 380)
        assert tool.desk.bar.says.text() == "Outlining …"
        tool.key(Qt.Key.Key_Escape)
        while jobs.run_next():
            pass
        assert tool.outline == ()
        jobs.held = False


def test_the_layer_paints_outline_clicks_box_brush_and_line(tool: Tool) -> None:
    plain = tool.layer.grab().toImage()
    tool.click(450, 380)
    tool.click(470, 390, Qt.MouseButton.RightButton)
    assert tool.layer.grab().toImage() != plain
