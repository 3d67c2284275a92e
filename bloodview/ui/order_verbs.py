"""Further orders of the gallery: by unfamiliarity, by likeness to a cell; and what stands together in it."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from bloodview.review.commands import ChangeKind, Changes
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.panels import Panels
from bloodview.ui.preferences import Preferences
from bloodview.ui.review_desk import ReviewDesk

LIKE = "like"
"""The gallery's order by likeness."""


class OrderVerbs(QObject):
    """Called by the actions.

    Signals:
        told: a sentence for the status bar.
        sorted_as: the order that the gallery has, where the one that was asked for cannot be.
    """

    told = Signal(str)
    sorted_as = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        bridge: CaseBridge,
        desk: ReviewDesk,
        panels: Panels,
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._bridge, self._desk = jobs, bridge, desk
        self._panels, self._preferences = panels, preferences
        bridge.opened.connect(self.show_grouping)
        bridge.changed.connect(self.on_case_changed)
        self.show_grouping()

    def by_unfamiliar(self, _checked: bool = True) -> None:
        """The least like the training pictures first."""
        self._preferences.change(gallery_sort="unfamiliar")
        self._panels.gallery.set_sort("unfamiliar")

    def by_like(self, _checked: bool = True) -> None:
        """The most like the selected cell first, by what the model keeps of the cells; asked anew it sorts anew."""
        case, cell = self._bridge.case, self._desk.current
        kept: dict[int, bytes] = {}
        if case is not None and cell is not None:
            kept = case.embeddings(self._panels.gallery.ordered_ids())
        if cell is None or not kept.get(cell.id):
            words = tr("Select the one cell that the others are to be compared with.")
            if cell is not None:
                words = tr("The model keeps nothing of this cell that others could be compared with.")
            self.told.emit(words)
            self.sorted_as.emit(self._panels.gallery.sort)
            return
        self._jobs.reads(likeness_places, cell.id, kept, on_done=lambda places: self._show(cell.id, places))

    def group_class(self, _checked: bool = True) -> None:
        """Cells of a class together."""
        self._group("class")

    def group_lineage(self, _checked: bool = True) -> None:
        """Cells of a lineage together."""
        self._group("lineage")

    def group_slide(self, _checked: bool = True) -> None:
        """Cells of a picture together."""
        self._group("slide")

    def group_none(self, _checked: bool = True) -> None:
        """All together."""
        self._group("none")

    def on_case_changed(self, changes: Changes) -> None:
        """Further pictures have names."""
        if changes.kinds & {ChangeKind.SLIDES, ChangeKind.CELLS_ADDED}:
            self.show_grouping()

    def _group(self, grouping: str) -> None:
        self._preferences.change(gallery_group=grouping)
        self.show_grouping()

    def show_grouping(self) -> None:
        case = self._bridge.case
        names = {slide.id: slide.name for slide in case.slides()} if case is not None else {}
        self._panels.gallery.set_grouping(self._preferences.now.gallery_group, names)

    def _show(self, cell_id: int, places: dict[int, int]) -> None:
        self._panels.gallery.set_sort(LIKE, places)
        self._panels.gallery.select((cell_id,), scroll=True)


def likeness_places(cell_id: int, kept: dict[int, bytes]) -> dict[int, int]:
    """Cell -> its place, the one itself first, then by the cosine of what is kept of both (float16 [D]); any thread."""
    own = kept[cell_id]
    alike = [i for i, vector in kept.items() if len(vector) == len(own)]
    vectors = np.frombuffer(b"".join(kept[i] for i in alike), "<f2").reshape(len(alike), -1).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    score = vectors @ vectors[alike.index(cell_id)]
    score[alike.index(cell_id)] = 2.0
    return {alike[row]: place for place, row in enumerate(np.argsort(-score, kind="stable").tolist())}
