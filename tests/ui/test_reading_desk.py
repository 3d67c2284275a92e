"""Reading blindly, by a second reader, and settling: nothing is told too early, and all answers are kept."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bloodview.core.cells import Cell, Source
from bloodview.core.settings import Settings
from bloodview.ui.dialogs.agreement import AgreementDialog
from bloodview.ui.dialogs.start_reading import StartReading
from tests.ui.test_look_queue import fill
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ADA = Settings(reviewer="Ada")


def begin(r: Rig, name: str = "", *, second: bool = False, number: int = 200, hides_machine: bool = True) -> None:
    r.press(Qt.Key.Key_B, CTRL | SHIFT if second else CTRL)
    dialog = r.window.findChild(StartReading)
    assert dialog is not None
    if name:
        dialog.name.setEditText(name)
    dialog.number.setValue(number)
    dialog.hides_machine.setChecked(hides_machine)
    assert dialog.begin.isEnabled(), dialog.note.text()
    dialog.begin.click()
    r.qtbot.waitUntil(lambda: r.desktop.readers.reading.session is not None)


def current(r: Rig) -> int:
    cell = r.desktop.desk.current
    assert cell is not None
    return cell.id


def tile(r: Rig, cell_id: int) -> Cell:
    """A cell as the gallery has it."""
    cell = r.desktop.panels.gallery._model.cell(cell_id)
    assert cell is not None
    return cell


def seen(r: Rig) -> list[Cell]:
    """The cells as the gallery has them."""
    return [tile(r, cell_id) for cell_id in r.desktop.panels.gallery.ordered_ids()]


def agreement(r: Rig) -> str:
    """All that the dialog says."""
    (dialog,) = (d for d in r.window.findChildren(AgreementDialog) if d.isVisible())
    return " | ".join(label.text() for label in dialog.findChildren(QLabel))


def shown_words(r: Rig) -> str:
    """Every text that a person could read a label from, but for menus."""
    p = r.desktop.panels
    labels = [w.text() for w in (*p.cell.findChildren(QLabel), *p.counts.findChildren(QLabel)) if w.isVisible()]
    labels.remove(p.counts.keys.text())  # names all classes alike
    edit = [r.desktop.actions[name].text() for name in ("desk.undo", "desk.redo")]
    return " ".join([*labels, *edit, p.gallery.accessibleDescription(), p.status.message.whole, p.reading.text.text()])


def test_a_blind_reader_sees_no_word_of_the_machine_until_the_answer(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=8, confident=4)
        r.press(Qt.Key.Key_E)
        begin(r)
        p = r.desktop.panels
        assert "Ada reads blindly: 0 of 12" in p.reading.text.text()
        assert p.reading.isVisible()
        order = p.gallery.ordered_ids()
        assert set(order) == {c.id for c in r.desktop.index.of_slide(None)}
        assert current(r) == order[0]
        for cell in seen(r):
            assert (cell.label, cell.prediction, cell.learned) == ("", None, None)
        assert all(c.label == "" and c.prediction is None for c in p.slide_view._cells.table.cells)
        assert not p.gallery.header_rect("~all").isEmpty()
        assert "ymphocyte" not in shown_words(r)
        assert "6   Monocyte" in p.counts.keys.text().splitlines(), "the keys are known all the same"
        assert not p.why.isVisible()
        for name in (
            "why.panel",
            "view.by_doubt",
            "order.by_unfamiliar",
            "files.report",
            "audit.journal",
            "learn.accept",
            "smear.panel",
            "smear.all_normal",
        ):
            assert not r.desktop.actions[name].isEnabled(), name
        first = current(r)
        r.press(Qt.Key.Key_C)
        told = {name: row for name, *row in p.compare.fact_texts}
        assert told["Called by"][0] == "nobody"
        assert "The machine says" not in told
        assert not any(strip.rows for strip in p.compare.strips)
        r.press(Qt.Key.Key_C)
        assert current(r) == first
        r.press(Qt.Key.Key_6)
        answered = tile(r, first)
        assert (answered.label, answered.source) == ("monocyte", Source.PERSON)
        assert answered.prediction is not None, "what the machine said is told once the cell is answered"
        assert r.label(first) == "monocyte"
        assert p.gallery.ordered_ids() == order, "answered cells stay in their place"
        assert current(r) == order[1]
        assert "1 of 12" in p.reading.text.text()


def test_the_pictures_do_not_tell_how_many_cells_the_machine_doubts(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        pictures(tmp_path / "a", 2)
        r.desktop.files.open([tmp_path / "a"])
        lines = r.desktop.panels.worklist.model
        assert "to look at" in " ".join(item.line for item in lines.items)
        begin(r)
        assert [item.line for item in lines.items] == [""] * len(lines.items)
        r.press(Qt.Key.Key_6)
        assert [item.tally for item in lines.items] == [None] * len(lines.items)
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        assert "leukocytes" in " ".join(item.line for item in lines.items)


def test_there_is_nothing_to_confirm_blindly_and_other_cells_are_not_read(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=8, confident=4)
        begin(r, number=5)
        r.press(Qt.Key.Key_Return)
        assert "no label to confirm" in r.desktop.panels.status.message.whole
        other = next(c.id for c in r.desktop.index.of_slide(None) if c.id not in r.desktop.presenter.veil.order)
        r.desktop.desk.select([other])
        r.press(Qt.Key.Key_6)
        assert r.label(other) == "lymphocyte"
        assert "not among those" in r.desktop.panels.status.message.whole
        assert r.desktop.bridge.case is not None
        assert r.desktop.bridge.case.beside.readings() == []


def test_answers_are_kept_with_who_and_blindness_and_the_agreement_is_told_in_the_end(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=6, confident=4)
        begin(r)
        for key in (Qt.Key.Key_6, Qt.Key.Key_U, Qt.Key.Key_X, *[Qt.Key.Key_5] * 7):
            r.press(key)
        assert "10 of 10" in r.desktop.panels.reading.text.text()
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        case = r.desktop.bridge.case
        assert case is not None
        kept = case.beside.readings()
        assert {(x.who, x.hid_machine, x.machine) for x in kept} == {("Ada", True, "lymphocyte")}
        assert len({x.seed for x in kept}) == 1
        assert sorted(x.answer for x in kept) == ["lymphocyte"] * 7 + ["monocyte", "rejected", "undecided"]
        told = agreement(r)
        assert "Blind reading by Ada, against the machine" in told
        assert "7 of 10 cells called the same (70.0 %)" in told
        assert not r.desktop.panels.reading.isVisible()
        assert r.counts()["Lymphocyte"] == "7"
        assert r.desktop.actions["why.panel"].isEnabled()
        assert not r.desktop.actions["reading.finish"].isEnabled()


def test_undo_reaches_the_answers_of_this_reading_and_nothing_before(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=6, confident=4)
        r.desktop.desk.relabel_these([1], "basophil")
        begin(r, number=3)
        assert not r.desktop.actions["desk.undo"].isEnabled()
        assert "Basophil" not in shown_words(r)
        first = current(r)
        r.press(Qt.Key.Key_6)
        r.press(Qt.Key.Key_Z, CTRL)
        assert current(r) == first
        assert r.label(first) == "lymphocyte"
        assert tile(r, first).label == ""
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.label(1) == "basophil"
        r.press(Qt.Key.Key_Z, CTRL | SHIFT)
        assert r.label(first) == "monocyte"
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        assert r.desktop.actions["desk.undo"].isEnabled()


def test_what_shows_cells_by_their_labels_is_closed_before_a_reading(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=6, confident=4)
        actions = r.desktop.actions
        r.desktop.presenter.show_picture(tmp_path / "field_1.png", 1)
        for name in ("filter.doubtful", "beside.open"):
            actions[name].trigger()
            assert actions[name].isChecked(), name
        begin(r)
        for name in ("filter.doubtful", "filter.classes", "beside.open"):
            assert not actions[name].isChecked(), name
            assert not actions[name].isEnabled(), name
        assert not r.desktop.panels.beside.isVisible()


def decided_by_ada(r: Rig, folder: Path) -> None:
    fill(r, folder, doubtful=6, confident=4)
    r.desktop.desk.relabel_these([1, 2, 3, 4], "basophil")
    r.desktop.desk.relabel_these([5, 6], "monocyte")


def test_a_second_reader_sees_neither_the_first_nor_the_machine(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        decided_by_ada(r, tmp_path)
        begin(r, "Bea", second=True)
        p = r.desktop.panels
        assert set(p.gallery.ordered_ids()) == {1, 2, 3, 4, 5, 6}
        assert all(c.label == "" and c.prediction is None for c in seen(r))
        assert not {"Basophil", "Monocyte", "Lymphocyte"} & set(shown_words(r).split())
        first = current(r)
        r.press(Qt.Key.Key_3)
        assert tile(r, first).label == "eosinophil"
        assert tile(r, first).prediction is None
        assert r.label(first) in ("basophil", "monocyte"), "the case keeps the first reader's label"
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        case = r.desktop.bridge.case
        assert case is not None
        assert {x.who for x in case.beside.readings()} == {"Ada", "Bea"}
        assert case.who == "Ada"
        assert [e.who for e in case.journal(1)] == ["Bea"]


def test_a_second_reader_may_see_the_machine(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        decided_by_ada(r, tmp_path)
        begin(r, "Bea", second=True, hides_machine=False)
        shown = seen(r)
        assert {c.label for c in shown} == {"lymphocyte"}
        assert all(c.source is Source.MODEL for c in shown)
        first = current(r)
        r.press(Qt.Key.Key_Return)
        case = r.desktop.bridge.case
        assert case is not None
        (bea,) = (x for x in case.beside.readings() if x.who == "Bea")
        assert (bea.cell_id, bea.answer, bea.hid_machine, bea.hid_readers) == (first, "lymphocyte", False, True)


def test_the_first_reader_is_no_second_one(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        decided_by_ada(r, tmp_path)
        r.press(Qt.Key.Key_B, CTRL | SHIFT)
        dialog = r.window.findChild(StartReading)
        assert dialog is not None
        assert not dialog.begin.isEnabled()
        dialog.name.setEditText("ada")
        assert not dialog.begin.isEnabled()
        assert "another person" in dialog.note.text()
        dialog.name.setEditText("Bea")
        assert dialog.note.text() == "6 cells can be read."
        dialog.reject()


def test_what_two_readers_call_differently_is_settled_and_becomes_the_label(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        decided_by_ada(r, tmp_path)
        begin(r, "Bea", second=True)
        while (cell := r.desktop.desk.current) is not None and cell.id not in r.desktop.readers.reading.session.answers:
            r.press(Qt.Key.Key_4)
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        told = agreement(r)
        assert "Two readers: Ada and Bea" in told
        assert "4 of 6 cells called the same" in told
        assert "Do the two differentials differ?" in told
        (dialog,) = (d for d in r.window.findChildren(AgreementDialog) if d.isVisible())
        assert dialog.table.rowCount() == 2
        dialog.settle.click()
        assert set(r.desktop.panels.gallery.ordered_ids()) == {5, 6}
        assert r.desktop.panels.reading.words.text() == "Ada: Monocyte · Bea: Basophil"
        first = current(r)
        r.press(Qt.Key.Key_5)
        r.press(Qt.Key.Key_Return)
        assert r.label(first) == "lymphocyte"
        r.press(Qt.Key.Key_F, CTRL | SHIFT)
        case = r.desktop.bridge.case
        assert case is not None
        settled = {x.cell_id: x.answer for x in case.beside.readings() if x.is_consensus}
        assert sorted(settled.values()) == ["lymphocyte", "monocyte"]
        r.close_dialogs()
        r.press(Qt.Key.Key_D, CTRL | SHIFT)
        assert r.desktop.readers.reading.session is None
        assert "nothing that two readers call differently" in r.desktop.panels.status.message.whole


def test_a_reading_goes_on_after_another_case_was_open(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=6, confident=4)
        path = r.desktop.bridge.case.path if r.desktop.bridge.case else Path()
        begin(r)
        r.press(Qt.Key.Key_6)
        r.desktop.files.close_case()
        assert r.desktop.readers.reading.session is None
        assert not r.desktop.presenter.veil.is_on
        r.desktop.files.open([path])
        assert len(r.desktop.panels.gallery.ordered_ids()) == 10
        begin(r)
        assert "0 of 9" in r.desktop.panels.reading.text.text()


def test_agreement_without_any_reading_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with rig(qtbot, settings=ADA) as r:
        fill(r, tmp_path, doubtful=6, confident=4)
        r.press(Qt.Key.Key_U, CTRL | SHIFT)
        assert "No cell has been read" in agreement(r)
