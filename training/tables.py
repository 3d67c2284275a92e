"""Tables of results in Markdown: a row a method, grouped by system, the best in bold, the constant answer last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.results import Record


@dataclass(frozen=True, slots=True)
class Value:
    """A figure over seeds: the mean, and the interval of the one seed or the range of the several."""

    value: float
    low: float
    high: float
    seeds: int = 1

    def text(self) -> str:
        """As a table shows it."""
        span = f"[{self.low:.3f}, {self.high:.3f}]" if self.seeds == 1 else f"({self.low:.3f} to {self.high:.3f})"
        return f"{self.value:.3f} {span}"


Read = Callable[[Sequence[Record]], Value | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        title: its head.
        of: a method's records -> its value, or None.
        constant: the same of always answering the most frequent class, from anybody's records; None = not asked.
        low_is_good: whether the best is the lowest.
        short: whether the value is shown without its interval.
        ranked: whether there is a better and a worse, so that the best is marked.
    """

    title: str
    of: Read
    constant: Read | None = None
    low_is_good: bool = False
    short: bool = False
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A method in one mode, with its records."""

    system: str
    method: str
    title: str
    transductive: bool
    records: tuple[Record, ...]


def read_value(records: Sequence[Record], left_out: str, judged: str, name: str) -> Value | None:
    """A figure of the records with this part left out, over their seeds."""
    parts = [p for r in records if r.left_out == left_out and (p := r.part(judged))]
    return over_seeds([Value(f.value, f.low, f.high) for p in parts if (f := p.figure(name))])


def over_seeds(values: Sequence[Value]) -> Value | None:
    """The mean of the seeds, with their range if there are several."""
    if len(values) < 2:
        return values[0] if values else None
    each = [v.value for v in values]
    return Value(float(np.mean(each)), min(each), max(each), len(each))


def mean_of(values: Sequence[Value | None]) -> Value | None:
    """The mean of several laboratories' values, whose intervals are independent; None if one is missing."""
    there = [v for v in values if v is not None]
    if not there or len(there) < len(values):
        return None
    middle = float(np.mean([v.value for v in there]))
    down = float(np.hypot.reduce([v.value - v.low for v in there])) / len(there)
    up = float(np.hypot.reduce([v.high - v.value for v in there])) / len(there)
    return Value(middle, middle - down, middle + up, min(v.seeds for v in there))


def rows_of(records: Sequence[Record], systems: Mapping[str, Sequence[str]]) -> list[Row]:
    """The methods of the records in the order of the systems; those of none come last, by name."""
    place = {method: (k, i, title) for k, (title, own) in enumerate(systems.items()) for i, method in enumerate(own)}
    last = (len(systems), 0, "Others")
    keys = sorted({(place.get(r.method, last), r.method, r.mode) for r in records})
    rows = []
    for (_, _, system), method, mode in keys:
        own = tuple(r for r in records if (r.method, r.mode) == (method, mode))
        rows.append(Row(system, method, own[-1].title, mode == "transductive", own))
    return rows


def best(rows: Sequence[Row], column: Column) -> tuple[Row, Value] | None:
    """The row with the best value of a column, of those that saw nothing of the laboratory judged."""
    found = [(r, v) for r in rows if not r.transductive and (v := column.of(r.records)) is not None]
    if not found:
        return None
    sign = -1 if column.low_is_good else 1
    return max(found, key=lambda pair: sign * pair[1].value)


def table(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """Markdown; columns without any value are left out."""
    shown = [c for c in columns if any(c.of(r.records) for r in rows)]
    if not shown:
        return ""
    lines = ["| method | " + " | ".join(c.title for c in shown) + " |", "|---|" + "---|" * len(shown)]
    tops = [best(rows, c) if c.ranked else None for c in shown]
    system = ""
    for row in rows:
        if row.system != system:
            system = row.system
            lines.append(f"| **{system}** |" + " |" * len(shown))
        cells = []
        for column, top in zip(shown, tops, strict=True):
            text = _text(column, column.of(row.records))
            cells.append(f"**{text}**" if top and top[0] == row and text else text)
        name = f"`{row.method}`" + (" *transductive*" if row.transductive else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    everybody = [r for row in rows for r in row.records]
    constants = [_text(c, c.constant(everybody) if c.constant else None) for c in shown]
    if any(constants):
        lines.append("| constant answer | " + " | ".join(constants) + " |")
    return "\n".join(lines) + "\n"


def _text(column: Column, value: Value | None) -> str:
    if value is None:
        return ""
    return f"{value.value:.3f}" if column.short or value.low == value.high else value.text()
