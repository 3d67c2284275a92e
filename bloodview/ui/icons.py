"""Line icons from resources/icons, tinted to the theme; painted once a colour and size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from bloodview.core import paths


def icon(name: str, palette: QPalette) -> QIcon:
    """An icon of resources/icons in the palette's text colours; an empty one if the file is missing."""
    made = QIcon()
    normal = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
    dim = palette.color(QPalette.ColorRole.PlaceholderText)
    dim.setAlpha(110)
    for mode, color in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, dim)):
        for px in (16, 20, 32):
            made.addPixmap(pixmap(name, color, px), mode)
    return made


def app_icon() -> QIcon:
    """The program's own icon."""
    made = QIcon()
    for px in (16, 32, 48, 128, 256):
        made.addPixmap(pixmap("bloodview", QColor("#ffffff"), px))
    return made


def pixmap(name: str, color: QColor, px: int, ratio: float = 1.0) -> QPixmap:
    """An icon as a square picture of `px` view pixels a side, at `ratio` device pixels a view pixel."""
    side = round(px * ratio)
    canvas = QPixmap(side, side)
    canvas.fill(Qt.GlobalColor.transparent)
    text = _source(name)
    if text:
        painter = QPainter(canvas)
        renderer = QSvgRenderer(QByteArray(text.replace("currentColor", color.name()).encode()))
        painter.setOpacity(color.alphaF())
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
    canvas.setDevicePixelRatio(ratio)
    return canvas


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    try:
        return (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        return ""
