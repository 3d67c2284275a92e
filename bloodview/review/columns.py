"""The cells of a case as columns, read in pages; a value a cell would cost seconds for a hundred thousand."""

import gc
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cell_columns import KINDS, SOURCES, STATUSES, CellColumns, Flags, Names, Rows
from bloodview.core.cells import Source

PAGE = 20_000
"""Cells a page: some 50 ms."""

_KINDS = "CASE c.kind " + " ".join(f"WHEN '{k.value}' THEN {i}" for i, k in enumerate(KINDS)) + " END"
_STATUSES = "CASE c.status " + " ".join(f"WHEN '{s.value}' THEN {i}" for i, s in enumerate(STATUSES)) + " END"
_MODEL, _LEARNED, _PERSON = (SOURCES.index(s) for s in (Source.MODEL, Source.LEARNED, Source.PERSON))
# As `rows._cell` says it.
_SOURCES = f"""CASE WHEN c.person_label IS NOT NULL OR (c.added AND c.machine_label = '' AND c.learned_label IS NULL)
    THEN {_PERSON} WHEN c.learned_label IS NOT NULL THEN {_LEARNED} ELSE {_MODEL} END"""
# In one number, since each value of a row costs as much as the next: kind, status, source, counts, own outline.
_BITS = f"""{_KINDS} + 4 * {_STATUSES} + 16 * {_SOURCES} + 64 * c.counts
    + 128 * (c.person_outline IS NOT NULL OR c.person_nucleus IS NOT NULL)"""
_CELLS = f"""SELECT c.id, c.slide_id, {_BITS}, coalesce(c.px0, c.x0), coalesce(c.py0, c.y0), coalesce(c.px1, c.x1),
    coalesce(c.py1, c.y1), c.label FROM cell c WHERE c.visible"""
_FINDINGS = """SELECT cell_id, label, confidence, decided, familiarity,
    length(cell_outline) + length(nucleus_outline) > 0 FROM finding WHERE model IS NOT NULL"""
# Red cells and platelets that were outlined and that no model named.
_OUTLINED = "SELECT cell_id FROM finding WHERE model IS NULL AND length(cell_outline) > 0"
_LEARNED_ANSWERS = """SELECT id, learned_confidence, learned_decided FROM cell
    WHERE learned_label IS NOT NULL"""


def pages(connection: sqlite3.Connection, names: Names, size: int = PAGE) -> Iterator[CellColumns]:
    """All cells, by id, so many at a time; what is written meanwhile is seen if its id lies further on."""
    last = 0
    while True:
        cells = connection.execute(f"{_CELLS} AND c.id > ? ORDER BY c.id LIMIT ?", (last, size)).fetchall()
        if not cells:
            return
        first, last = cells[0][0], cells[-1][0]
        between = (first, last)
        findings = connection.execute(f"{_FINDINGS} AND cell_id BETWEEN ? AND ?", between).fetchall()
        learned = connection.execute(f"{_LEARNED_ANSWERS} AND id BETWEEN ? AND ?", between).fetchall()
        outlined = connection.execute(f"{_OUTLINED} AND cell_id BETWEEN ? AND ?", between).fetchall()
        yield _columns(cells, findings, learned, outlined, names)


def some(connection: sqlite3.Connection, names: Names, ids: Sequence[int]) -> CellColumns:
    """Of these ids those that there are."""
    asked = (json.dumps(list(ids)),)
    among = "IN (SELECT value FROM json_each(?))"
    cells = connection.execute(f"{_CELLS} AND c.id {among} ORDER BY c.id", asked).fetchall()
    findings = connection.execute(f"{_FINDINGS} AND cell_id {among}", asked).fetchall()
    learned = connection.execute(f"{_LEARNED_ANSWERS} AND id {among}", asked).fetchall()
    outlined = connection.execute(f"{_OUTLINED} AND cell_id {among}", asked).fetchall()
    return _columns(cells, findings, learned, outlined, names)


def _columns(
    cells: Sequence[tuple[Any, ...]],
    findings: Sequence[tuple[Any, ...]],
    learned: Sequence[tuple[Any, ...]],
    outlined: Sequence[tuple[Any, ...]],
    names: Names,
) -> CellColumns:
    collecting = gc.isenabled()
    gc.disable()  # as in `rows.cells`
    try:
        return _put_together(cells, findings, learned, outlined, names)
    finally:
        if collecting:
            gc.enable()


def _put_together(
    cells: Sequence[tuple[Any, ...]],
    findings: Sequence[tuple[Any, ...]],
    learned: Sequence[tuple[Any, ...]],
    outlined: Sequence[tuple[Any, ...]],
    names: Names,
) -> CellColumns:
    n = len(cells)
    ids, slides, bits_, x0, y0, x1, y1, labels = zip(*cells, strict=True) if n else ((),) * 8
    bits = np.array(bits_, np.int64)
    boxes = np.empty((n, 4), np.float64)
    for column, values in enumerate((x0, y0, x1, y1)):
        boxes[:, column] = values
    made = CellColumns(
        names,
        np.array(ids, np.int64),
        np.array(slides, np.int32),
        boxes,
        (bits & 3).astype(np.uint8),
        (bits >> 2 & 3).astype(np.uint8),
        (bits >> 4 & 3).astype(np.uint8),
        names.codes(labels),
        np.full(n, np.nan, np.float64),
        np.zeros(n, np.float64),
        np.full(n, np.nan, np.float64),
        np.full(n, -1, np.int16),
        np.zeros(n, np.bool_),
        np.zeros(n, np.bool_),
        (bits & 64) > 0,
        (bits & 128) > 0,
        np.zeros(n, np.bool_),
    )
    _add_findings(made, findings)
    _add_answers(made, learned)
    if outlined and n:
        rows, there = made.rows_of([cell_id for (cell_id,) in outlined])
        made.outlined[rows[there]] = True
    return made


def _add_findings(made: CellColumns, findings: Iterable[tuple[Any, ...]]) -> None:
    found = list(findings)
    if not found or not len(made):
        return
    ids, labels, confidence, decided, familiarity, outlined = zip(*found, strict=True)
    rows, there = made.rows_of(ids)
    rows = rows[there]
    made.said[rows] = made.names.codes(labels)[there]
    made.confidence[rows] = np.array(confidence, np.float64)[there]
    made.sure[rows] = np.array(decided, np.bool_)[there]
    made.familiarity[rows] = np.array(familiarity, np.float64)[there]
    made.outlined[rows] |= np.array(outlined, np.bool_)[there]
    _doubt(made, rows[made.sources[rows] == _MODEL], made.confidence, made.sure)


def _add_answers(made: CellColumns, learned: Iterable[tuple[Any, ...]]) -> None:
    """What classes that learn say stands over the model's word, and a person's over both."""
    found = list(learned)
    if not found or not len(made):
        return
    ids, confidence, decided = zip(*found, strict=True)
    rows, there = made.rows_of(ids)
    made.claimed[rows[there]] = True
    sure = np.zeros(len(made), np.float64)
    sure[rows[there]] = np.array(confidence, np.float64)[there]
    stands = np.zeros(len(made), np.bool_)
    stands[rows[there]] = np.array(decided, np.bool_)[there]
    own = rows[there]
    _doubt(made, own[made.sources[own] == _LEARNED], sure, stands)


def _doubt(made: CellColumns, rows: Rows, confidence: NDArray[np.float64], decided: Flags) -> None:
    """As `Cell.doubt`."""
    doubt = 1 - confidence[rows]
    made.doubt[rows] = np.where(decided[rows], doubt, np.maximum(doubt, 0.5 + doubt / 2))
    made.needs_a_look[rows] = ~decided[rows]
