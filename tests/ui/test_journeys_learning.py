"""The journey of a new class: five cells, its name, its standing, suggestions, change, merge, removal, other cases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Source
from bloodview.core.errors import UserError
from bloodview.review.case import Case
from bloodview.review.commands import OutsideExample, Sign
from bloodview.ui.dialogs.class_choice import ClassChoice
from bloodview.ui.dialogs.class_form import ClassForm
from bloodview.workflows.class_learning import Progressed
from tests.fakes import write_picture
from tests.ui.window_support import Rig, rig
from tests.workflows.taught import KINDS, outside, run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CTRL = Qt.KeyboardModifier.ControlModifier
NEW = range(61, 81)
FIVE = (61, 62, 63, 64, 65)


def smear(folder: Path) -> Path:
    """A case of 20 cells of three classes each, and 20 of a new one that the model calls lymphocytes."""
    picture = write_picture(folder / "field.png", np.full((4000, 1600, 3), 230, np.uint8))
    with Case.create(folder / "Smear 3.bvcase") as case:
        case.apply(run(dict.fromkeys(KINDS, 20), path=picture))
        return case.path


@contextmanager
def opened(qtbot: QtBot, folder: Path) -> Iterator[Rig]:
    """The window on that case."""
    place = smear(folder)
    with rig(qtbot) as r:
        r.desktop.files.open([place])
        yield r


def form(r: Rig) -> ClassForm:
    dialog = r.desktop.learn.dialog
    assert isinstance(dialog, ClassForm)
    assert dialog.isVisible()
    return dialog


def choice(r: Rig) -> ClassChoice:
    dialog = r.desktop.learn.dialog
    assert isinstance(dialog, ClassChoice)
    assert dialog.isVisible()
    return dialog


def teach(r: Rig, cells: Sequence[int] = FIVE, title: str = "Hairy cell") -> None:
    """Select cells, press N, name the class."""
    r.desktop.desk.select(cells)
    r.press(Qt.Key.Key_N)
    form(r).name.setText(title)
    form(r).ok.click()


def shown(r: Rig) -> Progressed:
    progressed = r.desktop.teaching.shown
    assert progressed is not None
    return progressed


def called(r: Rig, class_id: str = "hairy_cell") -> set[int]:
    return {c.id for c in r.desktop.index.of_slide(None) if c.label == class_id}


def said(r: Rig) -> str:
    """What the panel says."""
    panel = r.desktop.panels.learn
    words = (panel.number, panel.advice, panel.scored, panel.empty, panel.suggestions.words)
    return " | ".join(label.text() for label in words if label.isVisibleTo(panel))


def test_five_cells_and_a_name_make_a_class_that_answers_everywhere(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        assert "press N" in said(r)
        r.desktop.desk.select(FIVE)
        r.press(Qt.Key.Key_N)
        dialog = form(r)
        assert "learned from 5 cells" in dialog.lead.text()
        assert not dialog.ok.isEnabled()
        dialog.name.setText("Hairy cell")
        assert (dialog.key.text(), dialog.mark.text()) == ("i", "HC"), "h, a and r give something else already"
        dialog.ok.click()
        assert r.desktop.panels.learn.isVisible()
        assert len(called(r)) >= 18
        assert r.counts()["Hairy cell"] == str(len(called(r)))
        assert "hairy_cell" in {g.key for g in r.desktop.panels.gallery._model.groups()}
        assert shown(r).standing in ("Draft", "Usable")
        assert "of 5 found again" in said(r)
        assert "To be" in said(r)
        claimed = min(called(r) - set(FIVE))
        r.desktop.desk.select([claimed])
        assert "Taught by you" in r.desktop.panels.cell.said_by.text()
        assert "Needs a look" in r.desktop.panels.cell.verdict.text()


def test_the_gallery_shows_the_class_that_was_learned(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        gallery = r.desktop.panels.gallery
        gallery.set_tile_size(200)
        gallery.verticalScrollBar().setValue(0)
        teach(r)
        head = gallery.header_rect("hairy_cell")
        assert 0 <= head.top() < 40
        assert any(gallery.tile_rect(i).intersects(QRectF(gallery.viewport().rect())) for i in called(r))
        gallery.verticalScrollBar().setValue(0)
        r.desktop.teaching.changed.emit()
        assert gallery.verticalOffset() == 0, "once: who scrolls away stays there"


def test_the_key_of_a_new_class_works_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r)
        r.desktop.panels.gallery.setFocus()
        r.desktop.desk.select([21])
        r.press(Qt.Key.Key_I)
        assert r.label(21) == "hairy_cell"
        assert shown(r).number == 6


def test_suggestions_are_accepted_and_refused_by_key_and_by_button(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r)
        panel = r.desktop.panels.learn.suggestions
        first = panel.current
        r.press(Qt.Key.Key_Period)
        accepted = r.desktop.index.get(first)
        assert accepted is not None
        assert (accepted.label, accepted.source) == ("hairy_cell", Source.PERSON)
        assert shown(r).number == 6
        assert panel.current not in (0, first)
        second = panel.current
        panel.refuse.click()
        assert r.label(second) == "lymphocyte"
        assert second not in {s.cell_id for s in r.desktop.teaching.suggestions}
        assert "Of 2 cells that you judged since" in said(r)
        r.press(Qt.Key.Key_Z, CTRL)
        assert second in {s.cell_id for s in r.desktop.teaching.suggestions}
        r.press(Qt.Key.Key_Z, CTRL)
        assert shown(r).number == 5
        assert shown(r).scored == ""


def test_a_click_on_a_small_tile_goes_to_its_cell(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r)
        panel = r.desktop.panels.learn.suggestions
        wanted = r.desktop.teaching.suggestions[2].cell_id
        panel.small[1].click()
        assert panel.current == wanted
        assert r.desktop.desk.selected == {wanted}


def test_undo_takes_a_class_back_with_all_its_claims_and_redo_brings_it(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        before = r.counts()
        teach(r)
        found = called(r)
        assert r.desktop.bridge.undo_title == "Class Hairy cell added from 5 examples"
        r.press(Qt.Key.Key_Z, CTRL)
        assert r.counts() == before
        assert r.desktop.teaching.classes == ()
        assert "press N" in said(r)
        r.press(Qt.Key.Key_Y, CTRL)
        assert called(r) == found


def test_an_example_that_does_not_fit_is_pointed_out_and_leads_to_its_cell(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r, (*FIVE, 66, 67, 25))
        row = r.desktop.panels.learn.amiss.itemAt(0).widget()
        assert "Cell 25 is unlike" in row.accessibleName()
        row.click()
        assert r.desktop.desk.selected == {25}


def test_a_class_is_renamed_moved_merged_and_removed(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r)
        found = called(r)
        r.desktop.actions["learn.change"].trigger()
        dialog = form(r)
        dialog.name.setText("HCL cell")
        dialog.parent_box.setCurrentIndex(dialog.parent_box.findData("monocyte"))
        dialog.ok.click()
        assert called(r, "hcl_cell") == found
        assert r.desktop.bridge.undo_title == "Class Hairy cell renamed HCL cell"
        assert r.desktop.teaching.chosen == "hcl_cell"
        r.desktop.actions["learn.merge"].trigger()
        choice(r).list.setCurrentIndex(choice(r).list.findData("basophil"))
        choice(r).ok.click()
        assert called(r, "basophil") == set(FIVE)
        assert not r.desktop.actions["learn.merge"].isEnabled()
        r.press(Qt.Key.Key_Z, CTRL)
        assert called(r, "hcl_cell") == found
        r.desktop.actions["learn.remove"].trigger()
        choice(r).ok.click()
        assert {r.label(i) for i in NEW} == {"lymphocyte"}
        r.press(Qt.Key.Key_Z, CTRL)
        assert called(r, "hcl_cell") == found


def test_one_cell_makes_a_class_that_says_what_it_needs(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        r.desktop.desk.select([61])
        r.press(Qt.Key.Key_N)
        assert "answers for itself from 5 different examples on" in form(r).lead.text()
        form(r).name.setText("Hairy cell")
        form(r).ok.click()
        assert called(r) == {61}
        assert "give it 4 more" in said(r)
        assert not r.desktop.actions["learn.accept"].isEnabled()


def test_without_a_cell_n_says_how_to_choose_some(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        r.press(Qt.Key.Key_N)
        assert "Select the cells" in r.desktop.panels.status.message.whole
        assert r.desktop.learn.dialog is None


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("name", "Basophil", "already a class called 'Basophil'"),
        ("key", "1", "already gives Segmented neutrophil"),
        ("key", "x", "The key X is in use: Exclude, or bring back"),
        ("mark", "E", "Eosinophil has the same letters"),
    ],
)
def test_the_form_says_what_clashes(qtbot: QtBot, tmp_path: Path, field: str, text: str, why: str) -> None:
    with opened(qtbot, tmp_path) as r:
        r.desktop.desk.select(FIVE)
        r.press(Qt.Key.Key_N)
        dialog = form(r)
        dialog.name.setText("Hairy cell")
        getattr(dialog, field).setText(text)
        getattr(dialog, field).textEdited.emit(text)
        assert why in dialog.clashes.text()
        assert dialog.ok.isEnabled() == (field == "mark"), "letters may be shared, the rest may not"
        dialog.reject()


def test_a_signed_case_refuses_a_new_class(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        r.desktop.bridge.apply(Sign("A. Reviewer"))
        r.desktop.desk.select(FIVE)
        r.press(Qt.Key.Key_N)
        (error,) = r.errors
        assert "signed by A. Reviewer" in str(error)
        assert r.desktop.learn.dialog is None
        assert [type(w) for w in r.close_dialogs()] == [QMessageBox]


def see(
    given: Sequence[Path], model: str | None, device: str, cancel: CancelToken, progress: object
) -> tuple[tuple[OutsideExample, ...], tuple[str, ...]]:
    """Pictures are of the new kind; one called broken cannot be read."""
    assert model == "wbc-1"
    if all(p.stem == "broken" for p in given):
        raise UserError("None of the pictures can be read.")
    good = [p for p in given if p.stem != "broken"]
    amiss = tuple(f"{p.name} is no picture." for p in given if p not in good)
    return tuple(outside("new", n) for n in range(len(good))), amiss


def test_pictures_of_one_cell_each_make_a_class(qtbot: QtBot, tmp_path: Path) -> None:
    place = smear(tmp_path)
    with rig(qtbot, see=see) as r:
        r.desktop.files.open([place])
        r.answers.given = [tmp_path / f"{name}.png" for name in (*"abcdef", "broken")]
        r.desktop.actions["learn.new_class_from_pictures"].trigger()
        assert "1 of 7 pictures do not count: broken.png" in r.desktop.panels.status.message.whole
        form(r).name.setText("Hairy cell")
        form(r).ok.click()
        assert (shown(r).number, shown(r).outside) == (6, 6)
        assert called(r) <= set(NEW)
        assert called(r)
        r.answers.given = [tmp_path / "broken.png"]
        r.desktop.actions["learn.more_pictures"].trigger()
        assert "None of the pictures" in str(r.errors[-1])
        r.close_dialogs()


def test_a_class_is_kept_for_other_cases_shared_and_taken_in(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path / "a") as r:
        teach(r)
        r.desktop.actions["share.keep"].trigger()
        r.answers.out = tmp_path / "hairy.bvclass", ".bvclass"
        r.desktop.actions["share.share"].trigger()
        assert (tmp_path / "hairy.bvclass").is_file()
    with opened(qtbot, tmp_path / "b") as r:
        r.desktop.actions["share.take_in"].trigger()
        assert choice(r).list.itemText(0) == "Hairy cell, 5 examples"
        choice(r).ok.click()
        assert len(called(r)) >= 10
        r.press(Qt.Key.Key_Z, CTRL)
        assert called(r) == set()
        r.answers.given = [tmp_path / "hairy.bvclass"]
        r.desktop.actions["share.take_in"].trigger()
        choice(r).list.setCurrentIndex(1)
        choice(r).ok.click()
        assert shown(r).outside == 5


def test_a_restart_finds_the_class_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(qtbot, tmp_path) as r:
        teach(r)
        found, before = called(r), r.desktop.teaching.classes
    with rig(qtbot) as r:
        r.desktop.files.open([tmp_path / "Smear 3.bvcase"])
        assert called(r) == found
        assert r.desktop.teaching.classes == before
        assert r.desktop.bridge.undo_title == "Class Hairy cell added from 5 examples"
