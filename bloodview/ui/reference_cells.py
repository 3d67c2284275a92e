"""The cells of the open case that others can be compared with: decided by persons, or surely named. No Qt."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bloodview.core.cell_columns import KINDS, SOURCES, STATUSES, CellColumns
from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.review.case import Case
from bloodview.ui.language import tr

if TYPE_CHECKING:
    from bloodview.workflows.explaining import Reference

MOST = 2000
"""Cells that are looked through: all that persons decided go first, then the surest."""


class ReferenceCells:
    """Keeps what the case holds of them, so that a selection does not read it again."""

    def __init__(self) -> None:
        self._embeddings: dict[int, bytes] = {}

    def forget(self) -> None:
        """Another case is open, or pictures were analysed again."""
        self._embeddings.clear()

    def of(self, cell: Cell, cells: Iterable[Cell], case: Case) -> "tuple[Reference, ...]":
        """The references of a cell: the others that its own model has seen."""
        from bloodview.workflows.explaining import Reference  # pulls the analysis in, which must not delay the window

        if cell.prediction is None:
            return ()
        chosen = candidates(cell, cells)
        if missing := [c.id for c in chosen if c.id not in self._embeddings]:
            self._embeddings |= {i: b"" for i in missing} | case.embeddings(missing)
        found = (Reference(c.id, c.label, self._embeddings[c.id]) for c in chosen)
        return tuple(r for r in found if r.embedding)


def likely(columns: CellColumns) -> list[int]:
    """Ids of the cells of a case among which `candidates` need look, whichever model has seen them."""
    chosen = (
        (columns.said >= 0) & (columns.kinds != KINDS.index(Kind.RBC)) & ~columns.names.chosen(("",))[columns.labels]
    )
    by_person = columns.sources == SOURCES.index(Source.PERSON)
    chosen &= (columns.statuses == STATUSES.index(Status.ACTIVE)) & (by_person | columns.sure)
    rows = np.flatnonzero(chosen)
    order = np.lexsort((-columns.confidence[rows], ~by_person[rows]))[: 2 * MOST]
    return sorted(columns.ids[rows[order]].tolist())


def candidates(cell: Cell, cells: Iterable[Cell]) -> Sequence[Cell]:
    """The active, named cells besides this one that the model of this one has seen: by persons, or decided by it."""
    said_by = cell.prediction.model_id if cell.prediction is not None else ""
    found = [
        c
        for c in cells
        if c.id != cell.id
        and c.kind is not Kind.RBC
        and c.status is Status.ACTIVE
        and c.label
        and c.prediction is not None
        and c.prediction.model_id == said_by
        and (c.source is Source.PERSON or c.prediction.decided)
    ]
    found.sort(key=lambda c: (c.source is not Source.PERSON, -(c.prediction.confidence if c.prediction else 0), c.id))
    return found[:MOST]


def origin(cell: Cell) -> str:
    """How a reference came to its label, for people."""
    if cell.source is Source.PERSON:
        return tr("decided by a person")
    return (
        tr("named by the model, {sureness:.0%} sure", sureness=min(cell.prediction.confidence, 0.99))
        if cell.prediction
        else ""
    )
