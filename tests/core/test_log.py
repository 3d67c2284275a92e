"""The log file, and what happens to an error nobody caught."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bloodview.core import log


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    hook = sys.excepthook
    yield
    log.stop()
    sys.excepthook = hook


def test_records_reach_the_file(tmp_path: Path) -> None:
    file = log.start(tmp_path / "logs")
    logging.getLogger("bloodview.slides").info("opened %s", "a.svs")
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "opened a.svs" in text
    assert "BloodView" in text


def test_a_folder_that_cannot_be_made_costs_the_log_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert log.start(tmp_path / "file" / "logs") is None


@pytest.mark.expects_log
def test_an_uncaught_error_is_logged_with_its_trace_and_told(tmp_path: Path) -> None:
    file = log.start(tmp_path)
    said: list[str] = []
    log.catch_crashes(said.append)
    error = ZeroDivisionError("x")
    sys.excepthook(type(error), error, None)
    assert said == ["BloodView met an error it did not expect: ZeroDivisionError: x"]
    assert file is not None
    assert "ZeroDivisionError" in file.read_text(encoding="utf-8")


def test_interrupting_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    log.catch_crashes(said.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not said
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_stopping_lets_go_of_the_file(tmp_path: Path) -> None:
    log.start(tmp_path)
    log.stop()
    assert not logging.getLogger("bloodview").handlers
