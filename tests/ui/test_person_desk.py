"""Who works here now."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bloodview.core.person import Person, system_user
from bloodview.core.settings import Settings
from bloodview.ui.dialogs.settings import SettingsDialog
from bloodview.ui.dialogs.sign import SignDialog
from tests.ui.window_support import Rig, pictures, rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
STAFF = Settings(persons=(Person("Ada Byron", "pathologist"), Person("Bo & Co")))


def pick(r: Rig, words: str) -> None:
    """A line of the menu of the identity bar."""
    menu = r.desktop.panels.identity.person.menu()
    next(a for a in menu.actions() if words in a.text()).trigger()


def who(r: Rig) -> str:
    """Whom the latest entry of the journal names."""
    case = r.desktop.bridge.case
    assert case is not None
    return case.journal(1)[0].who


def test_the_edits_bear_the_name_that_is_chosen_in_the_identity_bar(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot, settings=STAFF) as r:
        button = r.desktop.panels.identity.person
        assert button.text() == f"{system_user()} ▾"
        pick(r, "Ada Byron")
        assert button.text() == "Ada Byron ▾"
        assert "pathologist" in button.accessibleName()
        r.desktop.files.open([tmp_path / "a"])
        cell = r.first("monocyte")
        r.desktop.desk.select([cell])
        r.press(Qt.Key.Key_3)
        assert who(r) == "Ada Byron"
        pick(r, "Bo && Co")
        r.desktop.desk.select([cell])
        r.press(Qt.Key.Key_4)
        assert who(r) == "Bo & Co"
        pick(r, system_user())
        r.desktop.desk.select([cell])
        r.press(Qt.Key.Key_5)
        assert who(r) == system_user()


def test_the_menu_leads_to_the_list_of_persons(qtbot: QtBot) -> None:
    with rig(qtbot, settings=STAFF) as r:
        pick(r, "Persons")
        (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, SettingsDialog) and w.isVisible())
        assert dialog.list.currentItem().text() == "Persons"


def test_the_signature_has_the_role_and_the_journal_the_name(qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path / "a", 1)
    with rig(qtbot, settings=STAFF) as r:
        pick(r, "Ada Byron")
        r.desktop.files.open([tmp_path / "a"])
        r.desktop.actions["audit.sign"].trigger()
        dialog = r.window.findChild(SignDialog)
        assert dialog is not None
        assert dialog.name.text() == "Ada Byron, pathologist"
        dialog.first.setText("P 17")
        dialog.second.setText("1980-02-29")
        for field in dialog.reasons.values():
            field.setText("a test smear")
        dialog.sign.click()
        case = r.desktop.bridge.case
        assert case is not None
        assert case.signature is not None
        assert case.signature.name == "Ada Byron, pathologist"
        assert who(r) == "Ada Byron"
        assert r.desktop.preferences.now.reviewer == "Ada Byron"
