"""The language of the window: every text a person reads passes here, and Qt's translator answers where there is one."""

import logging
from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from bloodview.core import paths

log = logging.getLogger(__name__)

CONTEXT = "bloodview"
"""Under which all texts of the window stand in the files of translations."""

ENGLISH = "en"
CHINESE = "zh_CN"
TRANSLATED = (CHINESE,)
"""The languages that resources/languages has a file for, besides English, in which the texts are written."""

_FONTS = {
    CHINESE: ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"),
}
"""Fonts with the signs of a language in its own shapes, one or the other of which a system has."""


def tr(text: str, /, **values: object) -> str:
    """A text of the window in the language chosen; the text itself where nobody translated it.

    Args:
        text: in English, a literal, so that it can be collected; with {names} where values go.
        **values: put in after the translation, since other languages put them elsewhere.
    """
    said = QCoreApplication.translate(CONTEXT, text) if text else ""
    return said.format(**values) if values else said


def later(text: str) -> str:
    """A literal that is translated where it is shown, by `tr`; this only lets it be collected.

    For tables and for constants, which are made before the language is known.
    """
    return text


def spoken(chosen: str, of_the_system: Iterable[str] | None = None) -> str:
    """The language that the window speaks.

    Args:
        chosen: as in the settings; "" = the first one that the system prefers and BloodView speaks.
        of_the_system: names such as "zh-Hans-CN", the preferred first; None = what the system says.
    """
    if chosen:
        return chosen
    for name in QLocale.system().uiLanguages() if of_the_system is None else of_the_system:
        locale = QLocale(name)
        if locale.language() == QLocale.Language.English:
            return ENGLISH
        if (locale.language(), locale.script()) == (QLocale.Language.Chinese, QLocale.Script.SimplifiedHanScript):
            return CHINESE
    return ENGLISH


def speak(app: QApplication, chosen: str) -> Callable[[], None]:
    """Let the texts made from now on be in a language, those of Qt's own dialogs too; its signs get a font.

    Args:
        app: whose windows they are.
        chosen: as in the settings.

    Returns:
        What takes all of this back.
    """
    language, former = spoken(chosen), app.font()
    installed = []
    if language in TRANSLATED:
        of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in (("qtbase", of_qt), ("bloodview", str(paths.languages()))):
            translator = QTranslator(app)
            if translator.load(f"{name}_{language}", folder) and app.installTranslator(translator):
                installed.append(translator)
            else:
                log.warning("no texts of %s in %s", name, language)
        app.setFont(readable(former, language))

    def hush() -> None:
        for translator in installed:
            app.removeTranslator(translator)
            translator.deleteLater()
        app.setFont(former)

    return hush


def readable(font: QFont, language: str) -> QFont:
    """The same font in a family with the signs of the language, if there is one; its own comes after it.

    As what only fills the gaps of a Latin family, the signs look bolder than they are.
    """
    there = set(QFontDatabase.families())
    fitting = [name for name in _FONTS.get(language, ()) if name in there]
    made = QFont(font)
    made.setFamilies([*fitting[:1], *font.families()])
    return made
