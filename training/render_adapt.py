"""The part of RESULTS.md on adaptation: a table a laboratory, before and after a few labelled cells of it."""

from collections.abc import Sequence
from pathlib import Path

from training.results import Record
from training.splits import JUDGES, LABORATORIES
from training.tables import Column, Row, Value, read_value, table

_FIGURES = {
    "before": "balanced before",
    "after": "balanced after",
    "gain": "gain",
    "forced, before": "balanced forced before",
    "forced, after": "balanced forced after",
    "leave-one-out less what was reached": "leave-one-out excess",
    "decided": "decided share",
    "accuracy of decided, coarse": "decided accuracy coarse",
}
_RANKED = ("after", "forced, after", "accuracy of decided, coarse")
_WORDS = """## Adaptation

`bloodview adapt` on 5 labelled cells a coarse class of a laboratory that did not train, drawn 30 times; the cells that
share no group with those drawn judge. Balanced accuracy of all answers, coarse, where a column says nothing else; the
intervals are over resampled groups and draws. Decided are the labels that the adapted model lets stand.
"""


NOTES = "notes-adapt.md"
"""In the folder of the records, by hand: prose that is included as it is."""


def section(rows: Sequence[Row], folder: Path) -> str:
    """The tables, and the notes of the folder of the records; "" if nothing was measured."""
    own = [r for row in rows if (r := _only(row))]
    tables = []
    for left_out in LABORATORIES:
        for judged in (left_out, *JUDGES):
            columns = [_column(title, left_out, judged, name) for title, name in _FIGURES.items()]
            if text := table([r for r in own if any(c.of(r.records) for c in columns)], columns):
                of = judged if judged == left_out else f"{judged}, {left_out} left out too"
                tables += [f"### {of}\n", text]
    notes = folder / NOTES
    prose = [notes.read_text(encoding="utf-8").strip() + "\n"] if notes.is_file() else []
    return "\n".join([_WORDS, *prose, *tables]) if tables else ""


def _only(row: Row) -> Row | None:
    records = tuple(r for r in row.records if r.protocol == "adapt")
    return Row(row.system, row.method, row.title, row.transductive, records) if records else None


def _column(title: str, left_out: str, judged: str, name: str) -> Column:
    def of(records: Sequence[Record]) -> Value | None:
        return read_value(records, left_out, judged, name)

    return Column(title, of, ranked=title in _RANKED)


AIMS = tuple(
    (f"{d} left out, all answers, after 5 labelled cells a class", 0.88, _column("", d, d, "balanced after"))
    for d in ("bccd", "chula_wbc")
)
"""What is aimed at: words, least value, where it is read."""
