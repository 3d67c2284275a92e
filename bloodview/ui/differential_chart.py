"""The differential as a chart: a line a class with its interval, and what is outside the percentages below."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bloodview.core.differential import Differential, Interval
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.language import later, tr

MARGIN_PX = 14
_LEAST_ROW_PX, _MOST_ROW_PX = 19, 28
_HEAD_PX = 26
_BAR_PX, _LEAST_BAR_PX = 54, 40
_INDENT_PX = 9
_CAP_PX = 17
"""Of the key that names a cell so, the gap before the numbers too."""
_CUT = later("Red cells and platelets cut by the left or upper border: left out by the rule for cut cells")


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
        is_outside: not part of the percentages.
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
    is_outside: bool = False


def lines_of(d: Differential) -> list[CountLine]:
    """The differential as lines: leukocyte classes first, then what is outside their percentages."""
    lines = []
    groups = {group.class_id for group in d.groups}
    for row in d.outline:
        low, high = 100 * row.interval.low, 100 * row.interval.high
        words = (
            tr(
                "{title}: {count:,} of {n_leukocytes:,} leukocytes, {share:.1f} %, 95 % interval {low:.1f} to "
                "{high:.1f} % (Wilson)",
                title=tr(row.title),
                count=row.count,
                n_leukocytes=d.n_leukocytes,
                share=100 * row.share,
                low=low,
                high=high,
            )
            if d.n_leukocytes
            else tr("{title}: no leukocytes counted yet", title=tr(row.title))
        )
        lines.append(
            CountLine(
                row.class_id,
                tr("Not named further") if row.class_id in groups and not row.is_group else tr(row.title),
                f"{row.count:,}",
                f"{100 * row.share:.1f} %" if d.n_leukocytes else "–",
                row.share,
                row.interval if d.n_leukocytes else None,
                words,
                depth=row.depth,
                is_group=row.is_group,
            )
        )
    lines.append(CountLine("", tr("Outside the percentages"), is_heading=True))
    per, ratio = d.nrbc_per_100_wbc, ""
    words = tr("Erythroblasts: {number:,}", number=d.n_erythroblasts)
    if per is not None:
        ratio = tr("{ratio:.1f} per 100 WBC", ratio=per.value)
        low, high = per.interval.low, per.interval.high
        words += tr(
            ", {ratio:.1f} for each 100 leukocytes, 95 % interval {low:.1f} to {high:.1f}",
            ratio=per.value,
            low=low,
            high=high,
        )
    outside = [
        ("erythroblast", tr("Erythroblasts"), d.n_erythroblasts, words),
        ("platelet", tr("Platelets"), d.n_platelets, ""),
        ("red_cell", tr("Red cells"), d.n_red_cells, ""),
        ("", tr("Undecided"), d.n_undecided, tr("Looked at, could not be told: left out")),
        ("", tr("Excluded"), d.n_rejected, tr("Taken out by a person: left out")),
        *(("", tr(title), number, tr("No leukocyte: left out")) for title, number in d.others),
        *([("", tr("Cut by border"), d.n_cut, tr(_CUT))] if d.n_cut else []),
        *([("", tr("Not named"), d.n_unnamed, tr("Found, but nobody named them: left out"))] if d.n_unnamed else []),
    ]
    for class_id, title, number, why in outside:
        share = ratio if class_id == "erythroblast" else ""
        lines.append(CountLine(class_id, title, f"{number:,}", share, explanation=why, is_outside=True))
    return lines


def _left_of(line: CountLine, font: QFont) -> float:
    """Where the title of a line begins, behind shape and letters."""
    return 16.0 + 27.0 * style.stretch(font) + _INDENT_PX * max(0, line.depth)


class DifferentialChart(QWidget):
    """Paints the lines; one pass, whatever the number of cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[CountLine] = []
        self._marks: ClassMarks | None = None
        self._row_px = float(_LEAST_ROW_PX)
        self._room_px = 0
        self._keys: Mapping[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_lines(self, lines: list[CountLine], marks: ClassMarks) -> None:
        """Show other numbers."""
        self.lines, self._marks = lines, marks
        self.setAccessibleDescription("; ".join(x.explanation or f"{x.title}: {x.count}" for x in lines if x.count))
        self.fit(self._room_px)
        self.update()

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The keys that name a cell: class id -> key, "" for none."""
        self._keys = dict(keys)
        self.update()

    def fit(self, room_px: int) -> None:
        """Spread the rows over this height, as far as that looks well."""
        self._room_px = room_px
        rows = max(1, self._number_of_rows())
        least = round(_LEAST_ROW_PX * style.stretch(self.font()))
        row_px = min(max((room_px - _HEAD_PX - 12) // rows, least), max(least, _MOST_ROW_PX))
        height = row_px * rows + _HEAD_PX + 10
        self._row_px = row_px
        if self.height() != height:
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = next((x for place, x in self._places() if place.contains(QPointF(event.pos()))), None)
            QToolTip.showText(event.globalPos(), self._tip(at) if at is not None else "", self)
            return True
        return super().event(event)

    def _tip(self, line: CountLine) -> str:
        key = self._keys.get(line.class_id, "")
        named = tr("Key {key} calls the chosen cells so.", key=key) if key else ""
        return "\n".join(part for part in (line.explanation, named) if part)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = [x.interval.high for x in self.lines if x.interval is not None]
        reach = min(1.0, max(0.25, *shown)) if shown else 1.0
        columns = self._columns()
        for place, line in self._places():
            if line.is_heading:
                self._paint_heading(painter, line, place)
            elif line.is_outside:
                self._paint_outside(painter, line, place)
            else:
                self._paint_share(painter, line, place, reach, columns)
        painter.end()

    def _number_of_rows(self) -> int:
        inside = sum(not x.is_heading and not x.is_outside for x in self.lines)
        wide = sum(x.is_outside and bool(x.share) for x in self.lines)
        narrow = sum(x.is_outside and not x.share for x in self.lines)
        return inside + wide + (narrow + 1) // 2

    def _places(self) -> list[tuple[QRectF, CountLine]]:
        """Where each line stands; outside the percentages two narrow ones share a row."""
        places, y, wide = [], 4.0, float(self.width() - 2 * MARGIN_PX)
        half, is_right = (wide - 24) / 2, False
        for line in self.lines:
            height = _HEAD_PX if line.is_heading else self._row_px
            if line.is_outside and not line.share:
                x = MARGIN_PX + (half + 24 if is_right else 0)
                places.append((QRectF(x, y, half, height), line))
                y += height if is_right else 0
                is_right = not is_right
            else:
                places.append((QRectF(MARGIN_PX, y, wide, height), line))
                y += height
        return places

    def _paint_heading(self, painter: QPainter, line: CountLine, place: QRectF) -> None:
        painter.setPen(style.line(self.palette()))
        painter.drawLine(QPointF(place.left(), place.top() + 4.5), QPointF(place.right(), place.top() + 4.5))
        painter.setFont(style.small(self.font()))
        painter.setPen(style.faint(self.palette()))
        painter.drawText(place.adjusted(0, 6, 0, 0), Qt.AlignmentFlag.AlignVCenter, line.title)
        painter.setFont(self.font())

    def _paint_outside(self, painter: QPainter, line: CountLine, place: QRectF) -> None:
        metrics = QFontMetricsF(self.font())
        left = place.left()
        if line.class_id and self._marks is not None:
            middle = place.center().y()
            self._marks.paint_shape(painter, line.class_id, QRectF(left, middle - 5, 10, 10))
            left += 17
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        number = f"{line.count}   {line.share}" if line.share else line.count
        title_px = place.right() - left - metrics.horizontalAdvance(number) - 8
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, title_px)
        role = QPalette.ColorRole.PlaceholderText if line.count == "0" else QPalette.ColorRole.Text
        painter.setPen(self.palette().color(role))
        painter.drawText(QRectF(left, place.top(), title_px + 4, place.height()), Qt.AlignmentFlag.AlignVCenter, title)
        painter.drawText(place, end, number)
        if line.class_id:
            cap = left + metrics.horizontalAdvance(title) + 8
            if cap + _CAP_PX < place.right() - metrics.horizontalAdvance(number):
                self._paint_key(painter, line, cap, place)

    def _columns(self) -> tuple[float, float, float]:
        """Widths of count, share and bar; the bar gives way to a long title."""
        bold = QFont(self.font())
        bold.setBold(True)
        metrics, lines = QFontMetricsF(bold), [x for x in self.lines if not x.is_outside and not x.is_heading]
        count_px = max((metrics.horizontalAdvance(x.count) for x in lines), default=0.0) + 6
        share_px = max((metrics.horizontalAdvance(x.share) for x in lines), default=0.0) + 8
        fonts = {True: metrics, False: QFontMetricsF(self.font())}
        title_px = max(
            (_left_of(x, self.font()) + fonts[x.is_group].horizontalAdvance(x.title) + self._cap_of(x) for x in lines),
            default=0.0,
        )
        wide = self.width() - 2 * MARGIN_PX
        bar_px = max(_BAR_PX, 0.16 * wide)
        return count_px, share_px, max(_LEAST_BAR_PX, min(bar_px, wide - title_px - count_px - share_px - 2))

    def _paint_share(
        self, painter: QPainter, line: CountLine, place: QRectF, reach: float, columns: tuple[float, float, float]
    ) -> None:
        palette, marks = self.palette(), self._marks
        if marks is None:
            return
        font = QFont(self.font())
        font.setBold(line.is_group)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        count_px, share_px, bar_px = columns
        left, top, height = place.left() + _INDENT_PX * max(0, line.depth), place.top(), place.height()
        marks.paint_shape(painter, line.class_id, QRectF(left, top + (height - 10) / 2, 10, 10))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(style.faint(palette))
        painter.drawText(
            QRectF(left + 16, top, 27 * style.stretch(self.font()) + 3, height), middle, marks.look(line.class_id).mark
        )
        text = palette.color(QPalette.ColorRole.Text)
        painter.setPen(style.faint(palette) if line.count == "0" else text)
        title_left = place.left() + _left_of(line, self.font())
        numbers_left = place.right() - bar_px - share_px - count_px
        title_right = numbers_left - self._cap_of(line)
        title = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, title_right - title_left)
        painter.drawText(QRectF(title_left, top, title_right - title_left + 2, height), middle, title)
        end = middle | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(numbers_left, top, count_px, height), end, line.count)
        painter.drawText(QRectF(numbers_left + count_px, top, share_px, height), end, line.share)
        self._paint_key(painter, line, title_right, place)
        painter.setFont(self.font())
        if line.interval is not None:
            bar = QRectF(place.right() - bar_px + 10, top, bar_px - 10, height)
            self._paint_interval(painter, line, line.interval, bar, reach)

    def _cap_of(self, line: CountLine) -> float:
        return _CAP_PX * style.stretch(self.font()) if self._keys.get(line.class_id) else 0.0

    def _paint_key(self, painter: QPainter, line: CountLine, left: float, place: QRectF) -> None:
        """The key of a class as a cap, so that nobody has to look it up."""
        key = self._keys.get(line.class_id, "")
        if len(key) != 1:
            return
        side = min(15.0 * style.stretch(self.font()), place.height() - 3)
        cap = QRectF(left, place.center().y() - side / 2, side, side)
        painter.setPen(QPen(style.line(self.palette()), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 3, 3)
        painter.setFont(style.small(self.font()))
        painter.setPen(style.faint(self.palette()))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)

    def _paint_interval(
        self, painter: QPainter, line: CountLine, interval: Interval, place: QRectF, reach: float
    ) -> None:
        """A track from 0 to `reach`, the interval as a band, the share as a tick."""
        middle, per_unit = place.center().y(), place.width() / reach
        painter.fillRect(QRectF(place.left(), middle - 1, place.width(), 2), style.line(self.palette()))
        color = self._marks.color(line.class_id) if self._marks is not None else style.faint(self.palette())
        low, high = (place.left() + x * per_unit for x in (interval.low, interval.high))
        painter.setPen(Qt.PenStyle.NoPen)
        color.setAlpha(175)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(low, middle - 3.5, max(2.0, high - low), 7), 2, 2)
        x = place.left() + line.value * per_unit
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 2))
        painter.drawLine(QPointF(x, middle - 5), QPointF(x, middle + 5))
