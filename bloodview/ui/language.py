"""The language of the window: every text a person reads passes here, and Qt's translator answers where there is one."""

from PySide6.QtCore import QCoreApplication

CONTEXT = "bloodview"
"""Under which all texts of the window stand in the files of translations."""


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
