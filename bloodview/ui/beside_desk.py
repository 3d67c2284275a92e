"""Two slides side by side, or one twice: opens the second view, keeps its cells as the case has them, links the two."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal

from bloodview.review.commands import ChangeKind, Changes
from bloodview.slides.slide import Slide
from bloodview.ui.actions import Actions
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr
from bloodview.ui.panels import Panels
from bloodview.ui.pictures import SlidePool
from bloodview.ui.presenter import Presenter
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.slide_view.link import Link


class BesideDesk(QObject):
    """Called by the actions of the second view.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        index: CellIndex,
        desk: ReviewDesk,
        panels: Panels,
        presenter: Presenter,
    ) -> None:
        super().__init__(panels.beside)
        self._jobs, self._pool, self._bridge, self._index, self._desk = jobs, pool, bridge, index, desk
        self._panels, self._presenter = panels, presenter
        self._panel, self._view = panels.beside, panels.beside.view
        self._actions: Actions | None = None
        self._layout = ""
        self._job: JobHandle | None = None
        self._path: Path | None = None
        self._slide_id = 0
        self._is_open = False
        self.link = Link(panels.slide_view, self._view)
        self._panel.chosen.connect(self.show_picture)
        self._view.selection_changed.connect(desk.select)
        self._view.cell_hovered.connect(desk.hover)
        self._view.box_moved.connect(desk.move_box)
        self._view.read_failed.connect(self._on_read_failed)
        desk.selection_changed.connect(self._view.select)
        bridge.changed.connect(self.on_case_changed)
        for signal in (bridge.opened, bridge.closed):
            signal.connect(self.close)
        panels.slide_view.installEventFilter(self)

    def set_actions(self, actions: Actions) -> None:
        """The buttons of the panel are actions; and opening it makes room by one."""
        self._actions = actions
        self._panel.set_actions(actions["beside.lock"], actions["beside.open"])
        actions.set_checked("beside.lock", True)

    def open(self, checked: bool) -> None:
        """A second view beside the first, on the same picture at first; or close it."""
        if not checked:
            self.close()
            return
        path, slide_id = self._presenter.shown_path, self._presenter.shown_slide_id
        if path is None:
            self.close()
            return
        if self._actions is not None:
            self._layout = next((n for n in ("view.both", "view.gallery") if self._actions[n].isChecked()), "")
            self._actions["view.slide"].trigger()
        self._is_open = True
        self._panel.show()
        self._view.turn_to(self._panels.slide_view.turn.quarters)
        self.link.lock(True)
        if self._actions is not None:
            self._actions.set_checked("beside.lock", True)
        self._panel.set_pictures([(i.path, i.slide_id) for i in self._panels.worklist.model.items], path)
        self.show_picture(path, slide_id)

    def close(self) -> None:
        """The first view alone, and the gallery beside it again if it stood there."""
        self._forget_job()
        self.link.lock(False)
        self._is_open, self._path, self._slide_id = False, None, 0
        self._panel.hide()
        self._view.set_slide(None)
        if self._actions is not None:
            self._actions.set_checked("beside.open", False)
            before, self._layout = self._layout, ""
            if before and self._actions["view.slide"].isChecked():
                self._actions[before].trigger()

    def lock(self, checked: bool) -> None:
        """Both views move together, or each alone."""
        self.link.lock(checked and self._is_open)

    def show_picture(self, path: Path, slide_id: int) -> None:
        """Show a picture in the second view, where the first one looks."""
        self._forget_job()
        self._path, self._slide_id = path, slide_id
        job = self._jobs.reads(
            self._pool.get,
            path,
            on_done=lambda slide: self._on_opened(path, slide),
            on_error=lambda error: self._on_failed(path, error),
        )
        if self._view.picture is None:
            self._job = job

    def on_case_changed(self, changes: Changes) -> None:
        """Cells came, went or were changed: the second view shows them as the first does."""
        if not self._is_open or self._view.picture is None:
            return
        here = [cell for i in changes.cell_ids if (cell := self._index.get(i)) is not None]
        gone = len(here) < len(changes.cell_ids)
        if gone or ChangeKind.CLASSES in changes.kinds:
            self._show_cells()
        elif mine := [cell for cell in here if cell.slide_id == self._slide_id]:
            self._view.update_cells(mine)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The second view comes and goes with the first, as when the gallery alone is shown."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._panel.setVisible(self._is_open and event.type() == QEvent.Type.ShowToParent)
        return False

    def _on_opened(self, path: Path, slide: Slide) -> None:
        self._job = None
        if path != self._path:
            return
        records = {r.id: r for r in self._bridge.case.slides()} if self._bridge.case is not None else {}
        record = records.get(self._slide_id)

        def show() -> None:
            self._view.set_slide(slide)
            if record is not None:
                self._view.set_scale(record.scale or slide.scale, record.failed_tiles)

        self.link.aside(show)
        self._show_cells()
        self.link.align()

    def _on_failed(self, path: Path, error: Exception) -> None:
        self._job = None
        if path == self._path:
            self._view.set_slide(None)
            self._view.set_empty_text(tr("This picture cannot be shown"), str(error))

    def _on_read_failed(self, reason: str) -> None:
        self.told.emit(tr("A part of the picture cannot be read: {reason}", reason=reason))

    def _show_cells(self) -> None:
        case = self._bridge.case
        if case is not None:
            cells = self._index.set_of(self._slide_id) if self._slide_id else ()
            self._view.set_cells(cells, case.taxonomy)
            self._view.select(self._desk.selected)

    def _forget_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
