"""A switch that a tool turns on for a while, and what a person does with it meanwhile."""

import pytest
from PySide6.QtGui import QAction

from bloodview.ui.lent_switch import LentSwitch


@pytest.fixture
def action(qapp: object) -> QAction:
    made = QAction("Outlines")
    made.setCheckable(True)
    return made


def test_it_is_off_again_afterwards(action: QAction) -> None:
    switch = LentSwitch(action)
    switch.take()
    assert action.isChecked()
    switch.give_back()
    assert not action.isChecked()


def test_one_that_was_on_stays_on(action: QAction) -> None:
    action.setChecked(True)
    switch = LentSwitch(action)
    switch.take()
    switch.give_back()
    assert action.isChecked()


def test_one_that_a_person_touched_meanwhile_stays_as_it_is(action: QAction) -> None:
    switch = LentSwitch(action)
    switch.take()
    action.trigger()
    action.trigger()
    switch.give_back()
    assert action.isChecked()
