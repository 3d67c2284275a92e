"""Rows of the panel of the classes that learn: a class with its standing, an example that does not fit."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QLabel

from bloodview.ui import style
from bloodview.ui.class_mark import ClassMarks
from bloodview.ui.heard import heard, titled
from bloodview.ui.language import tr

if TYPE_CHECKING:
    from bloodview.workflows.class_learning import Contradiction, Progressed

_ROW_PX = 30
_TONES = {"Trusted": style.Tone.GOOD, "Usable": style.Tone.DOUBT, "Draft": style.Tone.DOUBT, "": style.Tone.BAD}


def said(text: str = "") -> QLabel:
    """A label for sentences."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class ClassRow(QAbstractButton):
    """A class by shape, name and standing; the chosen one is lit.

    Signals:
        chosen: id of the class.
    """

    chosen = Signal(str)

    def __init__(self, progressed: "Progressed", marks: ClassMarks, is_chosen: bool) -> None:
        super().__init__()
        self._class_id, self._marks, self._is_chosen = progressed.class_id, marks, is_chosen
        self.standing = progressed.standing
        self.word = heard(progressed.standing) or tr("Not enough yet")
        title = marks.look(progressed.class_id).title
        self.setText(title)
        self.setAccessibleName(f"{title}: {self.word}")
        self.setFixedHeight(_ROW_PX)
        self.setFocusPolicy(style.mono_focus())
        self.clicked.connect(lambda: self.chosen.emit(self._class_id))

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_chosen:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        style.ring_if_focused(painter, self)
        self._marks.paint_shape(painter, self._class_id, QRectF(14, (self.height() - 12) / 2, 12, 12))
        font = self.font()
        font.setBold(self._is_chosen)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        middle = Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        word = metrics.horizontalAdvance(self.word) + 8
        place = QRectF(34, 0, self.width() - 48 - word, self.height())
        painter.drawText(
            place, middle, metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, int(place.width()))
        )
        painter.setPen(style.tone(self.palette(), _TONES[self.standing]))
        painter.drawText(
            QRectF(0, 0, self.width() - 14, self.height()), middle | Qt.AlignmentFlag.AlignRight, self.word
        )
        painter.end()


class ContradictionRow(QAbstractButton):
    """An example that does not fit the others, on one line; a click goes to it, or takes one from outside away.

    Signals:
        cell_chosen: id of the cell.
        drop_asked: number of the example, which lies outside the case.
    """

    cell_chosen = Signal(int)
    drop_asked = Signal(int)

    def __init__(self, contradiction: "Contradiction") -> None:
        super().__init__()
        number = contradiction.number
        is_cell = number > 0
        what = tr("Cell {number}", number=number) if is_cell else contradiction.origin
        whole = f"{what} {heard(contradiction.why)}"
        near = re.search(r"most like (.+)\.$", contradiction.why)
        self.setText(tr("{what}: most like {other}", what=what, other=titled(near.group(1))) if near else whole)
        self.setToolTip(f"{whole}\n{tr('Click to look at it.') if is_cell else tr('Click to take it away.')}")
        self.setAccessibleName(whole)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(self.fontMetrics().height() + 6)
        self.setFocusPolicy(style.mono_focus())
        signal = self.cell_chosen if is_cell else self.drop_asked
        self.clicked.connect(lambda: signal.emit(number))

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        style.ring_if_focused(painter, self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.tone(self.palette(), style.Tone.DOUBT))
        painter.drawEllipse(QRectF(2, self.height() / 2 - 3, 6, 6))
        painter.setPen(self.palette().color(QPalette.ColorRole.Link))
        place = QRectF(16, 0, self.width() - 16, self.height())
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
