"""Letters that open menus with Alt: each title gets the first of its letters that no other has."""

from collections.abc import Sequence


def with_mnemonics(titles: Sequence[str]) -> list[str]:
    """The titles with "&" before a letter of their own; a title without a free letter gets a digit in brackets."""
    taken: set[str] = set()
    made = []
    for number, title in enumerate(titles, 1):
        plain = title.replace("&", "&&")
        at = next((i for i, c in enumerate(plain) if c.isascii() and c.isalpha() and c.lower() not in taken), None)
        if at is None:
            made.append(f"{plain}(&{number})")
        else:
            taken.add(plain[at].lower())
            made.append(f"{plain[:at]}&{plain[at:]}")
    return made
