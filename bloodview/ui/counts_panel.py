"""The live differential: count, share and Wilson interval of each class; what stands outside the percentages apart."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from bloodview.core.differential import Differential, Interval
from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks

_ROW_PX = 26
_HEAD_PX = 30
_MARGIN_PX = 14


@dataclass(frozen=True, slots=True)
class CountLine:
    """A line of the chart as it is read.

    Args:
        class_id: "" where the line is no class.
        share: text such as "41.2 %" or "1.4 per 100"; "" for none.
        interval: of the share, 0 to 1; None = no bar.
        explanation: the whole line in words.
        is_heading: a line that only divides.
        depth: below how many groups it stands.
        is_group: sums up the lines below it.
    """

    class_id: str
    title: str
    count: str = ""
    share: str = ""
    value: float = 0.0
    interval: Interval | None = None
    explanation: str = ""
    is_heading: bool = False
    depth: int = 0
    is_group: bool = False


def lines_of(d: Differential) -> list[CountLine]:
    """The differential as lines: leukocyte classes first, then what is outside their percentages."""
    lines = []
    for row in d.outline:
        low, high = 100 * row.interval.low, 100 * row.interval.high
        words = (
            f"{row.title}: {row.count:,} of {d.n_leukocytes:,} leukocytes, {100 * row.share:.1f} %, "
            f"95 % interval {low:.1f} to {high:.1f} % (Wilson)"
            if d.n_leukocytes
            else f"{row.title}: no leukocytes counted yet"
        )
        lines.append(
            CountLine(
                row.class_id,
                row.title,
                f"{row.count:,}",
                f"{100 * row.share:.1f} %" if d.n_leukocytes else "–",
                row.share,
                row.interval if d.n_leukocytes else None,
                words,
                depth=row.depth,
                is_group=row.is_group,
            )
        )
    lines.append(CountLine("", "Outside the percentages", is_heading=True))
    per, ratio, words = d.nrbc_per_100_wbc, "", f"Erythroblasts: {d.n_erythroblasts:,}"
    if per is not None:
        ratio = f"{per.value:.1f} / 100 WBC"
        low, high = per.interval.low, per.interval.high
        words += f", {per.value:.1f} for each 100 leukocytes, 95 % interval {low:.1f} to {high:.1f}"
    lines.append(CountLine("erythroblast", "Erythroblasts", f"{d.n_erythroblasts:,}", ratio, explanation=words))
    lines.append(CountLine("platelet", "Platelets", f"{d.n_platelets:,}"))
    lines.append(CountLine("red_cell", "Red cells", f"{d.n_red_cells:,}"))
    lines += [CountLine("", title, f"{number:,}") for title, number in d.others]
    lines.append(CountLine("", "Undecided", f"{d.n_undecided:,}", explanation="Looked at, could not be told: left out"))
    lines.append(CountLine("", "Excluded", f"{d.n_rejected:,}", explanation="Taken out by a person: left out"))
    if d.n_cut:
        words = "Red cells and platelets cut by the left or upper border: left out by the rule for cut cells"
        lines.append(CountLine("", "Cut by the border", f"{d.n_cut:,}", explanation=words))
    if d.n_unnamed:
        words = "Found, but nobody named them: left out"
        lines.append(CountLine("", "Not named", f"{d.n_unnamed:,}", explanation=words))
    return lines


class DifferentialChart(QWidget):
    """Paints the lines; one pass, whatever the number of cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[CountLine] = []
        self._marks: ClassMarks | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: list[CountLine], marks: ClassMarks) -> None:
        """Show other numbers."""
        self.lines, self._marks = lines, marks
        height = sum(self._height(line) for line in lines) + 10
        if self.height() != height:
            self.setFixedHeight(height)
        self.setAccessibleDescription("; ".join(x.explanation or f"{x.title}: {x.count}" for x in lines if x.count))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            line = self._line_at(event.pos().y())
            QToolTip.showText(event.globalPos(), line.explanation if line is not None else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = [x.interval.high for x in self.lines if x.interval is not None]
        reach = min(1.0, max(0.25, *shown)) if shown else 1.0
        y = 4.0
        for line in self.lines:
            height = self._height(line)
            if line.is_heading:
                self._paint_heading(painter, line, y, height)
            else:
                self._paint_line(painter, line, y, height, reach)
            y += height
        painter.end()

    def _paint_heading(self, painter: QPainter, line: CountLine, y: float, height: float) -> None:
        pen_y = y + 6.5
        painter.setPen(style.line(self.palette()))
        painter.drawLine(QPointF(_MARGIN_PX, pen_y), QPointF(self.width() - _MARGIN_PX, pen_y))
        small = QFont(self.font())
        small.setPixelSize(12)
        painter.setFont(small)
        painter.setPen(style.faint(self.palette()))
        place = QRectF(_MARGIN_PX, y + 8, self.width() - 2 * _MARGIN_PX, height - 8)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.title)
        painter.setFont(self.font())

    def _paint_line(self, painter: QPainter, line: CountLine, y: float, height: float, reach: float) -> None:
        palette, wide = self.palette(), self.width() - 2 * _MARGIN_PX
        metrics = QFontMetricsF(self.font())
        bar = max(48.0, 0.22 * wide)
        count, share = metrics.horizontalAdvance("00,000") + 4, metrics.horizontalAdvance("100.0 %") + 10
        left: float = _MARGIN_PX
        text = palette.color(QPalette.ColorRole.Text)
        is_none = line.count == "0"
        if line.class_id and self._marks is not None:
            self._marks.paint_shape(painter, line.class_id, QRectF(left, y + (height - 11) / 2, 11, 11))
            painter.setPen(style.faint(palette))
            mark = self._marks.look(line.class_id).mark
            painter.drawText(QRectF(left + 17, y, 26, height), Qt.AlignmentFlag.AlignVCenter, mark)
        left += 44
        right = _MARGIN_PX + wide
        title_width = right - bar - share - count - left - 6
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, title_width)
        painter.setPen(style.faint(palette) if is_none else text)
        painter.drawText(QRectF(left, y, title_width + 4, height), Qt.AlignmentFlag.AlignVCenter, title)
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(right - bar - share - count, y, count, height), end, line.count)
        if line.interval is None:
            painter.drawText(QRectF(right - bar - share + 10, y, bar + share - 10, height), end, line.share)
            return
        painter.drawText(QRectF(right - bar - share, y, share - 4, height), end, line.share)
        self._paint_interval(painter, line, QRectF(right - bar + 6, y, bar - 6, height), reach)

    def _paint_interval(self, painter: QPainter, line: CountLine, place: QRectF, reach: float) -> None:
        """A track from 0 to `reach`, the interval as a band, the share as a tick."""
        assert line.interval is not None
        assert self._marks is not None
        middle, per_unit = place.center().y(), place.width() / reach
        track = QRectF(place.left(), middle - 1, place.width(), 2)
        painter.fillRect(track, style.line(self.palette()))
        color = self._marks.color(line.class_id)
        low, high = (place.left() + x * per_unit for x in (line.interval.low, line.interval.high))
        painter.setPen(Qt.PenStyle.NoPen)
        color.setAlpha(150)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(low, middle - 3.5, max(2.0, high - low), 7), 2, 2)
        x = place.left() + line.value * per_unit
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 2))
        painter.drawLine(QPointF(x, middle - 6), QPointF(x, middle + 6))

    def _line_at(self, y: float) -> CountLine | None:
        top = 4.0
        for line in self.lines:
            top += self._height(line)
            if y < top:
                return line
        return None

    @staticmethod
    def _height(line: CountLine) -> int:
        return _HEAD_PX if line.is_heading else _ROW_PX


class TargetBar(QWidget):
    """How far the count is on its way to 100, 200 or 400 leukocytes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counted, self._target = 0, 200
        self.setFixedHeight(10)

    def show_count(self, counted: int, target: int) -> None:
        """Show other numbers."""
        self._counted, self._target = counted, target
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.line(self.palette()))
        painter.drawRoundedRect(QRectF(0, 2, self.width(), 4), 2, 2)
        reached = self._counted >= self._target
        good = style.tone(self.palette(), style.Tone.GOOD)
        painter.setBrush(good if reached else self.palette().color(QPalette.ColorRole.Highlight))
        wide = self.width() * min(1.0, self._counted / self._target)
        if wide > 0:
            painter.drawRoundedRect(QRectF(0, 2, max(4.0, wide), 4), 2, 2)
        painter.end()


class CountsPanel(QWidget):
    """The panel at the right, always of the whole case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self._target = 200
        self._shown: Differential | None = None
        self._heading = style.named(QLabel("Differential"), "heading")
        self._scope = style.named(QLabel(""), "faint")
        head = style.named(QFrame(), "bar")
        head.setFixedHeight(40)
        row = QHBoxLayout(head)
        row.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
        row.addWidget(self._heading)
        row.addStretch()
        row.addWidget(self._scope)
        self._counted = QLabel("")
        self._target_bar = TargetBar()
        self._empty = style.named(QLabel("The differential appears here while the pictures are analysed."), "faint")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(_MARGIN_PX, 14, _MARGIN_PX, 14)
        self.chart = DifferentialChart()
        top = QWidget()
        self._top = top
        lines = QVBoxLayout(top)
        lines.setContentsMargins(_MARGIN_PX, 10, _MARGIN_PX, 2)
        lines.setSpacing(4)
        lines.addWidget(self._counted)
        lines.addWidget(self._target_bar)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addWidget(top)
        column.addWidget(self.chart)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addWidget(scroll, 1)
        self.show_nothing()

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)

    def set_target(self, leukocytes: int) -> None:
        """How many leukocytes are to be counted."""
        self._target = leukocytes
        if self._shown is not None:
            self.show_differential(self._shown, self._scope.text())

    def show_nothing(self) -> None:
        """No case, or no cell yet."""
        self._shown = None
        self._scope.setText("")
        self._empty.show()
        self._top.hide()
        self.chart.hide()

    def show_differential(self, differential: Differential, scope: str) -> None:
        """Show these numbers and, as `scope`, what was counted, such as "64 pictures"."""
        if self._marks is None:
            return
        self._shown = differential
        self._scope.setText(scope)
        self._empty.hide()
        self._top.show()
        self.chart.show()
        n = differential.n_leukocytes
        self._counted.setText(
            f"<b>{n:,}</b> of {self._target} leukocytes" if n < self._target else f"<b>{n:,}</b> leukocytes counted"
        )
        self._target_bar.show_count(n, self._target)
        self.chart.show_lines(lines_of(differential), self._marks)

    @property
    def lines(self) -> list[CountLine]:
        """What is shown, as lines."""
        return self.chart.lines if self._shown is not None else []
