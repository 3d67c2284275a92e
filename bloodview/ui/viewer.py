"""What belongs to looking at slides, made and connected: the map, the bar on the picture, the verbs behind them."""

from typing import Protocol

from PySide6.QtCore import QObject

from bloodview.ui.actions import MAGNIFICATION_MENU, Actions
from bloodview.ui.beside_desk import BesideDesk
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.eye_verbs import EyeVerbs
from bloodview.ui.field_desk import FieldDesk
from bloodview.ui.info_desk import InfoDesk
from bloodview.ui.jobs import Jobs
from bloodview.ui.main_window import MainWindow
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.verbs import Teller


class Parts(Protocol):
    """What the viewer is built on; the desktop has it all."""

    jobs: Jobs
    pool: SlidePool
    bridge: CaseBridge
    index: CellIndex
    desk: ReviewDesk
    window: MainWindow
    panels: Panels
    presenter: Presenter
    preferences: Preferences


class Viewer(Teller):
    """The verbs of the slide view."""

    def __init__(self, on: Parts) -> None:
        super().__init__(on.window)
        self._panels, self._preferences = on.panels, on.preferences
        first, beside = on.panels.slide_view, on.panels.beside
        self.eye = EyeVerbs(on.window, first, beside.view, beside.bar, on.preferences)
        self.fields = FieldDesk(on.jobs, on.bridge, on.presenter, first, self.eye.map)
        self.info = InfoDesk(on.window, on.jobs, on.pool, on.bridge, on.presenter, on.preferences)
        self.beside = BesideDesk(on.jobs, on.pool, on.bridge, on.index, on.desk, on.panels, on.presenter)
        self.info.refused.connect(self.refused)
        for teller in (self.eye, self.fields, self.info, self.beside):
            teller.told.connect(self.told)

    @property
    def callbacks(self) -> dict[str, QObject]:
        """Whom the actions call."""
        return {"eye": self.eye, "fields": self.fields, "info": self.info, "beside": self.beside}

    def follow(self, actions: Actions) -> None:
        """Take the actions in, once they are there."""
        steps = [action for _, action in actions.in_menu(MAGNIFICATION_MENU)]
        self._panels.beside.bar.set_steps(steps)
        self.eye.bar.set_steps([*steps, actions["slides.actual_size"], actions["slides.fit"]])
        self.beside.set_actions(actions)
        actions.set_checked("eye.overview", self._preferences.now.show_overview)
