"""The parts of the program as processes: a module of this Python in a checkout, an executable beside it in a bundle."""

import sys
from pathlib import Path

import pytest

from bloodview.core import programs, refinement


def test_in_a_checkout_a_part_is_a_module_of_this_python() -> None:
    assert programs.command("bloodview", programs.APP) == [sys.executable, "-m", "bloodview"]
    folder = programs.start_folder("bloodview")
    assert folder is not None
    assert (folder / "bloodview" / "__main__.py").is_file()


@pytest.mark.parametrize("suffix", ["", ".exe"])
def test_in_a_bundle_it_is_the_executable_beside_this_one(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", f"/opt/app/bloodview{suffix}")
    assert programs.command("bloodview", programs.APP) == [str(Path(f"/opt/app/bloodview{suffix}"))]
    assert refinement.trainer_command() == [str(Path(f"/opt/app/bloodview-trainer{suffix}"))]
    assert programs.start_folder("bloodview") is None
