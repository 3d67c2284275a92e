"""The slide beside the gallery shows the cell that is chosen there, once the choice rests."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from bloodview.ui.cell_index import CellIndex
from bloodview.ui.panels import Panels
from bloodview.ui.presenter import Presenter

_RESTS_MS = 200
"""How long a choice stands before the slide follows: who runs through tiles by arrow key opens no picture for each."""


class Following(QObject):
    """Follows one cell; a choice of several leaves the slide where it is."""

    def __init__(self, panels: Panels, index: CellIndex, presenter: Presenter) -> None:
        super().__init__(panels.gallery)
        self._panels, self._index, self._presenter = panels, index, presenter
        self._rest = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self._rest.timeout.connect(self._follow)
        panels.gallery.selection_changed.connect(lambda _: self._rest.start())

    def _follow(self) -> None:
        chosen = self._panels.gallery.selected_ids()
        cell = self._index.get(next(iter(chosen))) if len(chosen) == 1 else None
        if QApplication.mouseButtons():  # a drag: what was chosen for it may be dropped elsewhere
            self._rest.start()
        elif cell is not None and self._panels.slide_view.isVisible():
            self._presenter.show_cell(cell)
