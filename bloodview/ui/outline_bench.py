"""What outlining by hand stands on: the shown picture as a scene, its cells by place, and the models' answers."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPointF

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Polygon
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.slide_view.view import SlideView
from bloodview.ui.verbs import Teller

if TYPE_CHECKING:
    from bloodview.workflows.segmenting import Answer, CellMask, Pointed, Scene, Shape

log = logging.getLogger(__name__)

ASSUMED_UM = 0.1
"""um/px where nothing tells: a 100x objective on a usual camera."""
_SAME_IOU = 0.4
"""Overlap of boxes from which an outline is one of the cell that is there."""

Point = tuple[float, float]
Progress = Callable[[float, str], None]


class Session(Protocol):
    """workflows.segmenting.Session."""

    def prepare(self, scene: "Scene", cancel: CancelToken, progress: Progress) -> bool: ...

    def answer(
        self, scene: "Scene", pointed: "Pointed", before: "Answer | None", cancel: CancelToken, progress: Progress
    ) -> "Answer": ...

    def nucleus(
        self,
        scene: "Scene",
        shape: "Shape",
        pointed: "Pointed",
        before: "Answer | None",
        cancel: CancelToken,
        progress: Progress,
    ) -> "Answer": ...

    def split(
        self, scene: "Scene", shape: "Shape", line: Sequence[Point], cancel: CancelToken, progress: Progress
    ) -> tuple[Polygon, Polygon]: ...

    def merge(self, scene: "Scene", shapes: "Sequence[Shape]", cancel: CancelToken, progress: Progress) -> Polygon: ...


class OutlineBench(Teller):
    """One for the tool and for split and merge."""

    def __init__(
        self,
        jobs: Jobs,
        pool: SlidePool,
        view: SlideView,
        presenter: Presenter,
        preferences: Preferences,
        parent: QObject,
        session: Callable[[str], Session] | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._pool, self._view = jobs, pool, view
        self._presenter, self._preferences = presenter, preferences
        self.make_session = session or _session
        self._session: Session | None = None
        self._running: list[JobHandle] = []
        self._looking: JobHandle | None = None

    @property
    def slide_id(self) -> int:
        """The shown picture; 0 = none, or not in the case yet."""
        return self._presenter.shown_slide_id

    @property
    def um_per_px(self) -> float:
        """Its scale."""
        place = self._presenter.place_of(self.slide_id)
        return (place[1] if place is not None else None) or ASSUMED_UM

    @property
    def models(self) -> Session:
        """What answers; only on the compute lane."""
        if self._session is None:
            self._session = self.make_session(self._preferences.now.device)
        return self._session

    def renew(self) -> None:
        """Another device or model is chosen."""
        self._session = None

    def scene(self) -> "Callable[[], Scene] | None":
        """What is in sight, to be opened where it is read; None if no picture of the case is shown."""
        place = self._presenter.place_of(self.slide_id)
        if place is None or not self._presenter.slide_is_shown:
            return None
        path, um, visible, pool = place[0], self.um_per_px, self._view.visible_box_l0(), self._pool

        def opened() -> "Scene":
            return _scene(pool, path, um, visible)

        return opened

    def cell_at(self, x_l0: float, y_l0: float) -> Cell | None:
        """The cell of the shown picture at a point."""
        return self._view.cell_at(QPointF(*self._view.camera.to_view(x_l0, y_l0)))

    def owner(self, at: Point, selected: Cell | None) -> Cell | None:
        """The cell whose nucleus lies at a point: the selected one, if its box holds the point, else the one there."""
        if selected is not None and selected.slide_id == self.slide_id:
            box = selected.box_l0
            if box.x0 <= at[0] <= box.x1 and box.y0 <= at[1] <= box.y1:
                return selected
        return self.cell_at(*at)

    def like(self, outline: Polygon, mask: "CellMask") -> Cell | None:
        """The cell of the case that an outline is one of; None for a new one."""
        if len(outline) < 3:
            return None
        box = bounds(outline)
        cell = self.cell_at(*box.center)
        if cell is None or not mask.holds(*cell.box_l0.center):
            return None
        return cell if cell.box_l0.iou(box) >= _SAME_IOU else None

    def look(self) -> None:
        """Have the model look at what is in sight, so that the first click is answered at once."""
        scene = self.scene()
        if scene is None:
            return
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._jobs.compute(
            lambda *lane: self.models.prepare(scene(), *lane), on_done=lambda _: None, on_error=self._on_failed
        )

    def ask(
        self, work: Callable[..., Any], done: Callable[[Any], None], failed: Callable[[], None] = lambda: None
    ) -> None:
        """Do work on the compute lane; what it raises is told."""

        def on_error(error: Exception) -> None:
            failed()
            self._on_failed(error)

        self._running = [job for job in self._running if not job.is_cancelled]
        self._running.append(self._jobs.compute(work, on_done=done, on_error=on_error))
        del self._running[:-_MOST_RUNNING]

    def forget(self) -> None:
        """Nobody awaits an answer any more."""
        for job in self._running:
            job.cancel()
        self._running.clear()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.told.emit(str(error))
        else:
            log.error("a cell could not be outlined", exc_info=error)
            self.refused.emit(error)


_MOST_RUNNING = 32
"""Answers awaited that can still be dropped: more clicks than anybody makes while one is computed."""


def shape_of(cell: Cell) -> "Shape":
    """What is known of the shape of a cell."""
    from bloodview.workflows import segmenting  # pulls the analysis in, which must not delay the window

    return segmenting.Shape(cell.box_l0, cell.cell_outline, cell.nucleus_outline)


def bounds(outline: Polygon) -> Box:
    """The box of an outline of three corners or more."""
    xs, ys = zip(*outline, strict=True)
    return Box(min(xs), min(ys), max(max(xs), min(xs) + 0.01), max(max(ys), min(ys) + 0.01))


def _session(device: str) -> Session:
    from bloodview.workflows import segmenting

    return segmenting.Session(device)


def _scene(pool: SlidePool, path: Path, um_per_px: float, visible_l0: Box) -> "Scene":
    from bloodview.workflows import segmenting

    return segmenting.Scene(pool.get(path), str(path), um_per_px, visible_l0)
