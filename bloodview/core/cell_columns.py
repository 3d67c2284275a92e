"""Cells column by column: what views need of a million cells at once, without a value a cell."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Cell, Kind, Source, Status

KINDS, STATUSES, SOURCES = tuple(Kind), tuple(Status), tuple(Source)
"""What the codes of the columns mean."""

Rows = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Names:
    """Class ids and their codes, shared by all columns of a case; a name keeps its code for good."""

    def __init__(self) -> None:
        self._code: dict[str, int] = {}
        self._names: list[str] = []

    def __getitem__(self, code: int) -> str:
        return self._names[code]

    def __len__(self) -> int:
        return len(self._names)

    def code(self, name: str) -> int:
        """The code of a name, which gets one if it has none."""
        known = self._code.get(name)
        if known is None:
            known = self._code[name] = len(self._names)
            self._names.append(name)
        return known

    def codes(self, names: Iterable[str]) -> NDArray[np.int16]:
        """int16 [N]."""
        return np.fromiter(map(self.code, names), np.int16)

    def chosen(self, names: Iterable[str]) -> Flags:
        """Bool [number of codes]: which codes are of these names."""
        marks = np.zeros(max(len(self._names), 1), np.bool_)
        marks[[self._code[name] for name in names if name in self._code]] = True
        return marks


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Cells in the order of their ids.

    Args:
        names: what the label codes mean.
        ids: int64 [N], ascending.
        slides: int32 [N].
        boxes_l0: float64 [N, 4] xyxy, level-0 px.
        kinds, statuses, sources: uint8 [N], places in KINDS, STATUSES, SOURCES.
        labels: int16 [N], codes of the present labels.
        confidence: float64 [N] of the prediction; NaN = no model has seen it.
        doubt: float64 [N], as `Cell.doubt`.
        familiarity: float64 [N]; NaN as above.
        said: int16 [N], code of the prediction's label; -1 as above.
        sure: bool [N], whether the prediction was decided.
        needs_a_look, counts: bool [N], as of `Cell`.
        outlined: bool [N], whether there may be an outline to ask for.
        claimed: bool [N], whether a class that learns claims it.
    """

    names: Names
    ids: NDArray[np.int64]
    slides: NDArray[np.int32]
    boxes_l0: NDArray[np.float64]
    kinds: NDArray[np.uint8]
    statuses: NDArray[np.uint8]
    sources: NDArray[np.uint8]
    labels: NDArray[np.int16]
    confidence: NDArray[np.float64]
    doubt: NDArray[np.float64]
    familiarity: NDArray[np.float64]
    said: NDArray[np.int16]
    sure: Flags
    needs_a_look: Flags
    counts: Flags
    outlined: Flags
    claimed: Flags

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, cells: Iterable[Cell], names: Names | None = None) -> Self:
        """The columns of cells."""
        given = sorted(cells, key=lambda c: c.id)
        names = names if names is not None else Names()
        said = [c.prediction for c in given]
        boxes = [(c.box_l0.x0, c.box_l0.y0, c.box_l0.x1, c.box_l0.y1) for c in given]
        return cls(
            names,
            np.array([c.id for c in given], np.int64),
            np.array([c.slide_id for c in given], np.int32),
            np.array(boxes, np.float64).reshape(-1, 4),
            np.array([KINDS.index(c.kind) for c in given], np.uint8),
            np.array([STATUSES.index(c.status) for c in given], np.uint8),
            np.array([SOURCES.index(c.source) for c in given], np.uint8),
            names.codes(c.label for c in given),
            np.array([p.confidence if p else np.nan for p in said], np.float64),
            np.array([c.doubt for c in given], np.float64),
            np.array([p.familiarity if p else np.nan for p in said], np.float64),
            np.array([names.code(p.label) if p else -1 for p in said], np.int16),
            np.array([p is not None and p.decided for p in said], np.bool_),
            np.array([c.needs_a_look for c in given], np.bool_),
            np.array([c.counts for c in given], np.bool_),
            np.array([bool(c.cell_outline or c.nucleus_outline) for c in given], np.bool_),
            np.array([c.learned is not None for c in given], np.bool_),
        )

    def take(self, rows: Rows | Flags | slice) -> Self:
        """Some of the rows, in ascending order."""
        if isinstance(rows, np.ndarray) and rows.dtype == np.bool_:
            if rows.all():
                return self.stacked()  # a copy too, many times as fast
            rows = np.flatnonzero(rows)  # found once, not by each column
        return replace(self, **{name: getattr(self, name)[rows] for name in _ARRAYS})

    def named(self, names: Names) -> Self:
        """With labels in the codes of other names."""
        if names is self.names:
            return self
        code_of = names.codes(self.names[code] for code in range(len(self.names)))
        code_of = np.append(code_of, np.int16(-1))  # where -1 points to
        return replace(self, names=names, labels=code_of[self.labels], said=code_of[self.said])

    def rows_of(self, ids: Iterable[int]) -> tuple[Rows, Flags]:
        """Row of each id, and whether it is there; the row of one that is not means nothing."""
        wanted = np.fromiter(ids, np.int64)
        rows = np.searchsorted(self.ids, wanted)
        if not len(self.ids):
            return rows, np.zeros(len(wanted), np.bool_)
        rows = np.minimum(rows, len(self.ids) - 1)
        return rows, self.ids[rows] == wanted

    def joined(self, others: Sequence[Self]) -> Self:
        """With further ones, whose ids are other ones; all of the same names."""
        whole = self.stacked(*others)
        if (whole.ids[1:] < whole.ids[:-1]).any():
            return whole.take(np.argsort(whole.ids, kind="stable"))
        return whole

    def stacked(self, *others: Self) -> Self:
        """With further rows below, in whatever order their ids are."""
        parts = (self, *others)
        whole: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in _ARRAYS}
        return replace(self, **whole)

    def with_room(self, number: int) -> Self:
        """A copy with rows below that mean nothing yet, so many in all; they take no memory until they are written."""
        roomy: dict[str, Any] = {}
        for name in _ARRAYS:
            own = getattr(self, name)
            roomy[name] = np.empty((number, *own.shape[1:]), own.dtype)
            roomy[name][: len(own)] = own
        return replace(self, **roomy)

    def put(self, rows: Rows | slice, newer: Self) -> None:
        """Write newer versions of cells over rows, in their order."""
        for name in _ARRAYS:
            getattr(self, name)[rows] = getattr(newer, name)

    @property
    def is_plain_red(self) -> Flags:
        """Bool [N]: one of the thousands of red cells that nobody needs in a gallery."""
        plain: Flags = (self.kinds == KINDS.index(Kind.RBC)) & self.names.chosen(("", "red_cell"))[self.labels]
        return plain

    @property
    def waits(self) -> Flags:
        """Bool [N]: a person should decide it and nobody has."""
        waits: Flags = self.needs_a_look & (self.statuses == STATUSES.index(Status.ACTIVE))
        return waits


_ARRAYS = tuple(f.name for f in fields(CellColumns) if f.name != "names")

Fetch = Callable[[Sequence[int]], Sequence[Cell]]
"""Gives the cells of ids, those that are there, in ascending order of ids."""


@dataclass(frozen=True, slots=True)
class CellSet:
    """Cells as views take them: columns of all, and the values of those that are looked at closely, on demand."""

    columns: CellColumns
    fetch: Fetch

    def __len__(self) -> int:
        return len(self.columns)

    @classmethod
    def of(cls, cells: "Iterable[Cell] | CellSet", names: Names | None = None) -> "CellSet":
        """Of cells at hand."""
        if isinstance(cells, CellSet):
            return cells
        held = {cell.id: cell for cell in cells}
        return cls(CellColumns.of(held.values(), names), lambda ids: [held[i] for i in ids if i in held])

    def take(self, rows: Rows | Flags) -> "CellSet":
        """Some of them."""
        return CellSet(self.columns.take(rows), self.fetch)
