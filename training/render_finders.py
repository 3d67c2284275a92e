"""The part of RESULTS.md on refined detectors: before and after a laboratory's pictures, and what home loses."""

from collections.abc import Sequence

from training.protocol_finders import HOME, LABORATORIES
from training.results import Record
from training.tables import Column, Row, Value, read_value, table

PROTOCOL = "refine-finders"
_FIGURES = {
    "before": "wbc before",
    "after": "wbc after",
    "gain": "wbc gain",
    "pictures": "pictures",
    "seconds": "seconds",
    "processor seconds": "processor seconds",
}
_HOME = {
    "mean before": "before",
    "mean after": "after",
    "mean gain": "gain",
    "leukocytes, gain": "wbc gain",
    "red cells, gain": "rbc gain",
    "platelets, gain": "platelet gain",
}
_WORDS = """## Refinement of the detector

`bloodview refine --what detector`: all weights of a detector move a little, by at most 30 pictures of a laboratory
on which every leukocyte has its box; what is not marked, and drawn fields, keep the parent's own answers. Other
pictures judge: of chula_wbc other slides, of pig_wbc, which has no parts and never trains what ships, the half that
did not refine. Average precision at half overlap; the intervals are over resampled groups, of gains paired. Seconds
are what the refinement took on a machine of two cores that had much other work, processor seconds what it
computed.
"""


def section(rows: Sequence[Row]) -> str:
    """The tables; "" if nothing was measured."""
    own = only(rows, PROTOCOL)
    tables = []
    for laboratory in LABORATORIES:
        columns = [column(title, laboratory, name) for title, name in _FIGURES.items()]
        at_home = [column(title, f"{HOME} test, refined on {laboratory}", name) for title, name in _HOME.items()]
        for title, each in ((laboratory, columns), (f"{HOME} test, refined on {laboratory}", at_home)):
            if text := table(own, each):
                tables += [f"### {title}, boxes\n", text]
    return "\n".join([_WORDS, *tables]) if tables else ""


def only(rows: Sequence[Row], protocol: str) -> list[Row]:
    """The rows that have records of a protocol, with these alone."""
    found = []
    for row in rows:
        if records := tuple(r for r in row.records if r.protocol == protocol):
            found.append(Row(row.system, row.method, row.title, row.transductive, records))
    return found


def column(title: str, judged: str, name: str) -> Column:
    """The column of one figure of one set, of rows with records of one protocol."""

    def of(records: Sequence[Record]) -> Value | None:
        return read_value(records, "", judged, name)

    return Column(title, of, ranked=False)
