"""Tests of the command line as a whole: exit statuses, messages, what is imported."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from bloodview.cli import main as cli
from bloodview.models.api import Boxes
from bloodview.workflows import engine
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


def test_done_is_0_some_failed_is_1_nothing_done_is_2(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "boxes.json"
    assert cli.run(["detect", str(fields), "--out", str(out)]) == 0
    (fields / "bad.png").write_bytes(b"text")
    assert cli.run(["detect", str(fields), "--out", str(out)]) == 1
    assert str(fields / "bad.png") in capsys.readouterr().err
    out.unlink()
    assert cli.run(["detect", str(fields / "bad.png"), "--out", str(out)]) == 2
    assert not out.exists()


def test_a_path_that_is_not_there_is_named(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    out = tmp_path / "x.csv"
    assert cli.run(["classify", str(tmp_path / "gone.png"), "--out", str(out)]) == 2
    assert "gone.png" in capsys.readouterr().err
    assert cli.run(["classify", str(fields), str(tmp_path / "gone.png"), "--out", str(out)]) == 1
    assert "gone.png" in capsys.readouterr().err


def test_a_folder_without_pictures_is_said_so(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "empty").mkdir()
    assert cli.run(["detect", str(tmp_path / "empty"), "--out", str(tmp_path / "o.json")]) == 2
    assert "empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["classify"], ["classify", "x.png"], ["detect", "x.png", "--out"], ["edit"], ["open"],
     ["classify", "x.png", "--out", "y", "--level", "medium"], ["detect", "x.png", "--out", "y", "--device", "tpu"],
     ["demo"], ["open", "x.png"]],
)  # fmt: skip
def test_wrong_usage_is_2_and_told(arguments: list[str], capsys: Capsys) -> None:
    assert cli.run(arguments) == 2
    said = capsys.readouterr()
    assert said.err or said.out


COMMANDS = "classify detect segment explain learn adapt analyze report export import compare journal edit demo"


@pytest.mark.parametrize("command", COMMANDS.split())
def test_every_command_explains_itself(command: str, capsys: Capsys) -> None:
    assert cli.run([command, "--help"]) == 0
    assert "Usage: bloodview" in capsys.readouterr().out


def test_options_reach_the_models(fields: Path, tmp_path: Path, fake_engine: list[dict[str, object]]) -> None:
    words = ["--device", "cpu", "--model", "mine", "--batch-size", "4", "--level", "coarse"]
    assert cli.run(["classify", str(fields), "--out", str(tmp_path / "o.csv"), *words]) == 0
    how = fake_engine[0]
    assert (how["device"], how["classifier"], how["batch_size"]) == ("cpu", "mine", 4)
    assert "p_immature_granulocyte" in (tmp_path / "o.csv").read_text().splitlines()[0]


def test_the_version_is_told(capsys: Capsys) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("BloodView ")
    assert cli.run(["--help"]) == 0
    assert "Review of blood smears" in capsys.readouterr().out


def test_a_path_that_may_not_be_read_stops_nothing_else(
    fields: Path, tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    locked = fields / "one.png"
    access, read = os.access, Path.open

    def refuse(path: Path, *how: str, **more: str) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *how, **more)

    monkeypatch.setattr(os, "access", lambda p, mode: str(p) != str(locked) and access(p, mode))
    monkeypatch.setattr(Path, "open", refuse)
    out = tmp_path / "o.json"
    assert cli.run(["detect", str(locked), str(fields / "two.png"), "--out", str(out)]) == 1
    assert f"{locked}: You may not read" in capsys.readouterr().err
    assert len(json.loads(out.read_text())["images"]) == 1


def imported_by(*arguments: str) -> set[str]:
    run = f"from bloodview.cli import main; main.run({list(arguments)!r})"
    code = f"import sys; {run}; print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input="", capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


def test_help_and_edit_start_without_the_heavy_libraries(case: Path) -> None:
    heavy = {"torch", "cv2", "PySide6", "timm", "openslide", "tifffile"}
    assert not heavy & imported_by("--help")
    assert not heavy & imported_by("edit", str(case))


def test_no_command_imports_qt(case: Path, tmp_path: Path) -> None:
    modules = imported_by("report", str(case), "--out", str(tmp_path / "r.html"))
    assert not {m for m in modules if m.split(".")[0] in ("PySide6", "pyqtgraph", "torch")}
    assert (tmp_path / "r.html").exists()


def test_ctrl_c_stops_cleanly_with_130_and_leaves_no_file(
    fields: Path, tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    class Interrupting(FakeDetector):
        def detect(self, images: list[np.ndarray]) -> list[Boxes]:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)
            return super().detect(images)

    monkeypatch.setattr(
        engine, "load_engine", lambda **_: engine.Engine(Interrupting(), FakeSegmenter(), FakeClassifier())
    )
    before = signal.getsignal(signal.SIGINT)
    assert cli.run(["detect", str(fields), "--out", str(tmp_path / "o.json")]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "stopped" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in"]
