"""The trainer's process: its lines arrive as events, its end with its status, and closing ends it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core import refinement
from bloodview.core.training_run import Event
from bloodview.ui.trainer_process import TrainerProcess

LINES = """
import sys, time
print('{"event": "started", "model": "refined"}', flush=True)
print("no event", flush=True)
print('{"event": "epoch", "epoch": 1, "loss": 0.5}', flush=True)
sys.stderr.write("a word\\n")
sys.exit(3)
"""


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[TrainerProcess]:
    made = TrainerProcess()
    yield made
    made.close()


def test_lines_are_heard_and_the_end_with_its_status(trainer: TrainerProcess, tmp_path: Path, qtbot: QtBot) -> None:
    heard: list[Event] = []
    trainer.heard.connect(heard.append)
    with qtbot.waitSignal(trainer.ended, timeout=20_000) as end:
        trainer.start([sys.executable, "-c", LINES], tmp_path)
        assert trainer.is_running
    assert end.args == [3, "a word"]
    assert [e.kind for e in heard] == ["started", "epoch"]
    assert heard[1].values == {"epoch": 1, "loss": 0.5}
    assert not trainer.is_running


def test_a_wish_lies_in_its_folder(trainer: TrainerProcess, tmp_path: Path, qtbot: QtBot) -> None:
    trainer.start([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    trainer.wish("pause")
    assert refinement.wished(tmp_path) == "pause"


def test_closing_ends_it_without_a_word(trainer: TrainerProcess, tmp_path: Path) -> None:
    ended: list[int] = []
    trainer.ended.connect(lambda status, _text: ended.append(status))
    trainer.start([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    trainer.close()
    assert not trainer.is_running
    assert not ended


def test_what_cannot_be_started_is_said(trainer: TrainerProcess, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(trainer.ended, timeout=20_000) as end:
        trainer.start([str(tmp_path / "nothing")], tmp_path)
    assert end.args == [2, "The trainer could not be started."]
