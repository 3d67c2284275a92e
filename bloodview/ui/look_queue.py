"""The queue of cells to look at next: put in order off the main thread, walked by key, each cell with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from bloodview.core import next_looks
from bloodview.core.cell_columns import SOURCES, STATUSES
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.next_looks import Candidates, Reason
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.review.commands import ChangeKind, Changes
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.jobs import JobHandle, Jobs

RENEWED_AFTER = 10
"""Decisions after which the next step puts the cells in order anew, so that what was learned of them counts."""
MOST_KNOWN = 400
"""Decided cells from which others are told apart; the latest found ones."""

_MOST_WEIGHED = 5 * next_looks.CONSIDERED
"""Cells of which more than the doubt is looked at: the most doubtful ones."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Cells in order, with the reason of each."""

    cells: tuple[int, ...] = ()
    reasons: tuple[Reason, ...] = ()


class LookQueue(QObject):
    """Knows the order; who wants the next cell asks for it and hears of it by `found`.

    Signals:
        changed: the cells stand in another order.
        found: the id of the cell that was asked for; 0 = none is left.
    """

    changed = Signal()
    found = Signal(int)

    def __init__(self, jobs: Jobs, bridge: CaseBridge, index: CellIndex, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._bridge, self._index = jobs, bridge, index
        self._plan = Plan()
        self._places: dict[int, int] = {}
        self._job: JobHandle | None = None
        self._is_planning = False
        self._scope: int | None = None
        self._decisions: int | None = None
        """Since the order was made; None = it is to be made."""
        self._asked: tuple[int | None, int] | None = None
        bridge.opened.connect(self.forget)
        bridge.closed.connect(self.forget)
        bridge.changed.connect(self.on_case_changed)

    @property
    def places(self) -> Mapping[int, int]:
        """Cell -> its place in the order, from 0."""
        return self._places

    def reason(self, cell: Cell) -> str:
        """Why a cell is to be looked at, in words; "" for one that stands in no queue or has been decided."""
        place = self._places.get(cell.id)
        case = self._bridge.case
        if place is None or not _is_open(cell):
            return ""
        taxonomy = case.taxonomy if case is not None else DEFAULT_TAXONOMY
        return next_looks.words(self._plan.reasons[place], cell, taxonomy)

    def __contains__(self, cell_id: object) -> bool:
        return cell_id in self._places

    def forget(self) -> None:
        """Another case is open, or none."""
        self._stop()
        self._asked, self._decisions = None, None
        self._show(Plan())

    def on_case_changed(self, changes: Changes) -> None:
        """Decisions wear the order out, other cells make it void."""
        if changes.kinds & {ChangeKind.CELLS_ADDED, ChangeKind.CLASSES}:
            self._decisions = None
        elif self._decisions is not None:
            self._decisions += len(changes.cell_ids)

    def ask(self, after: int | None, step: int, scope: int | None) -> None:
        """Find the next cell of the order (step 1) or the one before (-1), round the end; of one slide, or of all."""
        if self._is_planning and scope == self._scope:
            self._asked = (after, step)
        elif self._decisions is None or self._decisions >= RENEWED_AFTER or scope != self._scope:
            self._asked = (after, step)
            self.renew(scope)
        else:
            self._answer(after, step, may_renew=bool(self._decisions))

    def renew(self, scope: int | None) -> None:
        """Put the cells in order anew."""
        self._stop()
        self._scope, self._decisions, self._is_planning = scope, 0, True
        cells = self._index.set_of(scope, red_cells=False).columns
        cells = cells.take(cells.said >= 0)
        active = cells.statuses == STATUSES.index(Status.ACTIVE)
        rows = np.flatnonzero(cells.waits)
        if len(rows) > _MOST_WEIGHED:
            rows = np.sort(rows[np.argpartition(-cells.doubt[rows], _MOST_WEIGHED)[:_MOST_WEIGHED]])
        waiting = self._index.some(cells.ids[rows].tolist())
        known = cells.ids[(cells.sources == SOURCES.index(Source.PERSON)) & active][-MOST_KNOWN:].tolist()
        among = None if scope is None else cells.ids.tolist()
        checks = self._index.check.next(next_looks.MOST // next_looks.CHECK_EVERY, among)
        self._follow(self._jobs.reads(_considered, waiting, on_done=lambda found: self._rank(found, known, checks)))

    def _rank(self, waiting: list[Cell], known: list[int], checks: list[int]) -> None:
        case = self._bridge.case
        if case is None:
            return
        kept = case.embeddings([*(c.id for c in waiting), *known])
        vectors = [kept.get(c.id, b"") for c in waiting]
        others = [kept[i] for i in known if i in kept]
        self._follow(self._jobs.reads(_planned, waiting, vectors, others, checks, on_done=self._take))

    def _follow(self, job: JobHandle) -> None:
        """Keep what can be cancelled; work that is done at once has no more to cancel."""
        self._job = job if self._is_planning else None

    def _take(self, plan: Plan) -> None:
        self._job, self._is_planning = None, False
        self._show(plan)
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._answer(*asked, may_renew=False)

    def _answer(self, after: int | None, step: int, *, may_renew: bool) -> None:
        order = self._plan.cells
        here = self._places.get(after) if after is not None else None
        start = here if here is not None else (-1 if step > 0 else 0)
        for far in range(1, len(order) + 1):
            cell = self._index.get(order[(start + step * far) % len(order)])
            if cell is not None and _is_open(cell) and (cell.id != after or far == len(order)):
                self.found.emit(cell.id)
                return
        if may_renew:
            self._asked = (after, step)
            self.renew(self._scope)
        else:
            self.found.emit(0)

    def _show(self, plan: Plan) -> None:
        if plan == self._plan:
            return
        self._plan = plan
        self._places = {cell_id: place for place, cell_id in enumerate(plan.cells)}
        self.changed.emit()

    def _stop(self) -> None:
        self._is_planning = False
        if self._job is not None:
            self._job.cancel()
            self._job = None


def _is_open(cell: Cell) -> bool:
    """Whether nobody has decided it."""
    return cell.status is Status.ACTIVE and cell.source is Source.MODEL


def _considered(waiting: list[Cell]) -> list[Cell]:
    """The most urgent of the cells that wait for a look."""
    rows = next_looks.considered([c.prediction for c in waiting if c.prediction is not None])
    return [waiting[row] for row in rows]


def _planned(waiting: list[Cell], vectors: list[bytes], known: list[bytes], checks: list[int]) -> Plan:
    """The cells that wait in their order, the random checks among them."""
    own, others = _matrices(vectors, known)
    candidates = Candidates.of([c.prediction for c in waiting if c.prediction is not None], own)
    looks = next_looks.order(candidates, others)
    reasons = {waiting[look.row].id: look.reason for look in looks}
    merged = next_looks.with_checks([waiting[look.row].id for look in looks], checks)
    return Plan(
        tuple(cell_id for cell_id, _ in merged),
        tuple(Reason.CHECK if is_check else reasons[cell_id] for cell_id, is_check in merged),
    )


def _matrices(own: Sequence[bytes], known: Sequence[bytes]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embeddings as kept to float32 [N, D] and [K, D]; D = 0 where a cell has none, or one of another length."""
    lengths = {len(v) for v in own}
    if len(lengths) != 1 or lengths == {0}:
        return np.zeros((len(own), 0), np.float32), np.zeros((0, 0), np.float32)
    length = lengths.pop()
    alike = [v for v in known if len(v) == length]
    first, second = (np.frombuffer(b"".join(v), "<f2").reshape(len(v), length // 2) for v in (own, alike))
    return first.astype(np.float32), second.astype(np.float32)
