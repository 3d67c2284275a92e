"""Red cells and platelets in the window: shown when asked for, graded by mouse and by keyboard, undone, locked."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.cells import FoundCell
from bloodview.core.grading import FINDINGS
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.core.settings import Settings
from bloodview.review.commands import Grade, Reject, Sign
from bloodview.ui.grading_table import GradeRow
from bloodview.ui.side_tabs import SMEAR
from bloodview.ui.smear_panel import SmearPanel
from tests.ui import window_support
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def _measured_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two red cells of the field are 70 and 80 px wide, at 0.1 um/px."""

    def shaped(number: int, cell: FoundCell) -> FoundCell:
        if number not in (4, 5):
            return cell
        return replace(cell, shape=RedCellShape(Measured.YES, 70 + 10 * (number - 4), 0.98, 1.1, 0.35))

    cells = tuple(shaped(i, cell) for i, cell in enumerate(window_support.FIELD))
    monkeypatch.setattr(window_support, "FIELD", cells)


def opened(r: Rig, folder: Path) -> SmearPanel:
    pictures(folder / "a", 1)
    r.desktop.files.open([folder / "a"])
    r.press(Qt.Key.Key_B, CTRL | ALT)
    assert r.window.side.page == SMEAR
    return r.desktop.panels.smear


def row(panel: SmearPanel, finding: str) -> GradeRow:
    return panel.table.rows[finding]


def grades(r: Rig) -> dict[str, int]:
    case = r.desktop.bridge.case
    assert case is not None
    return dict(case.grading().grades)


def test_the_figures_are_those_of_the_case_and_follow_it(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(platelet_factor=20)) as r:
        panel = opened(r, tmp_path)
        assert panel.red_cells.said()["Measured"] == "2 of 2"
        assert panel.red_cells.said()["Diameter"] == "7.50 ± 0.71 µm"
        assert row(panel, "anisocytosis").figure.text() == "CV 9.4 %"
        assert "by construction" in panel.ruler.text()
        assert panel.platelets.said()["Counted"] == "1"
        assert sum(b.count for b in panel.chart.bins) == 2
        before = panel.platelets.said()["Estimate"]
        case = r.desktop.bridge.case
        assert case is not None
        red = [c.id for c in case.cells() if c.label == "red_cell"]
        r.desktop.bridge.apply(Reject((red[0],)))
        assert panel.red_cells.said()["Measured"] == "1 of 1"
        r.desktop.preferences.change(platelet_factor=10)
        assert panel.platelets.said()["Estimate"] != before
        platelet = r.first("platelet")
        r.desktop.desk.relabel_these([platelet], "artefact")
        assert panel.platelets.said()["Counted"] == "0"
        assert r.errors == []


def test_one_picture_can_be_looked_at_alone(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        pictures(tmp_path / "a", 2)
        r.desktop.files.open([tmp_path / "a"])
        r.press(Qt.Key.Key_B, CTRL | ALT)
        panel = r.desktop.panels.smear
        assert [panel.scope.itemText(i) for i in range(3)] == ["All pictures", "field_1.png", "field_2.png"]
        assert panel.red_cells.said()["Measured"] == "4 of 4"
        panel.scope.setCurrentIndex(2)
        assert panel.red_cells.said()["Measured"] == "2 of 2"
        assert panel.platelets.said()["Counted"] == "1"
        r.desktop.bridge.apply(Reject((r.first("red_cell"),)))
        assert panel.scope.currentText() == "field_2.png", "it stays where it was"
        assert panel.red_cells.said()["Measured"] == "2 of 2"
        panel.scope.setCurrentIndex(0)
        assert panel.red_cells.said()["Measured"] == "3 of 3"


def test_nothing_is_gathered_while_another_page_is_in_front(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bloodview.workflows import smear

    asked: list[int] = []
    gather = smear.smear
    monkeypatch.setattr(smear, "smear", lambda *given: asked.append(1) or gather(*given))
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        assert asked == [1]
        r.press(Qt.Key.Key_B, CTRL | ALT)
        assert r.window.side.page == 0
        r.desktop.bridge.apply(Reject((r.first("red_cell"),)))
        assert asked == [1]
        r.press(Qt.Key.Key_B, CTRL | ALT)
        assert len(asked) == 2
        assert panel.red_cells.said()["Measured"] == "1 of 1"
        r.desktop.desk.relabel_these([r.first("lymphocyte")], "monocyte")
        assert len(asked) == 2, "a leukocyte concerns neither"


def test_findings_are_graded_by_mouse_and_undone(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        row(panel, "spherocytes").buttons[2].click()
        assert grades(r) == {"spherocytes": 2}
        assert row(panel, "spherocytes").accessibleName() == "Spherocytes: 2+"
        row(panel, "spherocytes").buttons[2].click()
        assert grades(r) == {}
        r.desktop.bridge.undo()
        assert row(panel, "spherocytes").buttons[2].isChecked()
        assert grades(r) == {"spherocytes": 2}
        panel.all_normal.click()
        assert grades(r) == {f.id: 0 for f in FINDINGS} | {"spherocytes": 2}
        assert row(panel, "rouleaux").buttons[0].isChecked()
        r.desktop.bridge.undo()
        assert grades(r) == {"spherocytes": 2}


def test_findings_are_graded_by_keyboard_while_the_keys_of_the_classes_rest(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        cell = r.first("lymphocyte")
        r.desktop.desk.select([cell])
        row(panel, "anisocytosis").setFocus()
        r.press(Qt.Key.Key_2)
        r.press(Qt.Key.Key_Down)
        assert row(panel, "microcytosis").hasFocus()
        r.press(Qt.Key.Key_0)
        r.press(Qt.Key.Key_Up)
        r.press(Qt.Key.Key_Up)
        assert row(panel, "anisocytosis").hasFocus()
        assert grades(r) == {"anisocytosis": 2, "microcytosis": 0}
        r.press(Qt.Key.Key_Delete)
        assert grades(r) == {"microcytosis": 0}
        assert r.label(cell) == "lymphocyte"
        r.press(Qt.Key.Key_N, CTRL | ALT)
        assert len(grades(r)) == len(FINDINGS)


def test_a_remark_is_kept_once_it_is_written(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        case = r.desktop.bridge.case
        assert case is not None
        panel.note.setFocus()
        QTest.keyClicks(panel.note, "two populations")
        assert case.grading().note == ""
        QTest.keyClick(panel.note, Qt.Key.Key_Return)
        row(panel, "rouleaux").setFocus()
        assert case.grading().note == "two populations"
        assert case.edit_count == 1
        r.desktop.bridge.undo()
        assert panel.note.text() == ""


def test_a_signed_case_is_locked(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        r.desktop.bridge.apply(Grade((("rouleaux", 1),)))
        r.desktop.bridge.apply(Sign("Dr Ada"))
        assert not panel.table.isEnabled()
        assert panel.note.isReadOnly()
        assert not panel.all_normal.isEnabled()
        row(panel, "rouleaux").buttons[3].click()
        assert grades(r) == {"rouleaux": 1}
        r.desktop.bridge.undo()
        assert panel.table.isEnabled()


def test_a_closed_case_leaves_nothing_behind(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        panel = opened(r, tmp_path)
        r.desktop.files.close_case()
        QApplication.processEvents()
        assert panel.empty.isVisibleTo(panel)
