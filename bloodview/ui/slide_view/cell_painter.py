"""How cells look on the picture, with less detail the smaller they are and the more of them are in sight.

A crowd too large for a dot a cell is shown by how dense it is. Cells too small for a box become dots, set into a pixel
buffer at once however many there are; boxes are painted by style, outlines and labels only where there is room to read
them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap

from bloodview.core.geometry import Box
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.slide_view.box_index import Rows
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.cell_table import CellTable, Trait

BOX_FROM_PX = 7.0
OUTLINE_FROM_PX = 22.0
LABEL_FROM_PX = 26.0
RED_LABEL_FROM_PX = 190.0
"""Sides on screen from which a cell gets a box, outlines, a label; red cells stand close, so theirs come later."""
MOST_DOTS = 30_000
"""Cells in sight above which all but leukocytes, and then these too, are shown by how densely they lie."""
_DOT_ROOM_PX = 60.0
"""View pixels that a dot needs, all around it, to be told from its neighbours."""
_MOST_BOXES = 4000
_MOST_FINE_OUTLINES = 150
"""Above this many in sight outlines become hairlines without rim and dashes, which Qt paints many times faster."""
_FINE_BOX_FROM_PX = 22.0
_LABEL_REACH_PX, _DOT_REACH_PX = 90.0, 8.0
_BIN_PX = 5.0
_CROWD = QColor(84, 60, 190)
"""As leukocytes look from afar, whatever their classes."""
_HALO = QColor(10, 12, 16, 120)
_RIM = 0xA00A0B0E
"""Around the dot of a leukocyte or platelet, premultiplied."""
_CROSS = QPen(QColor(255, 255, 255, 185), 1.5)
_SELECTED = QColor(255, 255, 255)


_SIGNS = ((Trait.REJECTED, "✕"), (Trait.DOUBT, "?"), (Trait.PERSON, "✓"))
"""What stands behind the letters of a label; the first that fits."""


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
class Detail:
    """What the crowd in sight allows."""

    red_as_dots: bool
    fine_outlines: bool
    reach_px: float
    """How far what is painted for a cell may reach out of its box, view pixels."""
    rest_as_crowd: bool = False
    all_as_crowd: bool = False


class CellPainter:
    """Paints rows of a CellTable; holds what they look like, and nothing of where the view is."""

    def __init__(self, table: CellTable, marks: ClassMarks) -> None:
        self.table, self.marks = table, marks
        self.overlays = Overlays()
        self.quarters = 0
        """How far the view is turned clockwise: labels are turned back, so that they stand upright in it."""
        self._selected: frozenset[int] = frozenset()
        self._selected_ids = np.zeros(0, np.int64)

    @property
    def selected(self) -> frozenset[int]:
        """Ids of the cells that are lit as chosen."""
        return self._selected

    @selected.setter
    def selected(self, ids: frozenset[int]) -> None:
        self._selected, self._selected_ids = ids, np.sort(np.fromiter(ids, np.int64))

    def in_sight(self, box_l0: Box, zoom: float) -> tuple[Rows, bool, bool]:
        """Rows to be painted one by one; whether all but leukocytes, and whether these too, are too many for that."""
        corners = (box_l0.x0, box_l0.y0, box_l0.x1, box_l0.y1)
        if len(self.table) <= MOST_DOTS or self.table.crowd.count(*corners) <= MOST_DOTS:
            return self.table.rows(*corners), False, False
        rows = self.table.crowd.loud_rows(*corners)
        seen = (box_l0.clipped(self.table.size) if self.table.size is not None else None) or box_l0
        room = seen.width * seen.height * zoom**2 / max(len(rows), 1)
        is_clear = len(rows) <= MOST_DOTS and room >= _DOT_ROOM_PX
        return (rows, True, False) if is_clear else (rows[:0], True, True)

    def detail(self, rows: Rows, camera: Camera) -> Detail:
        """How finely this many cells can be painted in time."""
        side = self._sides(rows, camera)
        boxed = int(np.count_nonzero(side >= BOX_FROM_PX))
        outlined = int(np.count_nonzero(self._have_room_for_outline(rows, side)))
        reach = _LABEL_REACH_PX if (side >= LABEL_FROM_PX).any() else _DOT_REACH_PX
        return Detail(boxed > _MOST_BOXES, outlined <= _MOST_FINE_OUTLINES, reach)

    def _sides(self, rows: Rows, camera: Camera) -> NDArray[np.float64]:
        boxes = self.table.boxes[rows]
        sides: NDArray[np.float64] = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) * camera.zoom
        return sides

    def _is_red(self, rows: Rows) -> NDArray[np.bool_]:
        red: NDArray[np.bool_] = (self.table.style[rows] & int(Trait.RED)) > 0
        return red

    def paint(self, painter: QPainter, rows: Rows, camera: Camera, font: QFont, detail: Detail) -> None:
        """Paint these rows; red cells first, selection and labels last."""
        ratio = painter.device().devicePixelRatioF()
        side = self._sides(rows, camera)
        as_box = side >= BOX_FROM_PX
        if detail.red_as_dots:
            as_box &= ~self._is_red(rows)
        if self.overlays.any:
            self._paint_dots(painter, rows[~as_box], camera, ratio)
        groups = []
        for label, traits, places in self.table.by_style(rows, np.flatnonzero(as_box)):
            groups.append((label, traits, rows[places], side[places]))
        if self.overlays.boxes:
            for label, traits, members, sides in groups:
                fine = sides >= _FINE_BOX_FROM_PX
                self._paint_boxes(painter, members[~fine], label, traits, camera, fine=False)
                self._paint_boxes(painter, members[fine], label, traits, camera, fine=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.overlays.outlines:
            for label, traits, members, sides in groups:
                if traits & Trait.REJECTED:
                    continue
                outlined = members[self._have_room_for_outline(members, sides)]
                self._paint_outlines(painter, outlined, label, camera, fine=detail.fine_outlines)
        if len(self._selected_ids):
            self._paint_selection(painter, rows[np.isin(self.table.ids[rows], self._selected_ids)], camera)
        if self.overlays.labels:
            for label, traits, members, sides in groups:
                least = RED_LABEL_FROM_PX if traits & Trait.RED else LABEL_FROM_PX
                self._paint_labels(painter, members[sides >= least], camera, label, traits, font)

    def paint_crowd(self, painter: QPainter, camera: Camera, detail: Detail) -> None:
        """Paint where the cells lie that are too many to be painted one by one."""
        device, ratio = painter.device(), painter.device().devicePixelRatioF()
        area = QRectF(0, 0, device.width() / ratio, device.height() / ratio)
        if painter.hasClipping():
            area &= painter.clipBoundingRect()
        if not self.overlays.any or area.isEmpty():
            return
        low, high = camera.to_l0(area.left(), area.top()), camera.to_l0(area.right(), area.bottom())
        layers = [(self.table.crowd.quiet, self.marks.color("red_cell"), 110)]
        if detail.all_as_crowd:
            layers.append((self.table.crowd.loud, _CROWD, 190))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for density, color, alpha in layers:
            margin = 2 * _BIN_PX / camera.zoom
            found = density.seen(
                low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin, _BIN_PX / camera.zoom
            )
            if found is not None:
                fullness, (x0, y0, x1, y1) = found
                left, top = camera.to_view(x0, y0)
                place = QRectF(left, top, (x1 - x0) * camera.zoom, (y1 - y0) * camera.zoom)
                painter.drawImage(place, _tinted(fullness, color, alpha))

    def _paint_dots(self, painter: QPainter, rows: Rows, camera: Camera, ratio: float) -> None:
        """Set dots into a pixel buffer: 2 device pixels for red cells, more for the rest, which lie on top."""
        if not len(rows):
            return
        device = painter.device()
        area = QRectF(0, 0, device.width() / ratio, device.height() / ratio)
        if painter.hasClipping():
            area &= painter.clipBoundingRect()
        left, top = math.floor(area.left() * ratio), math.floor(area.top() * ratio)
        width, height = math.ceil(area.right() * ratio) - left, math.ceil(area.bottom() * ratio) - top
        if width <= 0 or height <= 0:
            return
        canvas = _Dots(width, height, max(1, round(2.0 * ratio)) + 1)
        boxes = self.table.boxes[rows]
        scale = camera.zoom * ratio / 2
        x = np.round((boxes[:, 0] + boxes[:, 2]) * scale - camera.left_l0 * camera.zoom * ratio - left).astype(np.int64)
        y = np.round((boxes[:, 1] + boxes[:, 3]) * scale - camera.top_l0 * camera.zoom * ratio - top).astype(np.int64)
        # A rim is never set over the dot of a neighbour, so all rims come first.
        loud: list[tuple[Rows, int, int]] = []
        for label, traits, places in self.table.by_style(rows, np.arange(len(rows))):
            reach = max(1, round((0.8 if traits & Trait.RED else 2.0) * ratio))
            if traits & Trait.REJECTED:
                reach = 1
            color = self.marks.color(label).rgba()
            if traits & Trait.RED:
                canvas.set(x[places], y[places], reach, color)
            else:
                loud.append((places, reach, color))
        for wanted in {reach for _, reach, _ in loud}:
            rimmed = np.concatenate([places for places, reach, _ in loud if reach == wanted])
            canvas.set(x[rimmed], y[rimmed], wanted + 1, _RIM)
        for wanted in {reach for _, reach, _ in loud}:
            alike = [(places, color) for places, reach, color in loud if reach == wanted]
            dots = np.concatenate([places for places, _ in alike])
            colors = np.repeat(np.array([c for _, c in alike], np.uint32), [len(places) for places, _ in alike])
            canvas.set(x[dots], y[dots], wanted, colors)
        painter.drawImage(QPointF(left / ratio, top / ratio), canvas.image(ratio))

    def _have_room_for_outline(self, rows: Rows, sides: NDArray[np.float64]) -> NDArray[np.bool_]:
        room: NDArray[np.bool_] = (sides >= OUTLINE_FROM_PX) & self.table.columns.outlined[rows]
        return room

    def _paint_boxes(
        self, painter: QPainter, rows: Rows, label: str, traits: Trait, camera: Camera, *, fine: bool
    ) -> None:
        if not len(rows):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        rects = view_rects(self.table.boxes[rows], camera)
        quiet = bool(traits & (Trait.RED | Trait.REJECTED))
        color = self.marks.color(label)
        if traits & Trait.REJECTED:
            color.setAlpha(110)
        wide = fine and not quiet
        if wide:
            _fill_frames(painter, rects, 4, _HALO)
        if fine and traits & Trait.DOUBT:
            pen = QPen(color, 2 if wide else 1)
            pen.setDashPattern([3, 2.5])
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(rects)
        elif wide:
            _fill_frames(painter, rects, 2, color)
        else:
            painter.setPen(QPen(color, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(rects)
        if traits & Trait.REJECTED:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for cross in (QPen(_HALO, 3.5), _CROSS) if fine else (_CROSS,):
                painter.setPen(cross)
                for rect in rects:
                    painter.drawLine(rect.topLeft(), rect.bottomRight())
                    painter.drawLine(rect.topRight(), rect.bottomLeft())

    def _paint_outlines(self, painter: QPainter, rows: Rows, label: str, camera: Camera, *, fine: bool) -> None:
        if not len(rows):
            return
        color = self.marks.color(label)
        color.setAlpha(235)
        halo, pen, inner = (
            QPen(_HALO, 3.2),
            QPen(color, 1.6 if fine else 1),
            QPen(color.lighter(135), 1.4 if fine else 1),
        )
        for each in (halo, pen, inner):
            each.setCosmetic(True)
        if fine:
            inner.setDashPattern([2.5, 2])
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.scale(camera.zoom, camera.zoom)
        painter.translate(-camera.left_l0, -camera.top_l0)
        for cell, nucleus in self.table.outlines_of(rows):
            for polygon, stroke in ((cell, pen), (nucleus, inner)):
                if polygon.isEmpty():
                    continue
                if fine:
                    painter.setPen(halo)
                    painter.drawPolygon(polygon)
                painter.setPen(stroke)
                painter.drawPolygon(polygon)
        painter.restore()

    def _paint_selection(self, painter: QPainter, rows: Rows, camera: Camera) -> None:
        if not len(rows):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rects = [rect.adjusted(-3, -3, 3, 3) for rect in view_rects(self.table.boxes[rows], camera)]
        for pen in (QPen(_HALO, 4.5), QPen(_SELECTED, 2)):
            painter.setPen(pen)
            for rect in rects:
                painter.drawRoundedRect(rect, 4, 4)

    def _paint_labels(
        self, painter: QPainter, rows: Rows, camera: Camera, label: str, traits: Trait, font: QFont
    ) -> None:
        if not len(rows):
            return
        suffix = next((sign for trait, sign in _SIGNS if traits & trait), "")
        chip = self.marks.chip(label, suffix, font, painter.device().devicePixelRatioF())
        width, height = chip.deviceIndependentSize().toTuple()
        # Boxes cut by the picture's border end on it: further right a label would leave a fitted view.
        last_px = camera.to_view(self.table.right_l0, 0.0)[0] - width + 4
        if traits & Trait.REJECTED:
            painter.setOpacity(0.55)
        if self.quarters:
            _paint_turned(painter, self.table.boxes[rows].tolist(), camera, chip, self.quarters)
            painter.setOpacity(1.0)
            return
        for x0, y0, _, _ in self.table.boxes[rows].tolist():
            left, top = camera.to_view(x0, y0)
            has_room_above = y0 * camera.zoom > height
            x, y = (left - 1, top - height - 1) if has_room_above else (left + 3, top + 3)
            painter.drawPixmap(QPointF(round(min(x, last_px)), round(y)), chip)
        painter.setOpacity(1.0)

    def paint_lit(self, painter: QPainter, row: int, camera: Camera, font: QFont) -> None:
        """Paint one cell lit up, with its label however small it is: the one under the pointer."""
        rect = view_rect(self.table.boxes[row], camera)
        label, traits = self.table.look(row)
        color = self.marks.color(label)
        fill = QColor(color)
        fill.setAlpha(46)
        painter.setBrush(fill)
        painter.setPen(QPen(color, 2.0))
        painter.drawRect(rect)
        self._paint_labels(painter, np.array([row], np.intp), camera, label, traits, font)


def _paint_turned(
    painter: QPainter, boxes: Sequence[Sequence[float]], camera: Camera, chip: QPixmap, quarters: int
) -> None:
    """Labels over the corner of each box that lies at the upper left once the view is turned."""
    for x0, y0, x1, y1 in boxes:
        corner = camera.to_view(*{1: (x0, y1), 2: (x1, y1), 3: (x1, y0)}[quarters])
        painter.save()
        painter.translate(round(corner[0]), round(corner[1]))
        painter.rotate(-90 * quarters)
        painter.drawPixmap(QPointF(-1, -round(chip.deviceIndependentSize().height()) - 1), chip)
        painter.restore()


def view_rect(box: NDArray[np.float64], camera: Camera) -> QRectF:
    """A box float64 [4] xyxy, level-0 pixels, in the view."""
    x0, y0 = camera.to_view(float(box[0]), float(box[1]))
    return QRectF(x0, y0, float(box[2] - box[0]) * camera.zoom, float(box[3] - box[1]) * camera.zoom)


def view_rects(boxes: NDArray[np.float64], camera: Camera) -> list[QRectF]:
    """Boxes float64 [N, 4] xyxy, level-0 pixels, in the view, on whole view pixels for crisp lines."""
    placed = np.round((boxes - np.tile([camera.left_l0, camera.top_l0], 2)) * camera.zoom)
    placed[:, 2:] -= placed[:, :2]
    return [QRectF(*four) for four in placed.tolist()]


def _fill_frames(painter: QPainter, rects: Sequence[QRectF], width: float, color: QColor) -> None:
    """Frames of this width over the edges, as filled strips that meet without overlap: many times faster than a pen."""
    half = width / 2
    strips: list[QRectF] = []
    for rect in rects:
        left, top, wide, high = rect.left(), rect.top(), rect.width(), rect.height()
        strips += (
            QRectF(left - half, top - half, wide + width, width),
            QRectF(left - half, top + high - half, wide + width, width),
            QRectF(left - half, top + half, width, high - width),
            QRectF(left + wide - half, top + half, width, high - width),
        )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(strips)


def _tinted(fullness: NDArray[np.float32], color: QColor, alpha: int) -> QImage:
    """float32 [H, W], 0 to 1, as a picture of one colour, the more opaque the fuller."""
    height, width = fullness.shape
    # The root shows thin places too, in which a person looks for cells that lie side by side.
    opaque = (np.sqrt(fullness) * alpha).astype(np.uint32)
    argb = opaque << 24
    for tint, shift in ((color.red(), 16), (color.green(), 8), (color.blue(), 0)):
        argb |= (opaque * tint // 255) << shift
    return QImage(argb.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


class _Dots:
    """A pixel buffer for round dots, with a margin so that none of them needs to be cut."""

    def __init__(self, width: int, height: int, most_reach: int) -> None:
        self._size, self._margin = (width, height), 2 * most_reach
        margin = self._margin
        self._buffer = np.zeros((height + 2 * margin, width + 2 * margin), np.uint32)

    def set(self, x: NDArray[np.int64], y: NDArray[np.int64], reach: int, argb: "int | NDArray[np.uint32]") -> None:
        """Set dots of this reach, pixels; premultiplied colours, one for all or one a dot."""
        (width, height), margin = self._size, self._margin
        near = (x >= -reach) & (x < width + reach) & (y >= -reach) & (y < height + reach)
        wide, pixels = width + 2 * margin, self._buffer.reshape(-1)
        at = (y[near] + margin) * wide + (x[near] + margin)
        colors = argb if isinstance(argb, int) else argb[near]
        for dy in range(-reach, reach + 1):
            for dx in range(-reach, reach + 1):
                if dx * dx + dy * dy <= reach * reach + 0.5:
                    pixels[at + (dy * wide + dx)] = colors

    def image(self, ratio: float) -> QImage:
        """What was set."""
        (width, height), margin = self._size, self._margin
        inner = np.ascontiguousarray(self._buffer[margin : margin + height, margin : margin + width])
        image = QImage(inner.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()
        image.setDevicePixelRatio(ratio)
        return image
