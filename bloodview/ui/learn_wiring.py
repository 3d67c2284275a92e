"""Connects the classes that learn with the panel, the actions and the pictures of the suggested cells."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bloodview.review.commands import ChangeKind, Changes
from bloodview.ui.pictures import CropReader

if TYPE_CHECKING:
    from bloodview.ui.app import Desktop


class LearnWiring(QObject):
    """Listens to the desk of the classes that learn and to their panel."""

    def __init__(self, desktop: "Desktop") -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self._desk, self._panel = desktop.teaching, desktop.panels.learn
        self._crops = CropReader(desktop.jobs, desktop.pool, desktop.presenter.place_of, self)
        self._crops.arrived.connect(self._panel.set_crop)
        self._desk.changed.connect(self.on_desk_changed)
        self._panel.class_chosen.connect(self._desk.choose)
        self._panel.cell_chosen.connect(desktop.learn.show_cell)
        self._panel.drop_asked.connect(desktop.learn.drop_example)
        self._panel.suggestions.crops_wanted.connect(self.on_crops_wanted)
        desktop.learn.taught.connect(lambda: self._show_page(1))
        desktop.window.side.titles.idClicked.connect(self._show_page)
        desktop.bridge.changed.connect(self.on_case_changed)

    def on_desk_changed(self) -> None:
        """Another standing, other suggestions."""
        self._panel.show_classes(self._desk.classes, self._desk.chosen)
        self._panel.show_suggestions(self._desk.suggestions, self._desk.chosen)
        self._desktop.on_refreshed()

    def on_case_changed(self, changes: Changes) -> None:
        """Other classes have other keys; judged cells leave the suggestions at once."""
        case = self._desktop.bridge.case
        if ChangeKind.CLASSES in changes.kinds and case is not None:
            self._desktop.actions.set_classes(case.taxonomy, self._desktop.desk.relabel)
        if self._desk.chosen:
            self._panel.show_suggestions(self._desk.suggestions, self._desk.chosen)
            self._desktop.on_refreshed()

    def on_crops_wanted(self, cell_ids: tuple[int, ...], side_px: int) -> None:
        """Suggested cells are shown."""
        for cell in self._desktop.index.some(cell_ids):
            self._crops.request(cell, side_px)

    def _show_page(self, number: int) -> None:
        self._desktop.window.side.show_page(number)
        self._desktop.actions.set_checked("window.learned", number == 1)
