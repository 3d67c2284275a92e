"""A folder overnight: what is chosen, its own process, a failure by name, stopping, going on, leaving the window."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bloodview.core.errors import UserError
from bloodview.core.overnight import Night, Wish
from bloodview.core.settings import Settings
from bloodview.ui.desktop import Desktop
from bloodview.ui.dialogs.night import NightDialog
from bloodview.ui.jobs import InlineJobs
from bloodview.ui.night_process import UNKNOWN, NightProcess
from tests.ui.window_support import FixedAnswers, Rig, analyse, load_engine

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINES = """
import json, os, sys, time
from bloodview.core.overnight import process_here
print(json.dumps({"event": "started", **process_here()}), flush=True)
print('{"event": "slide", "done": 1, "of": 2}', flush=True)
while b"stop" not in os.read(0, 64):
    time.sleep(0.05)
sys.stderr.write("a word")
print('{"event": "stopped"}', flush=True)
sys.exit(130)
"""
WISH = Wish((Path("night"),), Path("night-cases"))


class FakeNight(NightProcess):
    """Tells what a test has it tell."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[Sequence[str]] = []
        self.running = False
        self.stops = 0
        self.left: Night | None = None
        self.lines: list[dict[str, object]] = []

    @property
    def is_running(self) -> bool:
        return self.running

    def start(self, command: Sequence[str], wish: Wish) -> None:
        self.commands.append(command)
        self.running = True

    def find(self) -> Night | None:
        return self.left

    def look(self) -> None:
        for line in self.lines:
            self.heard.emit(line)
        if not self.running:
            self.ended.emit(-1, "")

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


def told(name: str, done: int, problem: str = "") -> dict[str, object]:
    return {"event": "slide", "slide": name, "case": "" if problem else f"{name}.bvcase", "problem": problem,
            "is_done": not problem, "done": done, "of": 3}  # fmt: skip


def test_what_an_earlier_window_left_at_work_is_shown_and_can_be_stopped(r: NightRig, tmp_path: Path) -> None:
    said: list[str] = []
    r.desktop.night.told.connect(said.append)
    r.process.left = Night(tmp_path, Wish((tmp_path / "night",), tmp_path / "cases", 3))
    r.process.lines, r.process.running = [told("a.png", 1), told("b.png", 2, "is no picture.")], True
    r.desktop.night.find()
    assert said == [f"Slides are being analysed overnight: {tmp_path / 'cases'}"]
    assert not r.dialog.isVisible(), "the person is not disturbed by it"
    r.desktop.actions["night.open"].trigger()
    assert r.dialog.bar.value() == 2
    assert "2 of 3 slides, 1 with a problem" in r.dialog.doing.text()
    r.dialog.stop.click()
    assert r.process.stops == 1
    r.process.heard.emit({"event": "stopped"})
    r.process.end(-1)
    assert r.errors == []
    r.dialog.go_on.click()
    command = " ".join(r.process.commands[0])
    assert f"--out {tmp_path / 'cases'}" in command
    assert "--workers 3" in command
    assert command.endswith(f"-- {tmp_path / 'night'}")


def test_what_ended_meanwhile_shows_its_list(r: NightRig, tmp_path: Path) -> None:
    r.process.left = Night(tmp_path, Wish((tmp_path / "night",), tmp_path / "cases"))
    r.process.lines = [told("a.png", 1), told("b.png", 2), told("c.png", 3, "is no picture."), {"event": "finished"}]
    r.desktop.night.find()
    assert r.dialog.isVisible()
    assert "All slides are through: 2 of 3, 1 with a problem" in r.dialog.doing.text()
    assert r.dialog.list.count() == 3
    assert not r.dialog.open_table.isHidden()


def test_what_was_killed_meanwhile_is_said_and_can_go_on(r: NightRig, tmp_path: Path) -> None:
    r.process.left = Night(tmp_path, Wish((tmp_path / "night",), tmp_path / "cases"))
    r.process.lines = [told("a.png", 1)]
    r.desktop.night.find()
    assert "It ended without a word." in str(r.errors[-1])
    assert not r.dialog.go_on.isHidden()


def test_they_are_analysed_with_what_the_window_would_analyse_with(r: NightRig, tmp_path: Path) -> None:
    chosen = {"classifier": "c", "detector": "d", "segmenter": "s", "batch_size": 7}
    r.desktop.preferences.change(**chosen)
    r.begin(tmp_path / "night")
    command = " ".join(r.process.commands[0])
    for part in ("--model c", "--detector d", "--segmenter s", "--batch-size 7"):
        assert part in command


def test_a_real_process_is_left_alone_found_by_another_window_heard_from_the_start_and_stopped(qtbot: QtBot) -> None:
    first = NightProcess()
    first.start([sys.executable, "-c", LINES], WISH)
    alone = first._process
    assert alone is not None
    first.close()
    assert not first.is_running
    second = NightProcess()
    heard: list[object] = []
    second.heard.connect(lambda said: heard.append(said["event"]))
    night = second.find()
    assert night is not None
    assert night.wish == WISH
    qtbot.waitUntil(lambda: "slide" in heard, timeout=20_000)
    assert second.is_running
    with qtbot.waitSignal(second.ended, timeout=20_000) as end:
        second.stop()
        assert alone.wait(20) == 130
    assert end.args == [UNKNOWN, "a word"]
    assert heard == ["started", "slide", "stopped"]
    assert second.find() is not None, "nobody was told yet"
    second.close()
    night.mark_told()
    assert NightProcess().find() is None
    second.forget()
    assert not night.folder.exists()


def test_its_own_window_hears_it_end(qtbot: QtBot) -> None:
    process = NightProcess()
    with qtbot.waitSignal(process.ended, timeout=20_000) as end:
        process.start([sys.executable, "-c", "import sys; sys.exit('a word')"], WISH)
    assert end.args == [1, "a word"]


def test_what_cannot_be_started_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be started"):
        NightProcess().start([str(tmp_path / "nothing")], WISH)
