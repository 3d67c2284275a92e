"""One cell in detail: its picture, who said what it is, how sure the model is, what can be measured."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.cells import Cell, Prediction, Source, Status
from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.heads import Head
from bloodview.ui.heard import heard
from bloodview.ui.language import tr
from bloodview.ui.measurements import Measurements, in_words, sureness
from bloodview.ui.scrolling import scrolled

CROP_PX = 104
_BARS = 4
_ROW_PX = 19


class ProbabilityBars(QWidget):
    """The most probable classes as bars, best first; what is left is summed up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, str, float]] = []
        self._marks: ClassMarks | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_probabilities(self, prediction: Prediction | None, marks: ClassMarks) -> None:
        """Show those of a prediction."""
        self._marks = marks
        ranked = sorted(prediction.probabilities, key=lambda p: -p[1]) if prediction is not None else []
        self.rows = [(class_id, marks.look(class_id).title or class_id, p) for class_id, p in ranked[:_BARS]]
        if rest := sum(p for _, p in ranked[_BARS:]):
            self.rows.append(("", tr("{number} other classes", number=len(ranked) - _BARS), rest))
        self.setFixedHeight(self._row_px * len(self.rows))
        self.setAccessibleDescription(", ".join(f"{title} {p:.1%}" for _, title, p in self.rows))
        self.update()

    @property
    def _row_px(self) -> int:
        return round(_ROW_PX * style.stretch(self.font()))

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, row_px = QFontMetricsF(self.font()), self._row_px
        number, bar = metrics.horizontalAdvance("100.0 %") + 8, max(56.0, 0.24 * self.width())
        title_width = self.width() - number - bar - 18
        for i, (class_id, title, p) in enumerate(self.rows):
            y = i * row_px
            if class_id and self._marks is not None:
                self._marks.paint_shape(painter, class_id, QRectF(0, y + (row_px - 10) / 2, 10, 10))
            strong = QFont(self.font())
            strong.setBold(i == 0)
            painter.setFont(strong)
            role = QPalette.ColorRole.Text if i < 2 else QPalette.ColorRole.PlaceholderText
            painter.setPen(self.palette().color(role))
            text = QFontMetricsF(strong).elidedText(title, Qt.TextElideMode.ElideRight, title_width)
            painter.drawText(QRectF(16, y, title_width, row_px), Qt.AlignmentFlag.AlignVCenter, text)
            place = QRectF(self.width() - number, y, number, row_px)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{100 * p:.1f} %")
            track = QRectF(self.width() - number - bar, y + (row_px - 6) / 2, bar, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.line(self.palette()))
            painter.drawRoundedRect(track, 3, 3)
            color = self._marks.color(class_id) if class_id and self._marks is not None else style.faint(self.palette())
            painter.setBrush(color)
            if p * bar >= 1:
                painter.drawRoundedRect(QRectF(track.left(), track.top(), max(4.0, p * bar), 6), 3, 3)
        painter.end()


class _Crop(QWidget):
    """The cell's picture; untouched by the theme, a calm square until it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.pixmap: QPixmap | None = None
        self.setFixedSize(CROP_PX, CROP_PX)

    def show_image(self, image: QImage | None) -> None:
        self.pixmap = QPixmap.fromImage(image) if image is not None and not image.isNull() else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(128, 128, 128, 40))
        if self.pixmap is not None:
            painter.drawPixmap(self.rect(), self.pixmap)
        painter.end()


class CellPanel(QWidget):
    """The panel at the lower right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self.cell_id = 0
        self._cell: Cell | None = None
        self._way_to: Callable[[str], str] = str
        self._selected = 0
        self._heading = style.named(QLabel(tr("Cell")), "heading")
        self._place = style.named(QLabel(""), "faint")
        head = Head()
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 0, 14, 0)
        row.addWidget(self._heading)
        row.addStretch()
        row.addWidget(self._place)
        self.crop = _Crop()
        self.label, self.said_by, self.verdict, self.runner_up = QLabel(), QLabel(), QLabel(), QLabel()
        self.familiarity = QLabel()
        for text in (self.said_by, self.runner_up, self.familiarity):
            text.setObjectName("faint")
        for text in (self.label, self.said_by, self.verdict, self.runner_up, self.familiarity):
            text.setWordWrap(True)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setToolTip(tr("Why this cell stands in the queue of those to look at next"))
        self.reason.hide()
        self.bars = ProbabilityBars()
        self.measured = QLabel()
        self.measured.setObjectName("faint")
        self.measured.setWordWrap(True)
        self.measured.setToolTip(
            tr("Area, ratio of nucleus to cytoplasm, lobes of the nucleus, circularity (1 = circle), from the outlines")
        )
        self._stack = QStackedLayout()
        self._hint = style.named(QLabel(""), "faint")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setContentsMargins(14, 14, 14, 14)
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._detail())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        outer.addLayout(self._stack, 1)
        self.show_nothing()

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)

    def set_ways(self, way_to: Callable[[str], str]) -> None:
        """Tell how a person does something: action id -> its key, or its place in the menus."""
        self._way_to = way_to
        if not self.cell_id:
            self.show_nothing(self._selected)

    def show_nothing(self, selected: int = 0) -> None:
        """No cell, or several."""
        self._selected = selected
        self.cell_id, self._cell = 0, None
        self._place.setText("")
        if selected > 1:
            self._hint.setText(
                tr(
                    "{n:,} cells are selected. The key of a class labels them all, {enter} confirms, {x} excludes.",
                    n=selected,
                    enter=self._way_to("desk.confirm"),
                    x=self._way_to("desk.exclude"),
                )
            )
        else:
            self._hint.setText(
                tr(
                    "Choose a cell in the gallery or on the slide, or press {key} for the most doubtful one.",
                    key=self._way_to("desk.next_doubtful"),
                )
            )
        self._stack.setCurrentIndex(0)

    def show_cell(self, cell: Cell, where: str, measurements: Measurements | None) -> None:
        """Show a cell that lies on the picture called `where`; its own picture comes by `show_crop`."""
        if self._marks is None:
            return
        if cell.id != self.cell_id:
            self.crop.show_image(None)
        self.cell_id, self._cell = cell.id, cell
        self._stack.setCurrentIndex(1)  # first: Qt lays texts out too low that change while they are hidden
        self._place.setText(_shortened(where, 26))
        self._place.setToolTip(where)
        title = self._marks.look(cell.label).title
        self.label.setText(f"<big><b>{title}</b></big>")
        self.said_by.setText(_said_by(cell))
        self._show_verdict(cell)
        prediction = cell.prediction
        self.bars.show_probabilities(prediction, self._marks)
        self.bars.setVisible(prediction is not None)
        self.runner_up.setVisible(prediction is not None)
        self.familiarity.setVisible(prediction is not None)
        if prediction is not None:
            self.runner_up.setText(self._runner_up(cell, prediction))
            self.familiarity.setText(tr("Familiarity {familiarity:.0%}", familiarity=prediction.familiarity))
            self.familiarity.setToolTip(tr("How like the pictures that the model was made from; low = unfamiliar"))
        text = in_words(measurements, cell)
        self.measured.setText(text)
        self.measured.setVisible(bool(text))

    def show_reason(self, text: str) -> None:
        """Why the shown cell is worth a look; "" = it stands in no queue."""
        self.reason.setText(heard(text))
        self.reason.setVisible(bool(text))

    def show_crop(self, cell_id: int, image: QImage) -> None:
        """Take a picture, if it is of the cell that is shown."""
        if cell_id == self.cell_id:
            self.crop.show_image(image)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._cell is not None:
            self._show_verdict(self._cell)

    def _runner_up(self, cell: Cell, prediction: Prediction) -> str:
        """The most probable class besides the one that the cell is called by."""
        assert self._marks is not None
        others = [p for p in prediction.probabilities if p[0] != cell.label]
        if not others:
            return ""
        name, p = max(others, key=lambda other: other[1])
        word = tr("Classifier") if p > dict(prediction.probabilities).get(cell.label, 0.0) else tr("Runner-up")
        return f"{word}: {self._marks.look(name).title}, {p:.1%}"

    def _show_verdict(self, cell: Cell) -> None:
        text, which = _verdict(cell)
        color = style.tone(self.palette(), which).name() if which is not None else style.faint(self.palette()).name()
        self.verdict.setText(f"<span style='color:{color}; font-weight:600'>{text}</span>")

    def _detail(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 8, 14, 6)
        column.setSpacing(5)
        # No grid: it gives a text of two lines the height of one.
        top, texts = QHBoxLayout(), QVBoxLayout()
        top.setSpacing(14)
        texts.setSpacing(3)
        top.addWidget(self.crop, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(texts, 1)
        for text in (self.label, self.said_by, self.verdict, self.runner_up, self.familiarity):
            texts.addWidget(text)
        texts.addStretch()
        column.addLayout(top)
        column.addWidget(self.reason)
        column.addWidget(self.bars)
        column.addWidget(self.measured)
        column.addStretch()
        return scrolled(inner)


def _said_by(cell: Cell) -> str:
    if cell.source is Source.PERSON:
        return tr("Decided by a person")
    if cell.source is Source.LEARNED and cell.learned is not None:
        return tr("Taught by you, {sureness} sure", sureness=sureness(cell.learned.confidence))
    if cell.prediction is None:
        return tr("Found by the detector, score {score:.0%}", score=cell.score)
    if _is_overruled(cell):
        return tr("Found by the detector, score {score:.0%}; the classifier sees something else", score=cell.score)
    return tr("Named by the model, {sureness} sure", sureness=sureness(cell.prediction.confidence))


def _is_overruled(cell: Cell) -> bool:
    """Whether the machine calls the cell other than its classifier would."""
    said = cell.prediction
    if cell.source is not Source.MODEL or said is None:
        return False
    return cell.label not in (said.label, "") or max(said.probabilities, key=lambda p: p[1])[1] > said.confidence


def _verdict(cell: Cell) -> tuple[str, style.Tone | None]:
    if cell.status is Status.REJECTED:
        return tr("Excluded from the count"), style.Tone.BAD
    if cell.status is Status.UNDECIDED:
        return tr("Undecided, left out"), style.Tone.DOUBT
    if cell.needs_a_look:
        return tr("Needs a look"), style.Tone.DOUBT
    if cell.source is Source.PERSON:
        said = cell.prediction.label if cell.prediction is not None else cell.label
        return (tr("Confirmed") if said == cell.label else tr("Corrected")), style.Tone.GOOD
    return (tr("Decided") if cell.prediction is not None else ""), style.Tone.GOOD


def _shortened(text: str, length: int) -> str:
    half = (length - 1) // 2
    return text if len(text) <= length else f"{text[:half]}…{text[-half:]}"
