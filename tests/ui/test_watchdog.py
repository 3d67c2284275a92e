"""A window that stands still is noted, with what was asked for last."""

import logging
import time

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from bloodview.ui.watchdog import Watchdog


def test_a_stall_is_noted_with_the_latest_action(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    owner = QObject()
    dog = Watchdog(lambda: "files.report", owner)
    with caplog.at_level(logging.INFO):
        dog.start()
        qtbot.wait(120)
        before = list(caplog.records)
        time.sleep(0.25)
        qtbot.waitUntil(lambda: len(caplog.records) > len(before), timeout=2000)
        dog.stop()
    assert "files.report" in caplog.messages[-1]
    assert caplog.records[-1].levelno == logging.INFO


def test_a_sleep_of_the_computer_is_no_stall(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = QObject()
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    dog = Watchdog(lambda: "", owner)
    with caplog.at_level(logging.INFO):
        for later, noted in ((0.05, 0), (0.149, 0), (0.2, 1), (3600.0, 1)):
            now[0] += later
            dog.on_timer_timeout()
            assert len(caplog.records) == noted, later
