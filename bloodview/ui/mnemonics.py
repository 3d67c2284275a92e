"""Letters that act with Alt: each title of a bar or a dialog gets the first of its letters that no other has."""

import string
from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractButton, QCheckBox, QDialog, QLabel, QPushButton, QRadioButton


def with_mnemonics(titles: Sequence[str], used: str = "", english: Sequence[str] = ()) -> list[str]:
    """The titles with "&" before a letter of their own; one that has no free letter gets another in brackets.

    Args:
        titles: as people read them.
        used: letters that others have already.
        english: the same titles in English, whose letters are taken where the title has none.
    """
    taken = set(used.lower())
    made = []
    for number, title in enumerate(titles):
        plain = title.replace("&", "&&")
        at = next((i for i, c in enumerate(plain) if c.isascii() and c.isalpha() and c.lower() not in taken), None)
        if at is not None:
            taken.add(plain[at].lower())
            made.append(f"{plain[:at]}&{plain[at:]}")
            continue
        others = (english[number].lower() if english else "") + string.ascii_lowercase
        letter = next((c for c in others if c in string.ascii_lowercase and c not in taken), "")
        taken.add(letter)
        made.append(f"{plain}(&{letter.upper()})" if letter else plain)
    return made


def give_mnemonics(dialog: QDialog) -> None:
    """Give letters to the buttons and to the labels of fields of a dialog; those of the dialog's own making stay."""
    named: list[QAbstractButton | QLabel] = [
        *(label for label in dialog.findChildren(QLabel) if label.buddy() is not None),
        *(b for b in dialog.findChildren(QAbstractButton) if isinstance(b, QPushButton | QCheckBox | QRadioButton)),
    ]
    plain = [widget for widget in named if widget.text() and "&" not in widget.text()]
    taken = [w.text()[w.text().index("&") + 1] for w in named if "&" in w.text()[:-1]]
    for widget, text in zip(plain, with_mnemonics([w.text() for w in plain], "".join(taken)), strict=True):
        widget.setText(text)
