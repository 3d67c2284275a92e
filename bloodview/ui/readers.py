"""What belongs to reading cells closely, made and connected: comparing them, ordering the gallery."""

from PySide6.QtCore import QObject, Signal

from bloodview.ui.actions import Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.compare_desk import CompareDesk, staying
from bloodview.ui.jobs import Jobs
from bloodview.ui.main_window import MainWindow
from bloodview.ui.order_verbs import OrderVerbs
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk


class Readers(QObject):
    """The verbs of close reading.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        panels: Panels,
        presenter: Presenter,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window, self._preferences = window, preferences
        self.order = OrderVerbs(jobs, bridge, desk, panels, preferences, self)
        self.compare = CompareDesk(jobs, pool, bridge, index, desk, presenter.veil, panels.compare, self)
        desk.goes_on = staying(desk, self.compare)
        for teller in (self.order, self.compare):
            teller.told.connect(self.told)

    @property
    def callbacks(self) -> dict[str, QObject]:
        """Whom the actions call."""
        return {"order": self.order, "compare": self.compare}

    def follow(self, actions: Actions) -> None:
        """Take the actions in, once they are there."""
        self._actions = actions
        self.order.sorted_as.connect(self._show_sort)
        self.compare.shown.connect(self._show_compare)
        for name in ("view.gallery", "view.slide", "view.both"):
            actions[name].triggered.connect(lambda _: self.compare.close())
        now = self._preferences.now
        actions.set_checked(f"order.group_{now.gallery_group}", True)
        self._show_sort(now.gallery_sort)

    def _show_sort(self, order: str) -> None:
        owner = "order" if order in ("unfamiliar", "like") else "view"
        self._actions.set_checked(f"{owner}.by_{order}", True)

    def _show_compare(self, on: bool) -> None:
        self._window.show_compare(on)
        self._actions.set_checked("compare.toggle", on)
