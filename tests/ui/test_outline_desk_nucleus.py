"""Outlining a nucleus by hand in the window: clicks and brush inside its cell, what has none, and back to cells."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Kind, Polygon
from bloodview.core.geometry import Box
from bloodview.ui.measurements import lobes, polygon_area
from tests.ui.outline_support import CTRL, SHIFT, FakeSession, Tool
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


def nucleus_of(tool: Tool, cell_id: int) -> Polygon:
    return next(c for c in tool.cells if c.id == cell_id).nucleus_outline


def test_clicks_outline_the_nucleus_of_a_cell_lobe_by_lobe_and_the_panel_follows(tool: Tool) -> None:
    white = next(c for c in tool.cells if c.kind is Kind.WBC)
    before = white.nucleus_outline
    tool.desktop.desk.select((white.id,))
    panel = tool.desktop.panels.cell
    assert any("1 lobe " in label.text() for label in panel.findChildren(QLabel))
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    assert tool.desktop.actions["outline.nucleus"].isChecked()
    x, y = white.box_l0.center
    tool.click(x - 30, y)
    tool.click(x + 30, y)
    assert f"new nucleus of cell {white.id}" in tool.desk.bar.says.text()
    tool.key(Qt.Key.Key_Return)
    assert tool.said == f"Nucleus of cell {white.id} outlined"
    assert tool.desktop.bridge.undo_title == tool.said
    outline = nucleus_of(tool, white.id)
    assert lobes(outline) == 2
    assert polygon_area(outline) == pytest.approx(2 * np.pi * 20**2, rel=0.06)
    assert next(c for c in tool.cells if c.id == white.id).cell_outline == white.cell_outline
    assert any("2 lobes" in label.text() for label in panel.findChildren(QLabel))
    tool.key(Qt.Key.Key_Z, CTRL)
    assert nucleus_of(tool, white.id) == before


def test_the_brush_goes_on_from_the_nucleus_that_is_there_and_stays_inside_the_cell(tool: Tool) -> None:
    white = next(c for c in tool.cells if c.kind is Kind.WBC)
    x, y = white.box_l0.center
    tool.rig.press(Qt.Key.Key_B, SHIFT)
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    assert tool.desktop.actions["outline.brush"].isChecked(), "the brush stays in hand"
    tool.drag([(x, y), (x + 60, y), (white.box_l0.x1 + 15, y)])
    tool.key(Qt.Key.Key_Return)
    outline = nucleus_of(tool, white.id)
    assert min(p[0] for p in outline) == pytest.approx(white.box_l0.x0 + 35, abs=1.5), "as it was on this side"
    assert white.box_l0.x1 - 3 < max(p[0] for p in outline) <= white.box_l0.x1 + 0.5
    assert next(c for c in tool.cells if c.id == white.id).box_l0 == white.box_l0


def test_red_cells_and_empty_ground_have_no_nucleus_and_say_so(tool: Tool, session: FakeSession) -> None:
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    red = next(c for c in tool.cells if c.kind is Kind.RBC)
    tool.click(*red.box_l0.center)
    assert "have no nucleus" in tool.said
    tool.click(450, 380)
    assert "no cell here" in tool.said
    assert session.nuclei == []
    assert not tool.desk._draft.is_begun


def test_cells_are_outlined_again_after_the_key_and_after_the_tool_was_left(tool: Tool, session: FakeSession) -> None:
    nuclei = tool.desktop.actions["outline.nucleus"]
    white = next(c for c in tool.cells if c.kind is Kind.WBC)
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    tool.click(*white.box_l0.center)
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    assert tool.outline == (), "what was begun of the nucleus is none of the cell"
    assert tool.layer.isVisible()
    tool.click(450, 380)
    assert len(session.asked) == 1
    tool.key(Qt.Key.Key_Escape)
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    assert nuclei.isChecked()
    tool.key(Qt.Key.Key_Escape)
    assert not nuclei.isChecked()
    tool.rig.press(Qt.Key.Key_N, SHIFT)
    assert tool.layer.isVisible(), "the key takes the tool in hand"
    tool.rig.press(Qt.Key.Key_K, SHIFT)
    assert not nuclei.isChecked(), "a split is one of cells"


def test_the_selected_cell_goes_before_the_one_that_is_drawn_above_it(tool: Tool, session: FakeSession) -> None:
    one, two = [c for c in tool.cells if c.kind is Kind.WBC][:2]
    tool.desktop.desk.move_box(one.id, Box(one.box_l0.x0, 20, two.box_l0.x1, 160))
    for chosen in (one, two):
        tool.desktop.desk.select((chosen.id,))
        tool.rig.press(Qt.Key.Key_N, SHIFT)
        tool.click(*two.box_l0.center)
        assert tool.desk._draft.cell_id == chosen.id
        tool.rig.press(Qt.Key.Key_N, SHIFT)


def test_where_there_is_little_room_the_buttons_go_below_the_words(tool: Tool) -> None:
    bar, says = tool.desk.bar, tool.desk.bar.says
    button = bar.findChildren(QToolButton)[0]
    tool.layer.resize(1200, 400)
    assert button.geometry().left() >= says.geometry().right()
    tool.layer.resize(320, 400)
    bar.layout().activate()
    assert button.geometry().top() >= says.geometry().bottom()
    assert says.width() > 250
