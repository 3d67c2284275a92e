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
class Bars:
    """A histogram above the table.

    Args:
        bins: (from, to below, number), side by side.
        mark: where a line stands, in the unit of the bins.
        title: what is counted.
    """

    bins: tuple[tuple[float, float, int], ...]
    mark: float
    unit: str
    title: str

    @property
    def most(self) -> int:
        """The number of the highest bar, at least 1."""
        return max(1, *(n for _, _, n in self.bins))

    @property
    def span(self) -> tuple[float, float]:
        """From the first bar's left side to the last one's right."""
        return self.bins[0][0], self.bins[-1][1]


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a title.

    Args:
        columns: heads of the table; the first column is text, the others numbers.
        rows: as wide as the heads.
        notes: sentences below the table.
        figures: for CSV and JSON.
        is_text: whether the other columns are text as well.
        bars: a histogram; None for none.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    is_text: bool = False
    bars: Bars | None = None
