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
    busy = set(used.lower())
    own = [
        [c for c in dict.fromkeys(title.lower()) if c in string.ascii_lowercase and c not in busy] for title in titles
    ]
    owner: dict[str, int] = {}

    def give(number: int, asked: set[str]) -> bool:
        """Find a letter for a title, if need be by moving another one to its next (Kuhn 1955)."""
        free = [c for c in own[number] if c not in owner]
        for letter in (*free, *own[number]):
            if letter not in asked:
                asked.add(letter)
                if letter not in owner or give(owner[letter], asked):
                    owner[letter] = number
                    return True
        return False

    for number in range(len(titles)):
        give(number, set())
    letters = {number: letter for letter, number in owner.items()}
    made = []
    for number, title in enumerate(titles):
        plain = title.replace("&", "&&")
        if number in letters:
            at = plain.lower().index(letters[number])
            made.append(f"{plain[:at]}&{plain[at:]}")
            continue
        others = (english[number].lower() if english else "") + string.ascii_lowercase
        letter = next((c for c in others if c in string.ascii_lowercase and c not in busy and c not in owner), "")
        owner[letter] = number
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
