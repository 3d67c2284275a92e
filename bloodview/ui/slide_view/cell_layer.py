"""All cells as one layer over the picture, kept as a pixmap: panning copies it, an edit repaints its place in it."""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from bloodview.core.cells import Cell
from bloodview.core.geometry import Box
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.cell_painter import CellPainter, Detail, Overlays
from bloodview.ui.slide_view.cell_table import CellTable

_MARGIN_PX = 160.0
_SLOW_S = 0.02
_MOST_PATCHES = 40


@dataclass(frozen=True, slots=True)
class _Kept:
    """The layer painted for a camera, with a margin on all sides."""

    pixmap: QPixmap
    camera: Camera
    width: float
    height: float
    detail: Detail
    font: QFont

    @property
    def inner(self) -> Camera:
        """The camera of the pixmap itself."""
        return self.camera.panned(_MARGIN_PX, _MARGIN_PX)


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

    def update(self, cells: Iterable[Cell]) -> None:
        """Take newer versions of cells, and new ones."""
        cells = list(cells)
        before = self._boxes(cell.id for cell in cells)
        self.table.update(cells)
        self._patch(before + [cell.box_l0 for cell in cells])

    def show_only(self, shown: frozenset[str] | None) -> None:
        """Hide the cells of other classes; None shows all."""
        self.table.show_only(shown)
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
                place.moveTo(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio)
                painter.drawPixmap(place.topLeft(), kept.pixmap)
                return False
            if not same_zoom and self._cost_s > _SLOW_S and _is_enough(place, width, height):
                painter.drawPixmap(place, kept.pixmap, QRectF(kept.pixmap.rect()))
                return True
        kept = self._kept = self._rendered(camera, width, height, font, ratio)
        painter.drawPixmap(QPointF(-_MARGIN_PX, -_MARGIN_PX), kept.pixmap)
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
        rows = self.table.rows(box.x0, box.y0, box.x1, box.y1)
        kept = _Kept(pixmap, camera, width, height, self._painter.detail(rows, inner), font)
        painter = QPainter(pixmap)
        self._painter.paint(painter, rows, inner, font, kept.detail)
        painter.end()
        self._cost_s = time.perf_counter() - begun
        return kept

    def _boxes(self, ids: Iterable[int]) -> list[Box]:
        return [self.table.cells[self.table.row_of[i]].box_l0 for i in ids if i in self.table.row_of]

    def _patch(self, boxes: list[Box]) -> None:
        """Repaint the kept picture around a few boxes; forget it if there are many."""
        kept = self._kept
        if kept is None or len(boxes) > _MOST_PATCHES:
            self._kept = None
            return
        painter = QPainter(kept.pixmap)
        camera, reach = kept.inner, kept.detail.reach_px / kept.camera.zoom
        for box in dict.fromkeys(boxes):
            around = Box(box.x0 - reach, box.y0 - reach, box.x1 + reach, box.y1 + reach)
            corner, far = camera.to_view(around.x0, around.y0), camera.to_view(around.x1, around.y1)
            # Multiples of 4 view pixels are whole device pixels at every usual screen ratio.
            left, top = (math.floor(v / 4) * 4 for v in corner)
            right, bottom = (math.ceil(v / 4) * 4 for v in far)
            place = QRectF(left, top, right - left, bottom - top)
            painter.setClipRect(place)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(place, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            rows = self.table.rows(around.x0 - reach, around.y0 - reach, around.x1 + reach, around.y1 + reach)
            self._painter.paint(painter, rows, camera, kept.font, kept.detail)
        painter.end()


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
