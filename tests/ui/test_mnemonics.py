"""Every menu has a letter of its own."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bloodview.ui.actions import MENUS
from bloodview.ui.mnemonics import give_mnemonics, with_mnemonics

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_letters_are_told_apart_and_titles_without_one_get_a_digit() -> None:
    made = with_mnemonics(MENUS)
    letters = [title[title.index("&") + 1].lower() for title in made]
    assert len(set(letters)) == len(MENUS)
    assert [title.replace("&", "") for title in made] == list(MENUS)
    assert with_mnemonics(["Cell", "Class", "CL", "CE"]) == ["C&ell", "Cl&ass", "C&L", "&CE"]
    assert with_mnemonics(["AB", "BA", "A"]) == ["&AB", "&BA", "A(&C)"]
    assert with_mnemonics(["文件", "编辑"], "f", ["File", "Edit"]) == ["文件(&I)", "编辑(&E)"]


def test_a_letter_leads_to_a_field_and_presses_a_button_of_a_dialog(qtbot: QtBot) -> None:
    dialog, field, pressed = QDialog(), QLineEdit(), []
    form = QFormLayout(dialog)
    form.addRow("Name", field)
    buttons = [QPushButton("&Next"), QPushButton("Name all"), QPushButton("")]
    for button in buttons:
        form.addRow(button)
    buttons[1].clicked.connect(lambda: pressed.append(1))
    qtbot.addWidget(dialog)
    give_mnemonics(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    assert [b.text() for b in buttons] == ["&Next", "Na&me all", ""]
    buttons[0].setFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert field.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: pressed == [1], timeout=2000)
