"""The rows on top of panels and the bars of the window: as high as the texts in them ask for, all alike."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QWidget

from bloodview.ui import style


class Head(QFrame):
    """A row of one height, which grows with the texts of the window."""

    def __init__(self, name: str = "bar", height_px: int = style.HEAD_PX, parent: QWidget | None = None) -> None:
        """A row that the style sheet knows by `name`, `height_px` high at the usual size of texts."""
        super().__init__(parent)
        self.setObjectName(name)
        self._usual_px = height_px
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        """Other texts: another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._grow()

    def _grow(self) -> None:
        self.setFixedHeight(round(self._usual_px * style.stretch(self.font())))
