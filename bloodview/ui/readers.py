"""What belongs to reading cells closely, made and connected: comparing them, ordering the gallery."""

from PySide6.QtCore import QObject, Signal

from bloodview.ui.actions import Actions
from bloodview.ui.analyser_verbs import AnalyserVerbs
from bloodview.ui.compare_desk import CompareDesk, staying
from bloodview.ui.look_desk import LookDesk
from bloodview.ui.main_window import MainWindow
from bloodview.ui.order_verbs import OrderVerbs
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import SlidePool
from bloodview.ui.presenter import Presenter
from bloodview.ui.reading_desk import ReadingDesk
from bloodview.ui.reading_session import ReadingSession, Task
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.verbs import Means

_IDLE = ("reading.finish",)
_SETTLING = (
    *("reading.blind", "reading.second", "reading.settle", "desk.next_doubtful", "desk.previous_doubtful"),
    *("view.by_", "order.", "view.this_picture", "view.red_cells", "audit.sign"),
    *("filter.", "beside.", "outline.", "surgery.", "smear.all_normal"),
)
_READING = (
    *_SETTLING,
    *(
        "reading.agreement",
        "analyser.",
        "why.",
        "smear.",
        "files.report",
        "files.export",
        "files.import",
        "audit.",
        "learn.",
        "share.",
    ),
    *("window.learned", "window.analyse_again", "window.try_again", "models.", "compare.references", "slides.add_cell"),
)
"""Actions that rest, by the beginning of their names."""

_CLOSED = ("filter.doubtful", "filter.classes", "beside.open")
"""Switches that are turned off: what they show goes by labels."""


class Readers(QObject):
    """The verbs of close reading.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        window: MainWindow,
        means: Means,
        pool: SlidePool,
        desk: ReviewDesk,
        walk: LookDesk,
        panels: Panels,
        presenter: Presenter,
    ) -> None:
        super().__init__(window)
        jobs, bridge, index, preferences = means.jobs, means.bridge, means.index, means.preferences
        self._window, self._panels, self._preferences = window, panels, preferences
        self.order = OrderVerbs(jobs, bridge, desk, panels, preferences, self)
        self.compare = CompareDesk(jobs, pool, bridge, index, desk, presenter.veil, panels.compare, self)
        desk.goes_on = staying(desk, self.compare)
        self.reading = ReadingDesk(window, bridge, index, desk, walk, panels, presenter, preferences)
        self.analyser = AnalyserVerbs(means)
        for teller in (self.order, self.compare, self.reading, self.analyser):
            teller.told.connect(self.told)

    @property
    def callbacks(self) -> dict[str, QObject]:
        """Whom the actions call."""
        return {"order": self.order, "compare": self.compare, "reading": self.reading, "analyser": self.analyser}

    def follow(self, actions: Actions) -> None:
        """Take the actions in, once they are there."""
        self._actions = actions
        self.order.sorted_as.connect(self._show_sort)
        self.compare.shown.connect(self._show_compare)
        for name in ("view.gallery", "view.slide", "view.both"):
            actions[name].triggered.connect(lambda _: self.compare.close())
        self._panels.reading.set_action(actions["reading.finish"])
        self.reading.began.connect(self._on_reading_began)
        self._on_reading_began(None)
        now = self._preferences.now
        actions.set_checked(f"order.group_{now.gallery_group}", True)
        self._show_sort(now.gallery_sort)

    def _on_reading_began(self, session: ReadingSession | None) -> None:
        """While somebody reads, nothing may tell labels or lead elsewhere."""
        self.compare.close()
        for name in _CLOSED if session is not None else ():
            if self._actions[name].isChecked():
                self._actions[name].trigger()
        if session is None:
            self._actions.rest(_IDLE)
        else:
            self._actions.rest(_SETTLING if session.task is Task.SETTLE else _READING)
        self._window.side.keep_to_first(session is not None and session.task is not Task.SETTLE)
        if session is None:
            self._show_sort(self._panels.gallery.sort)

    def _show_sort(self, order: str) -> None:
        owner = "order" if order in ("unfamiliar", "like") else "view"
        self._actions.set_checked(f"{owner}.by_{order}", True)

    def _show_compare(self, on: bool) -> None:
        self._window.show_compare(on)
        self._actions.set_checked("compare.toggle", on)
