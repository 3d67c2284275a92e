"""Walks the queue of cells to look at next, and shows its order, a cell's reason and what the random checks found."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from bloodview.core.cells import Cell
from bloodview.ui.analysis_queue import AnalysisQueue
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.language import tr
from bloodview.ui.look_queue import LookQueue
from bloodview.ui.panels import Panels
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk

NEXT = "next"
"""The gallery's order by the queue."""


class LookDesk(QObject):
    """Called by the actions of the queue; made once the presenter listens to the case.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        looks: LookQueue,
        desk: ReviewDesk,
        index: CellIndex,
        panels: Panels,
        presenter: Presenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._looks, self._desk, self._index, self._panels = looks, desk, index, panels
        self._at = 0
        """The cell that the queue led to last: once it is decided, the queue goes on."""
        self.instead: Callable[[int], None] | None = None
        """Who leads to the next cell (+1) or the one before (-1) while somebody reads, instead of the queue."""
        desk.goes_on = self.goes_on
        looks.found.connect(self.on_found)
        looks.changed.connect(self.on_order_changed)
        presenter.refreshed.connect(self.on_refreshed)
        presenter.loaded.connect(self.on_order_wanted)

    def follow(self, queue: AnalysisQueue) -> None:
        """Order the gallery anew when pictures were analysed."""
        queue.idle.connect(self.on_order_wanted)

    def next(self) -> None:
        """Go to the next cell that is worth a look."""
        self._ask(+1)

    def previous(self) -> None:
        """Go to the one before."""
        self._ask(-1)

    def goes_on(self, decided: Cell) -> bool:
        """Go on in the queue if it led to the cell that was decided; whether it does."""
        if self.instead is not None:
            self.instead(+1)
            return True
        if decided.id != self._at:
            return False
        self._ask(+1)
        return True

    def on_found(self, cell_id: int) -> None:
        """The queue answers."""
        self._at = cell_id
        cell = self._index.get(cell_id)
        if cell is None:
            self.told.emit(tr("No cell is left to look at.") if len(self._index) else tr("There are no cells yet."))
            return
        self._desk.select((cell.id,))
        self._desk.shown.emit(cell)
        self.told.emit(self._looks.reason(cell))

    def on_order_wanted(self) -> None:
        """The gallery, if it is sorted so, needs the order."""
        if self._panels.gallery.sort == NEXT:
            self._show_order()
            self._looks.renew(self._desk.scope)

    def on_order_changed(self) -> None:
        """The cells stand in another order."""
        self._show_order()
        self._show_reason()

    def on_refreshed(self) -> None:
        """Another cell is chosen, or something was decided."""
        self._show_reason()
        self._panels.counts.show_check(self._index.check.estimate.in_words)

    def _ask(self, step: int) -> None:
        if self.instead is not None:
            self.instead(step)
            return
        cell = self._desk.current
        self._looks.ask(cell.id if cell is not None else self._at, step, self._desk.scope)

    def _show_order(self) -> None:
        if self._panels.gallery.sort == NEXT and self.instead is None:
            self._panels.gallery.set_sort(NEXT, self._looks.places)

    def _show_reason(self) -> None:
        cell = self._desk.current if self.instead is None else None
        self._panels.cell.show_reason(self._looks.reason(cell) if cell is not None else "")
