"""Texts of the window in the language chosen."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui import language
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.language import CHINESE, ENGLISH, later, speak, spoken, tr
from tests.ui.window_support import rig

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    hush = speak(qapp, CHINESE)
    yield
    hush()
    assert tr("Undo") == "Undo"


def test_without_a_translation_a_text_is_itself_and_its_values_are_put_in() -> None:
    assert tr("{count} cells of {kind}", count=3, kind="{odd}") == "3 cells of {odd}"
    assert tr("50 % of {what}") == "50 % of {what}"
    assert tr("") == ""
    assert later("Open") == "Open"


def test_in_chinese_texts_are_chinese_and_values_stand_where_they_belong(chinese: None) -> None:
    assert tr("Undo: {title}", title="{odd}") == "撤销：{odd}"
    assert tr("nobody translated this") == "nobody translated this"
    assert tr("") == ""


def test_in_chinese_classes_have_chinese_names_and_ids_stay(chinese: None) -> None:
    marks = ClassMarks(DEFAULT_TAXONOMY)
    assert marks.look("band_neutrophil").title == "中性杆状核粒细胞"
    assert marks.look("nothing known").title == "未命名"
    assert marks.look("monocyte").id == "monocyte"


def test_in_chinese_the_buttons_of_qt_are_chinese(chinese: None, qtbot: QtBot) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Close).text() == "关闭"


def test_in_chinese_the_window_is_chinese(chinese: None, qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        menus = [action.text() for action in r.desktop.window.menuBar().actions()]
        assert (menus[0][:2], menus[-1][:2]) == ("文件", "帮助")
        assert not [title for title in menus if title.isascii()]
        assert r.desktop.actions["desk.undo"].text() == "撤销"
        english = [spec.title for spec, action in r.desktop.actions.all() if action.text().isascii()]
        assert not english


@pytest.mark.parametrize(
    ("chosen", "of_the_system", "speaks"),
    [
        ("", ["zh-Hans-CN", "en-US"], CHINESE),
        ("", ["zh-CN"], CHINESE),
        ("", ["zh-SG"], CHINESE),
        ("", ["en-US", "zh-Hans-CN"], ENGLISH),
        ("", ["fr-FR", "zh-Hans-CN"], CHINESE),
        ("", ["zh-Hant-TW"], ENGLISH),
        ("", ["C"], ENGLISH),
        ("", [], ENGLISH),
        (ENGLISH, ["zh-Hans-CN"], ENGLISH),
        (CHINESE, ["en-US"], CHINESE),
    ],
)
def test_the_language_is_the_one_chosen_or_the_first_that_the_system_prefers(
    chosen: str, of_the_system: list[str], speaks: str
) -> None:
    assert spoken(chosen, of_the_system) == speaks


def test_english_needs_no_translator(qapp: QApplication) -> None:
    hush = speak(qapp, ENGLISH)
    assert tr("Undo") == "Undo"
    hush()
    assert spoken("") in (ENGLISH, CHINESE)


@pytest.mark.expects_log
def test_a_language_whose_files_are_gone_leaves_english(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "TRANSLATED", ("xx",))
    hush = speak(qapp, "xx")
    assert tr("Undo") == "Undo"
    hush()


def test_a_language_is_chosen_in_the_help_menu_for_the_next_start(qtbot: QtBot) -> None:
    with rig(qtbot) as r:
        actions, preferences = r.desktop.actions, r.desktop.preferences
        assert actions["language.of_the_system"].isChecked()
        actions["language.chinese"].trigger()
        assert preferences.now.language == CHINESE
        assert r.desktop.panels.status.message.whole == "BloodView speaks this language from its next start on."
        assert actions["desk.undo"].text() == "Undo"
        actions["language.english"].trigger()
        assert preferences.now.language == ENGLISH
        assert not actions["language.chinese"].isChecked()
        actions["language.of_the_system"].trigger()
        assert preferences.now.language == ""


def test_a_font_with_chinese_signs_is_taken_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    monkeypatch.setattr(language.QFontDatabase, "families", lambda: ["Noto Sans CJK SC", "Source Han Sans SC", "Other"])
    own = QFont("Other")
    assert language.readable(own, CHINESE).families() == ["Noto Sans CJK SC", "Other"]
    assert language.readable(own, ENGLISH).families() == ["Other"]
    monkeypatch.setattr(language.QFontDatabase, "families", lambda: ["Other"])
    assert language.readable(own, CHINESE).families() == ["Other"]
