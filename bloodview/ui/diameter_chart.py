"""The diameters of the red cells as bars, with the line of 7.5 um that they are read against and their mean."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bloodview.core.red_cells import RULER_UM, Bin
from bloodview.ui import style
from bloodview.ui.language import tr

_HEIGHT_PX = 118
_FOOT_PX = 18.0
"""Of the axis, at the usual size of texts."""


class DiameterChart(QWidget):
    """Paints the bars; one pass, whatever the number of cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bins: tuple[Bin, ...] = ()
        self._mean_um: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Diameters of the red cells"))

    def show_bins(self, bins: tuple[Bin, ...], mean_um: float | None) -> None:
        """Show other numbers."""
        self.bins, self._mean_um = bins, mean_um
        told = [
            tr("{low:g} to {high:g} µm: {count}", low=b.low_um, high=b.high_um, count=b.count) for b in bins if b.count
        ]
        self.setAccessibleDescription("; ".join(told))
        self.setToolTip(
            tr("Red cells by diameter in bars of a quarter µm; the dashed line is 7.5 µm, the mark above their mean")
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(_HEIGHT_PX - _FOOT_PX + self._foot_px))

    @property
    def _foot_px(self) -> float:
        return _FOOT_PX * style.stretch(self.font())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.bins:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = self.bins[0].low_um, self.bins[-1].high_um
        base, most = self.height() - self._foot_px, max(1, *(b.count for b in self.bins))

        def at(um: float) -> float:
            return self.width() * (um - low) / (high - low)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        for b in self.bins:
            tall = (base - 10) * b.count / most
            painter.drawRect(QRectF(at(b.low_um) + 0.5, base - tall, at(b.high_um) - at(b.low_um) - 1, tall))
        painter.setPen(style.line(self.palette()))
        painter.drawLine(QPointF(0, base), QPointF(self.width(), base))
        text = self.palette().color(QPalette.ColorRole.Text)
        ruler = QPen(text, 1, Qt.PenStyle.DashLine)
        painter.setPen(ruler)
        painter.drawLine(QPointF(at(RULER_UM), 0), QPointF(at(RULER_UM), base + 3))
        if self._mean_um is not None and low <= self._mean_um <= high:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(text)
            x = at(self._mean_um)
            painter.drawPolygon([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 7)])
        self._paint_axis(painter, low, high, at(RULER_UM), base)
        painter.end()

    def _paint_axis(self, painter: QPainter, low: float, high: float, ruler_px: float, base: float) -> None:
        painter.setFont(style.small(self.font()))
        metrics = QFontMetricsF(painter.font())
        foot = QRectF(0, base + 2, self.width(), self._foot_px - 2)
        painter.setPen(style.faint(self.palette()))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{low:g}")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{high:g} µm")
        ruler = f"{RULER_UM:g}"
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(QPointF(ruler_px - metrics.horizontalAdvance(ruler) / 2, base + 2 + metrics.ascent()), ruler)
