"""All cells painted as one layer, with less detail the smaller they are, and kept as a picture while the view pans.

Cells too small for a box become dots, set into a pixel buffer at once however many there are; boxes are painted by
style, outlines and labels only where there is room to read them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap, QPolygonF

from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.slide_view.box_index import Rows
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.cell_table import CellTable, Trait

BOX_FROM_PX = 7.0
OUTLINE_FROM_PX = 22.0
LABEL_FROM_PX = 26.0
RED_LABEL_FROM_PX = 190.0
"""Sides on screen from which a cell gets a box, outlines, a label; red cells stand close, so theirs come later."""
_MOST_BOXES = 6000
_MARGIN_PX = 160.0
_SLOW_S = 0.02
_HALO = QColor(10, 12, 16, 120)
_SELECTED = QColor(255, 255, 255)


@dataclass(frozen=True, slots=True)
class Overlays:
    """What is painted over the picture."""

    boxes: bool = True
    outlines: bool = True
    labels: bool = True

    @property
    def any(self) -> bool:
        """Whether there is anything to paint."""
        return self.boxes or self.outlines or self.labels


@dataclass(frozen=True, slots=True)
class _Kept:
    pixmap: QPixmap
    camera: Camera
    width: float
    height: float
    margin: float


class CellLayer:
    """Paints a CellTable; `dirty()` whenever what it shows has changed."""

    def __init__(self, table: CellTable, marks: ClassMarks) -> None:
        self.table, self.marks = table, marks
        self.overlays = Overlays()
        self.selected: frozenset[int] = frozenset()
        self.last_cost_s = 0.0
        self._kept: _Kept | None = None

    def dirty(self) -> None:
        """Forget the kept picture."""
        self._kept = None

    def paint(
        self, painter: QPainter, camera: Camera, width: float, height: float, font: QFont, *, hurried: bool
    ) -> bool:
        """Paint the cells into a view of this size; a costly layer may be stretched while the zoom runs (`hurried`).

        Returns:
            Whether it was stretched and should be painted properly soon.
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
            if hurried and not same_zoom and self.last_cost_s > _SLOW_S:
                painter.drawPixmap(place, kept.pixmap, QRectF(kept.pixmap.rect()))
                return True
        kept = self._kept = self._rendered(camera, width, height, font, ratio)
        painter.drawPixmap(QPointF(-kept.margin, -kept.margin), kept.pixmap)
        return False

    def paint_cell(self, painter: QPainter, row: int, camera: Camera, font: QFont) -> None:
        """Paint one cell lit up, with its label however small it is: the one under the pointer."""
        rect = view_rect(self.table.boxes[row], camera)
        label, traits = self.table.styles[self.table.style[row]]
        color = self.marks.color(label)
        fill = QColor(color)
        fill.setAlpha(46)
        painter.setBrush(fill)
        painter.setPen(QPen(color, 2.0))
        painter.drawRect(rect)
        self._paint_label(painter, row, camera, label, traits, font)

    def _rendered(self, camera: Camera, width: float, height: float, font: QFont, ratio: float) -> _Kept:
        begun = time.perf_counter()
        wide, high = width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX
        # One device pixel grid for kept picture and view, so that panning never blurs thin lines.
        wide, high = np.ceil(wide * ratio) / ratio, np.ceil(high * ratio) / ratio
        inner = camera.panned(_MARGIN_PX, _MARGIN_PX)
        pixmap = QPixmap(round(wide * ratio), round(high * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        box = inner.visible(wide, high)
        rows = self.table.rows(box.x0, box.y0, box.x1, box.y1)
        painter = QPainter(pixmap)
        if len(rows):
            self._paint_rows(painter, rows, inner, font, ratio)
        painter.end()
        self.last_cost_s = time.perf_counter() - begun
        return _Kept(pixmap, camera, width, height, _MARGIN_PX)

    def _paint_rows(self, painter: QPainter, rows: Rows, camera: Camera, font: QFont, ratio: float) -> None:
        boxes = self.table.boxes[rows]
        side = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) * camera.zoom
        as_box = side >= BOX_FROM_PX
        if np.count_nonzero(as_box) > _MOST_BOXES:
            as_box &= ~np.isin(self.table.style[rows], [i for i, s in enumerate(self.table.styles) if s[1] & Trait.RED])
        if self.overlays.any:
            self._paint_dots(painter, rows[~as_box], camera, ratio)
        big = rows[as_box]
        side_of = dict(zip(rows.tolist(), side.tolist(), strict=True))
        groups = self.table.by_style(big)
        if self.overlays.boxes:
            for label, traits, members in groups:
                self._paint_boxes(painter, members, label, traits, camera)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.overlays.outlines:
            for label, traits, members in groups:
                roomy = [row for row in members.tolist() if side_of[row] >= OUTLINE_FROM_PX]
                self._paint_outlines(painter, roomy, label, traits, camera)
        self._paint_selection(painter, camera)
        if self.overlays.labels:
            for label, traits, members in groups:
                least = RED_LABEL_FROM_PX if traits & Trait.RED else LABEL_FROM_PX
                for row in members.tolist():
                    if side_of[row] >= least:
                        self._paint_label(painter, row, camera, label, traits, font)

    def _paint_dots(self, painter: QPainter, rows: Rows, camera: Camera, ratio: float) -> None:
        """Set dots into a pixel buffer: 2 device pixels for red cells, more for the rest, which lie on top."""
        if not len(rows):
            return
        target = painter.device()
        width, height = round(target.width()), round(target.height())
        buffer = np.zeros((height, width), dtype=np.uint32)
        for label, traits, members in self.table.by_style(rows):
            boxes = self.table.boxes[members]
            middle = (boxes[:, :2] + boxes[:, 2:]) / 2
            x = np.round((middle[:, 0] - camera.left_l0) * camera.zoom * ratio).astype(np.int64)
            y = np.round((middle[:, 1] - camera.top_l0) * camera.zoom * ratio).astype(np.int64)
            reach = max(1, round((0.8 if traits & Trait.RED else 2.0) * ratio))
            if traits & Trait.REJECTED:
                reach = 1
            _set_dots(buffer, x, y, reach + 1, 0xA0101216 if not traits & Trait.RED else 0)
            _set_dots(buffer, x, y, reach, self.marks.color(label).rgba())
        image = QImage(buffer.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(0, 0), image)

    def _paint_boxes(self, painter: QPainter, rows: Rows, label: str, traits: Trait, camera: Camera) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        rects = view_rects(self.table.boxes[rows], camera)
        quiet = bool(traits & (Trait.RED | Trait.REJECTED))
        color = self.marks.color(label)
        if traits & Trait.REJECTED:
            color.setAlpha(110)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not quiet:
            painter.setPen(QPen(_HALO, 4))
            painter.drawRects(rects)
        pen = QPen(color, 1 if quiet else 2)
        if traits & Trait.DOUBT:
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
        painter.drawRects(rects)
        if traits & Trait.REJECTED:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for rect in rects:
                painter.drawLine(rect.topLeft(), rect.bottomRight())
                painter.drawLine(rect.topRight(), rect.bottomLeft())

    def _paint_outlines(
        self, painter: QPainter, rows: Sequence[int], label: str, traits: Trait, camera: Camera
    ) -> None:
        color = self.marks.color(label)
        color.setAlpha(110 if traits & Trait.REJECTED else 235)
        halo, pen, inner = QPen(_HALO, 3.2), QPen(color, 1.6), QPen(color.lighter(135), 1.4)
        for each in (halo, pen, inner):
            each.setCosmetic(True)
        inner.setDashPattern([2.5, 2])
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.scale(camera.zoom, camera.zoom)
        painter.translate(-camera.left_l0, -camera.top_l0)
        for row in rows:
            cell, nucleus = self.table.outlines(row)
            for polygon, stroke in ((cell, pen), (nucleus, inner)):
                if not polygon.isEmpty():
                    self._stroke(painter, polygon, halo, stroke)
        painter.restore()

    @staticmethod
    def _stroke(painter: QPainter, polygon: QPolygonF, halo: QPen, pen: QPen) -> None:
        for each in (halo, pen):
            painter.setPen(each)
            painter.drawPolygon(polygon)

    def _paint_selection(self, painter: QPainter, camera: Camera) -> None:
        rows = [self.table.row_of[i] for i in self.selected if i in self.table.row_of]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rects = [rect.adjusted(-3, -3, 3, 3) for rect in view_rects(self.table.boxes[rows], camera)] if rows else []
        for pen in (QPen(_HALO, 4.5), QPen(_SELECTED, 2)):
            painter.setPen(pen)
            for rect in rects:
                painter.drawRoundedRect(rect, 4, 4)

    def _paint_label(self, painter: QPainter, row: int, camera: Camera, label: str, traits: Trait, font: QFont) -> None:
        rect = view_rect(self.table.boxes[row], camera)
        suffix = "?" if traits & Trait.DOUBT else "✓" if traits & Trait.PERSON else ""
        chip = self.marks.chip(label, suffix, font, painter.device().devicePixelRatioF())
        height = chip.deviceIndependentSize().height()
        has_room_above = self.table.boxes[row][1] * camera.zoom > height
        if traits & Trait.REJECTED:
            painter.setOpacity(0.55)
        top = rect.top() - height - 1 if has_room_above else rect.top() + 3
        painter.drawPixmap(QPointF(round(rect.left()) + (-1 if has_room_above else 3), round(top)), chip)
        painter.setOpacity(1.0)


def view_rect(box: NDArray[np.float64], camera: Camera) -> QRectF:
    """A box float64 [4] xyxy, level-0 pixels, in the view."""
    x0, y0 = camera.to_view(float(box[0]), float(box[1]))
    return QRectF(x0, y0, float(box[2] - box[0]) * camera.zoom, float(box[3] - box[1]) * camera.zoom)


def view_rects(boxes: NDArray[np.float64], camera: Camera) -> list[QRectF]:
    """Boxes float64 [N, 4] xyxy, level-0 pixels, in the view, on whole view pixels for crisp lines."""
    placed = np.round((boxes - np.tile([camera.left_l0, camera.top_l0], 2)) * camera.zoom)
    placed[:, 2:] -= placed[:, :2]
    return [QRectF(*four) for four in placed.tolist()]


def _place(kept: _Kept, camera: Camera) -> QRectF:
    """Where the kept picture lies when seen through another camera."""
    stretch = camera.zoom / kept.camera.zoom
    inner = kept.camera.panned(kept.margin, kept.margin)
    x, y = camera.to_view(inner.left_l0, inner.top_l0)
    size = kept.pixmap.deviceIndependentSize()
    return QRectF(x, y, size.width() * stretch, size.height() * stretch)


def _set_dots(buffer: NDArray[np.uint32], x: NDArray[np.int64], y: NDArray[np.int64], reach: int, argb: int) -> None:
    """Write round dots of this reach (pixels) into uint32 [H, W]; 0 writes nothing."""
    if not argb:
        return
    height, width = buffer.shape
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dx * dx + dy * dy > reach * reach + 0.5:
                continue
            inside = (x + dx >= 0) & (x + dx < width) & (y + dy >= 0) & (y + dy < height)
            buffer[y[inside] + dy, x[inside] + dx] = argb
