"""Two cells side by side: which ones, at which scale, and that keys name the framed one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from bloodview.review.commands import Changes
from bloodview.ui.compare_desk import likeness
from bloodview.ui.compare_view import CompareView
from tests.ui.test_look_queue import fill
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(r: Rig, folder: Path, number: int = 2) -> CompareView:
    pictures(folder / "a", number)
    r.desktop.files.open([folder / "a"])
    return r.desktop.panels.compare


def facts(view: CompareView) -> dict[str, tuple[str, str]]:
    return {name: (left, right) for name, left, right in view.fact_texts}


def test_two_selected_cells_stand_side_by_side_at_one_scale(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path)
        first, second = r.first("lymphocyte"), r.first("monocyte")
        r.desktop.desk.select([first, second])
        r.press(Qt.Key.Key_C)
        assert view.isVisible()
        assert not r.desktop.panels.gallery.isVisible()
        assert [s.cell_id for s in view.sides] == sorted((first, second))
        assert not any(pane.image.isNull() for pane in view.panes)
        assert view.panes[0].px_per_um == view.panes[1].px_per_um
        told = facts(view)
        assert told["Area"] == ("196 µm²", "196 µm²")
        assert told["Nucleus to cytoplasm"][0] == "0.33"
        assert told["Called by"] == ("the machine, 95% sure", "the machine, 45% sure")
        assert told["The machine says"][0] == "Lymphocyte 95.0%"
        r.press(Qt.Key.Key_Escape)
        assert not view.isVisible()
        assert r.desktop.panels.gallery.isVisible()
        assert r.desktop.desk.selected == {first, second}
        assert not r.desktop.actions["compare.toggle"].isChecked()


def test_in_a_low_window_the_facts_stay_below_the_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path)
        r.window.resize(1000, 560)
        r.desktop.desk.select([r.first("lymphocyte"), r.first("monocyte")])
        r.press(Qt.Key.Key_C)
        pane = view.panes[0]
        first = next(label for label in view.findChildren(QLabel) if label.text() == view.fact_texts[0][0])

        def lies_below() -> bool:
            return first.mapTo(view, QPoint(0, 0)).y() >= pane.mapTo(view, QPoint(0, pane.height())).y()

        qtbot.waitUntil(lies_below, timeout=5000)  # layouts settle over several turns of the loop


def test_the_lens_is_common_and_keeps_the_point_under_the_pointer(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path)
        r.desktop.desk.select([r.first("lymphocyte"), r.first("monocyte")])
        r.press(Qt.Key.Key_C)
        pane = view.panes[1]
        before = pane.px_per_um
        at = pane.place.topLeft() + QPointF(pane.place.width() * 0.75, pane.place.height() * 0.5)
        under = view.lens.x + 0.25 / view.lens.zoom
        event = QWheelEvent(
            at, pane.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(pane, event)
        assert before is not None
        assert [p.px_per_um for p in view.panes] == [pytest.approx(before * 1.25)] * 2
        assert view.lens.x + 0.25 / view.lens.zoom == pytest.approx(under)
        r.press(Qt.Key.Key_Minus)
        assert (view.lens.zoom, view.lens.x, view.lens.y) == (1.0, 0.5, 0.5)


def test_keys_name_the_framed_cell_and_the_pair_stays(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path)
        first, second = sorted((r.first("lymphocyte"), r.first("monocyte")))
        r.desktop.desk.select([first, second])
        r.press(Qt.Key.Key_C)
        r.press(Qt.Key.Key_3)
        assert (r.label(first), r.label(second)) == ("eosinophil", "monocyte")
        r.press(Qt.Key.Key_Tab)
        assert view.active == 1
        r.press(Qt.Key.Key_4)
        assert (r.label(first), r.label(second)) == ("eosinophil", "basophil")
        assert [s.cell_id for s in view.sides] == [first, second]
        assert facts(view)["Called by"] == ("a person", "a person")
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.label(second) == "monocyte"
        QTest.mouseClick(view.panes[0], Qt.MouseButton.LeftButton, pos=view.panes[0].place.center().toPoint())
        assert r.desktop.desk.selected == {first}
        r.press(Qt.Key.Key_C)
        assert r.desktop.desk.selected == {first, second}


def test_one_cell_stands_beside_references_of_its_class_and_of_the_runner_up(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, doubtful=8, confident=6)
        view = r.desktop.panels.compare
        cell_id = r.first("lymphocyte")
        cell = r.desktop.index.get(cell_id)
        assert cell is not None
        assert cell.prediction is not None
        runner_up = cell.prediction.runner_up[0]
        other = r.desktop.index.of_slide(None)[-1].id
        r.desktop.desk.relabel_these([other], runner_up)
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_R)
        own, second = (strip.rows for strip in view.strips)
        assert own
        assert {row.label for row in own} == {"lymphocyte"}
        assert [row.by_person for row in (*own, *second)] == [False] * len(own) + [True]
        assert [row.cell_id for row in second] == [other]
        assert [row.likeness for row in own] == sorted((row.likeness for row in own), reverse=True)
        assert view.sides[1].cell_id == own[0].cell_id
        assert facts(view)["Likeness to the left one"] == ("", f"{own[0].likeness:.2f}")
        r.press(Qt.Key.Key_Left)
        assert view.sides[1].cell_id == other
        assert view.strips[1].current == other
        view.reference_chosen.emit(own[1].cell_id)
        assert view.sides[1].cell_id == own[1].cell_id
        r.press(Qt.Key.Key_6)
        assert r.label(cell_id) == "monocyte", "the keys act on the cell, not on the reference"


def test_references_that_are_not_there_any_more_are_not_offered(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path, 3)
        r.desktop.desk.select([r.first("lymphocyte")])
        r.press(Qt.Key.Key_R)
        first, *others = (row.cell_id for strip in view.strips for row in strip.rows)
        assert view.sides[1].cell_id == first
        r.desktop.index.drop([first])
        r.desktop.bridge.changed.emit(Changes())
        assert [row.cell_id for strip in view.strips for row in strip.rows] == others
        assert view.sides[1].cell_id == 0
        r.press(Qt.Key.Key_Right)
        assert view.sides[1].cell_id == others[0]


def test_without_references_it_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        fill(r, tmp_path, doubtful=3, confident=0)
        r.desktop.desk.select([r.first("lymphocyte")])
        r.press(Qt.Key.Key_C)
        assert r.desktop.panels.compare.sides[1].cell_id == 0
        words = " ".join(s.text() for s in r.desktop.panels.compare._strip_titles)
        assert "no cell of this case" in words


def test_nothing_selected_compares_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path, 1)
        r.press(Qt.Key.Key_C)
        assert not view.isVisible()
        assert "Select one cell or two" in r.desktop.panels.status.message.whole
        assert not r.desktop.actions["compare.toggle"].isChecked()


def test_another_case_or_view_ends_the_comparison(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        view = opened(r, tmp_path)
        r.desktop.desk.select([r.first("lymphocyte")])
        r.press(Qt.Key.Key_C)
        assert view.isVisible()
        r.press(Qt.Key.Key_G)
        assert not view.isVisible()
        r.desktop.desk.select([r.first("lymphocyte")])
        r.press(Qt.Key.Key_C)
        r.desktop.files.close_case()
        assert not r.desktop.readers.compare.is_on


def test_likeness_of_what_cannot_be_compared_is_none() -> None:
    assert likeness(b"", b"\x00<") == likeness(b"\x00<", b"\x00<\x00<") == 0.0
    assert likeness(b"\x00<\x00<", b"\x00<\x00<") == pytest.approx(1.0)
