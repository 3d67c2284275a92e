"""Which two cells are compared: two selected ones, or one with reference cells of its class and of the runner-up."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Cell, Source, Status
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.review.case import Case
from bloodview.review.records import SlideRecord
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.compare_view import CompareView, Side
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.measurements import measure, sureness
from bloodview.ui.pictures import WINDOW_UM, CropReader, SlidePool
from bloodview.ui.reference_cells import candidates, origin
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.veil import Veil
from bloodview.ui.why_panel import NEAR_PX, Neighbour

PICTURE_PX = 720
"""Side of a picture as it is read, before the lens."""
SHOWN = 8
"""Reference cells of a class, the most like the cell first."""


class CompareDesk(QObject):
    """Called by the actions; keeps the pair, and the selection of the window on the one the keys act on.

    Signals:
        told: a sentence for the status bar.
        shown: whether the comparison is to be seen.
    """

    told = Signal(str)
    shown = Signal(bool)

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        veil: Veil,
        view: CompareView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._index, self._desk, self._veil, self._view = bridge, index, desk, veil, view
        self._records: dict[int, SlideRecord] = {}
        self._crops = CropReader(jobs, pool, self._place_of, self)
        self._pair = (0, 0)
        self._strips: list[tuple[str, list[Neighbour]]] = []
        self._before: frozenset[int] = frozenset()
        self._is_moving = False
        self.is_on = False
        self._crops.arrived.connect(view.show_image)
        view.closed.connect(self.close)
        view.side_chosen.connect(self.choose_side)
        view.reference_chosen.connect(self.show_reference)
        view.stepped.connect(self.step)
        desk.selection_changed.connect(self.on_selection_changed)
        bridge.changed.connect(lambda _: self._refresh())
        bridge.opened.connect(self.on_case_opened)
        bridge.closed.connect(self.close)

    # Called by the actions

    def toggle(self, checked: bool) -> None:
        """Compare what is selected, or go back."""
        if not checked:
            self.close()
            return
        chosen = self._index.some(sorted(self._desk.selected))
        if len(chosen) == 2:
            self._open(chosen[0].id, chosen[1].id)
        elif len(chosen) == 1:
            self._open(chosen[0].id, 0)
            self._offer_references()
        else:
            self.told.emit(tr("Select one cell or two to compare."))
            self.shown.emit(False)

    def references(self) -> None:
        """Put reference cells beside the one cell that is selected, or that the keys act on."""
        if self._veil.hides:
            self.told.emit(tr("Reference cells are not shown while labels are hidden."))
            return
        cell = self._desk.current
        if cell is None:
            self.told.emit(tr("Select the one cell that reference cells are to stand beside."))
            return
        if not self.is_on:
            self._open(cell.id, 0)
        else:
            self._pair = (cell.id, 0)
        self._offer_references()

    def close(self) -> None:
        """Go back to gallery and slide, with the selection of before."""
        if not self.is_on:
            return
        self.is_on = False
        self._crops.forget()
        self.shown.emit(False)
        self._select(self._before)

    def keeps(self, _decided: Cell) -> bool:
        """Whether a decision leaves the selection where it is, for the cells are still being compared."""
        return self.is_on

    # What happens

    def on_case_opened(self) -> None:
        """Another case."""
        self.close()
        if (case := self._bridge.case) is not None:
            self._view.set_taxonomy(case.taxonomy)

    def on_selection_changed(self, cell_ids: frozenset[int]) -> None:
        """Somebody chose other cells, by a key or an undo: compare these."""
        if not self.is_on or self._is_moving or len(cell_ids) != 1:
            return
        (cell_id,) = cell_ids
        if cell_id in self._pair:
            self._view.set_active(self._pair.index(cell_id))
            return
        self._pair = (cell_id, 0)
        self._before = cell_ids
        self._offer_references()

    def choose_side(self, side: int) -> None:
        """The keys act on this cell from now on."""
        if self._pair[side]:
            self._view.set_active(side)
            self._select(frozenset({self._pair[side]}))

    def show_reference(self, cell_id: int) -> None:
        """A reference cell on the right; the keys go on acting on the left one."""
        self._pair = (self._pair[0], cell_id)
        self._show()

    def step(self, way: int) -> None:
        """The next reference; where there are none, the other cell."""
        ids = [row.cell_id for _, rows in self._strips for row in rows]
        if not ids:
            self.choose_side(1 if way > 0 else 0)
            return
        at = ids.index(self._pair[1]) if self._pair[1] in ids else -1
        self.show_reference(ids[(at + way) % len(ids)])

    # What is shown

    def _open(self, left: int, right: int) -> None:
        case = self._bridge.case
        if case is None:
            return
        self._view.set_taxonomy(case.taxonomy)
        self._records = {r.id: r for r in case.slides()}
        self._before = self._desk.selected
        self._pair, self._strips = (left, right), []
        self._view.lens.reset()
        self.is_on = True
        self.shown.emit(True)
        self._view.set_active(0)
        self._select(frozenset({left}))
        self._show()

    def _offer_references(self) -> None:
        cell, case = self._index.get(self._pair[0]), self._bridge.case
        self._strips = []
        if cell is not None and case is not None and not self._veil.hides:
            self._strips = self._found(cell, case)
        first = next((rows[0].cell_id for _, rows in self._strips if rows), 0)
        self._pair = (self._pair[0], first)
        self._view.set_active(0)
        self._show()

    def _found(self, cell: Cell, case: Case) -> list[tuple[str, list[Neighbour]]]:
        """Reference cells of the cell's class and of the runner-up's, each with a title."""
        others = sorted(cell.prediction.probabilities if cell.prediction else (), key=lambda p: -p[1])
        runner_up = next((name for name, p in others if name != cell.label and p > 0), "")
        known = candidates(cell, self._index.of_slide(None, red_cells=False))
        strips = []
        for class_id, why in ((cell.label, tr("its class")), (runner_up, tr("the runner-up"))):
            if not class_id:
                continue
            title = tr(case.taxonomy[class_id].title) if class_id in case.taxonomy else class_id
            rows = self._ranked(cell, [c for c in known if c.label == class_id], case)
            none = "" if rows else tr(": no cell of this case that a person decided or the model is sure of")
            strips.append((tr("{title}, {why}", title=title, why=why) + none, rows))
        return strips

    def _ranked(self, cell: Cell, known: list[Cell], case: Case) -> list[Neighbour]:
        kept = case.embeddings([cell.id, *(c.id for c in known)])
        scored = [(likeness(kept.get(cell.id, b""), kept.get(c.id, b"")), c) for c in known]
        scored.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [
            Neighbour(c.id, c.label, score, origin(c), self._name_of(c), c.source is Source.PERSON)
            for score, c in scored[:SHOWN]
        ]

    def _likeness(self) -> float | None:
        """Of the two, by what the model keeps of them; None where it keeps nothing, or other things."""
        case, (left, right) = self._bridge.case, self._pair
        kept = case.embeddings(self._pair) if case is not None and left and right else {}
        known = len({len(v) for v in kept.values()}) == 1 and {left, right} <= kept.keys()
        return likeness(kept[left], kept[right]) if known else None

    def _refresh(self) -> None:
        if not self.is_on:
            return
        if self._index.get(self._pair[0]) is None:
            self.close()
            return
        if (case := self._bridge.case) is not None:
            self._view.set_taxonomy(case.taxonomy)
        there = {c.id for c in self._index.some([row.cell_id for _, rows in self._strips for row in rows])}
        self._strips = [(title, [row for row in rows if row.cell_id in there]) for title, rows in self._strips]
        if self._index.get(self._pair[1]) is None:
            self._pair = (self._pair[0], 0)
        self._show()

    def _show(self) -> None:
        cells = [self._index.get(i) if i else None for i in self._pair]
        sides = [self._side(cell) for cell in cells]
        if (alike := self._likeness()) is not None:
            sides[1] = replace(sides[1], facts=(*sides[1].facts[:-1], f"{alike:.2f}"))
        unscaled = any(c is not None and s.window_um is None for c, s in zip(cells, sides, strict=True))
        note = tr("The scale of a picture is not known: its cell is shown by its box.") if unscaled else ""
        if not sides[1].cell_id and not note:
            note = "" if self._strips else tr("There is no reference cell in this case yet.")
        self._view.show_sides(sides[0], sides[1], _titles(), note)
        self._view.show_strips(self._strips, self._pair[1])
        for other in self._index.some([row.cell_id for _, rows in self._strips for row in rows]):
            if other.id not in self._pair:
                self._crops.request(other, round(NEAR_PX * self._view.devicePixelRatioF()))
        for cell in reversed(cells):  # what is asked for last is read first
            if cell is not None:
                self._crops.request(cell, PICTURE_PX)

    def _side(self, cell: Cell | None) -> Side:
        if cell is None:
            return Side()
        seen = self._veil(cell)
        record = self._records.get(cell.slide_id)
        known = record is not None and record.scale is not None
        caption = tr("Cell {number} · {name}", number=cell.id, name=self._name_of(cell))
        return Side(cell.id, seen.label, caption, WINDOW_UM if known else None, self._facts(seen, cell))

    def _facts(self, seen: Cell, cell: Cell) -> tuple[str, ...]:
        record = self._records.get(cell.slide_id)
        found = measure(cell, record.scale if record is not None else None)
        said = seen.prediction
        ranked = sorted(said.probabilities, key=lambda p: -p[1]) if said is not None else []
        chances = [f"{self._title(name)} {p:.1%}" for name, p in ranked[:2] if p > 0]
        area = found.area_um2 if found is not None else None
        ratio = found.nucleus_to_cytoplasm if found is not None else None
        return (
            _called(seen),
            chances[0] if chances else "",
            chances[1] if len(chances) > 1 else "",
            f"{area:.0f} µm²" if area is not None else "",
            f"{ratio:.2f}" if ratio is not None else "",
            f"{found.lobes}" if found is not None and found.lobes is not None else "",
            f"{found.circularity:.2f}" if found is not None else "",
            f"{said.familiarity:.0%}" if said is not None else "",
            "",
        )

    def _title(self, class_id: str) -> str:
        taxonomy = self._bridge.case.taxonomy if self._bridge.case is not None else DEFAULT_TAXONOMY
        return tr(taxonomy[class_id].title) if class_id in taxonomy else class_id

    def _select(self, cell_ids: frozenset[int]) -> None:
        self._is_moving = True
        self._desk.select(cell_ids)
        self._is_moving = False

    def _name_of(self, cell: Cell) -> str:
        record = self._records.get(cell.slide_id)
        return record.name if record is not None else ""

    def _place_of(self, slide_id: int) -> tuple[Path, float | None] | None:
        record = self._records.get(slide_id)
        if record is None:
            return None
        return record.path, record.scale.um_per_px if record.scale is not None else None


def staying(desk: ReviewDesk, compare: CompareDesk) -> Callable[[Cell], bool]:
    """What the review asks once a cell has been decided: a comparison stays, else what was asked before."""
    before = desk.goes_on
    return lambda cell: compare.keeps(cell) or before(cell)


def likeness(own: bytes, other: bytes) -> float:
    """Cosine of what is kept of two cells (float16 [D]); 0 where one has nothing, or of another length."""
    if not own or len(own) != len(other):
        return 0.0
    a, b = (np.frombuffer(v, "<f2").astype(np.float32) for v in (own, other))
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))


def _titles() -> tuple[str, ...]:
    return (
        tr("Called by"),
        tr("The machine says"),
        tr("then"),
        tr("Area"),
        tr("Nucleus to cytoplasm"),
        tr("Lobes"),
        tr("Circularity"),
        tr("Familiarity"),
        tr("Likeness to the left one"),
    )


def _called(cell: Cell) -> str:
    """Who gave the label, and whether it counts."""
    if cell.status is Status.REJECTED:
        return tr("a person: excluded")
    if cell.status is Status.UNDECIDED:
        return tr("a person: undecided")
    if not cell.label:
        return tr("nobody")
    if cell.source is Source.PERSON:
        return tr("a person")
    said = cell.learned if cell.source is Source.LEARNED else cell.prediction
    return tr("the machine, {sure} sure", sure=sureness(said.confidence)) if said is not None else tr("the detector")
