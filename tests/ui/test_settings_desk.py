"""The settings: found by typing, acting at once, taken back; keys changed by pressing them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from bloodview.core import settings as store
from bloodview.core.person import Person
from bloodview.core.settings import Settings
from bloodview.ui import style
from bloodview.ui.dialogs.settings import SettingsDialog
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _dark_again(qapp: QApplication) -> Iterator[None]:
    font = qapp.font()
    yield
    qapp.setFont(font)
    qapp.setPalette(QPalette())
    qapp.setStyleSheet("")


def open_settings(r: Rig, page: str = "") -> SettingsDialog:
    r.press(Qt.Key.Key_Comma, CTRL)
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, SettingsDialog) and w.isVisible()]
    assert len(found) == 1
    if page:
        found[0].open_page(page)
    return found[0]


def choose(dialog: SettingsDialog, field: str, value: object) -> None:
    """As a person who picks a line of the list."""
    box = dialog.rows[field].editor
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_a_change_acts_at_once_and_is_on_the_disk(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r)
        r.desktop.actions["view.gallery"].trigger()
        choose(dialog, "theme", "light")
        assert r.desktop.actions["view.gallery"].isChecked(), "what is no setting stays as it was"
        assert QApplication.palette().color(QPalette.ColorRole.Window).name() == style.LIGHT.panel
        assert r.desktop.actions["view.light"].isChecked()
        choose(dialog, "count_target", 400)
        assert r.desktop.actions["count.target_400"].isChecked()
        choose(dialog, "gallery_sort", "size")
        assert r.desktop.actions["view.by_size"].isChecked()
        tiles, go_on = dialog.rows["gallery_tile_px"].editor, dialog.rows["advance_after_decision"].editor
        assert isinstance(tiles, QSpinBox)
        assert isinstance(go_on, QCheckBox)
        tiles.setValue(120)
        assert r.desktop.panels.gallery.tile_size == 120
        go_on.click()
        assert not r.desktop.desk.advances
        choose(dialog, "device", "cpu")
        kept = store.load()
        assert (kept.theme, kept.count_target, kept.gallery_tile_px, kept.device) == ("light", 400, 120, "cpu")


def test_texts_grow_with_their_size(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r)
        choose(dialog, "text_percent", 100)
        choose(dialog, "text_percent", 90)
        small = QApplication.font().pointSizeF()
        choose(dialog, "text_percent", 130)
        assert QApplication.font().pointSizeF() == pytest.approx(small * 130 / 90, rel=0.02)


def test_what_the_menu_changes_is_seen_in_the_open_settings(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        r.desktop.panels.gallery.set_tile_size(144)
        dialog = open_settings(r)
        tiles = dialog.rows["gallery_tile_px"].editor
        assert isinstance(tiles, QSpinBox)
        assert tiles.value() == 144
        r.desktop.actions["count.within_2"].trigger()
        box = dialog.rows["count_within"].editor
        assert isinstance(box, QComboBox)
        assert box.currentData() == 2


def test_a_search_goes_over_all_pages(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r)
        QTest.keyClicks(dialog.search, "logo")
        assert dialog.shown_pages == ["Report"]
        assert not dialog.rows["laboratory_logo"].isHidden()
        assert dialog.rows["laboratory"].isHidden()
        assert dialog.stack.currentIndex() == dialog.list.currentRow()
        dialog.search.setText("redo")
        assert dialog.shown_pages == ["Keys"]
        dialog.search.setText("no such thing")
        assert dialog.shown_pages == []
        dialog.search.clear()
        assert len(dialog.shown_pages) == 7


def test_one_setting_and_all_go_back_to_the_default_and_all_can_be_had_back(qtbot: QtBot) -> None:
    mine = Settings(theme="light", count_target=400, laboratory="Lab", persons=(Person("Ada"),), recent_files=("/a",))
    with rig(qtbot, settings=mine) as r:
        dialog = open_settings(r)
        assert not dialog.rows["device"].reset.isEnabled()
        dialog.rows["count_target"].reset.click()
        assert r.desktop.preferences.now.count_target == Settings().count_target
        dialog.reset_all.click()
        now = r.desktop.preferences.now
        assert (now.theme, now.laboratory, now.persons, now.recent_files) == ("dark", "", mine.persons, ("/a",))
        dialog.undo_reset.click()
        assert (r.desktop.preferences.now.theme, r.desktop.preferences.now.laboratory) == ("light", "Lab")
        assert dialog.undo_reset.isHidden()


def test_text_that_is_still_being_typed_counts_when_the_settings_are_closed(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r, "Report")
        field = dialog.rows["laboratory"].editor
        assert isinstance(field, QPlainTextEdit)
        field.setFocus()
        QTest.keyClicks(field, "Haematology")
        r.desktop.preferences.change(last_folder="/elsewhere")
        assert field.toPlainText() == "Haematology"
        dialog.close()
        assert store.load().laboratory == "Haematology"


def test_whoever_is_chosen_is_named_by_the_journal_from_then_on(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    pictures(folder, 1)
    with rig(qtbot) as r:
        r.desktop.files.open([folder])
        dialog = open_settings(r, "Persons")
        dialog.persons.on_add_clicked()
        table = dialog.persons.table
        for column, text in enumerate(("Ada Byron", "pathologist")):
            item = table.item(table.rowCount() - 1, column)
            assert item is not None
            item.setText(text)
        assert r.desktop.preferences.now.persons == (Person("Ada Byron", "pathologist"),)
        choose(dialog, "reviewer", "Ada Byron")
        dialog.close()
        r.desktop.desk.select([r.first("monocyte")])
        r.press(Qt.Key.Key_3)
        case = r.desktop.bridge.case
        assert case is not None
        assert case.journal(1)[0].who == "Ada Byron"


def test_a_new_key_works_at_once_and_the_old_one_no_more(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    pictures(folder, 1)
    with rig(qtbot) as r:
        r.desktop.files.open([folder])
        dialog = open_settings(r, "Keys")
        dialog.keys.choose("label.eosinophil")
        dialog.keys.change.click()
        QTest.keyClick(dialog.keys.field, Qt.Key.Key_J)
        assert r.desktop.preferences.now.keys == (("label.eosinophil", ("J",)),)
        assert r.desktop.actions.keys_of("label.eosinophil") == "J"
        dialog.close()
        cell = r.first("monocyte")
        r.desktop.desk.select([cell])
        r.press(Qt.Key.Key_3)
        assert r.label(cell) == "monocyte"
        r.press(Qt.Key.Key_J)
        assert r.label(cell) == "eosinophil"
        assert "j" in r.desktop.actions.taken_keys(), "no class that is made now is offered this key"


def test_hints_name_the_key_that_there_is(qtbot: QtBot) -> None:
    with rig(qtbot, settings=Settings(keys=(("desk.next_doubtful", ("F9",)), ("learn.accept", ())))) as r:
        texts = " ".join(label.text() for label in r.window.findChildren(QLabel))
        assert "press F9 for the most doubtful one" in texts
        assert "and press N." in texts
        assert r.desktop.panels.learn.suggestions.accept.text() == "Accept (Class → Accept the suggested cell)"
        r.desktop.preferences.change(keys=())
        texts = " ".join(label.text() for label in r.window.findChildren(QLabel))
        assert "press ] for the most doubtful one" in texts
        assert r.desktop.panels.learn.suggestions.accept.text() == "Accept (.)"


def test_a_clash_names_the_other_action_and_asks(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r, "Keys")
        keys = dialog.keys
        keys.choose("view.gallery")
        keys.change.click()
        QTest.keyClick(keys.field, Qt.Key.Key_Y, CTRL)
        assert "Redo" in keys.warning.text()
        assert r.desktop.preferences.now.keys == ()
        keys.take.click()
        assert dict(r.desktop.preferences.now.keys) == {"desk.redo": ("Ctrl+Shift+Z",), "view.gallery": ("Ctrl+Y",)}
        assert r.desktop.actions["view.gallery"].shortcut().toString() == "Ctrl+Y"
        keys.choose("desk.redo")
        keys.back.click()
        assert "Gallery" in keys.warning.text()
        keys.choose("view.gallery")
        keys.back.click()
        assert dict(r.desktop.preferences.now.keys) == {"desk.redo": ("Ctrl+Shift+Z",)}


def test_keys_of_the_views_are_refused_and_escape_gives_up_without_leaving(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        dialog = open_settings(r, "Keys")
        keys = dialog.keys
        keys.choose("view.gallery")
        keys.change.click()
        QTest.keyClick(keys.field, Qt.Key.Key_Space)
        assert "Space" in keys.warning.text()
        QTest.keyClick(keys.field, Qt.Key.Key_Escape)
        assert keys.field.isHidden()
        assert dialog.isVisible()
        keys.clear.click()
        assert r.desktop.actions["view.gallery"].shortcuts() == []
        dialog.reset_all.click()
        assert r.desktop.actions["view.gallery"].shortcut().toString() == "G"


def test_broken_keys_are_ignored_and_told(qtbot: QtBot) -> None:
    broken = Settings(keys=(("no.such", ("F9",)), ("view.gallery", ("Nonsense",)), ("view.slide", ("F9",))))
    with rig(qtbot, settings=broken) as r:
        assert r.desktop.actions["view.gallery"].shortcuts() == []
        assert r.desktop.actions["view.slide"].shortcut().toString() == "F9"
        said: list[str] = []
        r.desktop.care.told.connect(said.append)
        r.desktop.care.tell_keys()
        assert any("no.such" in text for text in said)
        assert any("Nonsense" in text for text in said)
