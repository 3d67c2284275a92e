"""The program's icon in the forms that Windows (ico) and macOS (icns) want, painted from the SVG of the resources."""

import io
import os
from pathlib import Path

from PIL import Image

SIDE = 512


def icon(svg: Path, to: Path) -> Path:
    """Write the picture of an SVG file; the suffix of `to` tells the form: .ico, .icns or .png."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    canvas = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32)
    canvas.fill(0)
    renderer = QSvgRenderer(QByteArray(svg.read_bytes()))
    if not renderer.isValid():
        raise ValueError(f"{svg} is no SVG picture")
    painter = QPainter(canvas)
    renderer.render(painter)
    painter.end()
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(held, "PNG")
    with Image.open(io.BytesIO(held.data().data())) as picture:
        if to.suffix == ".ico":
            picture.save(to, sizes=[(s, s) for s in (16, 32, 48, 64, 128, 256)])
        else:
            picture.save(to)
    return to
