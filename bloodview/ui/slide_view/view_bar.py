"""The bar on the picture, over the scale bar: the magnification, and what is changed for the eye alone."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QToolButton, QVBoxLayout

from bloodview.slides.planes import planes_of
from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.slide_view import corner
from bloodview.ui.slide_view.magnification import in_words
from bloodview.ui.slide_view.scale_bar import bar_height, small_font
from bloodview.ui.slide_view.stage import Stage

_GAP_PX = 6


class ViewBar(QFrame):
    """Lies on a stage and shows how it shows its picture.

    Signals:
        adjust_asked: somebody wants to change how the picture is displayed.
        upright_asked: somebody wants the picture upright again.
    """

    adjust_asked = Signal()
    upright_asked = Signal()

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.setObjectName("onpicture")
        self._stage = stage
        self._steps: Sequence[QAction] = ()
        self._said: tuple[object, ...] = ()
        self.plane = QLabel()
        self.adjusted, self.turned, self.magnification = QToolButton(), QToolButton(), QToolButton()
        column = QVBoxLayout(self)
        column.setContentsMargins(3, 2, 3, 2)
        column.setSpacing(2)
        for shown in (self.adjusted, self.turned, self.plane, self.magnification):
            column.addWidget(shown, 0, Qt.AlignmentFlag.AlignLeft)
        for button in (self.adjusted, self.turned, self.magnification):
            button.setFocusPolicy(style.mono_focus())
            button.setCursor(Qt.CursorShape.ArrowCursor)
        names = (
            (self.adjusted, tr("Display adjusted")),
            (self.turned, tr("Turned")),
            (self.magnification, tr("Magnification")),
        )
        for button, name in names:
            button.setAccessibleName(name)
        self.adjusted.clicked.connect(self.adjust_asked)
        self.turned.clicked.connect(self.upright_asked)
        self.magnification.clicked.connect(self._on_magnification_clicked)
        lift = round(bar_height(small_font(self.font()))) + _GAP_PX
        self._corner = corner.Corner(self, stage, Qt.Corner.BottomLeftCorner, lift)
        stage.view_changed.connect(self.refresh)
        stage.picture_changed.connect(self.refresh)
        self.refresh()

    def set_steps(self, steps: Sequence[QAction]) -> None:
        """What the menu of magnifications offers."""
        self._steps = steps

    def refresh(self) -> None:
        """Show how the picture is shown now."""
        if self._stage.picture is None:
            self.hide()
            return
        scale, turn = self._stage.scale, self._stage.turn
        planes = planes_of(self._stage.picture)
        said = (in_words(self._stage.zoom, scale), scale is None, turn.quarters, self._stage.display.adjustment, planes)
        if said == self._said and not self.isHidden():
            self._corner.place()
            return
        self._said = said
        self.magnification.setText(in_words(self._stage.zoom, scale))
        self.magnification.setAccessibleName(tr("Magnification {text}", text=self.magnification.text()))
        self.magnification.setToolTip(
            tr("Magnification: 0.1 µm a screen pixel is 100×")
            if scale is not None
            else tr("Pixels of the picture on the screen: without a scale there is no magnification")
        )
        self.plane.setText(tr("Plane {number} of {count}", number=planes.shown + 1, count=planes.count))
        self.plane.setVisible(planes.count > 1)
        self.turned.setText(tr("Turned by {degrees}°", degrees=turn.degrees))
        self.turned.setToolTip(tr("Turn the picture upright"))
        self.turned.setVisible(turn.quarters != 0)
        self.adjusted.setText(tr("Display adjusted"))
        self.adjusted.setToolTip(
            tr("Changed for the eye alone: analysis, pictures of cells and exports see none of it")
        )
        self.adjusted.setVisible(not self._stage.display.adjustment.is_neutral)
        self.show()
        self.adjustSize()
        self._corner.place()

    def _on_magnification_clicked(self) -> None:
        menu = QMenu(self.window())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._steps))
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))  # upwards: below is no room
