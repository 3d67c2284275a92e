"""Little things that lie on the picture in one of its corners, and how they look on any picture and in any theme."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

MARGIN_PX = 12
GROUND = QColor(18, 21, 26, 205)
TEXT = QColor(255, 255, 255)


class Corner(QObject):
    """Keeps a widget in a corner of the widget that it lies on."""

    def __init__(self, widget: QWidget, on: QWidget, corner: Qt.Corner, lift_px: int = 0) -> None:
        """Keep it there; `lift_px` higher than the corner, over what is painted in it."""
        super().__init__(widget)
        self._widget, self._on, self._corner, self._lift = widget, on, corner, lift_px
        on.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """Move it to its corner, after either changed its size."""
        at, size = QPoint(MARGIN_PX, MARGIN_PX), self._widget.size()
        if self._corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
            at.setX(self._on.width() - MARGIN_PX - size.width())
        if self._corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            at.setY(self._on.height() - MARGIN_PX - self._lift - size.height())
        self._widget.move(at)
        self._widget.raise_()  # over whatever else lies on the picture

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what it lies on."""
        if watched is self._on and event.type() == QEvent.Type.Resize:
            self.place()
        return False
