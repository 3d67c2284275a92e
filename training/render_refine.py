"""The part of RESULTS.md on refinement: a table a laboratory, before and after its corrections, and what home loses."""

from collections.abc import Sequence

from training.results import Record
from training.splits import JUDGES, LABORATORIES
from training.tables import Column, Row, Value, read_value, table

_FIGURES = {
    "before": "balanced before",
    "after": "balanced after",
    "gain": "gain",
    "corrections": "corrections",
    "seconds": "seconds",
    "processor seconds": "processor seconds",
}
_HOME = {"pbc test before": "balanced before", "pbc test after": "balanced after", "pbc test gain": "gain"}
_WORDS = """## Refinement

`bloodview refine`: the head of a trained network is fitted to a laboratory's train part, the backbone stays as it is,
reference cells of the old classes train along; of a method that ends in `-lora` the last stage is changed by low rank
too, where cells held out are the better for it. Its other parts judge: of chula_wbc other slides, of zheng1, which has
no parts, each half what the other refined (a model refined on it is measured and thrown away). Coarse balanced
accuracy of all answers; the intervals are over resampled groups, of gains paired. Corrections are the cells that
trained, seconds what the longest refinement took on a machine of two cores that had other work, processor seconds what
it computed.
"""


def section(rows: Sequence[Row]) -> str:
    """The tables; "" if nothing was measured."""
    own = [r for row in rows if (r := _only(row))]
    tables = []
    for left_out in (*LABORATORIES, ""):
        for laboratory in (*LABORATORIES, *JUDGES):
            if laboratory in LABORATORIES and left_out not in (laboratory, ""):
                continue
            columns = [_column(title, left_out, laboratory, name) for title, name in _FIGURES.items()]
            home = f"pbc test, refined on {laboratory}"
            columns += [_column(title, left_out, home, name) for title, name in _HOME.items()]
            if text := table([r for r in own if any(c.of(r.records) for c in columns)], columns):
                tables += [f"### {laboratory}, {_what(laboratory, left_out)}\n", text]
    return "\n".join([_WORDS, *tables]) if tables else ""


def _what(laboratory: str, left_out: str) -> str:
    """What trained before, in a few words."""
    if left_out:
        return "left out" if left_out == laboratory else f"{left_out} left out too"
    return "which trained before" if laboratory in LABORATORIES else "which never trained"


def _only(row: Row) -> Row | None:
    records = tuple(r for r in row.records if r.protocol == "refine")
    return Row(row.system, row.method, row.title, row.transductive, records) if records else None


def _column(title: str, left_out: str, judged: str, name: str) -> Column:
    def of(records: Sequence[Record]) -> Value | None:
        return read_value(records, left_out, judged, name)

    return Column(title, of, ranked=False)
