"""The scripts that make and try the bundle, without making one: that takes minutes and gigabytes."""

import importlib
import importlib.util
import os
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

import bloodview

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
NAMES = ("build", "contents", "icons", "launcher", "licences", "smoke")


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a script of packaging/ as the scripts there import each other; forgotten after the test."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    yield importlib.import_module
    for name in NAMES:
        sys.modules.pop(name, None)


def test_every_script_is_imported_by_a_test_or_is_named_here() -> None:
    assert {p.stem for p in PACKAGING.glob("*.py")} == set(NAMES)


def test_what_goes_in_is_there(script: Callable[[str], ModuleType]) -> None:
    contents = script("contents")
    assert all(place.exists() for place, _ in contents.DATA)
    for package in (*contents.IMPORTED_BY_NAME, *contents.CARRIES_DATA, *contents.LOADED_BY_PATH):
        assert importlib.util.find_spec(package) is not None, package
    assert contents.version() == bloodview.__version__


def test_a_package_of_ours_that_holds_more_than_code_carries_it(script: Callable[[str], ModuleType]) -> None:
    carried = script("contents").CARRIES_DATA
    for package in ("bloodview", "training"):
        more = {p.suffix for p in (ROOT / package).rglob("*") if p.is_file() and "__pycache__" not in p.parts} - {".py"}
        assert not more or package in carried, (package, more)


def test_what_stays_out_has_a_reason_and_is_nothing_that_the_program_needs(
    script: Callable[[str], ModuleType],
) -> None:
    left_out = script("contents").LEFT_OUT
    assert all(len(why) > 5 for why in left_out.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["training"]]
    names = {n.split(">")[0].split("<")[0].strip().replace("-", "_").lower() for n in needed}
    assert not names & {n.lower() for n in left_out}


@pytest.mark.parametrize(("program", "wanted"), [("bloodview", "app"), ("bloodview-trainer", "trainer")])
def test_the_executable_by_its_name_is_app_or_trainer(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, program: str, wanted: str
) -> None:
    import bloodview.__main__ as app
    import training.__main__ as trainer

    launcher, called = script("launcher"), []
    monkeypatch.setattr(app, "main", lambda: called.append("app") or 0)
    monkeypatch.setattr(trainer, "main", lambda: called.append("trainer") or 0)
    monkeypatch.setattr(sys, "executable", f"/opt/bloodview/{program}")
    assert launcher.main() == 0
    assert called == [wanted]


def test_licences_name_the_part_that_owns_a_file_with_its_text(script: Callable[[str], ModuleType]) -> None:
    licences = script("licences")
    (part,) = licences.parts([Path(Image.__file__)])
    assert part.name.lower() == "pillow"
    assert part.licence
    assert "Permission to use, copy, modify" in part.texts[0]
    told = licences.document([part], "1.2.3")
    assert told.startswith("BloodView 1.2.3 carries these parts")
    assert part.texts[0].strip() in told
    assert licences.parts([ROOT / "README.md"]) == []


@pytest.mark.parametrize("ending", [".ico", ".icns", ".png"])
def test_the_icon_is_painted_in_every_form(
    script: Callable[[str], ModuleType], tmp_path: Path, qapp: object, ending: str
) -> None:
    made = script("icons").icon(ROOT / "resources" / "icons" / "bloodview.svg", tmp_path / f"icon{ending}")
    with Image.open(made) as picture:
        assert max(picture.size) >= 256
        assert len(np.unique(np.asarray(picture.convert("RGBA")).reshape(-1, 4), axis=0)) > 20


def test_sources_are_read_from_the_tables_of_pyinstaller(script: Callable[[str], ModuleType], tmp_path: Path) -> None:
    (tmp_path / "bloodview").mkdir()
    (tmp_path / "bloodview" / "COLLECT-00.toc").write_text(
        "('/x', [('a.so', '/lib/a.so', 'BINARY'), ('b', '/lib/b.py', 'DATA')])", encoding="utf-8"
    )
    assert script("build").sources(tmp_path) == ["/lib/a.so", "/lib/b.py"]


def test_a_build_with_the_other_kind_of_pytorch_is_refused(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build = script("build")
    monkeypatch.setattr(build, "flavour", lambda: "cuda")
    assert build.main(["--flavour", "cpu"]) == 2
    assert "the cuda build" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="the menu of Linux")
def test_the_menu_entry_points_at_the_folder_and_goes_away_again(tmp_path: Path) -> None:
    bundle = tmp_path / "Blood & View"
    icons = bundle / "_internal" / "resources" / "icons"
    icons.mkdir(parents=True)
    (icons / "bloodview.svg").write_text("<svg/>")
    for file in (PACKAGING / "linux").iterdir():
        (bundle / file.name).write_bytes(file.read_bytes())
    share = tmp_path / "share"
    env = dict(os.environ, XDG_DATA_HOME=str(share))
    subprocess.run(["sh", bundle / "install.sh"], env=env, check=True, capture_output=True)
    entry = (share / "applications" / "bloodview.desktop").read_text(encoding="utf-8")
    assert f'Exec="{bundle}/bloodview" open %F' in entry
    assert (share / "mime" / "packages" / "bloodview.xml").is_file()
    subprocess.run(["sh", bundle / "install.sh", "--remove"], env=env, check=True, capture_output=True)
    assert not (share / "applications" / "bloodview.desktop").exists()
    assert not (share / "icons/hicolor/scalable/apps/bloodview.svg").exists()


def test_the_trial_counts_the_colours_on_the_right_of_the_screen(
    script: Callable[[str], ModuleType], tmp_path: Path
) -> None:
    width, height = 30, 4
    header = struct.pack(">13I", 104, 7, 2, 24, width, height, 0, 0, 32, 0, 32, 32, width * 4)
    header += struct.pack(">6I", 4, 0, 0, 0, 24, 256) + struct.pack(">I", 0) + bytes(24)
    pixels = bytes(width * height * 4)
    left, right = 4 * 2, 4 * 22
    painted = bytearray(pixels)
    painted[left : left + 4] = b"\x01\x02\x03\x00"
    (tmp_path / "screen").write_bytes(header[:104] + bytes(painted))
    assert script("smoke").colours(tmp_path / "screen") == 1
    painted[right : right + 4] = b"\x01\x02\x03\x00"
    (tmp_path / "screen").write_bytes(header[:104] + bytes(painted))
    assert script("smoke").colours(tmp_path / "screen") == 2


def test_the_trial_names_a_file_from_elsewhere(script: Callable[[str], ModuleType], tmp_path: Path) -> None:
    smoke = script("smoke")
    bundle = smoke.Bundle(tmp_path / "bundle", tmp_path / "home")
    bundle.look(os.getpid())
    assert any("site-packages" in name for name in bundle.foreign)
    with pytest.raises(smoke.StepError, match="mapped from elsewhere"):
        smoke.alone(bundle)


def test_without_a_bundle_the_trial_says_how_to_make_one(
    script: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["smoke.py", str(tmp_path)])
    assert script("smoke").main() == 2
    assert "packaging/build.py" in capsys.readouterr().err
