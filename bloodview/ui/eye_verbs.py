"""What changes how the slide is seen and nothing else: magnification, turn, overview map, brightness of the display."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from bloodview.ui.dialogs.adjust_display import AdjustDisplay
from bloodview.ui.language import tr
from bloodview.ui.preferences import Preferences
from bloodview.ui.slide_view.display import Adjustment
from bloodview.ui.slide_view.magnification import STEPS, zoom_for
from bloodview.ui.slide_view.overview import Overview
from bloodview.ui.slide_view.stage import Stage
from bloodview.ui.slide_view.view_bar import ViewBar


class EyeVerbs(QObject):
    """Called by the actions that change how the slide view shows its picture.

    Signals:
        told: a sentence for the status bar.
    """

    told = Signal(str)

    def __init__(
        self, window: QWidget, stage: Stage, beside: Stage, beside_bar: ViewBar, preferences: Preferences
    ) -> None:
        """Act on the view that has the focus, the first one otherwise; the display of both is adjusted alike."""
        super().__init__(window)
        self._window, self._first, self._beside, self._preferences = window, stage, beside, preferences
        self._dialog: AdjustDisplay | None = None
        self.bar, self.map = ViewBar(stage), Overview(stage)
        self._bars = (self.bar, beside_bar)
        for bar, shown in ((self.bar, stage), (beside_bar, beside)):
            bar.adjust_asked.connect(self.adjust)
            bar.upright_asked.connect(lambda turned=shown: turned.turn_to(0))
        self.map.set_wanted(preferences.now.show_overview)

    @property
    def _stage(self) -> Stage:
        return self._beside if self._beside.hasFocus() else self._first

    def x5(self) -> None:
        """To 5x."""
        self._magnify(STEPS[0])

    def x10(self) -> None:
        """To 10x."""
        self._magnify(STEPS[1])

    def x20(self) -> None:
        """To 20x."""
        self._magnify(STEPS[2])

    def x40(self) -> None:
        """To 40x."""
        self._magnify(STEPS[3])

    def x63(self) -> None:
        """To 63x."""
        self._magnify(STEPS[4])

    def x100(self) -> None:
        """To 100x."""
        self._magnify(STEPS[5])

    def overview(self, checked: bool) -> None:
        """The map of the whole slide in the corner."""
        self._preferences.change(show_overview=checked)

    def turn_right(self) -> None:
        """A quarter turn clockwise."""
        self._turn(self._stage.turn.quarters + 1)

    def turn_left(self) -> None:
        """A quarter turn against the clock."""
        self._turn(self._stage.turn.quarters - 1)

    def upright(self) -> None:
        """As the file has it."""
        self._turn(0)

    def adjust(self) -> None:
        """Sliders for brightness, contrast and gamma."""
        if self._dialog is None:
            self._dialog = AdjustDisplay(self._window, self._stage.display.adjustment)
            self._dialog.changed.connect(self._show_adjusted)
            self._dialog.destroyed.connect(self._forget_dialog)
        self._dialog.show()
        self._dialog.raise_()

    def as_it_is(self) -> None:
        """Neither turned nor adjusted."""
        self._turn(0)
        self._show_adjusted(Adjustment())
        if self._dialog is not None:
            self._dialog.show_adjustment(Adjustment())

    def _magnify(self, magnification: int) -> None:
        if self._stage.scale is None:
            self.told.emit(tr("Without a scale this picture has no magnification; its zoom is in percent."))
            return
        self._stage.zoom_to(zoom_for(magnification, self._stage.scale))

    def _turn(self, quarters: int) -> None:
        self._stage.turn_to(quarters)

    def _show_adjusted(self, adjustment: Adjustment) -> None:
        for stage in (self._first, self._beside):
            stage.display.adjust(adjustment)
        for bar in self._bars:
            bar.refresh()

    def _forget_dialog(self) -> None:
        self._dialog = None
