"""The journeys through the window: open, analyse, correct by keys, undo, differential; restart; what goes wrong."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Kind, Source, Status
from bloodview.core.geometry import Box
from bloodview.core.settings import Settings, load
from bloodview.review.case import Case
from bloodview.ui.analysis_queue import State
from bloodview.ui.dialogs.errors import ProblemList
from bloodview.ui.jobs import InlineJobs, ThreadJobs
from tests.fakes import write_picture
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
"""What the offscreen screen says of dialogs."""

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def drop(r: Rig, paths: list[Path], at: QPoint) -> None:
    """Drag files over the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(r.window, QDragEnterEvent(at, action, data, button, none))
    QApplication.sendEvent(r.window, QDropEvent(QPointF(at), action, data, button, none))


def test_a_dropped_folder_becomes_cells_and_a_differential(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "Smear 7", 2)
    with rig(qtbot) as r:
        drop(r, [tmp_path / "Smear 7"], QPoint(400, 400))
        assert r.window.windowTitle().startswith("Smear 7")
        assert r.desktop.panels.identity.case.whole == "Smear 7"
        counts = r.counts()
        assert counts["Segmented neutrophil"] == "2"
        assert counts["Lymphocyte"] == "2"
        assert counts["Monocyte"] == "2"
        assert counts["Erythroblasts"] == "2"
        assert counts["Platelets"] == "2"
        assert counts["Red cells"] == "4"
        line = next(x for x in r.desktop.panels.counts.lines if x.title == "Lymphocyte")
        assert line.share == "33.3 %"
        assert next(x for x in r.desktop.panels.counts.lines if x.title == "Erythroblasts").share == "33.3 per 100 WBC"
        assert len(r.desktop.panels.gallery.ordered_ids()) == 2 * 5
        assert [i.line for i in r.desktop.panels.worklist.model.items] == ["3 leukocytes · 1 to look at"] * 2
        assert r.desktop.panels.status.saved.text().startswith("saved ")
        assert "0.100 µm/px, measured on the red cells" in r.desktop.panels.identity.scale.whole
        assert r.desktop.panels.identity.device.text() == "Device CPU"
        assert r.desktop.panels.slide_view.isVisible()


def test_doubtful_cells_are_corrected_by_keys_and_the_differential_follows(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.press(Qt.Key.Key_BracketRight)
        first = r.desktop.desk.current
        assert first is not None
        assert first.needs_a_look
        assert r.desktop.panels.cell.cell_id == first.id
        assert "Needs a look" in r.desktop.panels.cell.verdict.text()
        r.press(Qt.Key.Key_5)
        assert r.label(first.id) == "lymphocyte"
        assert r.counts()["Lymphocyte"] == "3"
        assert r.counts()["Monocyte"] == "1"
        second = r.desktop.desk.current
        assert second is not None
        assert second.id != first.id, "it goes on to the next doubtful cell"
        r.press(Qt.Key.Key_Return)
        confirmed = r.desktop.index.get(second.id)
        assert confirmed is not None
        assert confirmed.source is Source.PERSON
        assert confirmed.label == "monocyte"
        assert r.desktop.index.to_look_at == 0


def test_undo_is_named_and_takes_back_step_by_step(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        assert not r.desktop.actions["desk.undo"].isEnabled()
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
        assert r.label(cell_id) == "eosinophil"
        undo = r.desktop.actions["desk.undo"]
        assert undo.isEnabled()
        assert undo.text().startswith("Undo: ")
        assert len(undo.text()) > len("Undo: ")
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.label(cell_id) == "lymphocyte"
        assert r.counts()["Lymphocyte"] == "1"
        assert not undo.isEnabled()
        r.press(Qt.Key.Key_Z, CTRL | SHIFT)
        assert r.label(cell_id) == "eosinophil"


def test_undecided_and_excluded_cells_leave_the_percentages_and_come_back(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_U)
        assert r.counts()["Undecided"] == "1"
        assert r.counts()["Lymphocyte"] == "0"
        r.press(Qt.Key.Key_U)
        assert r.counts()["Undecided"] == "0"
        assert r.counts()["Lymphocyte"] == "1"
        r.press(Qt.Key.Key_X)
        assert r.counts()["Excluded"] == "1"
        cell = r.desktop.index.get(cell_id)
        assert cell is not None
        assert cell.status is Status.REJECTED
        r.press(Qt.Key.Key_X)
        assert r.counts()["Excluded"] == "0"


def test_several_cells_take_one_key_and_one_undo(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 3)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        ids = [c.id for c in r.desktop.index.of_slide(None) if c.label == "lymphocyte"]
        r.desktop.panels.gallery.selection_changed.emit(frozenset(ids))
        r.press(Qt.Key.Key_6)
        assert r.counts()["Lymphocyte"] == "0"
        assert r.counts()["Monocyte"] == "6"
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.counts()["Lymphocyte"] == "3"


def test_a_cell_dropped_on_a_class_takes_its_label(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.desktop.panels.gallery.relabel_requested.emit(frozenset({cell_id}), "basophil")
        assert r.label(cell_id) == "basophil"
        r.desktop.panels.gallery.reject_requested.emit(frozenset({cell_id}))
        assert r.counts()["Excluded"] == "1"


def test_pointing_at_a_cell_and_pressing_a_key_labels_it_not_the_selected_one(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        selected, pointed = r.first("lymphocyte"), r.first("segmented_neutrophil")
        r.desktop.desk.select([selected])
        r.desktop.panels.gallery.hovered.emit(pointed)
        r.press(Qt.Key.Key_4)
        assert r.label(pointed) == "basophil"
        assert r.label(selected) == "lymphocyte"
        r.press(Qt.Key.Key_3)
        assert r.label(pointed) == "eosinophil", "a second key corrects the same cell"


def test_a_missed_cell_is_drawn_and_named_and_a_box_corrected(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.panels.slide_view.box_drawn.emit(Box(400, 300, 500, 400))
        drawn = r.desktop.desk.current
        assert drawn is not None
        assert drawn.kind is Kind.WBC
        r.press(Qt.Key.Key_6)
        assert r.counts()["Monocyte"] == "2"
        r.desktop.panels.slide_view.box_moved.emit(drawn.id, Box(410, 300, 510, 400))
        moved = r.desktop.index.get(drawn.id)
        assert moved is not None
        assert moved.box_l0 == Box(410, 300, 510, 400)


def test_a_restart_finds_every_decision_and_can_undo_it(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "Ward 3", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "Ward 3"])
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
        place = r.desktop.bridge.case.path if r.desktop.bridge.case else None
    remembered = load()
    assert remembered.recent_files == (str(place),)
    assert remembered.window_geometry
    with rig(qtbot, settings=remembered) as r:
        assert r.counts() == {}
        r.window.recent_chosen.emit(place)
        assert r.label(cell_id) == "eosinophil"
        assert len(r.desktop.panels.worklist.model.items) == 2
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.label(cell_id) == "lymphocyte"


def test_opening_the_folder_once_more_goes_on_in_its_case(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        assert r.label(cell_id) == "eosinophil"
        assert r.counts()["Eosinophil"] == "1"
        assert "in this case already" in r.desktop.panels.status.message.whole


def test_a_file_replaced_by_another_is_told_and_its_cells_are_not_shown_on_it(qtbot: QtBot, tmp_path: Path) -> None:
    (first, _) = pictures(tmp_path / "Smear 7", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([first])
        case = r.desktop.bridge.case
        assert case is not None
        path, before = case.path, case.labels()
    write_picture(first, np.full((480, 640, 3), 200, np.uint8))
    with rig(qtbot) as r:
        r.desktop.files.open([path])
        notice = r.desktop.panels.notice
        assert notice.isVisibleTo(r.window)
        assert "another file now" in notice.text.text()
        assert not notice.button.isVisibleTo(notice)
        case = r.desktop.bridge.case
        assert case is not None
        assert case.labels() == before
        view = r.desktop.panels.slide_view
        x, y = view.camera.to_view(55, 90)
        assert view.cell_at(QPointF(x, y)) is None


def test_another_folder_of_the_same_name_gets_a_case_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "one" / "scan", 1)
    pictures(tmp_path / "two" / "scan", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "one" / "scan"])
        assert r.desktop.bridge.name == "scan"
        r.desktop.files.open([tmp_path / "two" / "scan"])
        assert r.desktop.bridge.name == "scan 2"
        assert len(r.desktop.panels.worklist.model.items) == 1


def test_pictures_dropped_on_the_list_join_the_open_case(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    more = pictures(tmp_path / "b", 3)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        worklist = r.desktop.panels.worklist
        drop(r, [more[1], more[2]], worklist.mapTo(r.window, QPoint(60, 200)))
        assert r.desktop.bridge.name == "a"
        assert [i.path.name for i in worklist.model.items] == ["field_1.png", "field_2.png", "field_3.png"]
        assert r.counts()["Lymphocyte"] == "3"


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 2)
    (tmp_path / "a" / "field_0.png").write_text("this is no picture")
    (tmp_path / "a" / "notes.txt").write_text("nor this")
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        items = r.desktop.panels.worklist.model.items
        assert [i.state for i in items] == [State.FAILED, State.DONE, State.DONE]
        assert items[0].line
        assert r.counts()["Lymphocyte"] == "2"
        problems = r.desktop.help.problem_texts()
        assert [p.name for p in problems] == ["field_0.png"]
        assert r.desktop.panels.status.message.whole == "1 file was passed over: no pictures"
        r.desktop.panels.worklist.problems_asked.emit()
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ProblemList) and w.isVisible()]
        assert len(shown) == 1
        assert not shown[0].isModal()
        assert shown[0].table.item(0, 0).text() == "field_0.png"
        assert shown[0].table.item(0, 1).text() == problems[tmp_path / "a" / "field_0.png"]


def test_a_damaged_case_is_refused_in_words_and_the_open_one_stays(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    broken = tmp_path / "broken.bvcase"
    broken.write_bytes(b"no case at all")
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.files.open([broken])
        assert len(r.errors) == 1
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
        assert len(boxes) == 1
        assert "broken.bvcase" in boxes[0].text()
        assert str(broken) in boxes[0].informativeText()
        assert r.desktop.bridge.name == "a"
        assert r.counts()["Lymphocyte"] == "1"
        assert broken.read_bytes() == b"no case at all"


@pytest.mark.parametrize("name", ["nowhere.png", "empty folder"])
def test_nothing_to_open_is_said_and_no_case_is_made(
    qtbot: QtBot, tmp_path: Path, user_folder: Path, name: str
) -> None:
    (tmp_path / "empty folder").mkdir()
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / name])
        assert len(r.errors) == 1
        assert name in str(r.errors[0])
        assert not r.desktop.bridge.is_open
    assert not list(user_folder.rglob("*.bvcase"))


def test_stopping_keeps_what_is_done_and_the_rest_can_go_on(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 3)
    jobs = InlineJobs(held=True)
    with rig(qtbot, jobs) as r:
        r.desktop.files.open([tmp_path / "a"])
        while not r.desktop.index.of_slide(None):
            assert jobs.run_next()
        assert r.desktop.actions["window.stop"].isEnabled()
        assert r.desktop.panels.status.progress.isVisible()
        r.desktop.panels.status.stop.click()
        while jobs.run_next():
            pass
        states = [i.state for i in r.desktop.panels.worklist.model.items]
        assert states == [State.DONE, State.STOPPED, State.STOPPED]
        assert not r.desktop.panels.status.progress.isVisible()
        assert r.counts()["Lymphocyte"] == "1"
        r.press(Qt.Key.Key_F5)
        while jobs.run_next():
            pass
        assert [i.state for i in r.desktop.panels.worklist.model.items] == [State.DONE] * 3
        assert r.counts()["Lymphocyte"] == "3"


def test_closing_while_analysing_asks_nothing_and_keeps_what_was_recorded(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 30)
    jobs = ThreadJobs()
    with rig(qtbot, jobs) as r:
        r.desktop.files.open([tmp_path / "a"])
        qtbot.waitUntil(lambda: len(r.desktop.index) > 0, timeout=10_000)
        place = r.desktop.bridge.case.path if r.desktop.bridge.case else Path()
        r.window.close()
        assert not r.window.isVisible()
        assert not r.desktop.bridge.is_open
        assert r.close_dialogs() == []
    with Case.open(place) as case:
        slides = case.slides()
        assert slides
        assert len(case.cells()) == 7 * len(slides)


def test_a_later_analysis_leaves_a_persons_decision_alone(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
        r.press(Qt.Key.Key_F5, SHIFT)
        assert r.label(cell_id) == "eosinophil"
        assert r.counts()["Eosinophil"] == "1"
        assert r.counts()["Red cells"] == "2"
        assert len(r.desktop.panels.worklist.model.items) == 1


def test_keys_are_dead_while_a_text_field_has_the_focus(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        field = QLineEdit(r.window)
        field.show()
        field.setFocus()
        r.press(Qt.Key.Key_3)
        r.press(Qt.Key.Key_X)
        r.press(Qt.Key.Key_Return)
        r.press(Qt.Key.Key_G)
        assert field.text() == "3xg"
        assert r.label(cell_id) == "lymphocyte"
        assert r.desktop.panels.slide_view.isVisible()
        r.desktop.panels.gallery.setFocus()
        r.press(Qt.Key.Key_3)
        assert r.label(cell_id) == "eosinophil"


def test_views_are_switched_and_overlays_hidden_by_one_key_each(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        gallery, slide = r.desktop.panels.gallery, r.desktop.panels.slide_view
        r.press(Qt.Key.Key_G)
        assert (gallery.isVisible(), slide.isVisible()) == (True, False)
        r.press(Qt.Key.Key_S, SHIFT)
        assert (gallery.isVisible(), slide.isVisible()) == (False, True)
        r.press(Qt.Key.Key_B)
        assert (gallery.isVisible(), slide.isVisible()) == (True, True)
        r.press(Qt.Key.Key_H)
        assert not r.desktop.actions["view.overlays"].isChecked()
        r.press(Qt.Key.Key_F3)
        assert r.desktop.preferences.now.show_outlines
        r.press(Qt.Key.Key_2, CTRL)
        assert gallery.sort == "size"


def test_the_gallery_can_be_kept_to_the_shown_picture_and_show_red_cells(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 3)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        gallery = r.desktop.panels.gallery
        r.press(Qt.Key.Key_G, CTRL)
        assert len(gallery.ordered_ids()) == 5
        r.press(Qt.Key.Key_PageDown, CTRL)
        assert {c.slide_id for c in r.desktop.index.some(gallery.ordered_ids())} == {r.desktop.presenter.shown_slide_id}
        r.press(Qt.Key.Key_G, CTRL)
        assert len(gallery.ordered_ids()) == 15
        r.press(Qt.Key.Key_R, CTRL | SHIFT)
        assert len(gallery.ordered_ids()) == 21


def test_a_tile_opens_its_cell_on_its_own_slide(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 2)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        last = r.desktop.index.of_slide(None)[-1]
        assert r.desktop.presenter.shown_slide_id != last.slide_id
        r.press(Qt.Key.Key_G)
        r.desktop.panels.gallery.cell_activated.emit(last.id)
        assert r.desktop.presenter.shown_slide_id == last.slide_id
        assert r.desktop.panels.slide_view.isVisible()
        assert r.desktop.panels.slide_view.selected_ids() == {last.id}


def test_report_and_export_are_written_where_asked(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        r.answers.out = (tmp_path / "report.pdf", ".pdf")
        r.press(Qt.Key.Key_R, CTRL)
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
        r.answers.out = (tmp_path / "report.html", ".html")
        r.press(Qt.Key.Key_R, CTRL)
        assert "Lymphocyte" in (tmp_path / "report.html").read_text(encoding="utf-8")
        r.answers.choice, r.answers.out = ("csv", True), (tmp_path / "cells.csv", ".csv")
        r.press(Qt.Key.Key_E, CTRL)
        assert "field_1.png" in (tmp_path / "cells.csv").read_text(encoding="utf-8")
        r.answers.choice, r.answers.out = ("crops", False), (tmp_path / "crops", "")
        r.press(Qt.Key.Key_E, CTRL)
        assert list((tmp_path / "crops").rglob("*.png"))
        assert r.errors == []


def test_saving_under_another_name_goes_on_in_the_copy(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "a"])
        old = r.desktop.bridge.case.path if r.desktop.bridge.case else Path()
        r.answers.out = (tmp_path / "kept.bvcase", ".bvcase")
        r.press(Qt.Key.Key_S, CTRL | SHIFT)
        assert r.desktop.bridge.name == "kept"
        cell_id = r.first("lymphocyte")
        r.desktop.desk.select([cell_id])
        r.press(Qt.Key.Key_3)
        assert r.label(cell_id) == "eosinophil"
        with Case.open(old) as case:
            assert case.cell(cell_id).label == "lymphocyte"


def test_empty_places_say_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=Settings(recent_files=("/gone/ward.bvcase",))) as r:
        texts = " ".join(label.text() for label in r.window.findChildren(type(r.desktop.panels.cell.label)))
        assert "Drop a folder of smear pictures here" in texts
        assert "press ] for the most doubtful one" in texts
        assert "The differential appears here" in texts
        assert r.desktop.panels.identity.case.whole == "No case open"
        assert "For research use only" in texts
        r.window.recent_chosen.emit(Path("/gone/ward.bvcase"))
        assert len(r.errors) == 1
        assert r.desktop.preferences.now.recent_files == ()


def test_the_theme_changes_the_window_and_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot) as r:
        r.press(Qt.Key.Key_T, CTRL)
        assert r.desktop.preferences.now.theme == "light"
        assert r.window.palette().window().color().lightness() > 200
        r.press(Qt.Key.Key_T, CTRL)
        assert r.window.palette().window().color().lightness() < 60
