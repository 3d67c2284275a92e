"""A histogram on a page of the PDF, with the line that its bars are read against."""

from reportlab.lib import colors
from reportlab.platypus import Flowable

from bloodview.report import fonts
from bloodview.report.section import Bars

_BAR, _AXIS, _MARK = colors.HexColor("#8fb0e0"), colors.HexColor("#5b6675"), colors.HexColor("#1c2430")
_FOOT, _HEAD = 12.0, 8.0


class Histogram(Flowable):
    """Bars over an axis, as wide as it is told."""

    def __init__(self, bars: Bars, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._bars = bars

    def draw(self) -> None:
        """Paint onto the page."""
        canvas, bars = self.canv, self._bars
        low, high = bars.span
        room = self.height - _FOOT - _HEAD

        def at(value: float) -> float:
            return self.width * (value - low) / (high - low)

        canvas.setFillColor(_BAR)
        for start, end, n in bars.bins:
            if n:
                canvas.rect(at(start) + 0.4, _FOOT, at(end) - at(start) - 0.8, room * n / bars.most, stroke=0, fill=1)
        canvas.setStrokeColor(_AXIS)
        canvas.setLineWidth(0.5)
        canvas.line(0, _FOOT, self.width, _FOOT)
        canvas.setStrokeColor(_MARK)
        canvas.setDash(3, 2)
        canvas.line(at(bars.mark), _FOOT - 2, at(bars.mark), self.height)
        canvas.setDash()
        canvas.setFillColor(_AXIS)
        fonts.draw(canvas, 0, 2, f"{low:g}", size=7)
        fonts.draw_right(canvas, self.width, 2, f"{high:g} {bars.unit}", size=7)
        fonts.draw(canvas, 0, self.height - 7, f"{bars.most}", size=7)
        canvas.setFillColor(_MARK)
        fonts.draw(canvas, at(bars.mark) - 6, 2, f"{bars.mark:g}", size=7)
