"""Shows what the queue of next looks knows: the order of the gallery, a cell's reason, what the checks found."""

from PySide6.QtCore import QObject

from bloodview.ui.analysis_queue import AnalysisQueue
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.look_queue import LookQueue
from bloodview.ui.panels import Panels
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.view_verbs import ViewVerbs

NEXT = "next"
"""The gallery's order by the queue."""


class LookWiring(QObject):
    """Connects the queue with the widgets; made once the presenter listens to the case."""

    def __init__(
        self,
        looks: LookQueue,
        desk: ReviewDesk,
        index: CellIndex,
        panels: Panels,
        presenter: Presenter,
        view: ViewVerbs,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._looks, self._desk, self._index, self._panels = looks, desk, index, panels
        view.order_wanted.connect(self.on_order_wanted)
        looks.changed.connect(self.on_order_changed)
        presenter.refreshed.connect(self.on_refreshed)

    def follow(self, bridge: CaseBridge, queue: AnalysisQueue) -> None:
        """Order the gallery anew when a case was opened or analysed."""
        bridge.opened.connect(self.on_order_wanted)
        queue.idle.connect(self.on_order_wanted)

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

    def _show_order(self) -> None:
        if self._panels.gallery.sort == NEXT:
            self._panels.gallery.set_sort(NEXT, self._looks.places)

    def _show_reason(self) -> None:
        cell = self._desk.current
        self._panels.cell.show_reason(self._looks.reason(cell) if cell is not None else "")
