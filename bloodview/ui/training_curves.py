"""The curves of a training while it runs: painted, so that they are there in both themes and cost nothing."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bloodview.core.refinement import HELD_OUT_LOSS, HELD_OUT_NEW, HELD_OUT_OLD, LOSS
from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.style import Tone

LOSSES = (LOSS, HELD_OUT_LOSS)
SHARES = (HELD_OUT_NEW, HELD_OUT_OLD)
_LEFT, _RIGHT, _TOP, _FOOT = 52, 12, 26, 22
_LEAST_SPAN = 0.05
_FEW_DIGITS = 0.1
"""From such a height on the figures at the side differ without a further digit."""


class TrainingCurves(QWidget):
    """Two plots side by side: the losses, and how well those held out are named, found or outlined."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(170)
        self.points: dict[str, list[tuple[float, float]]] = {}
        self._epochs = 1.0
        self._own = self._old = ""

    def sizeHint(self) -> QSize:
        return QSize(640, 210)

    def clear(self, own: str, old: str) -> None:
        """Begin anew; the titles of what the plot at the right shows of the person's, and of what was known before."""
        self.points, self._epochs = {}, 1.0
        self._own, self._old = own, old
        self.update()

    def add(self, values: Mapping[str, float | int | str]) -> None:
        """An epoch's figures; of an epoch that is there already the newer ones count."""
        epoch = float(values.get("epoch", 0))
        self._epochs = max(1.0, float(values.get("of", 1)))
        for name in (*LOSSES, *SHARES):
            if isinstance(value := values.get(name), int | float):
                kept = [p for p in self.points.get(name, []) if p[0] < epoch]
                self.points[name] = [*kept, (epoch, float(value))]
        titles = dict(zip((*LOSSES, *SHARES), (tr("Loss"), tr("held out"), self._own, self._old), strict=True))
        said = [f"{titles[name]} {points[-1][1]:.2f}" for name, points in self.points.items()]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.small(self.font()))
        half = self.width() / 2
        accent, good = self.palette().highlight().color(), style.tone(self.palette(), Tone.GOOD)
        loss = ((LOSSES[0], tr("Loss"), style.faint(self.palette())), (LOSSES[1], tr("held out"), accent))
        shares = ((SHARES[0], self._own, accent), (SHARES[1], self._old, good))
        self._plot(painter, QRectF(0, 0, half, self.height()), loss, percent=False)
        self._plot(painter, QRectF(half, 0, half, self.height()), shares, percent=True)
        painter.end()

    def _plot(
        self, painter: QPainter, whole: QRectF, lines: Sequence[tuple[str, str, QColor]], *, percent: bool
    ) -> None:
        inner = whole.adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)
        values = [v for name, _, _ in lines for _, v in self.points.get(name, [])]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = max(_LEAST_SPAN, high - low) * 0.1
        low, high = low - room, high + room
        if percent:
            low, high = max(0.0, low), min(1.0, high)
        painter.setPen(QPen(style.line(self.palette()), 1))
        for k in range(3):
            y = inner.top() + inner.height() * k / 2
            painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
        painter.setPen(style.faint(self.palette()))
        digits = int(high - low < _FEW_DIGITS) + (0 if percent else 2)
        for k in range(3 if values else 0):  # before the first epoch there is nothing to read off
            value = high - (high - low) * k / 2
            y = inner.top() + inner.height() * k / 2
            place = QRectF(whole.left(), y - 8, _LEFT - 6, 16)
            text = f"{value * 100:.{digits}f} %" if percent else f"{value:.{digits}f}"
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        foot = QRectF(inner.left(), inner.bottom() + 4, inner.width(), 16)
        if values:
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight, tr("epoch {number}", number=round(self._epochs)))
        x = inner.left()
        for name, title, color in (own for own in lines if own[0] in self.points or not values):
            painter.setPen(QPen(color, 2))
            painter.drawLine(QPointF(x, _TOP / 2), QPointF(x + 14, _TOP / 2))
            painter.setPen(self.palette().text().color())
            width = painter.fontMetrics().horizontalAdvance(title)
            painter.drawText(QRectF(x + 18, 0, width + 4, _TOP), Qt.AlignmentFlag.AlignVCenter, title)
            x += width + 36
            points = self.points.get(name, [])
            placed = QPolygonF(
                [
                    QPointF(
                        inner.left() + inner.width() * e / self._epochs,
                        inner.bottom() - inner.height() * (v - low) / max(1e-9, high - low),
                    )
                    for e, v in points
                ]
            )
            painter.setPen(QPen(color, 2))
            painter.drawPolyline(placed)
            if points:
                painter.setBrush(color)
                painter.drawEllipse(placed.last(), 2.5, 2.5)
                painter.setBrush(Qt.BrushStyle.NoBrush)
