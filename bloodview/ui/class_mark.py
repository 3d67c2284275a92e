"""How a cell class looks wherever it is painted: a colour, one or two letters and a shape, never the colour alone."""

import math
from dataclasses import replace
from enum import Enum
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from bloodview.core.taxonomy import CellClass, Taxonomy
from bloodview.ui.language import later, tr

UNNAMED = CellClass("", later("Not named"), "", "", "#9aa4b2", "–")
"""Stands for a cell nobody has named, or whose class is unknown here."""

CHIP_BACK = QColor(18, 21, 26, 225)
CHIP_TEXT = QColor(255, 255, 255)
"""Chips lie on the picture, which no theme touches; they look the same in both themes."""


_SUFFIX_COLORS = {"?": QColor("#ffd166"), "✓": QColor("#9be7a8")}


class Shape(Enum):
    """The shapes that tell classes apart without colour."""

    CIRCLE = 0
    SQUARE = 1
    DIAMOND = 2
    TRIANGLE = 3
    HEXAGON = 4
    WEDGE = 5
    RING = 6
    PLUS = 7


def shape_path(shape: Shape, rect: QRectF) -> QPainterPath:
    """The outline of a shape inside a rectangle."""
    path = QPainterPath()
    c, r = rect.center(), min(rect.width(), rect.height()) / 2
    if shape is Shape.CIRCLE:
        path.addEllipse(c, r, r)
    elif shape is Shape.RING:
        path.setFillRule(Qt.FillRule.OddEvenFill)
        path.addEllipse(c, r, r)
        path.addEllipse(c, r * 0.48, r * 0.48)
    elif shape is Shape.SQUARE:
        path.addRect(QRectF(c.x() - r * 0.86, c.y() - r * 0.86, r * 1.72, r * 1.72))
    elif shape is Shape.PLUS:
        arm = r * 0.36
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRect(QRectF(c.x() - r, c.y() - arm, 2 * r, 2 * arm))
        path.addRect(QRectF(c.x() - arm, c.y() - r, 2 * arm, 2 * r))
        path = path.simplified()  # one outline, not two that cross
    else:
        corners, start = {
            Shape.DIAMOND: (4, -90.0),
            Shape.TRIANGLE: (3, -90.0),
            Shape.WEDGE: (3, 90.0),
            Shape.HEXAGON: (6, 0.0),
        }[shape]
        angles = (math.radians(start + 360 * i / corners) for i in range(corners))
        points = [QPointF(c.x() + r * math.cos(a), c.y() + r * math.sin(a)) for a in angles]
        path.moveTo(points[0])
        for point in points[1:]:
            path.lineTo(point)
        path.closeSubpath()
    return path


def outline_of(color: QColor) -> QColor:
    """What stands around a shape of this colour."""
    return color.darker(200)


class ClassMarks:
    """The looks of all classes of a taxonomy; chips are painted once and kept."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._by_id = {c.id: replace(c, title=tr(c.title)) for c in taxonomy.classes}
        self._unnamed = replace(UNNAMED, title=tr(UNNAMED.title))
        self._chips: dict[tuple[str, str, float, str], QPixmap] = {}

    @cached_property
    def _shapes(self) -> dict[str, Shape]:
        return {c.id: Shape[self.taxonomy.shape(c.id).upper()] for c in self.taxonomy.classes}

    def look(self, class_id: str) -> CellClass:
        """The class with its title as people read it, or the stand-in for an unknown one."""
        return self._by_id.get(class_id, self._unnamed)

    def color(self, class_id: str) -> QColor:
        """The class's colour."""
        return QColor(self.look(class_id).color)

    def shape(self, class_id: str) -> Shape:
        """The class's shape; a ring for no class."""
        return self._shapes.get(class_id, Shape.RING)

    def paint_shape(self, painter: QPainter, class_id: str, rect: QRectF) -> None:
        """Fill the class's shape with its colour; the darker outline keeps light ones visible on a light ground."""
        painter.setPen(QPen(outline_of(self.color(class_id)), 1))
        painter.setBrush(self.color(class_id))
        painter.drawPath(shape_path(self.shape(class_id), rect))

    def chip(self, class_id: str, suffix: str, font: QFont, ratio: float) -> QPixmap:
        """A dark pill with shape, letters and a suffix such as "?", for a picture; `ratio` device pixels a pixel."""
        key = (class_id, suffix, ratio, font.key())
        if key not in self._chips:
            self._chips[key] = self._painted_chip(class_id, suffix, font, ratio)
        return self._chips[key]

    def tag(self, class_id: str, font: QFont, ink: QColor, ratio: float) -> QPixmap:
        """Shape and letters without a back, for painting on the theme's own ground."""
        key = (class_id, ink.name(QColor.NameFormat.HexArgb), ratio, font.key())
        if key not in self._chips:
            self._chips[key] = self._painted_tag(class_id, font, ink, ratio)
        return self._chips[key]

    def _painted_tag(self, class_id: str, font: QFont, ink: QColor, ratio: float) -> QPixmap:
        mark, metrics, glyph = self.look(class_id).mark, QFontMetricsF(font), 9.0
        height = math.ceil(metrics.height())
        width = math.ceil(glyph + 7 + metrics.horizontalAdvance(mark))
        pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_shape(painter, class_id, QRectF(1, (height - glyph) / 2, glyph, glyph))
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QPointF(glyph + 6, metrics.ascent()), mark)
        painter.end()
        return pixmap

    def _painted_chip(self, class_id: str, suffix: str, font: QFont, ratio: float) -> QPixmap:
        mark = self.look(class_id).mark
        metrics = QFontMetricsF(font)
        height = math.ceil(metrics.height()) + 2
        glyph = height - 8.0
        gap = 3.0 if suffix else 0.0
        wide = (metrics.horizontalAdvance(mark), metrics.horizontalAdvance(suffix))
        width = math.ceil(4 + glyph + 4 + wide[0] + gap + wide[1] + 5)
        pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(CHIP_BACK)
        painter.drawRoundedRect(QRectF(0, 0, width, height), 4, 4)
        self.paint_shape(painter, class_id, QRectF(4, 4, glyph, glyph))
        painter.setFont(font)
        painter.setPen(CHIP_TEXT)
        base = (height - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(8 + glyph, base), mark)
        if suffix:
            painter.setPen(_SUFFIX_COLORS.get(suffix, CHIP_TEXT))
            painter.drawText(QPointF(8 + glyph + wide[0] + gap, base), suffix)
        painter.end()
        return pixmap
