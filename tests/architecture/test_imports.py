"""What starting and importing costs: no Qt and no torch for the command line, no side effects for any module."""

import json

import pytest

from tests.architecture.tree import python_files, relative, run

_HEAVY = ("PySide6", "pyqtgraph", "torch", "torchvision", "timm")


def _loaded_by(code: str) -> set[str]:
    """The top names of the modules that are loaded once this code ran in a fresh Python."""
    done = run("-c", f"{code}\nimport sys, json; print(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))")
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_command_line_imports_neither_qt_nor_torch() -> None:
    assert not _loaded_by("import bloodview.cli").intersection(_HEAVY)


def test_the_entry_point_imports_neither_qt_nor_torch() -> None:
    assert not _loaded_by("import bloodview.__main__").intersection(_HEAVY)


def test_the_window_imports_no_torch() -> None:
    assert "torch" not in _loaded_by("import bloodview.ui.app")


@pytest.mark.parametrize("room", ["core", "slides", "review", "report", "analysis"])
def test_a_room_is_importable_without_qt_and_torch(room: str) -> None:
    modules = [relative(p).removesuffix(".py").replace("/", ".") for p in python_files(f"bloodview/{room}")]
    imports = "\n".join(f"import {m.removesuffix('.__init__')}" for m in modules)
    assert not _loaded_by(imports).intersection(_HEAVY)


@pytest.mark.slow
def test_importing_any_module_starts_no_thread_and_makes_no_application() -> None:
    names = [relative(p).removesuffix(".py").replace("/", ".") for p in python_files("bloodview")]
    imports = "\n".join(f"import {n.removesuffix('.__init__')}" for n in names)
    code = (
        f"import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n{imports}\n"
        "import threading\nfrom PySide6.QtCore import QCoreApplication\n"
        "assert QCoreApplication.instance() is None\n"
        "assert threading.active_count() == 1, threading.enumerate()"
    )
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
