"""Paints a tile of the gallery and the header of a group."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPalette, QPen

from bloodview.core.cells import Cell, Source, Status
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.gallery_layout import FOOTER, MARGIN
from bloodview.ui.gallery_model import ALL, REJECTED, SLIDE, UNDECIDED
from bloodview.ui.language import tr
from bloodview.ui.measurements import sureness

AMBER, GREEN, INK = QColor("#ffb020"), QColor("#3fbf6f"), QColor("#14171c")
"""Badges lie on the picture, so they look the same in both themes."""
_RADIUS = 6.0


@dataclass(frozen=True, slots=True)
class TileState:
    """What the person's hand does to a tile."""

    selected: bool = False
    current: bool = False
    hovered: bool = False


@dataclass(frozen=True, slots=True)
class Brushes:
    """What every tile is painted with."""

    palette: QPalette
    marks: ClassMarks
    font: QFont
    small: QFont
    names: Mapping[int, str] = field(default_factory=dict)
    """Of slides."""
    widths: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, palette: QPalette, marks: ClassMarks, font: QFont, names: Mapping[int, str] | None = None) -> "Brushes":
        """With a small font that goes with the font."""
        small = QFont(font)
        small.setPointSizeF(max(small.pointSizeF() * 0.86, 6.5))
        return cls(palette, marks, font, small, names or {})

    def small_width(self, text: str) -> float:
        """Width of a word in the small font."""
        if text not in self.widths:
            self.widths[text] = QFontMetricsF(self.small).horizontalAdvance(text)
        return self.widths[text]

    def faint(self, alpha: int) -> QColor:
        """The theme's text colour, thinned."""
        color = QColor(self.palette.color(QPalette.ColorRole.Text))
        color.setAlpha(alpha)
        return color


def title_of(key: str, marks: ClassMarks, names: Mapping[int, str] | None = None) -> str:
    """A group's name for people; `names` of slides."""
    if key.startswith(SLIDE):
        slide_id = int(key.removeprefix(SLIDE))
        return (names or {}).get(slide_id) or tr("Picture {number}", number=slide_id)
    known = {UNDECIDED: tr("Undecided"), REJECTED: tr("Excluded"), ALL: tr("All cells")}
    return known.get(key) or marks.look(key).title


def paint_group_mark(painter: QPainter, brushes: Brushes, key: str, rect: QRectF) -> None:
    """The shape of a class, or the sign of a group that is none."""
    if key in (UNDECIDED, REJECTED):
        painter.setFont(brushes.font)
        painter.setPen(AMBER if key == UNDECIDED else brushes.faint(170))
        painter.drawText(rect.adjusted(-4, -4, 4, 4), Qt.AlignmentFlag.AlignCenter, "?" if key == UNDECIDED else "✕")
    elif not key.startswith("~"):
        brushes.marks.paint_shape(painter, key, rect)


def paint_header(
    painter: QPainter, brushes: Brushes, rect: QRectF, key: str, count: int, share: float | None, *, lit: bool
) -> None:
    """Shape, letters, title, count and share of a group, over a line."""
    palette = brushes.palette
    painter.fillRect(rect, palette.color(QPalette.ColorRole.Base))
    if lit:
        painter.fillRect(rect, _thin(palette.color(QPalette.ColorRole.Highlight), 90))
    side = 13.0
    middle = rect.center().y()
    paint_group_mark(painter, brushes, key, QRectF(rect.left() + MARGIN + 1, middle - side / 2, side, side))
    x = rect.left() + MARGIN + side + 10
    bold = QFont(brushes.font)
    bold.setBold(True)
    x -= side + 10 if key == ALL or key.startswith(SLIDE) else 0
    mark, number = "" if key.startswith("~") else brushes.marks.look(key).mark, f"{count:,}"
    metrics = QFontMetricsF(bold)
    behind = metrics.horizontalAdvance(number) + (QFontMetricsF(brushes.small).horizontalAdvance(mark) + 14) * bool(
        mark
    )
    title = title_of(key, brushes.marks, brushes.names)
    room = rect.right() - MARGIN - x - 8
    if metrics.horizontalAdvance(title) > room - behind:  # the letters stand on every tile too
        mark, behind = "", metrics.horizontalAdvance(number)
    title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room - behind)
    x = _word(painter, bold, brushes.faint(255), x, rect, title) + 8
    if mark:
        x = _word(painter, brushes.small, brushes.faint(140), x, rect, mark) + 14
    x = _word(painter, bold, brushes.faint(225), x, rect, number) + 8
    if share is not None:
        room = rect.right() - MARGIN - x
        words = (tr("{share:.1%} of leukocytes", share=share), f"{share:.1%}")
        fitting = [w for w in words if QFontMetricsF(brushes.font).horizontalAdvance(w) <= room]
        _word(painter, brushes.font, brushes.faint(150), x, rect, fitting[0] if fitting else "")
    painter.setPen(QPen(brushes.faint(38), 1))
    painter.drawLine(
        QPointF(rect.left() + MARGIN, rect.bottom() - 4.5), QPointF(rect.right() - MARGIN, rect.bottom() - 4.5)
    )


def paint_tile(
    painter: QPainter, brushes: Brushes, rect: QRectF, cell: Cell, crop: QImage | None, state: TileState
) -> None:
    """Crop, badge, confidence bar, mark; crossed and faint if rejected."""
    palette = brushes.palette
    picture = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - FOOTER)
    highlight = palette.color(QPalette.ColorRole.Highlight)
    if state.selected:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_thin(highlight, 70))
        painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 2), _RADIUS + 3, _RADIUS + 3)
    rejected = cell.status is Status.REJECTED
    painter.setOpacity(0.4 if rejected else 1.0)
    _paint_crop(painter, brushes, picture, cell, crop)
    painter.setOpacity(1.0)
    if rejected:
        painter.setPen(QPen(brushes.faint(150), 1.5))
        inner = picture.adjusted(6, 6, -6, -6)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state.selected or state.current or state.hovered:
        pen = QPen(highlight if state.selected or state.current else brushes.faint(150), 2.5 if state.selected else 1.5)
        painter.setPen(pen)
        painter.drawRoundedRect(picture, _RADIUS, _RADIUS)
    _paint_badge(painter, brushes, picture, cell)
    _paint_footer(painter, brushes, QRectF(rect.left(), picture.bottom(), rect.width(), FOOTER), cell)


def _paint_crop(painter: QPainter, brushes: Brushes, picture: QRectF, cell: Cell, crop: QImage | None) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brushes.faint(20))
    painter.drawRoundedRect(picture, _RADIUS, _RADIUS)
    if crop is not None:
        if crop.deviceIndependentSize().width() == picture.width():
            painter.drawImage(picture.topLeft(), crop)
        else:
            painter.drawImage(picture, crop)
        return
    side = picture.width() * 0.22
    center = picture.center()
    painter.setOpacity(0.25)
    brushes.marks.paint_shape(painter, cell.label, QRectF(center.x() - side / 2, center.y() - side / 2, side, side))
    painter.setOpacity(1.0)


def _paint_badge(painter: QPainter, brushes: Brushes, picture: QRectF, cell: Cell) -> None:
    if cell.needs_a_look or cell.status is Status.UNDECIDED:
        sign, color = "?", AMBER
    elif cell.source is Source.PERSON and cell.status is Status.ACTIVE:
        sign, color = "✓", GREEN
    else:
        return
    side = min(18.0, picture.width() * 0.28)
    spot = QRectF(picture.right() - side - 4, picture.top() + 4, side, side)
    painter.setPen(QPen(_thin(INK, 150), 1))
    painter.setBrush(color)
    painter.drawEllipse(spot)
    font = QFont(brushes.small)
    font.setBold(True)
    font.setPixelSize(max(8, round(side * 0.72)))
    painter.setFont(font)
    painter.setPen(INK)
    painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, sign)


def _paint_footer(painter: QPainter, brushes: Brushes, strip: QRectF, cell: Cell) -> None:
    marks = brushes.marks
    said = cell.learned if cell.source is Source.LEARNED else cell.prediction
    sure = said.confidence if said is not None else 0.0
    bar = QRectF(strip.left(), strip.top() + 4, strip.width(), 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brushes.faint(40))
    painter.drawRoundedRect(bar, 1.5, 1.5)
    if sure > 0:
        painter.setBrush(_thin(marks.color(cell.label), 90 if cell.source is Source.PERSON else 255))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * sure, bar.height()), 1.5, 1.5)
    ratio = painter.device().devicePixelRatioF()
    tag = marks.tag(cell.label, brushes.small, brushes.faint(235), ratio)
    high = tag.deviceIndependentSize().height()
    top = round((strip.top() + 8 + (strip.height() - 8 - high) / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(strip.left(), top), tag)
    by_hand = cell.source is Source.PERSON
    if strip.width() < (84 if by_hand else 60):
        return
    opinion = sureness(sure) if said is not None else "–"
    note = tr("by hand") if by_hand else opinion
    painter.setFont(brushes.small)
    painter.setPen(brushes.faint(150))
    painter.drawText(
        QPointF(strip.right() - 1 - brushes.small_width(note), top + QFontMetricsF(brushes.small).ascent()), note
    )


def rounded(crop: QImage, side_px: int, ratio: float) -> QImage:
    """A crop as tiles show it: `side_px` view pixels, corners cut; made once, so that painting only copies."""
    side = round(side_px * ratio)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    scaled = (
        crop.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        if crop.width() != side or crop.height() != side
        else crop
    )
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(scaled))
    painter.drawRoundedRect(QRectF(0, 0, side, side), _RADIUS * ratio, _RADIUS * ratio)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def _word(painter: QPainter, font: QFont, color: QColor, x: float, rect: QRectF, text: str) -> float:
    """Write a word; returns where it ends."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(QPointF(x, rect.center().y() + (metrics.ascent() - metrics.descent()) / 2), text)
    return x + metrics.horizontalAdvance(text)


def _thin(color: QColor, alpha: int) -> QColor:
    thinned = QColor(color)
    thinned.setAlpha(alpha)
    return thinned
