"""Where a command line leads, and what starting costs."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bloodview import __main__ as start
from bloodview.cli import main as cli
from bloodview.core import log, paths
from bloodview.core.errors import UserError

_HELP_S = 0.5
"""Seconds of processor time that --help may take."""


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    hook = sys.excepthook
    yield
    log.stop()
    sys.excepthook = hook


@pytest.fixture
def command_lines(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What reaches the command line, instead of being done."""
    seen: list[list[str]] = []

    def run(arguments: Sequence[str]) -> int:
        seen.append(list(arguments))
        return 1

    monkeypatch.setattr(cli, "run", run)
    return seen


def _main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["bloodview", *arguments])
    return start.main()


def test_no_argument_opens_an_empty_window() -> None:
    assert start.window_wish([]) == start.WindowWish((), safe_mode=False, is_demo=False)
    assert start.window_wish(["--safe-mode"]) == start.WindowWish((), safe_mode=True, is_demo=False)


def test_open_takes_paths() -> None:
    wish = start.window_wish(["open", "a.png", "b"])
    assert wish == start.WindowWish((Path("a.png"), Path("b")), safe_mode=False, is_demo=False)


def test_demo_opens_the_sample() -> None:
    assert start.window_wish(["demo"]) == start.WindowWish((paths.sample(),), safe_mode=False, is_demo=True)


@pytest.mark.parametrize(
    "line",
    [
        "--help",
        "open",
        "open --help",
        "open a.png --fast",
        "demo --headless",
        "demo --help",
        "classify a.png",
        "nonsense",
    ],
)
def test_everything_else_is_for_the_command_line(line: str) -> None:
    assert start.window_wish(line.split()) is None


def test_the_status_of_the_command_line_is_the_programs(
    command_lines: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _main(monkeypatch, "models", "list") == 1
    assert command_lines == [["models", "list"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_the_demo_runs_without_the_window(
    command_lines: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert _main(monkeypatch, "demo") == 1
    assert command_lines == [["demo", "--headless"]]
    assert "no screen" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_screen_open_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert _main(monkeypatch, "open", "a.png") == start.NOTHING_DONE
    assert "no screen" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="plugins are looked at on Linux only")
def test_a_missing_library_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacks(name: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.setattr(start.ctypes, "CDLL", lacks)
    assert _main(monkeypatch) == start.NOTHING_DONE
    said = capsys.readouterr().err
    assert "libxcb-cursor.so.0" in said
    assert "apt-get install" in said


def test_an_error_for_people_is_one_line_and_no_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: Sequence[str]) -> int:
        raise UserError("is no picture.", path="a.txt", hint="Open a picture.")

    monkeypatch.setattr(cli, "run", fail)
    assert _main(monkeypatch, "classify", "a.txt") == start.NOTHING_DONE
    assert capsys.readouterr().err == "bloodview: a.txt: is no picture. Open a picture.\n"


@pytest.mark.expects_log
def test_a_bug_is_one_line_for_people_and_a_trace_in_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user_folder: Path
) -> None:
    def fail(arguments: Sequence[str]) -> int:
        return len(arguments) // 0

    monkeypatch.setattr(cli, "run", fail)
    assert _main(monkeypatch, "classify", "a.png") == start.NOTHING_DONE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ZeroDivisionError" in said
    assert "Traceback" in next(user_folder.rglob("bloodview.log")).read_text(encoding="utf-8")


def test_ctrl_c_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(arguments: Sequence[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run", interrupt)
    assert _main(monkeypatch, "classify", "a.png") == start.INTERRUPTED


def test_starting_writes_a_log_into_the_users_folder(
    command_lines: list[list[str]], monkeypatch: pytest.MonkeyPatch, user_folder: Path
) -> None:
    _main(monkeypatch, "models", "list")
    assert "BloodView" in next(user_folder.rglob("bloodview.log")).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="processor time of children is asked of POSIX")
def test_help_is_quick_and_lists_every_command(tmp_path: Path) -> None:
    took_s = []
    for _ in range(3):
        before = os.times()
        done = subprocess.run(
            [sys.executable, "-m", "bloodview", "--help"],
            cwd=Path(__file__).resolve().parents[1],
            env=os.environ | {"HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        after = os.times()
        took_s.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(took_s) <= _HELP_S
    for command in ("open", "demo", "classify", "detect", "segment", "analyze", "report", "export", "edit", "models"):
        assert command in done.stdout
    assert "self-test" in done.stdout


def test_the_log_does_not_keep_the_program_from_starting(
    command_lines: list[list[str]], monkeypatch: pytest.MonkeyPatch, user_folder: Path
) -> None:
    (user_folder / "data").write_text("a file where a folder should be")
    assert _main(monkeypatch, "models", "list") == 1


def test_a_worker_that_is_still_at_it_does_not_keep_the_program_from_ending() -> None:
    code = (
        "import threading, time; from bloodview import __main__ as start\n"
        "print(start._left(0), flush=True)\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "print('told', end=''); start._left(3); print('never')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (3, "0\ntold")
