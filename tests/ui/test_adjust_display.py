"""The sliders of the display."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bloodview.ui.dialogs.adjust_display import AdjustDisplay
from bloodview.ui.slide_view.display import LEAST_GAMMA, MOST, MOST_GAMMA, Adjustment


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def dialog(window: QWidget) -> AdjustDisplay:
    return AdjustDisplay(window, Adjustment(20, -10, 1.5))


def test_it_opens_as_the_display_is(dialog: AdjustDisplay) -> None:
    assert (dialog.brightness.value(), dialog.contrast.value()) == (20, -10)
    told: list[Adjustment] = []
    dialog.changed.connect(told.append)
    dialog.brightness.setValue(21)
    assert told == [Adjustment(21, -10, told[0].gamma)]
    assert told[0].gamma == pytest.approx(1.5, abs=0.01)


def test_every_slider_acts_at_once_and_within_its_bounds(dialog: AdjustDisplay) -> None:
    told: list[Adjustment] = []
    dialog.changed.connect(told.append)
    dialog.contrast.setValue(999)
    dialog.gamma.setValue(999)
    dialog.gamma.setValue(-999)
    assert told[0].contrast == MOST
    assert told[1].gamma == pytest.approx(MOST_GAMMA, rel=0.01)
    assert told[2].gamma == pytest.approx(LEAST_GAMMA, rel=0.01)


def test_reset_is_neutral_and_told_once(dialog: AdjustDisplay) -> None:
    told: list[Adjustment] = []
    dialog.changed.connect(told.append)
    dialog.reset.click()
    assert [a.is_neutral for a in told] == [True]
