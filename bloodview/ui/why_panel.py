"""Why a cell is called what it is: the map over it, what was asked, how far to trust it, and the cells like it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from bloodview.core.taxonomy import Taxonomy
from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.scrolling import scrolled

HEAT_PX = 150
NEAR_PX = 60
EVERYTHING_ELSE = later("everything else")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A reference cell as it is shown.

    Args:
        cell_id: stable within the case.
        label: its class.
        likeness: cosine similarity to the explained cell.
        origin: who gave the label.
        where: name of its picture.
        by_person: whether a person gave the label.
    """

    cell_id: int
    label: str
    likeness: float
    origin: str
    where: str
    by_person: bool


class HeatPicture(QWidget):
    """The crop that the classifier saw, with the map on it; untouched by the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.crop: QImage | None = None
        self.heat: QImage | None = None
        self.opacity = 0.6
        self.setFixedSize(HEAT_PX, HEAT_PX)
        self.setAccessibleName(tr("Map of the cell"))

    def show_images(self, crop: QImage | None, heat: QImage | None) -> None:
        """Show a crop and its map; None = a calm square."""
        self.crop, self.heat = crop, heat
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """How strongly the map covers the cell, 0 to 1."""
        self.opacity = opacity
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(128, 128, 128, 40))
        if self.crop is not None:
            painter.drawImage(self.rect(), self.crop)
        if self.heat is not None:
            painter.setOpacity(self.opacity)
            painter.drawImage(self.rect(), self.heat)
        painter.end()


class Neighbours(QWidget):
    """The reference cells in a row, each with its class and its likeness.

    Signals:
        chosen: id of a cell that was clicked.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Neighbour, ...] = ()
        self.images: dict[int, QImage] = {}
        self.current = 0
        self._marks: ClassMarks | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Cells of this case that are most like it"))

    def show_cells(self, rows: Sequence[Neighbour], marks: ClassMarks) -> None:
        """Show these; their pictures come by `show_image`."""
        self.rows, self._marks = tuple(rows), marks
        self.images = {}
        self.setAccessibleDescription(", ".join(self._words(row) for row in self.rows))
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def set_current(self, cell_id: int) -> None:
        """Frame one of them; 0 = none."""
        self.current = cell_id
        self.update()

    def show_image(self, cell_id: int, image: QImage) -> None:
        """The picture of one of them is there."""
        if any(row.cell_id == cell_id for row in self.rows):
            self.images[cell_id] = image
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(5 * (NEAR_PX + 6), NEAR_PX + 2 * self.fontMetrics().height() + 4 if self.rows else 0)

    def place(self, number: int) -> QRectF:
        """Where a picture stands."""
        return QRectF(number * (NEAR_PX + 8), 0, NEAR_PX, NEAR_PX)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event)
        self.setToolTip(self._words(at) if at is not None else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if at is not None else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (at := self._at(event)) is not None:
            self.chosen.emit(at.cell_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._marks is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        for i, row in enumerate(self.rows):
            place = self.place(i)
            painter.fillRect(place, QColor(128, 128, 128, 40))
            if (image := self.images.get(row.cell_id)) is not None and not image.isNull():
                painter.drawImage(place, image)
            if row.cell_id == self.current:
                painter.setPen(QPen(self.palette().highlight().color(), 3))
                painter.drawRect(place.adjusted(1, 1, -1, -1))
            tag = self._marks.tag(row.label, self.font(), self.palette().text().color(), self.devicePixelRatioF())
            painter.drawPixmap(round(place.left()), NEAR_PX + 2, tag)
            painter.setPen(style.faint(self.palette()))
            rest = QRectF(place.left(), NEAR_PX + 2, NEAR_PX, line)
            painter.drawText(rest, Qt.AlignmentFlag.AlignRight, f"{row.likeness:.2f}".removeprefix("0"))
            who = tr("person") if row.by_person else tr("model")
            painter.drawText(QRectF(place.left(), NEAR_PX + 2 + line, NEAR_PX, line), Qt.AlignmentFlag.AlignLeft, who)
        painter.end()

    def _at(self, event: QMouseEvent) -> Neighbour | None:
        found = [r for i, r in enumerate(self.rows) if self.place(i).contains(event.position())]
        return found[0] if found else None

    def _words(self, row: Neighbour) -> str:
        title = self._marks.look(row.label).title if self._marks is not None else row.label
        return tr(
            "{title}, {origin}; similarity {likeness:.2f}; {where}",
            title=title,
            origin=row.origin,
            likeness=row.likeness,
            where=row.where,
        )


class WhyPanel(QWidget):
    """What stands above the cell panel while the reasons are shown.

    Signals:
        asked: method, class or "instead of" were changed by a person.
        opacity_changed: 0 to 1.
        slide_toggled: whether the map is to lie on the slide too.
        neighbour_chosen: id of a reference cell.
    """

    asked = Signal()
    opacity_changed = Signal(float)
    slide_toggled = Signal(bool)
    neighbour_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self.picture, self.neighbours = HeatPicture(), Neighbours()
        self.method, self.label, self.instead_of = QComboBox(), QComboBox(), QComboBox()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(100 * self.picture.opacity))
        self.on_slide = QCheckBox(tr("On the slide"))
        self.trust, self.chances, self.near_title = QLabel(), QLabel(), style.named(QLabel(), "faint")
        self.measured, self.note = style.named(QLabel(), "faint"), style.named(QLabel(), "faint")
        for text in (self.trust, self.chances, self.near_title, self.measured, self.note):
            text.setWordWrap(True)
        for box, name in ((self.method, tr("Method")), (self.label, tr("Class")), (self.instead_of, tr("Instead of"))):
            box.setAccessibleName(name)
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            box.activated.connect(lambda _: self.asked.emit())
        self.opacity.setAccessibleName(tr("Opacity of the map"))
        self.opacity.valueChanged.connect(self.on_opacity_moved)
        self.on_slide.toggled.connect(self.slide_toggled)
        self.neighbours.chosen.connect(self.neighbour_chosen)
        self._head = style.named(QLabel(""), "faint")
        self._lay_out()
        self.show_nothing(tr("Choose one cell."))

    def set_taxonomy(self, taxonomy: Taxonomy) -> None:
        """Take the looks of the classes."""
        self._marks = ClassMarks(taxonomy)

    def offer(self, methods: Sequence[str], classes: Sequence[str], own: str) -> None:
        """What can be chosen for a cell that is called `own`; the method stays, the classes begin anew."""
        if self._marks is None:
            return
        before = self.method.currentText()
        if [self.method.itemText(i) for i in range(self.method.count())] != list(methods):
            self.method.clear()
            self.method.addItems(list(methods))
            self.method.setCurrentText(before if before in methods else methods[0])
        for box, first in ((self.label, own), (self.instead_of, "")):
            box.clear()
            box.addItem(self._title(first) if first else tr(EVERYTHING_ELSE), first)
            for name in classes:
                if name != own:
                    box.addItem(self._title(name), name)

    @property
    def chosen(self) -> tuple[str, str, str]:
        """Method, class, and what it is held against; "" = not said."""
        return (
            self.method.currentText(),
            str(self.label.currentData() or ""),
            str(self.instead_of.currentData() or ""),
        )

    def choose_method(self, method: str) -> None:
        """Choose a method without asking anew."""
        self.method.setCurrentText(method)

    def show_nothing(self, why: str) -> None:
        """No map, and why."""
        self.picture.show_images(None, None)
        self._head.setText("")
        for text in (self.trust, self.near_title, self.measured, self.chances):
            text.setText("")
        if self._marks is not None:
            self.neighbours.show_cells((), self._marks)
        self.note.setText(why)
        self.note.show()

    def show_waiting(self, text: str) -> None:
        """The map is being computed."""
        self._head.setText(text)
        if text:
            self.note.hide()

    def show_reply(self, crop: QImage, heat: QImage, chances: str, note: str) -> None:
        """A map is there; how far to trust it comes by `show_trust`."""
        self.picture.show_images(crop, heat)
        self.chances.setText(chances)
        self.note.setText(heard(note))
        self.note.setVisible(bool(note))
        self._head.setText("")
        self.trust.setText("")

    def show_trust(self, words: str, tone: style.Tone | None) -> None:
        """How far the map can be trusted."""
        color = style.tone(self.palette(), tone).name() if tone is not None else style.faint(self.palette()).name()
        self.trust.setText(f"<span style='color:{color}'>{heard(words)}</span>")

    def show_neighbours(self, rows: Sequence[Neighbour], title: str) -> None:
        """The reference cells most like it, and what these are."""
        if self._marks is not None:
            self.near_title.setText(title)
            self.neighbours.show_cells(rows, self._marks)

    def show_measured(self, text: str) -> None:
        """Size and shape."""
        self.measured.setText(text)

    def on_opacity_moved(self, value: int) -> None:
        """The slider moved."""
        self.picture.set_opacity(value / 100)
        self.opacity_changed.emit(value / 100)

    def _title(self, class_id: str) -> str:
        look = self._marks.look(class_id) if self._marks is not None else None
        return look.title if look is not None and look.id else class_id

    def _lay_out(self) -> None:
        question, drawing = QFormLayout(), QFormLayout()
        width = QFontMetrics(self.font()).horizontalAdvance(tr("Method") + " ") + 6
        rows = (
            (question, tr("Why"), self.label),
            (question, tr("and not"), self.instead_of),
            (drawing, tr("Method"), self.method),
            (drawing, tr("Map"), self.opacity),
        )
        for form, words, field in rows:
            caption = style.named(QLabel(words), "faint")
            caption.setFixedWidth(width)
            caption.setBuddy(field)
            form.addRow(caption, field)
        for form in (question, drawing):
            form.setContentsMargins(0, 0, 0, 0)
            form.setVerticalSpacing(5)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        drawing.addRow("", self.on_slide)
        drawing.addRow(self._head)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(drawing, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(6)
        column.addLayout(question)
        column.addLayout(top)
        for widget in (self.note, self.chances, self.trust, self.near_title, self.neighbours, self.measured):
            column.addWidget(widget)
        column.addStretch()
        scroll = scrolled(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
