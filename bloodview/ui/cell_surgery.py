"""Parting what was taken for one cell, and making one of what was taken for several: one edit each."""

from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Cell, Polygon, Status
from bloodview.review.commands import MergeCells, SplitCell
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.language import tr
from bloodview.ui.outline_bench import OutlineBench, Point, shape_of
from bloodview.ui.review_desk import ReviewDesk


class CellSurgery(QObject):
    """Called by the action that merges, and by the layer when a line was drawn.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self, bench: OutlineBench, bridge: CaseBridge, index: CellIndex, desk: ReviewDesk, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bench, self._bridge, self._index, self._desk = bench, bridge, index, desk

    def merge(self) -> None:
        """Make the selected cells one: the largest stays, with the outline of all, the others are excluded."""
        cells = self._index.some(sorted(self._desk.selected))
        scene = self._bench.scene()
        if len(cells) < 2:
            self.told.emit(tr("Select two touching cells first: click on one, then Shift and click on the other."))
            return
        if scene is None or any(c.slide_id != self._bench.slide_id for c in cells):
            self.told.emit(tr("Cells to merge must lie on the picture that is shown."))
            return
        cells.sort(key=lambda c: (c.status is not Status.ACTIVE, -c.box_l0.width * c.box_l0.height))
        ids, shapes = tuple(c.id for c in cells), [shape_of(c) for c in cells]

        def merged(outline: Polygon) -> None:
            if self._bridge.apply(MergeCells(ids, outline)) is not None:
                self._desk.select(ids[:1])
                self.told.emit(tr("{count} cells are one now; the others are excluded.", count=len(ids)))

        self._bench.ask(lambda *lane: self._bench.models.merge(scene(), shapes, *lane), merged)

    def part(self, line: list[Point]) -> None:
        """Part the selected cell if the line crosses it, else the one in which the line's middle lies."""
        scene, cell = self._bench.scene(), self._crossed(line)
        if scene is None or cell is None:
            self.told.emit(tr("Draw the line across a cell, from border to border."))
            return

        def parted(parts: tuple[Polygon, Polygon]) -> None:
            changes = self._bridge.apply(SplitCell(cell.id, *parts))
            if changes is not None:
                self._desk.select(changes.cell_ids)
                self.told.emit(tr("Two cells now. Select one and press the key of its class."))

        self._bench.ask(lambda *lane: self._bench.models.split(scene(), shape_of(cell), line, *lane), parted)

    def _crossed(self, line: list[Point]) -> Cell | None:
        current = self._desk.current
        if current is not None and current.slide_id == self._bench.slide_id:
            b = current.box_l0
            if any(b.x0 <= x <= b.x1 and b.y0 <= y <= b.y1 for x, y in line):
                return current
        (x0, y0), (x1, y1) = line[0], line[-1]
        return self._bench.cell_at(*line[len(line) // 2]) or self._bench.cell_at((x0 + x1) / 2, (y0 + y1) / 2)
