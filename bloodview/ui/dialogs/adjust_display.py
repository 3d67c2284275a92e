"""Brightness, contrast and gamma of the display, by sliders that act at once; for the eye alone."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from bloodview.ui import style
from bloodview.ui.language import tr
from bloodview.ui.slide_view.display import LEAST, LEAST_GAMMA, MOST, MOST_GAMMA, Adjustment

_PER_OCTAVE = 100
"""Steps of the slider of gamma by which it doubles."""


class AdjustDisplay(QDialog):
    """The dialog; it stays open beside the work.

    Signals:
        changed: an Adjustment.
    """

    changed = Signal(object)

    def __init__(self, window: QWidget, now: Adjustment) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Display of the picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self.brightness = self._slider(tr("Brightness"), LEAST, MOST, "{:+d}".format)
        self.contrast = self._slider(tr("Contrast"), LEAST, MOST, "{:+d}".format)
        low, high = (round(_PER_OCTAVE * math.log2(g)) for g in (LEAST_GAMMA, MOST_GAMMA))
        self.gamma = self._slider(tr("Gamma"), low, high, lambda step: f"{_gamma(step):.2f}")
        note = style.named(
            QLabel(tr("For the eye alone: analysis, pictures of cells and exports see none of it.")), "faint"
        )
        note.setWordWrap(True)
        self.reset = QPushButton(tr("Show the picture as it is"))
        self.reset.clicked.connect(lambda: self.show_adjustment(Adjustment(), tell=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(self._grid)
        column.addWidget(note)
        column.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(380)
        self.show_adjustment(now)
        for slider in (self.brightness, self.contrast, self.gamma):
            slider.valueChanged.connect(self._on_moved)

    def show_adjustment(self, now: Adjustment, *, tell: bool = False) -> None:
        """Put the sliders where they belong; `tell` that they were moved."""
        blocked = self.blockSignals(True)
        self.brightness.setValue(now.brightness)
        self.contrast.setValue(now.contrast)
        self.gamma.setValue(round(_PER_OCTAVE * math.log2(now.gamma)))
        self.blockSignals(blocked)
        if tell:
            self.changed.emit(now)

    def _slider(self, title: str, least: int, most: int, words: Callable[[int], str]) -> QSlider:
        slider, value = QSlider(Qt.Orientation.Horizontal), QLabel()
        slider.setRange(least, most)
        slider.setAccessibleName(title)
        value.setMinimumWidth(44)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        slider.valueChanged.connect(lambda step: value.setText(words(step)))
        value.setText(words(slider.value()))
        row = self._grid.rowCount()
        for column, widget in enumerate((QLabel(title), slider, value)):
            self._grid.addWidget(widget, row, column)
        return slider

    def _on_moved(self) -> None:
        gamma = _gamma(self.gamma.value())
        self.changed.emit(Adjustment(self.brightness.value(), self.contrast.value(), gamma))


def _gamma(step: int) -> float:
    """The gamma of a slider's step."""
    return float(round(2 ** (step / _PER_OCTAVE), 3))
