"""All cells as one layer over the picture, kept as a pixmap: panning shifts it, an edit repaints its place in it."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap, QTransform

from bloodview.core.cell_columns import CellSet
from bloodview.core.cells import Cell
from bloodview.core.geometry import Box
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.slide_view.box_index import Rows
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.cell_painter import MOST_DOTS, CellPainter, Detail, Overlays
from bloodview.ui.slide_view.cell_table import CellTable
from bloodview.ui.slide_view.turn import quarter_turn

_MARGIN_PX = 160.0
_SLOW_S = 0.008
_MOST_PATCHES = 40
_MOST_PATCHED = 0.5
_MOST_TOLD_APART = 2_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """The layer painted for a camera, with a margin on all sides."""

    pixmap: QPixmap
    """Upright."""
    shown: QPixmap
    """Turned as the view is; the same one if it is not turned."""
    quarters: int
    camera: Camera
    width: float
    height: float
    detail: Detail
    font: QFont
    crowd: int
    """How many cells lay there, nearly."""

    @property
    def inner(self) -> Camera:
        """The camera of the pixmap itself."""
        return self.camera.panned(_MARGIN_PX, _MARGIN_PX)

    @property
    def turn(self) -> QTransform:
        """Position in `pixmap` -> position in `shown`."""
        size = self.pixmap.deviceIndependentSize()
        return quarter_turn(self.quarters, size.width(), size.height())

    def scroll(self, dx: int, dy: int) -> None:
        """Move the picture by device pixels, upright."""
        self.pixmap.scroll(dx, dy, self.pixmap.rect())
        if self.quarters:
            for _ in range(self.quarters):
                dx, dy = -dy, dx
            self.shown.scroll(dx, dy, self.shown.rect())

    def show(self, places: Sequence[QRectF]) -> None:
        """What was painted anew at places of `pixmap`, view pixels, is to be seen in `shown` too."""
        if not self.quarters:
            return
        ratio = self.pixmap.devicePixelRatio()
        painter = QPainter(self.shown)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        for place in places:
            corner, end = (QPointF(p * ratio).toPoint() for p in (place.topLeft(), place.bottomRight()))
            part = self.pixmap.copy(corner.x(), corner.y(), end.x() - corner.x(), end.y() - corner.y())
            painter.drawPixmap(self.turn.mapRect(place).topLeft(), turned(part, self.quarters))
        painter.end()


class CellLayer:
    """The cells of the shown slide, painted over it."""

    def __init__(self, table: CellTable, marks: ClassMarks) -> None:
        self.table, self.marks = table, marks
        self._painter = CellPainter(table, marks)
        self._cost_s = 0.0
        self._kept: _Kept | None = None

    @property
    def overlays(self) -> Overlays:
        """What is shown."""
        return self._painter.overlays

    @overlays.setter
    def overlays(self, overlays: Overlays) -> None:
        self._painter.overlays = overlays
        self._kept = None

    @property
    def selected(self) -> frozenset[int]:
        """Ids of the cells that are lit as chosen."""
        return self._painter.selected

    @selected.setter
    def selected(self, ids: frozenset[int]) -> None:
        changed = self._painter.selected ^ ids
        self._painter.selected = ids
        self._patch(self._boxes(changed))

    def update(self, cells: Iterable[Cell] | CellSet) -> None:
        """Take newer versions of cells, and new ones."""
        given = cells if isinstance(cells, CellSet) else list(cells)
        ids = given.columns.ids.tolist() if isinstance(given, CellSet) else [cell.id for cell in given]
        before = self._boxes(ids)
        self.table.update(given)
        self._patch(np.vstack([before, self._boxes(ids)]))

    def show_only(self, shown: frozenset[str] | None, *, doubtful_only: bool = False) -> None:
        """Hide the cells of other classes (None = of none), and all that need no look."""
        self.table.show_only(shown, doubtful_only=doubtful_only)
        self._kept = None

    def turn(self, quarters: int) -> None:
        """The view is turned by so many quarters clockwise: labels are to stand upright in it."""
        self._painter.quarters = quarters
        self._kept = None

    def dirty(self) -> None:
        """Paint everything anew."""
        self._kept = None

    def paint(self, painter: QPainter, camera: Camera, width: float, height: float, font: QFont) -> bool:
        """Paint the cells into a view of this size; a costly layer is only stretched when the zoom changes.

        Args:
            painter: turned as the view is.
            camera: where the upright view looks.
            width: of the upright view.
            height: of the upright view.
            font: of the labels.

        Returns:
            Whether it was stretched: once the zoom rests, call `dirty()` and paint again.
        """
        if not self.overlays.any and not self.selected:
            return False
        ratio = painter.device().devicePixelRatioF()
        kept = self._kept
        if kept is not None and (kept.width, kept.height) == (width, height):
            place = _place(kept, camera)
            same_zoom = kept.camera.zoom == camera.zoom
            if same_zoom and place.contains(QRectF(0, 0, width, height)):
                _draw(painter, kept, place)
                return False
            if not same_zoom and self._cost_s > _SLOW_S and _is_enough(place, width, height):
                _draw(painter, kept, place, stretches=True)
                return True
            if same_zoom and (shifted := self._shifted(kept, camera, ratio)) is not None:
                self._kept = shifted
                _draw(painter, shifted, _place(shifted, camera))
                return False
        kept = self._kept = self._rendered(camera, width, height, font, ratio)
        _draw(painter, kept, _place(kept, camera))
        return False

    def paint_lit(self, painter: QPainter, row: int, camera: Camera, font: QFont) -> None:
        """Paint one cell lit up, with its label however small it is: the one under the pointer."""
        self._painter.paint_lit(painter, row, camera, font)

    def _rendered(self, camera: Camera, width: float, height: float, font: QFont, ratio: float) -> _Kept:
        begun = time.perf_counter()
        # One device pixel grid for kept picture and view, so that panning never blurs thin lines.
        wide, high = (math.ceil((side + 2 * _MARGIN_PX) * ratio) for side in (width, height))
        pixmap = QPixmap(wide, high)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        inner = camera.panned(_MARGIN_PX, _MARGIN_PX)
        box = inner.visible(wide / ratio, high / ratio)
        rows, rest_as_crowd, all_as_crowd = self._painter.in_sight(box, inner.zoom)
        detail = replace(self._painter.detail(rows, inner), rest_as_crowd=rest_as_crowd, all_as_crowd=all_as_crowd)
        quarters = self._painter.quarters
        kept = _Kept(pixmap, pixmap, quarters, camera, width, height, detail, font, self._crowd(box))
        painter = QPainter(pixmap)
        self._paint_part(painter, rows, inner, kept)
        painter.end()
        if quarters:
            kept = replace(kept, shown=turned(pixmap, quarters))
        self._cost_s = time.perf_counter() - begun
        return kept

    def _crowd(self, box: Box) -> int:
        return self.table.crowd.count(box.x0, box.y0, box.x1, box.y1)

    def _paint_part(self, painter: QPainter, rows: Rows, camera: Camera, kept: _Kept) -> None:
        if kept.detail.rest_as_crowd:
            self._painter.paint_crowd(painter, camera, kept.detail)
        self._painter.paint(painter, rows, camera, kept.font, kept.detail)

    def _shifted(self, kept: _Kept, camera: Camera, ratio: float) -> _Kept | None:
        """The kept picture moved under a camera of the same zoom, painted where it showed nothing; None if anew."""
        dx = round((kept.camera.left_l0 - camera.left_l0) * camera.zoom * ratio)
        dy = round((kept.camera.top_l0 - camera.top_l0) * camera.zoom * ratio)
        wide, high = kept.pixmap.width(), kept.pixmap.height()
        if abs(dx) > wide / 2 or abs(dy) > high / 2:
            return None
        moved = replace(kept, camera=kept.camera.panned(dx / ratio, dy / ratio))
        box = moved.inner.visible(wide / ratio, high / ratio)
        crowd = self._crowd(box)
        # As finely as before only where there are about as many cells.
        if not kept.crowd / 2 <= crowd <= kept.crowd * 1.5 or (crowd > MOST_DOTS) is not kept.detail.rest_as_crowd:
            return None
        kept.scroll(dx, dy)
        columns = QRectF(0 if dx > 0 else wide + dx, 0, abs(dx), high)
        lines = QRectF(0, 0 if dy > 0 else high + dy, wide, abs(dy))
        bare = [QRectF(b.topLeft() / ratio, b.size() / ratio) for b in (columns, lines) if not b.isEmpty()]
        self._paint_anew(bare, moved)
        return moved

    def _paint_anew(self, places: Sequence[QRectF], kept: _Kept) -> None:
        """Paint parts of the kept picture, its view pixels."""
        painter = QPainter(kept.pixmap)
        for place in places:
            painter.setClipRect(place)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(place, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._paint_part(painter, self._rows(place, kept), kept.inner, kept)
        painter.end()
        kept.show(places)

    def _rows(self, place: QRectF, kept: _Kept) -> Rows:
        """Cells that are painted one by one in a part of the kept picture."""
        camera, reach = kept.inner, kept.detail.reach_px
        low = camera.to_l0(place.left() - reach, place.top() - reach)
        high = camera.to_l0(place.right() + reach, place.bottom() + reach)
        if not kept.detail.rest_as_crowd:
            return self.table.rows(*low, *high)
        return np.zeros(0, np.intp) if kept.detail.all_as_crowd else self.table.crowd.loud_rows(*low, *high)

    def _boxes(self, ids: Iterable[int]) -> NDArray[np.float64]:
        return self.table.boxes[self.table.rows_of(ids)]

    def _patch(self, boxes: NDArray[np.float64]) -> None:
        """Repaint the kept picture around boxes; forget it if they lie all over it."""
        kept = self._kept
        if kept is None:
            return
        camera, reach = kept.inner, kept.detail.reach_px
        size = kept.pixmap.deviceIndependentSize()
        left_top = (boxes[:, :2] - (camera.left_l0, camera.top_l0)) * camera.zoom - reach
        right_bottom = (boxes[:, 2:] - (camera.left_l0, camera.top_l0)) * camera.zoom + reach
        in_sight = (right_bottom > 0).all(axis=1) & (left_top < (size.width(), size.height())).all(axis=1)
        if np.count_nonzero(in_sight) > _MOST_TOLD_APART:
            self._kept = None
            return
        # Multiples of 4 view pixels are whole device pixels at every usual screen ratio.
        places = np.hstack([np.floor(left_top / 4) * 4, np.ceil(right_bottom / 4) * 4])[in_sight]
        parts = [QRectF(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in np.unique(places, axis=0).tolist()]
        if len(parts) > _MOST_PATCHES:
            (x0, y0), (x1, y1) = places[:, :2].min(axis=0).tolist(), places[:, 2:].max(axis=0).tolist()
            whole = QRectF(0, 0, size.width(), size.height())
            parts = [QRectF(x0, y0, x1 - x0, y1 - y0).intersected(whole)]
            if _part(parts[0], whole) > _MOST_PATCHED:
                self._kept = None
                return
        self._paint_anew(parts, kept)


def turned(pixmap: QPixmap, quarters: int) -> QPixmap:
    """A picture turned clockwise by quarters."""
    made = pixmap.transformed(QTransform().rotate(90 * quarters))
    made.setDevicePixelRatio(pixmap.devicePixelRatio())
    return made


def _draw(painter: QPainter, kept: _Kept, place: QRectF, *, stretches: bool = False) -> None:
    """Draw the kept picture at a place of the upright view: on whole device pixels, or stretched to fill it."""
    seen, ratio = painter.worldTransform().mapRect(place), kept.pixmap.devicePixelRatio()
    painter.save()
    painter.resetTransform()
    if stretches:
        painter.drawPixmap(seen, kept.shown, QRectF(kept.shown.rect()))
    else:
        painter.drawPixmap(QPointF(round(seen.x() * ratio) / ratio, round(seen.y() * ratio) / ratio), kept.shown)
    painter.restore()


def _is_enough(place: QRectF, width: float, height: float) -> bool:
    """Whether the stretched picture still shows most of what the view should."""
    return _part(place, QRectF(0, 0, width, height)) > 0.5 and _part(QRectF(0, 0, width, height), place) > 0.1


def _part(of: QRectF, within: QRectF) -> float:
    """How much of a rectangle another one covers, 0 to 1."""
    common = of.intersected(within)
    return common.width() * common.height() / max(within.width() * within.height(), 1e-9)


def _place(kept: _Kept, camera: Camera) -> QRectF:
    """Where the kept picture lies when seen through another camera."""
    stretch = camera.zoom / kept.camera.zoom
    inner = kept.inner
    x, y = camera.to_view(inner.left_l0, inner.top_l0)
    size = kept.pixmap.deviceIndependentSize()
    return QRectF(x, y, size.width() * stretch, size.height() * stretch)
