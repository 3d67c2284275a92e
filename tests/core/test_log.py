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
    logging.getLogger("bloodview.slides").info("opened a slide of %d tiles", 7)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "opened a slide of 7 tiles" in text
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


@pytest.mark.parametrize(
    "text",
    [
        "opened Doe_1950.svs",
        "opened /data/Doe John/smear 3.ndpi: no such tile",
        r"C:\\Users\\Doe\\smear.tif: cannot be read",
        "[Errno 2] No such file or directory: '/home/x/Doe, John.png'",
        r"cannot identify image file 'D:\\cases\\Doe.png'",
        r"\\\\server\\share\\Doe\\a.mrxs is damaged",
        "the case /home/doe/.local/share/bloodview/cases/Doe.bvcase",
    ],
)
def test_no_name_of_a_file_is_kept(tmp_path: Path, text: str) -> None:
    file = log.start(tmp_path)
    try:
        raise FileNotFoundError(text)
    except FileNotFoundError:
        logging.getLogger("bloodview").info(text, exc_info=True)
    assert file is not None
    kept = file.read_text(encoding="utf-8")
    assert "doe" not in kept.lower()
    assert "test_log.py" in kept, "where in the code it happened stays"
    assert "FileNotFoundError" in kept


def test_ordinary_texts_are_kept_as_they_are() -> None:
    for text in (
        "3/4 of 12 tiles, 0.5 um/px",
        "BloodView 1.2.3, Python 3.11.2",
        "a.b.c: it's done, isn't it",
        "files.report",
    ):
        assert log.discreet(text) == text


def test_the_log_turns_over_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_KEPT_BYTES", 2000)
    file = log.start(tmp_path)
    for number in range(200):
        logging.getLogger("bloodview").info("record %d", number)
    assert file is not None
    files = sorted(tmp_path.iterdir())
    assert len(files) == 4
    assert all(f.stat().st_size <= 2000 for f in files)
