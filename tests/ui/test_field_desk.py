"""The walk field by field, in the window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bloodview.core.geometry import Box, Size
from bloodview.core.visited import VisitedGrid
from bloodview.review.commands import AddTiles, BeginRun, DoneTile, EndRun, NewSlide, Sign, TileState
from bloodview.ui.slide_view.magnification import magnification_at
from tests.fakes import write_picture
from tests.ui.window_support import Rig, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT = Qt.KeyboardModifier.AltModifier
SIDE = 4000


def opened(r: Rig, folder: Path) -> Rig:
    """A large picture whose left half is stained; 0.1 um a pixel, as the analysis says."""
    pixels = np.full((SIDE, SIDE, 3), 235, np.uint8)
    pixels[:, : SIDE // 2] = (200, 120, 140)
    if not (folder / "a").exists():
        write_picture(folder / "a" / "large.png", pixels)
    r.desktop.files.open([folder / "a"])
    r.desktop.actions["view.slide"].trigger()
    r.qtbot.wait(20)  # the layout follows
    return r


def look(r: Rig) -> None:
    r.desktop.viewer.fields.on_view_rested()


def test_a_walk_begins_at_40x_on_the_first_field_with_cells_and_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path).desktop.panels.slide_view
        r.press(Qt.Key.Key_Right, ALT)
        scale = view.scale
        assert scale is not None
        assert magnification_at(view.zoom, scale) == pytest.approx(40)
        first = view.visible_box_l0()
        assert (first.x0, first.y0) == pytest.approx((0, 0), abs=1)
        r.press(Qt.Key.Key_Right, ALT)
        second = view.visible_box_l0()
        assert 0 < second.x0 <= first.width
        assert "Field 2 of" in r.desktop.panels.status.message.whole
        r.press(Qt.Key.Key_Left, ALT)
        assert view.visible_box_l0().x0 == pytest.approx(first.x0, abs=1)
        r.press(Qt.Key.Key_Left, ALT)
        assert "first field" in r.desktop.panels.status.message.whole


def test_a_walk_keeps_to_what_is_stained(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path).desktop.panels.slide_view
        for _ in range(60):
            r.desktop.viewer.fields.next()
            assert view.visible_box_l0().x0 < SIDE / 2
        assert "last field" in r.desktop.panels.status.message.whole


def test_visited_fields_are_shaded_counted_and_remembered_after_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        for _ in range(3):
            r.desktop.viewer.fields.next_unvisited()
            look(r)
        case = r.desktop.bridge.case
        assert case is not None
        grid = VisitedGrid(Size(SIDE, SIDE), case.visited(case.slides()[0].content_hash))
        assert 0.02 < grid.marks.mean() < 0.9
        said = r.desktop.viewer.eye.map._caption
        assert said.endswith("% seen")
        assert said != "0% seen"
        path = case.path
        before = r.desktop.panels.slide_view.visible_box_l0()
    with rig(qtbot) as r:
        r.desktop.files.open([path])
        r.desktop.actions["view.slide"].trigger()
        r.qtbot.wait(20)
        assert r.desktop.viewer.eye.map._caption == said
        r.desktop.viewer.fields.next()
        assert r.desktop.panels.slide_view.visible_box_l0().x0 != pytest.approx(before.x0, abs=1)
        assert r.desktop.panels.slide_view.visible_box_l0().y0 >= before.y0


def test_a_look_from_afar_visits_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path).desktop.panels.slide_view
        view.fit()
        look(r)
        assert r.desktop.viewer.eye.map._caption == "0% seen"


def test_all_fields_are_visited_in_the_end_and_it_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        for _ in range(60):
            r.desktop.viewer.fields.next_unvisited()
        assert "Every field" in r.desktop.panels.status.message.whole
        assert r.desktop.viewer.eye.map._caption == "100% seen"


def test_a_signed_case_is_looked_at_without_complaint(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        r.desktop.bridge.apply(Sign("Ada"))
        r.desktop.viewer.fields.next_unvisited()
        look(r)
        assert r.errors == []


def test_until_all_is_analysed_the_walk_goes_where_a_monolayer_may_be(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        opened(r, tmp_path)
        fields, case = r.desktop.viewer.fields, r.desktop.bridge.case
        assert case is not None
        slide = case.slides()[0]
        new = NewSlide(slide.path, slide.content_hash, slide.size, slide.scale)
        half = SIDE // 2
        upper, lower = Box(0, 0, half, half), Box(0, half, half, SIDE)
        case.apply(BeginRun(new, ("m",), "cpu", "plan", 0.1))
        case.apply(AddTiles(slide.content_hash, (DoneTile(0, TileState.OTHER, upper, 1.0),), ()))
        fields._take_monolayer()
        assert fields._worth[-3, 3]
        assert not fields._worth[3, 3]
        case.apply(AddTiles(slide.content_hash, (DoneTile(1, TileState.MONOLAYER, lower, 1.0),), ()))
        case.apply(EndRun(slide.content_hash))
        fields._take_monolayer()
        assert np.array_equal(fields._worth, VisitedGrid(slide.size).covering([lower]))
        assert r.desktop.viewer.eye.map._caption == "Monolayer 0% seen"
