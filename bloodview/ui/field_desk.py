"""The walk over a slide field by field: what is worth a look, what was visited, where it goes on."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from bloodview.core.field_walk import FieldWalk, Place
from bloodview.core.geometry import Box, Size
from bloodview.core.visited import Marks, VisitedGrid
from bloodview.review.commands import ChangeKind, Changes, KeepVisited, TileState
from bloodview.slides.slide import Slide
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.jobs import JobHandle, Jobs
from bloodview.ui.language import tr
from bloodview.ui.presenter import Presenter
from bloodview.ui.slide_view.magnification import magnification_at, zoom_for
from bloodview.ui.slide_view.overview import Overview
from bloodview.ui.slide_view.stage import Stage

COUNTS_FROM = 20.0
"""Magnification from which looking at a place visits it; below, leukocytes cannot be told apart."""
_COUNTS_FROM_ZOOM = 0.5
"""The same where there is no scale: screen pixels per pixel of the picture."""
_WALK_AT, _WALK_AT_ZOOM = 40.0, 1.0
"""Where a walk begins that is asked for from further away."""
_REST_MS = 400
"""How long a view must rest to be a look."""
_MONOLAYER_MS = 2000
_MOST_COUNTED = 200_000
"""Fields above which they are not numbered."""
_SHADE = (40, 130, 255, 105)
_SHADE_SIDE = 256


class FieldDesk(QObject):
    """Called by the actions of the walk; notes what the view rests on.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(self, jobs: Jobs, bridge: CaseBridge, presenter: Presenter, stage: Stage, overview: Overview) -> None:
        super().__init__(stage)
        self._jobs, self._bridge, self._presenter = jobs, bridge, presenter
        self._stage, self._map = stage, overview
        self._slide: Slide | None = None
        self._hash = ""
        self._grid: VisitedGrid | None = None
        self._smear = self._worth = np.zeros((1, 1), np.bool_)
        self._is_monolayer = self._is_lost = False
        self._made_walk: tuple[Marks, float, float, FieldWalk] | None = None
        self._job: JobHandle | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.on_view_rested)
        self._renew = QTimer(self, singleShot=True, interval=_MONOLAYER_MS)
        self._renew.timeout.connect(self._take_monolayer)
        stage.picture_changed.connect(self.on_picture_changed)
        stage.view_changed.connect(self._rest.start)
        bridge.changed.connect(self.on_case_changed)

    def next(self) -> None:
        """The next field of the walk."""
        self._step(1)

    def previous(self) -> None:
        """The field before."""
        self._step(-1)

    def next_unvisited(self) -> None:
        """The next field that nobody looked at."""
        self.on_view_rested()
        if (walk := self._walk()) is None:
            return
        place = walk.unvisited(walk.nearest(*self._stage.visible_box_l0().center))
        if place is None:
            self.told.emit(tr("Every field with cells was visited."))
        else:
            self._go(walk, place)

    def on_picture_changed(self) -> None:
        """Another picture, whose visited parts the case may know; or only its scale."""
        slide = self._presenter.pictures.slide if self._stage.picture is not None else None
        if slide is self._slide:
            return
        if self._job is not None:
            self._job.cancel()
        self._job, self._slide, self._grid, self._hash, self._is_lost = None, slide, None, "", False
        self._made_walk = None
        self._rest.stop()
        self._map.set_visited(QImage(), "")
        if slide is not None:
            self._job = self._jobs.reads(
                _looked_at,
                slide,
                on_done=lambda found: self._on_known(slide, *found),
                on_error=lambda _error: None,  # a picture that cannot be read says so itself
            )

    def on_case_changed(self, changes: Changes) -> None:
        """More of the slide was analysed: the monolayer is known better."""
        if changes.kinds & {ChangeKind.SLIDES, ChangeKind.CELLS_ADDED} and not self._renew.isActive():
            self._renew.start()

    def on_view_rested(self) -> None:
        """A person looks at what is in sight."""
        if self._grid is None or not self._stage.isVisible() or not self._is_near():
            return
        seen = self._stage.visible_box_l0().clipped(self._grid.size)
        if seen is not None and self._grid.visit(seen):
            self._keep()
            self._show()

    def _on_known(self, slide: Slide, content_hash: str, smear: Marks) -> None:
        self._job = None
        case = self._bridge.case
        if slide is not self._slide or case is None:
            return
        self._hash = content_hash
        self._grid = VisitedGrid(slide.size, case.visited(content_hash))
        self._smear = self._worth = smear if smear.any() else np.ones(self._grid.shape, np.bool_)
        self._is_monolayer = False
        self._take_monolayer()
        self._rest.start()

    def _take_monolayer(self) -> None:
        """What is worth a look: the monolayer, and until all was analysed what may still turn out to be one."""
        case, slide_id = self._bridge.case, self._presenter.shown_slide_id
        if self._grid is None or case is None:
            return
        tiles = case.tiles(slide_id) if slide_id else []
        monolayer = self._grid.covering(box for box, state in tiles if state is TileState.MONOLAYER)
        other = self._grid.covering(box for box, state in tiles if state in (TileState.BLANK, TileState.OTHER))
        area = case.analysed_area(slide_id) if slide_id else None
        self._is_monolayer = area is not None and area.is_finished and bool(monolayer.any())
        open_ = self._smear & ~other
        self._worth = monolayer if self._is_monolayer else monolayer | open_ if open_.any() else self._smear
        self._show()

    def _step(self, way: int) -> None:
        if (walk := self._walk()) is None:
            return
        place = walk.step(walk.nearest(*self._stage.visible_box_l0().center), way)
        if place is not None:
            self._go(walk, place)
        else:
            self.told.emit(tr("This is the last field.") if way > 0 else tr("This is the first field."))

    def _walk(self) -> FieldWalk | None:
        """The walk at the present magnification; None if there is nothing to walk on, or it only begins now."""
        if self._grid is None:
            return None
        if not self._is_near():
            scale = self._stage.scale
            self._stage.zoom_to(zoom_for(_WALK_AT, scale) if scale is not None else _WALK_AT_ZOOM)
            walk = self._made(self._grid)
            place = walk.unvisited((0, -1)) or walk.step((0, -1), 1)
            if place is not None:
                self._go(walk, place)
            return None
        return self._made(self._grid)

    def _made(self, grid: VisitedGrid) -> FieldWalk:
        """The walk at the present zoom; its sums are kept as long as they hold."""
        seen, kept = self._stage.visible_box_l0(), self._made_walk
        key = (self._worth, round(seen.width, 3), round(seen.height, 3))
        if kept is None or kept[0] is not key[0] or kept[1:3] != key[1:]:
            self._made_walk = kept = (*key, FieldWalk(grid, self._worth, (seen.width, seen.height)))
        return kept[3]

    def _go(self, walk: FieldWalk, place: Place) -> None:
        self._stage.go_to(*walk.box(place).center)
        if walk.rows * walk.columns <= _MOST_COUNTED:
            number, whole = walk.number(place)
            self.told.emit(tr("Field {number} of {whole}", number=f"{number:,}", whole=f"{whole:,}"))

    def _is_near(self) -> bool:
        """Whether cells can be told apart at this magnification."""
        scale, zoom = self._stage.scale, self._stage.zoom
        if scale is None:
            return zoom >= _COUNTS_FROM_ZOOM
        return magnification_at(zoom, scale) >= 0.99 * COUNTS_FROM

    def _keep(self) -> None:
        """On the disk at once: a person goes on here tomorrow. A case that cannot change keeps what it has."""
        if self._grid is None or self._is_lost or self._bridge.state or not self._bridge.is_open:
            return
        done = self._bridge.apply(KeepVisited(self._hash, self._grid.packed()))
        self._is_lost = done is None  # said once, and not again at every field

    def _show(self) -> None:
        if self._grid is None:
            return
        share = f"{self._grid.share(self._worth):.0%}"
        said = tr("Monolayer {share} seen", share=share) if self._is_monolayer else tr("{share} seen", share=share)
        self._map.set_visited(_shaded(self._grid.marks), said)


def _looked_at(slide: Slide) -> tuple[str, Marks]:
    """What a slide is, and where it is stained, on the grid of visited parts; runs on a worker."""
    from bloodview.slides.quality import smear_of  # OpenCV, which must not delay the window

    grid = VisitedGrid(slide.size)
    rows, columns = grid.shape
    whole = Box(0, 0, slide.size.width, slide.size.height)
    return slide.content_hash, smear_of(slide.read(whole, Size(columns, rows)))


def _shaded(marks: Marks) -> QImage:
    """Marks as a small picture to lay over the map."""
    by = -(-max(marks.shape) // _SHADE_SIDE)
    small = marks[by // 2 :: by, by // 2 :: by]
    pixels = np.zeros((*small.shape, 4), np.uint8)
    pixels[small] = _SHADE
    height, width = small.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
