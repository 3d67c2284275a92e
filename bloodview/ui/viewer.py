"""What belongs to looking at slides, made and connected: the map, the bar on the picture, the verbs behind them."""

from PySide6.QtCore import QObject, Signal

from bloodview.ui.actions import MAGNIFICATION_MENU, Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.eye_verbs import EyeVerbs
from bloodview.ui.field_desk import FieldDesk
from bloodview.ui.info_desk import InfoDesk
from bloodview.ui.jobs import Jobs
from bloodview.ui.main_window import MainWindow
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter


class Viewer(QObject):
    """The verbs of the slide view.

    Signals:
        told: a sentence for the status bar.
        refused: the Exception of something that could not be done.
    """

    told = Signal(str)
    refused = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        panels: Panels,
        presenter: Presenter,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._preferences = preferences
        self.eye = EyeVerbs(window, panels.slide_view, preferences)
        self.fields = FieldDesk(jobs, bridge, presenter, panels.slide_view, self.eye.map)
        self.info = InfoDesk(window, jobs, pool, bridge, presenter)
        self.info.refused.connect(self.refused)
        for teller in (self.eye, self.fields, self.info):
            teller.told.connect(self.told)

    @property
    def callbacks(self) -> dict[str, QObject]:
        """Whom the actions call."""
        return {"eye": self.eye, "fields": self.fields, "info": self.info}

    def follow(self, actions: Actions) -> None:
        """Take the actions in, once they are there."""
        steps = [action for _, action in actions.in_menu(MAGNIFICATION_MENU)]
        self.eye.bar.set_steps([*steps, actions["slides.actual_size"], actions["slides.fit"]])
        actions.set_checked("eye.overview", self._preferences.now.show_overview)
