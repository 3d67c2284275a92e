"""Which cells lie over the slide: all, those of some classes, those that wait for a look."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.language import tr
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.slide_view.view import SlideView


class FilterVerbs(QObject):
    """Called by the actions; another case begins with all its cells shown.

    Signals:
        told: a sentence for the status bar.
        changed: whether only some classes, and whether only doubtful cells are shown now.
    """

    told = Signal(str)
    changed = Signal(bool, bool)

    def __init__(
        self, view: SlideView, bridge: CaseBridge, index: CellIndex, desk: ReviewDesk, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._bridge, self._index, self._desk = view, bridge, index, desk
        self._classes: frozenset[str] | None = None
        self._doubtful_only = False
        bridge.opened.connect(self.clear)
        bridge.closed.connect(self.clear)

    def clear(self) -> None:
        """Show all cells."""
        self._set(None, doubtful_only=False)

    def doubtful(self, checked: bool) -> None:
        """Only cells that wait for a look."""
        self._set(self._classes, doubtful_only=checked)
        if checked:
            self.told.emit(tr("Only cells that wait for a look lie over the slide."))

    def classes(self, checked: bool) -> None:
        """Only the classes of the selected cells."""
        if not checked:
            self._set(None, doubtful_only=self._doubtful_only)
            return
        rows, there = self._index.columns.rows_of(self._desk.selected)
        labels = np.unique(self._index.columns.labels[rows[there]]).tolist()
        if not labels:
            self.told.emit(tr("Select cells of the classes first."))
            self.changed.emit(False, self._doubtful_only)
            return
        self._set(frozenset(self._index.names[code] for code in labels), doubtful_only=self._doubtful_only)
        titles = ", ".join(sorted(self._title(self._index.names[code]) for code in labels))
        self.told.emit(tr("Over the slide: {classes}.", classes=titles))

    def _title(self, class_id: str) -> str:
        case = self._bridge.case
        known = case is not None and class_id in case.taxonomy
        return tr(case.taxonomy[class_id].title) if case is not None and known else tr("Not named")

    def _set(self, classes: frozenset[str] | None, *, doubtful_only: bool) -> None:
        self._classes, self._doubtful_only = classes, doubtful_only
        self._view.set_shown_classes(classes, doubtful_only=doubtful_only)
        self.changed.emit(classes is not None, doubtful_only)
