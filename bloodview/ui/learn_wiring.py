"""Connects the classes that learn with the panel, the actions and the pictures of the suggested cells."""

from PySide6.QtCore import QObject, Signal

from bloodview.review.commands import ChangeKind, Changes
from bloodview.ui.actions import Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.learn_desk import LearnDesk
from bloodview.ui.learn_panel import LearnPanel
from bloodview.ui.learn_verbs import LearnVerbs
from bloodview.ui.pictures import CropReader
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.side_tabs import SideTabs


class LearnWiring(QObject):
    """Listens to the desk of the classes that learn and to their panel.

    Signals:
        refreshed: other things can be done; enable the actions anew.
        class_wanted: id of a class that was taught; its cells are to be seen, once more when it has answered.
    """

    refreshed = Signal()
    class_wanted = Signal(str)

    def __init__(
        self,
        bridge: CaseBridge,
        index: CellIndex,
        review: ReviewDesk,
        desk: LearnDesk,
        verbs: LearnVerbs,
        panel: LearnPanel,
        side: SideTabs,
        actions: Actions,
        crops: CropReader,
    ) -> None:
        super().__init__(panel)
        self._bridge, self._index, self._review, self._desk = bridge, index, review, desk
        self._panel, self._side, self._actions, self._crops = panel, side, actions, crops
        self._taught = ""
        crops.arrived.connect(panel.set_crop)
        desk.changed.connect(self.on_desk_changed)
        panel.class_chosen.connect(desk.choose)
        panel.cell_chosen.connect(verbs.show_cell)
        panel.drop_asked.connect(verbs.drop_example)
        panel.suggestions.crops_wanted.connect(self.on_crops_wanted)
        verbs.taught.connect(self.on_taught)
        side.titles.idClicked.connect(self._show_page)
        bridge.changed.connect(self.on_case_changed)

    def on_desk_changed(self) -> None:
        """Another standing, other suggestions."""
        self._panel.show_classes(self._desk.classes, self._desk.chosen, is_learning=self._desk.is_learning)
        self._panel.show_suggestions(self._desk.suggestions, self._desk.chosen)
        self.refreshed.emit()
        if self._taught and not self._desk.is_learning:
            self._show_taught()

    def on_taught(self) -> None:
        """A class was made or got examples: show how far it is, and its cells."""
        self._show_page(1)
        self._taught = self._desk.chosen
        self._show_taught()

    def _show_taught(self) -> None:
        self.class_wanted.emit(self._taught)
        if not self._desk.is_learning:
            self._taught = ""

    def on_case_changed(self, changes: Changes) -> None:
        """Other classes have other keys; judged cells leave the suggestions at once."""
        case = self._bridge.case
        if ChangeKind.CLASSES in changes.kinds and case is not None:
            self._actions.set_classes(case.taxonomy, self._review.relabel)
        if self._desk.chosen:
            self._panel.show_suggestions(self._desk.suggestions, self._desk.chosen)
            self.refreshed.emit()

    def on_crops_wanted(self, cell_ids: tuple[int, ...], side_px: int) -> None:
        """Suggested cells are shown."""
        for cell in self._index.some(cell_ids):
            self._crops.request(cell, side_px)

    def _show_page(self, number: int) -> None:
        self._side.show_page(number)
        self._actions.set_checked("window.learned", number == 1)
