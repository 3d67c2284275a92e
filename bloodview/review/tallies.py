"""The labels of a case: which cell carries which, and how many each, counted where they lie."""

import sqlite3

from bloodview.core.cells import Status
from bloodview.review.records import LabelCounts


def label_counts(connection: sqlite3.Connection, slide_id: int | None) -> LabelCounts:
    """Of the whole case, or of one slide; some ms for 100,000 cells."""
    one, values = ("", ()) if slide_id is None else ("AND slide_id = ?", (slide_id,))
    query = f"SELECT status, label, counts, count(*) FROM cell WHERE visible = 1 {one} GROUP BY status, label, counts"
    by_label: dict[str, int] = {}
    apart = {Status.UNDECIDED.value: 0, Status.REJECTED.value: 0}
    cut = 0
    for status, label, counts, number in connection.execute(query, values):
        if status in apart:
            apart[status] += number
        elif counts:
            by_label[label] = number
        else:
            cut += number
    return LabelCounts(by_label, apart[Status.UNDECIDED.value], apart[Status.REJECTED.value], cut)


def labels(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """(id, what is shown for it) of every cell, by id: its class, "undecided" or "rejected"."""
    query = "SELECT id, CASE status WHEN 'active' THEN label ELSE status END FROM cell WHERE visible ORDER BY id"
    return list(connection.execute(query))
