"""The objects of outlining by hand, made and connected: bench, surgery, the tool with its layer and bar."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from bloodview.ui.actions import Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.cell_surgery import CellSurgery
from bloodview.ui.jobs import Jobs
from bloodview.ui.outline_bench import OutlineBench, Session
from bloodview.ui.outline_desk import OutlineDesk
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.slide_view.view import SlideView


class Outlining:
    """What the composition root holds of it."""

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        view: SlideView,
        presenter: Presenter,
        preferences: Preferences,
        parent: QObject,
        session: Callable[[str], Session] | None = None,
    ) -> None:
        self.bench = OutlineBench(jobs, pool, view, presenter, preferences, parent, session)
        self.surgery = CellSurgery(self.bench, bridge, index, desk, parent)
        self.desk = OutlineDesk(self.bench, self.surgery, bridge, index, desk, view, presenter, parent)
        self.tellers = (self.bench, self.surgery, self.desk)

    def furnish(self, actions: Actions) -> None:
        """The actions are there: buttons and switches."""
        self.desk.furnish(actions)

    def renew(self) -> None:
        """Another model or device is chosen."""
        self.bench.renew()
