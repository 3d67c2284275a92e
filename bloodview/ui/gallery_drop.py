"""The bar of all classes that opens over the gallery while tiles are dragged: every class is a target, empty or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPalette, QPen

from bloodview.ui.gallery_layout import MARGIN
from bloodview.ui.gallery_model import REJECTED, UNDECIDED, GalleryModel
from bloodview.ui.gallery_tile import Brushes, paint_group_mark, title_of
from bloodview.ui.language import tr

_HEIGHT, _GAP, _PAD, _MARK, _LOAD = 30.0, 6.0, 10.0, 11.0, 46.0


@dataclass(frozen=True, slots=True)
class Target:
    """A chip of the bar."""

    key: str
    rect: QRectF


class DropBar:
    """Lays out and paints the targets; nothing of it stays after the drag."""

    def __init__(self, model: GalleryModel, brushes: Brushes, width: float) -> None:
        self._model, self._brushes = model, brushes
        self.targets: list[Target] = []
        metrics = QFontMetricsF(brushes.font)
        x, y = float(MARGIN), float(MARGIN) + metrics.height() + 8
        for key in (*(c.id for c in model.taxonomy.by_lineage), UNDECIDED, REJECTED):
            wide = metrics.horizontalAdvance(self._text(key)) + 2 * _PAD + _MARK + 7
            if x > MARGIN and x + wide > width - MARGIN:
                x, y = float(MARGIN), y + _HEIGHT + _GAP
            self.targets.append(Target(key, QRectF(x, y, wide, _HEIGHT)))
            x += wide + _GAP
        self.rect = QRectF(0, 0, width, y + _HEIGHT + MARGIN)

    def at(self, pos: QPointF) -> str | None:
        """The target under a point of the view."""
        return next((t.key for t in self.targets if t.rect.contains(pos)), None)

    def paint(self, painter: QPainter, under: str | None, moving: int) -> None:
        """Paint the bar; the target under the pointer is lit."""
        palette, brushes = self._brushes.palette, self._brushes
        painter.fillRect(self.rect, palette.color(QPalette.ColorRole.Window))
        painter.setPen(QPen(brushes.faint(60), 1))
        painter.drawLine(QPointF(0, self.rect.bottom()), QPointF(self.rect.right(), self.rect.bottom()))
        painter.setFont(brushes.font)
        painter.setPen(brushes.faint(180))
        what = tr("this cell") if moving == 1 else tr("these {moving:,} cells", moving=moving)
        painter.drawText(
            QRectF(MARGIN, MARGIN - 2, self.rect.width(), 20),
            Qt.AlignmentFlag.AlignVCenter,
            tr("Drop {what} on a class", what=what),
        )
        highlight = palette.color(QPalette.ColorRole.Highlight)
        for target in self.targets:
            lit = target.key == under
            painter.setPen(QPen(highlight if lit else brushes.faint(60), 1.5 if lit else 1))
            painter.setBrush(highlight if lit else palette.color(QPalette.ColorRole.Button))
            painter.drawRoundedRect(target.rect.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
            middle = target.rect.center().y()
            spot = QRectF(target.rect.left() + _PAD, middle - _MARK / 2, _MARK, _MARK)
            paint_group_mark(painter, brushes, target.key, spot)
            role = QPalette.ColorRole.HighlightedText if lit else QPalette.ColorRole.ButtonText
            painter.setFont(brushes.font)
            painter.setPen(palette.color(role))
            words = target.rect.adjusted(_PAD + _MARK + 7, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text(target.key))

    def _text(self, key: str) -> str:
        count = self._model.count(key)
        title = title_of(key, self._brushes.marks)
        return f"{title}  {count:,}" if count else title


def paint_load(painter: QPainter, brushes: Brushes, pointer: QPointF, crops: Sequence[QImage | None]) -> None:
    """The dragged tiles as a small stack below the pointer, the first on top."""
    painter.setOpacity(0.85)
    for depth, crop in reversed(list(enumerate(crops))):
        place = QRectF(pointer.x() + 12 + 5 * depth, pointer.y() + 16 + 5 * depth, _LOAD, _LOAD)
        painter.setPen(QPen(brushes.palette.color(QPalette.ColorRole.Highlight), 1.5))
        painter.setBrush(brushes.palette.color(QPalette.ColorRole.Button))
        painter.drawRect(place)
        if crop is not None:
            painter.drawImage(place.adjusted(1, 1, -1, -1), crop)
    painter.setOpacity(1.0)
