"""Tables for spreadsheets: CSV in which no cell can be taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def escaped(value: object) -> str:
    """The text of a cell; text that a spreadsheet would compute gets an apostrophe in front, numbers never do.

    File names and classes come from elsewhere: "=cmd|..." in one must stay text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return f"'{text}" if not isinstance(value, int) and text.startswith(_STARTS_A_FORMULA) else text


def write_table(file: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a header and rows as CSV; open the file with newline=""."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([escaped(h) for h in header])
    writer.writerows([escaped(value) for value in row] for row in rows)
