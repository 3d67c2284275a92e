"""The scale bar: a round length in micrometres, or in pixels with a word about it when the scale is unknown."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from bloodview.core.geometry import Scale
from bloodview.ui.language import later, tr

_SOURCES = {"file": "", "red cells": later("from red cells"), "user": later("set by hand"), "assumed": later("assumed")}
_MARGIN, _PAD, _GAP = 12.0, 9.0, 24.0


@dataclass(frozen=True, slots=True)
class Bar:
    """What the scale bar shows.

    Args:
        length_px: view pixels.
        text: the length with its unit.
        note: where the scale comes from, or that there is none; may be empty.
    """

    length_px: float
    text: str
    note: str


def round_length(at_most: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above `at_most`."""
    power = 10.0 ** math.floor(math.log10(at_most))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= at_most * (1 + 1e-9))


def bar_for(zoom: float, scale: Scale | None, longest_px: float = 150.0) -> Bar:
    """The bar at a zoom (view pixels per level-0 pixel)."""
    if scale is None:
        length = max(round_length(longest_px / zoom), 1.0)
        return Bar(length * zoom, f"{length:,.0f} px", tr("no scale in the file"))
    per_px = scale.um_per_px / zoom
    length = round_length(longest_px * per_px)
    text = f"{length / 1000:g} mm" if length >= 1000 else f"{length:g} µm"
    return Bar(length / per_px, text, tr(source) if (source := _SOURCES.get(scale.source, scale.source)) else "")


def small_font(font: QFont) -> QFont:
    """The font of what is written over the picture."""
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.9, 7.0))
    small.setBold(True)
    return small


def bar_height(font: QFont) -> float:
    """How high the bar is, view pixels."""
    return QFontMetricsF(font).height() + 22


def words_for(bar: Bar, percent: str, metrics: QFontMetricsF, room: float) -> tuple[str, str]:
    """What is said over the bar at its left and right: what has no room is left out, the right one first."""
    whole = f"{bar.text}  ·  {bar.note}" if bar.note else bar.text
    for words, right in ((whole, percent), (whole, "")):
        if metrics.horizontalAdvance(words) + (_GAP + metrics.horizontalAdvance(right)) * bool(right) <= room:
            return words, right
    return bar.text, ""


def paint_bar(painter: QPainter, bar: Bar, percent: str, font: QFont, view: QRectF) -> QRectF:
    """Paint the bar at the lower left of the view; returns the place it took."""
    metrics = QFontMetricsF(font)
    words, percent = words_for(bar, percent, metrics, view.width() - 2 * _MARGIN - 2 * _PAD)
    right = metrics.horizontalAdvance(percent)
    width = max(bar.length_px, metrics.horizontalAdvance(words) + (_GAP + right) * bool(percent)) + 2 * _PAD
    height = bar_height(font)
    place = QRectF(view.left() + _MARGIN, view.bottom() - _MARGIN - height, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(18, 21, 26, 205))
    painter.drawRoundedRect(place, 6, 6)
    painter.setFont(font)
    base = place.top() + 6 + metrics.ascent()
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(QPointF(place.left() + _PAD, base), words)
    painter.setPen(QColor(255, 255, 255, 150))
    painter.drawText(QPointF(place.right() - _PAD - right, base), percent)
    y, x0 = round(place.bottom() - 9) + 0.5, round(place.left() + _PAD) + 0.5
    x1 = x0 + bar.length_px
    painter.setPen(QPen(QColor(255, 255, 255), 2))
    painter.drawLine(QPointF(x0, y), QPointF(x1, y))
    painter.setPen(QPen(QColor(255, 255, 255), 1.5))
    for x in (x0, x1):
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 3))
    painter.restore()
    return place
