"""A tour of the window on the bundled sample: a bubble at each place in turn, beside which one can go on working."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bloodview.ui import style
from bloodview.ui.language import later, tr
from bloodview.ui.panels import Panels

_WIDTH_PX = 340
_GAP_PX = 14
_RING_PX = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """A place of the tour.

    Args:
        title: what is seen there.
        text: what it is for, and a thing to try.
        place: the widget that is spoken of.
    """

    title: str
    text: str
    place: Callable[[Panels], QWidget]


STOPS = (
    Stop(
        later("Your pictures"),
        later(
            "The case and its pictures, with what was found in each. The sample is being analysed: the bar at the "
            "bottom shows how far it is. Nothing is asked of you meanwhile."
        ),
        lambda p: p.worklist,
    ),
    Stop(
        later("The gallery"),
        later(
            "One tile a cell, all at the same scale, grouped by class, the doubtful ones first. A ? asks for a look. "
            "Try it: press ] for the most doubtful cell of all."
        ),
        lambda p: p.gallery,
    ),
    Stop(
        later("Correct with one key"),
        later(
            "The letters and colours here are the classes. Select a cell and press a digit or letter to name it, Enter "
            "to confirm, U if it cannot be told, X to leave it out. Ctrl+Z undoes, without end."
        ),
        lambda p: p.counts,
    ),
    Stop(
        later("The slide"),
        later(
            "The same cells where they lie. The wheel zooms, a drag moves. Click a cell and the gallery shows it. "
            "H hides all marks, and brings them back."
        ),
        lambda p: p.slide_view,
    ),
    Stop(
        later("How sure"),
        later(
            "What the model finds likely for the chosen cell, and what can be measured. Press E to see which places "
            "of it speak for its class, and the known cells that are most like it."
        ),
        lambda p: p.cell,
    ),
    Stop(
        later("The count"),
        later(
            "Every share with its 95 % interval, following each edit. The line on top says how many more cells to "
            "count for the precision that you chose in the View menu."
        ),
        lambda p: p.counts,
    ),
    Stop(
        later("A class of your own"),
        later(
            "Select five cells of a kind that is not in the list and press N. It answers within seconds and says "
            "how far to trust it."
        ),
        lambda p: p.gallery,
    ),
    Stop(
        later("Saved already"),
        later(
            "Every edit is on the disk before this line says so; there is no button to save. Report and Sign "
            "stand at its end, and Ctrl+L finds every command by typing. F1 opens the guide."
        ),
        lambda p: p.status,
    ),
)
"""In the order they are shown; three minutes in all."""


class Ring(QWidget):
    """A frame around the place that is spoken of; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line in the colour of what is chosen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color(), _RING_PX))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)


class Bubble(QFrame):
    """What is said of a place, with buttons to the next one."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title = style.named(QLabel(), "title")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.number = style.named(QLabel(), "faint")
        self.back, self.end = QPushButton(tr("Back")), QPushButton(tr("End the tour"))
        self.next = style.named(QPushButton(tr("Next step")), "primary")
        row = QHBoxLayout()
        for widget in (self.number, self.end, self.back, self.next):
            row.addWidget(widget)
        row.insertStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()

    def fit(self) -> None:
        """As wide as the buttons need, and as high as the text then is."""
        self._column.invalidate()
        width = max(_WIDTH_PX, self._column.totalMinimumSize().width())
        self.setFixedSize(width, self._column.totalHeightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape ends the tour; all other keys are the window's."""
        if event.key() == Qt.Key.Key_Escape:
            self.end.click()
        else:
            super().keyPressEvent(event)


class Tour(QObject):
    """Walks a window from stop to stop; it may be left at any time, and begun again."""

    def __init__(self, window: QWidget, panels: Panels) -> None:
        super().__init__(window)
        self._window, self._panels, self._number = window, panels, -1
        self.ring, self.bubble = Ring(window), Bubble(window)
        self.bubble.next.clicked.connect(lambda: self._go(1))
        self.bubble.back.clicked.connect(lambda: self._go(-1))
        self.bubble.end.clicked.connect(self.end)

    @property
    def is_on(self) -> bool:
        """Whether it is being walked."""
        return self._number >= 0

    def begin(self) -> None:
        """Show the first stop."""
        self._window.installEventFilter(self)
        self._number = 0
        self._show()
        self.bubble.next.setFocus()

    def end(self) -> None:
        """Leave the window as it is."""
        self._window.removeEventFilter(self)
        self._number = -1
        self.ring.hide()
        self.bubble.hide()
        self._panels.gallery.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self.is_on:
            self._place()
        return False

    def _go(self, by: int) -> None:
        if self._number + by >= len(STOPS):
            self.end()
            return
        self._number += by
        self._show()

    def _show(self) -> None:
        stop, bubble = STOPS[self._number], self.bubble
        bubble.title.setText(tr(stop.title))
        bubble.text.setText(tr(stop.text))
        bubble.number.setText(tr("{number} of {count}", number=self._number + 1, count=len(STOPS)))
        bubble.back.setEnabled(self._number > 0)
        is_last = self._number == len(STOPS) - 1
        bubble.next.setText(tr("Done") if is_last else tr("Next step"))
        bubble.end.setVisible(not is_last)
        bubble.show()  # first: only what is shown has the sizes of the look
        self._place()

    def _place(self) -> None:
        place, window = STOPS[self._number].place(self._panels), self._window
        self.bubble.fit()
        around = QRect(place.mapTo(window, QPoint(0, 0)), place.size()) if place.isVisible() else window.rect()
        self.ring.setGeometry(around.intersected(window.rect()))
        self.ring.setVisible(place.isVisible())
        self.bubble.move(beside(around, self.bubble.rect(), window.rect()))
        self.ring.raise_()
        self.bubble.raise_()


def beside(around: QRect, bubble: QRect, window: QRect) -> QPoint:
    """Where a bubble goes, view pixels: right of the place, left, above, or in its lower right corner."""
    top = max(_GAP_PX, min(around.top() + _GAP_PX, window.height() - bubble.height() - _GAP_PX))
    if around.right() + _GAP_PX + bubble.width() < window.width():
        return QPoint(around.right() + _GAP_PX, top)
    if around.left() - _GAP_PX - bubble.width() > 0:
        return QPoint(around.left() - _GAP_PX - bubble.width(), top)
    left = max(_GAP_PX, min(around.right(), window.width()) - bubble.width() - _GAP_PX)
    if around.top() - _GAP_PX - bubble.height() > 0:
        return QPoint(left, around.top() - _GAP_PX - bubble.height())
    return QPoint(left, max(_GAP_PX, min(around.bottom(), window.height()) - bubble.height() - _GAP_PX))
