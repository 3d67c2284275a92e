"""A folder overnight: what is chosen, its own process, a failure by name, stopping, going on, leaving the window."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.errors import UserError
from bloodview.core.settings import Settings
from bloodview.ui.desktop import Desktop
from bloodview.ui.dialogs.night import NightDialog
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.night_process import NightProcess
from tests.ui.window_support import FixedAnswers, Rig, analyse, load_engine

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINES = """
import os, sys
print('{"event": "slide", "done": 1, "of": 2}', flush=True)
print("no event", flush=True)
heard = os.read(0, 64)
sys.stderr.write("a word")
sys.exit(130 if b"stop" in heard else 0)
"""


class FakeNight(NightProcess):
    """Tells what a test has it tell."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Sequence[str]] = []
        self.running = False
        self.stops = 0

    @property
    def is_running(self) -> bool:
        return self.running

    def start(self, command: Sequence[str]) -> None:
        self.commands.append(command)
        self.running = True

    def stop(self) -> None:
        self.stops += 1

    def say(self, name: str, done: int, problem: str = "", case: str = "") -> None:
        said = {"slide": name, "case": case, "problem": problem, "is_done": not problem}
        self.heard.emit({"event": "slide", "done": done, "of": 3, **said})

    def end(self, status: int, text: str = "", *, whole: bool = False) -> None:
        if whole:
            self.heard.emit({"event": "finished", "table": "t.csv"})
        self.running = False
        self.ended.emit(status, text)


class NightRig(Rig):
    """A window with a batch that a test speaks for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.answers, self.errors = qtbot, FixedAnswers(), []
        self.process = FakeNight()
        self.desktop = Desktop(
            InlineJobs(),
            Settings(device="cpu"),
            engine_loader=load_engine,
            analyse=analyse,
            asker=self.answers,
            night=self.process,
        )
        self.desktop.night.refused.connect(self.errors.append)
        self.window = self.desktop.window
        qtbot.addWidget(self.window)
        self.window.show()

    @property
    def dialog(self) -> NightDialog:
        assert self.desktop.night.dialog is not None
        return self.desktop.night.dialog

    def begin(self, folder: Path) -> None:
        self.desktop.actions["night.open"].trigger()
        self.answers.given = [folder]
        self.dialog.folder.click()
        self.dialog.workers.setValue(2)
        self.dialog.start.click()


@pytest.fixture
def r(qtbot: QtBot) -> Iterator[NightRig]:
    made = NightRig(qtbot)
    yield made
    made.desktop.close()


def test_nothing_can_start_before_slides_are_chosen(r: NightRig, tmp_path: Path) -> None:
    r.desktop.actions["night.open"].trigger()
    assert not r.dialog.start.isEnabled()
    r.answers.given = [tmp_path / "night"]
    r.dialog.folder.click()
    assert r.dialog.start.isEnabled()


def test_the_batch_is_told_folder_cases_workers_and_device(r: NightRig, tmp_path: Path) -> None:
    r.begin(tmp_path / "night")
    (command,) = r.process.commands
    assert command[:4] == [sys.executable, "-m", "bloodview", "batch"]
    told = " ".join(command)
    for part in (f"--out {tmp_path / 'night-cases'}", "--progress lines", "--workers 2", "--device cpu"):
        assert part in told
    assert command[-2:] == ["--", str(tmp_path / "night")]


def test_a_failure_is_named_first_and_a_case_that_is_done_can_be_opened(r: NightRig, tmp_path: Path) -> None:
    wanted: list[Path] = []
    r.desktop.night.case_wanted.disconnect()
    r.desktop.night.case_wanted.connect(wanted.append)
    r.begin(tmp_path)
    r.process.say("a.png", 1, case=str(tmp_path / "a.bvcase"))
    r.process.say("b.png", 2, "is no picture.")
    assert r.dialog.bar.value() == 2
    assert "2 of 3 slides, 1 with a problem" in r.dialog.doing.text()
    assert [r.dialog.list.item(i).text() for i in range(2)] == ["⚠ b.png: is no picture.", "✓ a.png: analysed"]
    r.dialog.list.setCurrentRow(0)
    assert not r.dialog.open_case.isEnabled()
    r.dialog.list.setCurrentRow(1)
    r.dialog.open_case.click()
    assert wanted == [tmp_path / "a.bvcase"]


def test_stopped_it_goes_on_with_the_same_words(r: NightRig, tmp_path: Path) -> None:
    r.begin(tmp_path)
    assert r.dialog.go_on.isHidden()
    r.dialog.stop.click()
    assert r.process.stops == 1
    r.process.end(130)
    assert r.errors == []
    assert r.dialog.stop.isHidden()
    r.dialog.go_on.click()
    assert len(r.process.commands) == 2
    assert r.process.commands[0] == r.process.commands[1]


def test_the_end_offers_table_and_cases(r: NightRig, tmp_path: Path) -> None:
    r.begin(tmp_path)
    r.process.say("a.png", 3, case="a.bvcase")
    r.process.end(0, whole=True)
    assert "All slides are through" in r.dialog.doing.text()
    assert r.dialog.go_on.isHidden()
    assert not r.dialog.open_table.isHidden()
    r.dialog.open_table.click()
    assert "cannot be shown" in str(r.errors[-1]), "there is no table yet"


def test_an_end_that_nobody_asked_for_is_said(r: NightRig, tmp_path: Path) -> None:
    r.begin(tmp_path)
    r.process.end(2, "bloodview: models/x: is missing.")
    (error,) = r.errors
    assert isinstance(error, UserError)
    assert "models/x: is missing." in str(error)


@pytest.mark.parametrize(("answer", "closes", "stops"), [("", False, 0), ("alone", True, 0), ("stop", True, 1)])
def test_closing_the_window_meanwhile_asks(r: NightRig, tmp_path: Path, answer: str, closes: bool, stops: int) -> None:
    r.begin(tmp_path)
    r.answers.leaving = answer
    assert r.window.close() is closes
    assert r.window.isVisible() is not closes
    assert r.process.stops == stops


def test_a_real_process_is_heard_stopped_and_its_files_are_cleared(qtbot: QtBot) -> None:
    process = NightProcess()
    heard: list[dict[str, object]] = []
    process.heard.connect(heard.append)
    process.start([sys.executable, "-c", LINES])
    qtbot.waitUntil(lambda: bool(heard), timeout=20_000)
    with qtbot.waitSignal(process.ended, timeout=20_000) as end:
        process.stop()
    assert end.args == [130, "a word"]
    assert heard == [{"event": "slide", "done": 1, "of": 2}]
    assert not process._folder.exists()


def test_left_alone_it_goes_on_and_is_not_stopped(qtbot: QtBot) -> None:
    process = NightProcess()
    process.start([sys.executable, "-c", LINES])
    alone = process._process
    assert alone is not None
    process.close()
    assert not process.is_running
    assert alone.wait(20) == 0, "the end of its input is no wish to stop"


def test_what_cannot_be_started_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be started"):
        NightProcess().start([str(tmp_path / "nothing")])
