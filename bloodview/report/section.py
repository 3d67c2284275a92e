"""A further part of a report, shown by every form of it: a table of texts, sentences, and the figures behind them."""

from dataclasses import dataclass

from bloodview.core.differential import Interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for programs.

    Args:
        interval: 95 %, in the same unit; None = it has none.
    """

    item: str
    value: float
    interval: Interval | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a title.

    Args:
        columns: heads of the table; the first column is text, the others numbers.
        rows: as wide as the heads.
        notes: sentences below the table.
        figures: for CSV and JSON.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
