"""Two cells side by side at one scale: their pictures under a common lens, what each is called, how they measure."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.elided import Elided
from bloodview.ui.heads import Head
from bloodview.ui.language import tr
from bloodview.ui.layouts import empty
from bloodview.ui.why_panel import Neighbour, Neighbours

LEAST, MOST = 1.0, 8.0
"""Magnification of the lens over the whole window around a cell."""
_STEP = 1.25
_RULER_UM = 5.0


@dataclass(frozen=True, slots=True)
class Side:
    """What is told of one of the two cells.

    Args:
        cell_id: 0 for nothing to compare with.
        label: its class; "" = not named, or hidden.
        caption: picture it lies on and number.
        window_um: side of its picture, um; None where the scale is not known.
        facts: texts, as many as there are `titles`.
    """

    cell_id: int = 0
    label: str = ""
    caption: str = ""
    window_um: float | None = None
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Lens:
    """How both pictures are seen: magnification, and the middle of what is seen as a share of the picture."""

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    def move(self, dx: float, dy: float) -> None:
        """Shift by a share of what is seen."""
        self._settle(self.x + dx / self.zoom, self.y + dy / self.zoom)

    def magnify(self, factor: float, at: QPointF) -> None:
        """Zoom so that the point at a share of the view stays."""
        point_x, point_y = self.x + (at.x() - 0.5) / self.zoom, self.y + (at.y() - 0.5) / self.zoom
        self.zoom = min(MOST, max(LEAST, self.zoom * factor))
        self._settle(point_x - (at.x() - 0.5) / self.zoom, point_y - (at.y() - 0.5) / self.zoom)

    def reset(self) -> None:
        """The whole pictures."""
        self.zoom, self.x, self.y = 1.0, 0.5, 0.5

    def _settle(self, x: float, y: float) -> None:
        half = 0.5 / self.zoom
        self.x, self.y = (min(1 - half, max(half, v)) for v in (x, y))


class Pane(QWidget):
    """One picture under the common lens; no theme touches it.

    Signals:
        chosen: somebody clicked here.
        moved: the lens was changed here.
    """

    chosen = Signal()
    moved = Signal()

    def __init__(self, lens: Lens) -> None:
        super().__init__()
        self.lens, self.image = lens, QImage()
        self.others: tuple[Pane, ...] = ()
        self.window_um: float | None = None
        self.is_active = False
        self._from: QPointF | None = None
        self.setMinimumSize(130, 130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage) -> None:
        """Another picture; an empty one = a calm square."""
        self.image = image
        self.update()

    @property
    def place(self) -> QRectF:
        """The square that the picture fills, as large as the others': one pixel more would be another scale."""
        side = min(min(p.width(), p.height()) for p in (self, *self.others)) - 6.0
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    @property
    def px_per_um(self) -> float | None:
        """Screen pixels a micrometre; None where the scale is not known."""
        return self.place.width() * self.lens.zoom / self.window_um if self.window_um else None

    def sizeHint(self) -> QSize:
        return QSize(180, 180)  # the rest of the room is theirs by their stretch

    def resizeEvent(self, event: QResizeEvent) -> None:
        for other in self.others:
            other.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            at = (event.position() - self.place.topLeft()) / max(1.0, self.place.width())
            self.lens.magnify(_STEP if event.angleDelta().y() > 0 else 1 / _STEP, at)
            self.moved.emit()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()
            self.chosen.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            way = (self._from - event.position()) / max(1.0, self.place.width())
            self._from = event.position()
            self.lens.move(way.x(), way.y())
            self.moved.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        place = self.place
        painter.fillRect(place, QColor(128, 128, 128, 40))
        if not self.image.isNull():
            side, lens = self.image.width(), self.lens
            seen = side / lens.zoom
            painter.drawImage(place, self.image, QRectF(lens.x * side - seen / 2, lens.y * side - seen / 2, seen, seen))
        if (px_per_um := self.px_per_um) is not None:
            self._paint_ruler(painter, place, _RULER_UM * px_per_um)
        color = self.palette().highlight().color() if self.is_active else style.line(self.palette())
        painter.setPen(QPen(color, 3 if self.is_active else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(-1, -1, 1, 1))
        painter.end()

    def _paint_ruler(self, painter: QPainter, place: QRectF, length: float) -> None:
        right, low = place.right() - 12, place.bottom() - 12
        painter.fillRect(QRectF(right - length - 6, low - 20, length + 12, 26), QColor(18, 21, 26, 190))
        painter.setPen(QPen(QColor(255, 255, 255), 2))
        painter.drawLine(QPointF(right - length, low), QPointF(right, low))
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        words = tr("{length:g} µm", length=_RULER_UM)
        painter.drawText(QRectF(right - length - 6, low - 19, length + 12, 16), Qt.AlignmentFlag.AlignCenter, words)


class CompareView(QWidget):
    """What stands in the place of gallery and slide while cells are compared.

    Signals:
        side_chosen: 0 = left, 1 = right; the keys act on this cell.
        reference_chosen: id of a reference cell to show on the right.
        stepped: +1 or -1, to another reference.
        closed: somebody has seen enough.
    """

    side_chosen = Signal(int)
    reference_chosen = Signal(int)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self.lens = Lens()
        self.panes = (Pane(self.lens), Pane(self.lens))
        self.panes[0].others, self.panes[1].others = self.panes[1:], self.panes[:1]
        self.sides = (Side(), Side())
        self.active = 0
        self.note = style.named(QLabel(""), "faint")
        self.note.setWordWrap(True)
        self._titles = [Elided(name="heading"), Elided(name="heading")]
        self._captions = [Elided(name="faint"), Elided(name="faint")]
        self._facts = QGridLayout()
        self.fact_texts: list[tuple[str, str, str]] = []
        self.strips = (Neighbours(), Neighbours())
        self._strip_titles = (style.named(QLabel(""), "faint"), style.named(QLabel(""), "faint"))
        for title in self._strip_titles:
            title.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Two cells side by side"))
        for number, pane in enumerate(self.panes):
            pane.chosen.connect(lambda number=number: self.side_chosen.emit(number))
            pane.moved.connect(self._repaint)
        for strip in self.strips:
            strip.chosen.connect(self.reference_chosen)
        self._lay_out()

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)

    def show_sides(self, left: Side, right: Side, titles: Sequence[str], note: str) -> None:
        """Tell of two cells; their pictures come by `show_image`."""
        for number, side in enumerate((left, right)):
            if side.cell_id != self.sides[number].cell_id:
                self.panes[number].show_image(QImage())
            self.panes[number].window_um = side.window_um
            self._captions[number].show_text(side.caption)
            look = self._marks.look(side.label).title if self._marks is not None and side.cell_id else ""
            self._titles[number].show_text(look)
        self.sides = (left, right)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._show_facts(titles)
        self.setAccessibleDescription(
            "; ".join(f"{name}: {one}, {other}" for name, one, other in self.fact_texts if one or other)
        )
        self._repaint()

    def show_image(self, cell_id: int, image: QImage) -> None:
        """A picture is there."""
        for side, pane in zip(self.sides, self.panes, strict=True):
            if side.cell_id == cell_id:
                pane.show_image(image)
        for strip in self.strips:
            strip.show_image(cell_id, image)

    def show_strips(self, strips: Sequence[tuple[str, Sequence[Neighbour]]], current: int) -> None:
        """Reference cells in rows, each with its title; the one that is shown on the right is framed."""
        for number, (strip, title) in enumerate(zip(self.strips, self._strip_titles, strict=True)):
            words, rows = strips[number] if number < len(strips) else ("", ())
            if self._marks is not None:
                if strip.rows != tuple(rows):
                    strip.show_cells(rows, self._marks)
                strip.set_current(current)
            title.setText(words)
            title.setVisible(bool(words))
            strip.setVisible(bool(rows))

    def set_active(self, side: int) -> None:
        """Which of the two the keys act on."""
        self.active = side
        for number, pane in enumerate(self.panes):
            pane.is_active = number == side
        self._repaint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, Left and Right choose a side or a reference, plus and minus magnify."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.lens.magnify(1 / _STEP if key == Qt.Key.Key_Minus else _STEP, QPointF(0.5, 0.5))
            self._repaint()
        else:
            event.ignore()

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab goes to the other cell."""
        self.side_chosen.emit(1 - self.active)
        return True

    def _repaint(self) -> None:
        for pane in self.panes:
            pane.update()

    def _show_facts(self, titles: Sequence[str]) -> None:
        empty(self._facts)
        left, right = (side.facts or ("",) * len(titles) for side in self.sides)
        self.fact_texts = [row for row in zip(titles, left, right, strict=True) if row[1] or row[2]]
        for number, row in enumerate(self.fact_texts):
            for column, text in enumerate(row):
                label = QLabel(text) if column else style.named(QLabel(text), "faint")
                label.setWordWrap(True)
                self._facts.addWidget(label, number, column, Qt.AlignmentFlag.AlignTop)

    def _lay_out(self) -> None:
        head = Head()
        bar = QHBoxLayout(head)
        bar.setContentsMargins(14, 0, 14, 0)
        bar.addWidget(style.named(QLabel(tr("Compare")), "heading"))
        keys = tr("Tab: the other cell · class keys name the framed one · R: reference cells · wheel: zoom · Esc: back")
        said = Elided(name="faint")
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        said.show_text(keys)
        bar.addSpacing(14)
        bar.addWidget(said, 1)
        across = QHBoxLayout()
        across.setSpacing(12)
        for number, pane in enumerate(self.panes):
            column = QVBoxLayout()
            column.setSpacing(2)
            for widget in (self._titles[number], self._captions[number]):
                widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                column.addWidget(widget)
            column.addWidget(pane, 1)
            across.addLayout(column, 1)
        self._facts.setHorizontalSpacing(18)
        self._facts.setVerticalSpacing(2)
        for number, share in enumerate((2, 3, 3)):
            self._facts.setColumnStretch(number, share)
        page, self._scroll = QWidget(), QScrollArea()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(14, 10, 14, 12)
        inner.setSpacing(8)
        inner.addLayout(across, 1)
        inner.addWidget(self.note)
        inner.addLayout(self._facts)
        for title, strip in zip(self._strip_titles, self.strips, strict=True):
            inner.addWidget(title)
            inner.addWidget(strip)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(head)
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self._scroll, 1)
