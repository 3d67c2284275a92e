"""Two slides side by side in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT = Qt.KeyboardModifier.AltModifier


def opened(r: Rig, folder: Path) -> Rig:
    pictures(folder / "a", 2)
    r.desktop.files.open([folder / "a"])
    r.press(Qt.Key.Key_S, ALT)
    r.qtbot.wait(20)  # the layout follows
    return r


def test_a_key_opens_the_same_slide_beside_with_its_cells_and_closes_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        second = panels.beside.view
        assert panels.beside.isVisible()
        assert not panels.gallery.isVisible()
        assert second.picture is panels.slide_view.picture
        assert len(second._cells.table.cells) == len(panels.slide_view._cells.table.cells) > 0
        r.press(Qt.Key.Key_S, ALT)
        assert not panels.beside.isVisible()
        assert second.picture is None
        assert not r.desktop.actions["beside.open"].isChecked()
        assert panels.gallery.isVisible(), "as it stood before"


def test_both_move_together_until_they_are_unlocked(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        first, second = panels.slide_view, panels.beside.view
        first.go_to(300, 200, 4.0)
        assert second.visible_box_l0().center == pytest.approx((300, 200), abs=2)
        assert second.zoom == pytest.approx(first.zoom)
        r.press(Qt.Key.Key_L, ALT)
        first.go_to(100, 200)
        assert second.visible_box_l0().center == pytest.approx((300, 200), abs=2)
        assert not r.desktop.actions["beside.lock"].isChecked()


def test_it_opens_turned_as_the_first_one_is(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        r.press(Qt.Key.Key_S, ALT)
        panels.slide_view.turn_to(1)
        r.press(Qt.Key.Key_S, ALT)
        assert panels.beside.view.turn.quarters == 1
        assert panels.beside.view.visible_box_l0().center == pytest.approx(
            panels.slide_view.visible_box_l0().center, abs=2
        )


def test_another_picture_can_be_chosen_there(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        assert [panels.beside.pictures.itemText(i) for i in (0, 1)] == ["field_1.png", "field_2.png"]
        panels.beside.pictures.setCurrentIndex(1)
        panels.beside.pictures.activated.emit(1)
        assert panels.beside.view.picture is not panels.slide_view.picture
        assert {c.slide_id for c in panels.beside.view._cells.table.cells} == {2}


def test_a_cell_chosen_there_is_labelled_and_both_views_show_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        second = panels.beside.view
        chosen = next(c for c in second._cells.table.cells if c.label == "lymphocyte")
        place = second.camera.to_view(*chosen.box_l0.center)
        QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=QPoint(round(place[0]), round(place[1])))
        assert r.desktop.desk.selected == {chosen.id}
        assert panels.slide_view.selected_ids() == {chosen.id}
        r.press(Qt.Key.Key_6)
        assert r.label(chosen.id) == "monocyte"
        for view in (panels.slide_view, second):
            assert view._cells.table.cells[view._cells.table.row_of[chosen.id]].label == "monocyte"


def test_keys_of_the_eye_go_to_the_view_with_the_focus(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        panels.beside.view.setFocus()
        r.press(Qt.Key.Key_R, ALT)
        assert (panels.slide_view.turn.quarters, panels.beside.view.turn.quarters) == (0, 1)


def test_the_gallery_alone_hides_both_and_closing_the_case_closes_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panels = opened(r, tmp_path).desktop.panels
        r.press(Qt.Key.Key_G)
        assert not panels.beside.isVisible()
        r.press(Qt.Key.Key_B)
        assert panels.beside.isVisible()
        r.desktop.files.close_case()
        assert panels.beside.isHidden()
        assert panels.beside.view.picture is None
