"""The live differential: count, share and Wilson interval of each class; what stands outside the percentages apart."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bloodview.core.differential import Differential, count_more, widest
from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.differential_chart import MARGIN_PX, CountLine, DifferentialChart, lines_of
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.scrolling import scrolled


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
        self._target, self._within = 200, 5
        self._shown: Differential | None = None
        self._keys: Mapping[str, str] = {}
        self._scope = style.named(QLabel(""), "faint")
        self._scope.setToolTip(tr("Counted over the whole case"))
        self._counted = QLabel("")
        self._target_bar = TargetBar()
        self.precision = style.named(QLabel(""), "faint")
        self.precision.setWordWrap(True)
        self.check = style.named(QLabel(""), "faint")
        self.check.setWordWrap(True)
        self.check.setToolTip(
            tr(
                "Of the labels that need no look some are checked in an order drawn by chance, among the cells "
                "to look at next; how often they are wrong tells how far the others can be trusted"
            )
        )
        self.check.hide()
        self._empty = style.named(QLabel(tr("The differential appears here while the pictures are analysed.")), "faint")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(MARGIN_PX, 14, MARGIN_PX, 14)
        self.keys = style.named(QLabel(""), "faint")
        """Which key stands for which class, for whoever reads without seeing it beside the numbers."""
        self.keys.setContentsMargins(MARGIN_PX, 0, MARGIN_PX, 14)
        self.chart = DifferentialChart()
        top = QWidget()
        self._top = top
        lines = QVBoxLayout(top)
        lines.setContentsMargins(MARGIN_PX, 10, MARGIN_PX, 2)
        lines.setSpacing(4)
        first = QHBoxLayout()
        first.addWidget(self._counted, 1)
        first.addWidget(self._scope)
        lines.addLayout(first)
        lines.addWidget(self._target_bar)
        lines.addWidget(self.precision)
        lines.addWidget(self.check)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addWidget(self.keys)
        column.addWidget(top)
        column.addWidget(self.chart)
        column.addStretch()
        scroll = scrolled(inner)
        self._scroll = scroll
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        self.show_nothing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The keys that name a cell: class id -> key."""
        self._keys = dict(keys)
        self.chart.set_keys(keys)

    def set_target(self, leukocytes: int) -> None:
        """How many leukocytes are to be counted."""
        self._target = leukocytes
        if self._shown is not None:
            self.show_differential(self._shown, self._scope.text())

    def set_within(self, hundredths: int) -> None:
        """How well each share is to be known: +- so many hundredths."""
        self._within = hundredths
        if self._shown is not None:
            self.show_differential(self._shown, self._scope.text())

    def show_nothing(self, why: str = "") -> None:
        """No case, no cell yet, or why else there is nothing."""
        self._empty.setText(why or tr("The differential appears here while the pictures are analysed."))
        self.keys.setText(self._key_lines())
        self.keys.setVisible(bool(why))
        self._shown = None
        self._scope.setText("")
        self._empty.show()
        self._top.hide()
        self.chart.hide()

    def _key_lines(self) -> str:
        marks = self._marks
        found = {key: marks.look(name).title for name, key in self._keys.items() if key} if marks is not None else {}
        return "\n".join(f"{key}   {title}" for key, title in sorted(found.items()))

    def show_check(self, text: str) -> None:
        """What the random check of the confident labels has found; "" = nothing was checked."""
        text = heard(text)
        if text != self.check.text():
            self.check.setText(text)
            self.check.setVisible(bool(text))
            self._fit()

    def show_differential(self, differential: Differential, scope: str) -> None:
        """Show these numbers and, as `scope`, what was counted, such as "64 pictures"."""
        if self._marks is None:
            return
        self._shown = differential
        self._scope.setText(scope)
        self._empty.hide()
        self.keys.hide()
        self._top.show()
        self.chart.show()
        n = differential.n_leukocytes
        self._counted.setText(
            tr("<b>{number:,}</b> of {target} leukocytes", number=n, target=self._target)
            if n < self._target
            else tr("<b>{number:,}</b> leukocytes counted", number=n)
        )
        self._target_bar.show_count(n, self._target)
        self.precision.setText(_precision(differential, self._within))
        self.chart.show_lines(lines_of(differential), self._marks)
        self._fit()

    def _fit(self) -> None:
        """Let the chart use the height there is."""
        self.chart.fit(self._scroll.viewport().height() - self._top.sizeHint().height())

    @property
    def lines(self) -> list[CountLine]:
        """What is shown, as lines."""
        return self.chart.lines if self._shown is not None else []


def _precision(differential: Differential, within: int) -> str:
    """How well the share that is known least well is known, and how many more cells would do."""
    row = widest(differential)
    if row is None:
        return ""
    half = 50 * (row.interval.high - row.interval.low)
    known = tr("Every share is known to ±{half:.1f} % or better (least well: {title})", half=half, title=tr(row.title))
    more = max(count_more(r.count, differential.n_leukocytes, within / 100) for r in differential.outline)
    return (
        tr("{known}. Count {more:,} more for ±{within} %.", known=known, more=more, within=within)
        if more
        else tr("{known}: within the wanted ±{within} %.", known=known, within=within)
    )
