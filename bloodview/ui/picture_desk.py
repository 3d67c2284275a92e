"""Which picture the slide view shows; opening happens on the reads lane, the latest wish wins."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bloodview.core.cell_columns import CellSet
from bloodview.core.cells import Cell
from bloodview.core.geometry import Scale
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.review.records import SlideRecord
from bloodview.slides.slide import Slide
from bloodview.ui.analysis_queue import reason_of
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.heard import heard
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr
from bloodview.ui.pictures import SlidePool
from bloodview.ui.slide_view.view import SlideView
from bloodview.ui.veil import Veil


class PictureDesk(QObject):
    """Brings pictures and their cells into the slide view.

    Signals:
        changed: another picture is wanted, or there, or it is known under a slide id now.
        failed: (path, reason) of one that cannot be shown.
        replaced: the file is not the one that was analysed; see `warning`.
    """

    changed = Signal()
    failed = Signal(object, str)
    replaced = Signal()

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        view: SlideView,
        index: CellIndex,
        record_of: Callable[[int], SlideRecord | None],
        veil: Veil,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._veil = veil
        self._jobs, self._pool, self._view, self._index = jobs, pool, view, index
        self._taxonomy: Taxonomy = DEFAULT_TAXONOMY
        self._job: JobHandle | None = None
        self._then: int | None = None
        self._place: tuple[float, float, float] | None = None
        self.path: Path | None = None
        self.slide_id = 0
        self.slide: Slide | None = None
        self._record_of: Callable[[int], SlideRecord | None] = record_of
        self.warning = ""
        """What is amiss with the shown file; "" if nothing."""

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """The classes of the case."""
        self._taxonomy = taxonomy

    @property
    def scale(self) -> Scale | None:
        """The scale of the shown picture, from the case or from its file."""
        record = self._record_of(self.slide_id)
        known = record.scale if record is not None else None
        return known or (self.slide.scale if self.slide is not None else None)

    def show(
        self, path: Path, slide_id: int, cell: Cell | None = None, place: tuple[float, float, float] | None = None
    ) -> None:
        """Show a picture, by its id in the case too (0 = not there yet), and then a cell or a place on it.

        A place is x and y, level-0 pixels, and the zoom.
        """
        self._then = cell.id if cell is not None else None
        if path == self.path:
            self.know(slide_id)
            if self.slide is not None:
                self._go_to_cell()
            return
        self._forget_job()
        self._place = place
        self.path, self.slide_id, self.slide, self.warning = path, slide_id, None, ""
        self._view.set_empty_text(tr("Opening {name} …", name=path.name))  # seen where no picture stands yet
        self.changed.emit()
        job = self._jobs.reads(
            self._pool.get, path, on_done=self._on_opened, on_error=lambda error: self._on_failed(path, error)
        )
        if self.slide is None and self.path == path:
            self._job = job

    def show_again(self) -> None:
        """Open the shown picture anew: another plane of it is wanted; the view stays where it looks."""
        path, slide_id = self.path, self.slide_id
        if path is None or self.slide is None:
            return
        self.path = None
        self.show(path, slide_id, place=(*self._view.visible_box_l0().center, self._view.zoom))

    def know(self, slide_id: int) -> None:
        """The shown picture has this id in the case now; show its cells as they stand."""
        if slide_id != self.slide_id:
            self.slide_id, self.warning = slide_id, ""
            self.refresh_record()
            self.changed.emit()
            self.refresh_cells()

    def refresh_record(self) -> None:
        """Show the scale and the failed parts as the case knows them now."""
        record = self._record_of(self.slide_id)
        if self.slide is not None:
            self._view.set_scale(self.scale, record.failed_tiles if record is not None else ())

    def clear(self) -> None:
        """Show nothing."""
        self._forget_job()
        self.path, self.slide_id, self.slide, self._then = None, 0, None, None
        self._view.set_slide(None)
        self._view.set_empty_text(tr("No picture chosen"), tr("Choose one in the list at the left."))
        self.changed.emit()

    def refresh_cells(self) -> None:
        """Show the cells of the picture anew."""
        if self.slide is not None:
            is_known = self.slide_id and not self.warning
            # The view copies them, and is told of what changes meanwhile.
            cells: CellSet | Sequence[Cell] = self._index.set_of(self.slide_id, as_they_stand=True) if is_known else ()
            if self._veil.hides and is_known:
                cells = self._veil.over(self._index.of_slide(self.slide_id))
            self._view.set_cells(cells, self._taxonomy)

    def add_cells(self, cells: CellSet, of: int) -> None:
        """Show further cells of the case where they lie on the picture; `of` so many there will be at most."""
        if self.slide is not None and self.slide_id and not self.warning and not self._veil.hides:
            self._view.update_cells(cells.take(cells.columns.slides == self.slide_id), of)

    def _on_opened(self, slide: Slide) -> None:
        self._job, self.slide = None, slide
        self._view.set_slide(slide)
        if self._place is not None:
            self._view.go_to(*self._place)
        self._place = None
        self.refresh_record()
        self.refresh_cells()
        self._check_identity(slide)
        self._go_to_cell()
        self.changed.emit()

    def _check_identity(self, slide: Slide) -> None:
        """Compare the file with the one that was analysed; another one is told, and nothing in the case changes."""
        record = self._record_of(self.slide_id)
        if record is None:
            return

        def done(content_hash: str) -> None:
            if slide is not self.slide or content_hash == record.content_hash:
                return
            self.warning = tr(
                "{name} is another file now than the one that was analysed, so its cells are not shown on it. "
                "Nothing in the case was changed.",
                name=record.name,
            )
            self.refresh_cells()
            self.replaced.emit()

        self._jobs.reads(lambda: slide.content_hash, on_done=done, on_error=lambda _error: None)

    def _on_failed(self, path: Path, error: Exception) -> None:
        self._job = None
        self._view.set_slide(None)
        self._view.set_empty_text(tr("This picture cannot be shown"), f"{path.name}: {heard(reason_of(error))}")
        self.failed.emit(path, str(error))

    def _go_to_cell(self) -> None:
        cell = self._index.get(self._then) if self._then is not None else None
        self._then = None
        if cell is not None:
            self._view.select((cell.id,))
            self._view.center_on(cell)

    def _forget_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
