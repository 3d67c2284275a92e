"""Brings what the case says to the widgets: after opening, after every change, after every selection."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from bloodview.core import differential
from bloodview.core.cell_columns import CellColumns, CellSet, Names
from bloodview.core.cells import Cell
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.commands import ChangeKind, Changes
from bloodview.review.records import SlideRecord
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex, Tally
from bloodview.ui.cell_loading import CellLoading
from bloodview.ui.cell_panel import CROP_PX
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.measurements import measure
from bloodview.ui.panels import Panels
from bloodview.ui.picture_desk import PictureDesk
from bloodview.ui.pictures import CropReader, SlidePool
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.veil import Veil
from bloodview.ui.view_verbs import ViewVerbs

_WANTED_CHECK = 64
"""Crops under way from which those that left the sight are dropped."""


class Presenter(QObject):
    """Listens to the case and the desks, tells the widgets.

    Signals:
        refreshed: the window shows another state; enable and name the actions anew.
        loaded: all cells of a newly opened case are there.
    """

    refreshed = Signal()
    loaded = Signal()

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        panels: Panels,
        verbs: ViewVerbs,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._index, self._desk, self._panels, self._verbs = bridge, index, desk, panels, verbs
        self._pool = pool
        self._records: dict[int, SlideRecord] = {}
        self.veil = Veil()
        """What is hidden from the views while somebody reads blindly."""
        self.pictures = PictureDesk(jobs, pool, panels.slide_view, index, self._record_of, self.veil, self)
        """The picture in the slide view."""
        self._tile_crops = CropReader(jobs, pool, self.place_of, self)
        self._panel_crops = CropReader(jobs, pool, self.place_of, self)
        self.loading = CellLoading(self)
        """Brings the cells of a case that is opened."""
        self.loading.grown.connect(lambda page, total: self.pictures.add_cells(CellSet(page, self._index.some), total))
        self.loading.done.connect(self.on_cells_loaded)
        self.loading.failed.connect(bridge.refused)
        panels.gallery.set_crop_provider(self.on_gallery_crop_wanted)
        self._tile_crops.arrived.connect(panels.gallery.set_crop)
        self._tile_crops.failed.connect(lambda cell_id, _: panels.gallery.set_crop(cell_id, QImage()))
        self._panel_crops.arrived.connect(panels.cell.show_crop)
        self.pictures.changed.connect(self.on_picture_changed)
        self.pictures.replaced.connect(self._show_notice)
        bridge.opened.connect(self.on_case_opened)
        bridge.closed.connect(self.on_case_closed)
        bridge.changed.connect(self.on_case_changed)
        desk.selection_changed.connect(self.on_selection_changed)
        desk.current_changed.connect(self.on_current_changed)
        desk.shown.connect(self.show_cell)
        verbs.scope_changed.connect(self.show_gallery)
        self.on_case_closed()

    @property
    def shown_path(self) -> Path | None:
        """The picture in the slide view."""
        return self.pictures.path

    @property
    def shown_slide_id(self) -> int:
        """Its id in the case; 0 = it is not there yet."""
        return self.pictures.slide_id

    @property
    def slide_is_shown(self) -> bool:
        """Whether a picture is open in the slide view."""
        return self.pictures.slide is not None

    def known_paths(self) -> frozenset[Path]:
        """The pictures that the case holds already."""
        return frozenset(record.path for record in self._records.values())

    def show_picture(self, path: Path, slide_id: int = 0) -> None:
        """Show a picture in the slide view and mark it in the list."""
        self.pictures.show(path, slide_id)

    def show_again(self) -> None:
        """Open the shown picture anew: another plane of it is wanted."""
        self._tile_crops.forget()
        self._panel_crops.forget()
        self._panels.gallery.set_crop_provider(self.on_gallery_crop_wanted)
        self.pictures.show_again()

    def show_cell(self, cell: Cell) -> None:
        """Bring a cell into sight, in the gallery and on its slide where that is open."""
        self._panels.gallery.select((cell.id,), scroll=True)
        if self._panels.slide_view.isVisible() and (record := self._records.get(cell.slide_id)) is not None:
            self.pictures.show(record.path, record.id, cell)

    def on_case_opened(self) -> None:
        """Another case is open."""
        case = self._bridge.case
        if case is None:
            return
        self._pool.doubt()
        self._pool.set_planes(case.chosen_planes())
        self._tile_crops.forget()
        self._panel_crops.forget()
        self._index.replace_all(CellSet(CellColumns.of((), Names()), self._bridge.cells), case.taxonomy)
        self._desk.clear()
        self._set_taxonomy(case.taxonomy)
        self._records = {record.id: record for record in case.slides()}
        self._panels.identity.show_case(self._bridge.name)
        self.pictures.clear()
        self._index.expect(case.cell_count())
        self.loading.start(case, self._index.names, lambda page: self._index.update(CellSet(page, self._bridge.cells)))
        if self.loading.is_running:
            self._panels.worklist.set_records([(r, Tally()) for r in self._records.values()])
            self._show_first()

    def on_cells_loaded(self) -> None:
        """All cells of the case are there."""
        self._panels.worklist.set_records([(r, self.veil.tally(self._index, r.id)) for r in self._records.values()])
        self.show_gallery()
        self.pictures.refresh_cells()
        self.show_counts()
        if not self.pictures.path:
            self._show_first()
        self.loaded.emit()

    def _show_first(self) -> None:
        for first in list(self._records.values())[:1]:
            self.show_picture(first.path, first.id)

    def _set_taxonomy(self, taxonomy: Taxonomy) -> None:
        for panel in (self._panels.counts, self._panels.cell, self._panels.learn, self.pictures):
            panel.set_taxonomy(taxonomy)

    def on_case_closed(self) -> None:
        """No case is open."""
        self.loading.stop()
        self._index.replace_all(())
        self._records = {}
        self._desk.clear()
        self._panels.worklist.set_records(())
        self._panels.identity.show_case("")
        self.pictures.clear()
        self._panels.counts.show_nothing()
        self.refreshed.emit()

    def on_case_changed(self, changes: Changes) -> None:
        """The case changed: ask it for what is new."""
        case = self._bridge.case
        if case is None:
            return
        cells = CellSet(case.cell_columns(tuple(changes.cell_ids), self._index.names), self._index.some)
        if changes.kinds & {ChangeKind.SLIDES, ChangeKind.CELLS_ADDED}:
            self._records = {record.id: record for record in case.slides()}
            self.pictures.refresh_record()
        gone = changes.cell_ids.difference(cells.columns.ids.tolist())
        self._index.drop(gone)
        self._index.update(cells)
        if ChangeKind.CLASSES in changes.kinds:
            self._index.replace_all(CellSet(self._index.columns, self._bridge.cells), case.taxonomy)
            self._set_taxonomy(case.taxonomy)
        if gone or ChangeKind.CLASSES in changes.kinds:
            self.show_gallery()
            self.pictures.refresh_cells()
        else:
            self._show_changed(cells)
        for slide_id in set(np.unique(cells.columns.slides).tolist()) | changes.slide_ids:
            self._panels.worklist.set_tally(slide_id, self.veil.tally(self._index, slide_id))
        self._desk.refresh()
        self._show_notice()
        self.show_counts()

    def _show_changed(self, cells: CellSet) -> None:
        if self.veil.is_on:
            return  # who reads shows what may be seen
        columns = cells.columns
        here = columns.slides == self.pictures.slide_id
        belongs = here if self._verbs.this_picture_only else np.ones(len(columns), np.bool_)
        if not self._verbs.red_cells_shown:
            belongs = belongs & ~columns.is_plain_red
        self._panels.gallery.update_cells(cells.take(belongs))
        if here.any():
            self._panels.slide_view.update_cells(cells.take(here))

    def on_picture_recorded(self, path: Path, slide_id: int) -> None:
        """A picture's cells are in the case now."""
        if (record := self._records.get(slide_id)) is not None:
            self._panels.worklist.put_record(record, self.veil.tally(self._index, slide_id), path)
        if path == self.pictures.path:
            self.pictures.know(slide_id)

    def on_picture_changed(self) -> None:
        """Another picture is in the slide view."""
        path = self.pictures.path
        self._panels.identity.show_slide(path.name if path is not None else "", self.pictures.scale)
        self._panels.worklist.choose(path)
        self._show_notice()
        self._panels.slide_view.select(self._desk.selected)
        self._desk.scope = self.pictures.slide_id if self._verbs.this_picture_only else None
        if self._verbs.this_picture_only:
            self.show_gallery()
        self.refreshed.emit()

    def on_selection_changed(self, cell_ids: frozenset[int]) -> None:
        """Other cells are selected."""
        self._panels.gallery.select(cell_ids)
        self._panels.slide_view.select(cell_ids)
        if len(cell_ids) != 1:
            self._panels.cell.show_nothing(len(cell_ids))
        self.refreshed.emit()

    def on_current_changed(self, cell: Cell | None) -> None:
        """One cell is selected, or it changed."""
        if cell is None:
            return
        record = self._records.get(cell.slide_id)
        is_new = cell.id != self._panels.cell.cell_id
        scale = record.scale if record is not None else None
        self._panels.cell.show_cell(self.veil(cell), record.name if record is not None else "", measure(cell, scale))
        if is_new:
            self._panel_crops.forget()
            self._panel_crops.request(cell, round(CROP_PX * self._panels.cell.devicePixelRatioF()))

    def on_gallery_crop_wanted(self, cell: Cell, side_px: int) -> None:
        """A tile came into sight without its picture."""
        if self._tile_crops.under_way >= _WANTED_CHECK:
            self._tile_crops.keep_only(self._panels.gallery.is_wanted)
        self._tile_crops.request(cell, side_px)

    def show_gallery(self) -> None:
        """Fill the gallery with the cells that belong into it."""
        case = self._bridge.case
        if case is None:
            return
        only = self._verbs.this_picture_only
        self._desk.scope = self.pictures.slide_id if only else None
        slide_id = self.pictures.slide_id if only else None
        cells: CellSet | list[Cell] = self._index.set_of(slide_id, red_cells=self._verbs.red_cells_shown)
        if self.veil.is_on:
            cells = self.veil.cells(self._index)
        shown = {c.id for c in case.taxonomy.classes} | {""} if self._verbs.red_cells_shown else None
        self._panels.gallery.set_shown_classes(shown)
        self._panels.gallery.set_cells(cells, case.taxonomy)

    def _show_notice(self) -> None:
        slide_id = self.pictures.slide_id
        if self.pictures.warning:
            self._panels.notice.show_warning(self.pictures.warning)
            return
        self._panels.notice.show_familiarity(self._index.tally(slide_id).unfamiliar if slide_id else None)

    def show_counts(self) -> None:
        """The differential as it stands, unless it is to be hidden."""
        case = self._bridge.case
        if self.veil.hides:
            self._panels.counts.show_nothing(tr("The differential is hidden until the reading is finished."))
        elif case is None or not len(self._index):
            self._panels.counts.show_nothing()
        else:
            counts = self._index.label_counts
            shown = differential.from_counts(
                counts.by_label, counts.undecided, counts.rejected, case.taxonomy, counts.cut
            )
            n = len(self._records)
            words = tr("1 picture") if n == 1 else tr("{number:,} pictures", number=n)
            self._panels.counts.show_differential(shown, words)
        self.refreshed.emit()

    def _record_of(self, slide_id: int) -> SlideRecord | None:
        return self._records.get(slide_id)

    def place_of(self, slide_id: int) -> tuple[Path, float | None] | None:
        """Path and um/px of a slide; None if the case has none of this id."""
        record = self._records.get(slide_id)
        if record is None:
            return None
        return record.path, record.scale.um_per_px if record.scale is not None else None
