"""The cells that a class may be found in: the present one large, with accept and refuse; the next ones beside it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QAction, QColor, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.language import tr
from bloodview.ui.learn_rows import said

if TYPE_CHECKING:
    from bloodview.workflows.class_learning import Suggestion

LARGE_PX, SMALL_PX = 104, 52
NEXT = 6
"""Small tiles beside the large one."""


class CropTile(QAbstractButton):
    """A cell's picture that can be clicked; a calm square until it is there."""

    def __init__(self, side_px: int) -> None:
        super().__init__()
        self._side, self._image = side_px, QImage()
        self.setAccessibleName(tr("Suggested cell"))
        self.is_current = False
        self.setFixedSize(side_px, side_px)
        self.setFocusPolicy(style.mono_focus())

    def show_image(self, image: QImage | None) -> None:
        """Show another picture; None = it is not there yet."""
        self._image = image if image is not None else QImage()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(128, 128, 128, 40))
        if not self._image.isNull():
            painter.drawImage(QRectF(self.rect()), self._image)
        if self.is_current or self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 3))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()


class SuggestionView(QWidget):
    """Goes through suggestions.

    Signals:
        cell_chosen: id of the cell that is the present one from now on, because somebody clicked it.
        crops_wanted: (ids of cells whose pictures are shown, side in px).
        current_changed: another cell is the present one, or none.
    """

    cell_chosen = Signal(int)
    crops_wanted = Signal(object, int)
    current_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: ClassMarks | None = None
        self._suggestions: tuple[Suggestion, ...] = ()
        self._class_id, self.current = "", 0
        self._crops: dict[int, QImage] = {}
        self.heading = style.named(QLabel(""), "heading")
        self.large = CropTile(LARGE_PX)
        self.large.is_current = True
        self.large.clicked.connect(lambda: self.cell_chosen.emit(self.current))
        self.small = [CropTile(SMALL_PX) for _ in range(NEXT)]
        for at, tile in enumerate(self.small):
            tile.clicked.connect(lambda _=False, number=at: self._on_small_clicked(number))
        self.words = said()
        self.accept, self.refuse = style.named(QPushButton(tr("Accept")), "primary"), QPushButton(tr("Refuse"))
        self.nothing = style.named(said(tr("It finds no further cell that might be of this class.")), "faint")
        self._lay_out()

    def set_marks(self, marks: ClassMarks) -> None:
        """Take the looks of the classes."""
        self._marks = marks

    def set_actions(self, accept: QAction, refuse: QAction) -> None:
        """What the buttons do."""
        for button, action in ((self.accept, accept), (self.refuse, refuse)):
            button.setFocusPolicy(style.mono_focus())
            button.clicked.connect(action.trigger)

    def set_ways(self, way_to: Callable[[str], str]) -> None:
        """Name the keys on the buttons."""
        self.accept.setText(tr("Accept ({key})", key=way_to("learn.accept")))
        self.refuse.setText(tr("Refuse ({key})", key=way_to("learn.refuse")))

    def show_suggestions(self, suggestions: Sequence["Suggestion"], class_id: str) -> None:
        """Show others; the present one stays if it is among them."""
        self._suggestions, self._class_id = tuple(suggestions), class_id
        ids = [s.cell_id for s in suggestions]
        if self.current not in ids:
            self.current = ids[0] if ids else 0
        self._crops = {i: image for i, image in self._crops.items() if i in ids}
        self._show()

    def set_crop(self, cell_id: int, image: QImage) -> None:
        """A picture is there."""
        self._crops[cell_id] = image
        self._paint_tiles()

    def _on_small_clicked(self, number: int) -> None:
        others = self._others()
        if number < len(others):
            self.current = others[number].cell_id
            self._show()
            self.cell_chosen.emit(self.current)

    def _others(self) -> list["Suggestion"]:
        """The ones after the present one, and round the end."""
        at = next((i for i, s in enumerate(self._suggestions) if s.cell_id == self.current), 0)
        return [*self._suggestions[at + 1 :], *self._suggestions[:at]]

    def _show(self) -> None:
        there = bool(self._suggestions)
        for widget in (self.heading, self.large, self.words, self.accept, self.refuse):
            widget.setVisible(there)
        self.nothing.setVisible(not there)
        now = next((s for s in self._suggestions if s.cell_id == self.current), None)
        if now is not None and self._marks is not None:
            number = len(self._suggestions)
            several = tr("{number} cells may be of it, the likeliest first", number=number)
            self.heading.setText(tr("1 cell may be of it") if number == 1 else several)
            title = self._marks.look(self._class_id).title
            claim = (
                tr("It is called so now.")
                if now.is_claimed
                else tr("It is not called so, as another class is likelier.")
            )
            self.large.setAccessibleName(tr("Cell {cell_id}: {title}?", cell_id=now.cell_id, title=title))
            self.words.setText(
                tr(
                    "Cell {cell_id}: {title}? {confidence:.0%}\n{claim}",
                    cell_id=now.cell_id,
                    title=title,
                    confidence=now.confidence,
                    claim=claim,
                )
            )
        shown = [s.cell_id for s in self._others()[:NEXT]]
        if wanted := [i for i in (self.current, *shown) if i and i not in self._crops]:
            self.crops_wanted.emit(tuple(wanted), round(LARGE_PX * self.devicePixelRatioF()))
        self._paint_tiles()
        self.current_changed.emit()

    def _paint_tiles(self) -> None:
        self.large.show_image(self._crops.get(self.current))
        others = self._others()
        for at, tile in enumerate(self.small):
            tile.setVisible(at < len(others))
            tile.show_image(self._crops.get(others[at].cell_id) if at < len(others) else None)
            if at < len(others):
                cell_id, sure = others[at].cell_id, others[at].confidence
                tile.setToolTip(tr("Cell {cell_id}, {confidence:.0%}", cell_id=cell_id, confidence=sure))
                tile.setAccessibleName(tile.toolTip())

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.accept)
        buttons.addWidget(self.refuse)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.words)
        right.addStretch(1)
        right.addLayout(buttons)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.large)
        top.addLayout(right, 1)
        below = QHBoxLayout()
        below.setSpacing(6)
        for tile in self.small:
            below.addWidget(tile)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.nothing)
        column.addLayout(top)
        column.addLayout(below)
