"""The words that stand in an empty view: what is missing, and what to do about it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPalette


def paint_hint(painter: QPainter, area: QRectF, title: str, hint: str, font: QFont, palette: QPalette) -> None:
    """Paint a title and a fainter hint into the middle of an area."""
    area = area.adjusted(24, 24, -24, -24)
    half = area.height() / 2 - 4
    color = palette.color(QPalette.ColorRole.Text)
    faint = QColor(color)
    faint.setAlpha(165)
    large = QFont(font)
    large.setPointSizeF(font.pointSizeF() * 1.35)
    center, wrap = Qt.AlignmentFlag.AlignHCenter, Qt.TextFlag.TextWordWrap
    painter.setFont(large)
    painter.setPen(color)
    top = QRectF(area.x(), area.y(), area.width(), half)
    painter.drawText(top, int(center | Qt.AlignmentFlag.AlignBottom | wrap), title)
    painter.setFont(font)
    painter.setPen(faint)
    bottom = QRectF(area.x(), area.center().y() + 4, area.width(), half)
    painter.drawText(bottom, int(center | Qt.AlignmentFlag.AlignTop | wrap), hint)
