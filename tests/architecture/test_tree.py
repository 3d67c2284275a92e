"""The shape of the tree: sizes, names, what a package holds, and that the map in the README is true."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture import readme_map
from tests.architecture.tree import CODE, ROOT, python_files, relative

_MOST_LINES = 500
_MOST_METHODS = 25
_MANY_METHODS = {"GalleryView": 49, "SlideView": 36}
"""Widgets with more, and how many they have: to be split, never to grow."""

_PACKAGE_WITH_TABLE = {"training/tasks/__init__.py"}
"""The table of the training tasks stands beside their files."""

_GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "misc", "tools_misc"}
_TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "bloodview", "resources", "training", "packaging", "tests"}
_NOT_ROOMS = {"architecture", "e2e", "benchmarks", "packaging", "training"}
"""Folders of tests that mirror no room of the app."""

_SUBJECTS_OF_MANY = {"journeys"}
"""Subjects of tests that walk through a whole room."""

_SETTLED = {"bloodview/__main__.py", "bloodview/ui/app.py", "bloodview/batch/server.py"}
"""The only files that may look at environment variables, or set them for the processes they start."""


@pytest.mark.parametrize("path", python_files(*CODE, "tests"), ids=relative)
def test_a_file_is_short(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= _MOST_LINES, "split it by subject"


@pytest.mark.parametrize("path", python_files(*CODE), ids=relative)
def test_a_file_says_its_subject_first(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_module_is_a_grab_bag() -> None:
    parts = {part.removesuffix(".py") for p in python_files(*CODE, "tests") for part in p.relative_to(ROOT).parts}
    assert not parts & _GRAB_BAGS


def test_a_package_file_holds_a_docstring_and_nothing_else() -> None:
    for path in python_files("bloodview", "training"):
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text(encoding="utf-8")).body
        rest = [ast.unparse(node) for node in body[1:]]
        if relative(path) in _PACKAGE_WITH_TABLE:
            continue
        if relative(path) == "bloodview/__init__.py":
            rest = [line for line in rest if not line.startswith("__version__ = ")]
        assert not rest, f"{relative(path)} holds more than its docstring"


def test_no_widget_grows_into_the_program() -> None:
    for path in python_files("bloodview/ui"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
                most = _MANY_METHODS.get(node.name, _MOST_METHODS)
                assert len(methods) <= most, f"{node.name} in {relative(path)} has {len(methods)} methods"


def test_environment_variables_are_read_by_the_entry_point_only() -> None:
    for path in python_files("bloodview"):
        if relative(path) not in _SETTLED:
            assert not re.search(r"os\.(environ|getenv|putenv)", path.read_text(encoding="utf-8")), relative(path)


def test_the_folders_of_the_tests_mirror_the_rooms() -> None:
    rooms = {p.name for p in (ROOT / "bloodview").iterdir() if p.is_dir()} | _NOT_ROOMS
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith(("_", "."))}
    assert folders <= rooms


def test_a_test_file_is_named_after_a_module_of_its_room() -> None:
    for folder in (p for p in (ROOT / "tests").iterdir() if (ROOT / "bloodview" / p.name).is_dir()):
        modules = {p.stem for p in (ROOT / "bloodview" / folder.name).rglob("*.py")}
        modules |= _SUBJECTS_OF_MANY
        modules |= {p.name for p in (ROOT / "bloodview" / folder.name).rglob("*") if p.is_dir()}
        for path in folder.rglob("test_*.py"):
            subject = path.stem.removeprefix("test_")
            assert any(subject == m or subject.startswith(f"{m}_") for m in modules), relative(path)


def test_the_top_level_holds_what_was_agreed() -> None:
    there = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    built = {"build", "dist", "runs"}
    assert there - built - {n for n in there if n.endswith(".egg-info")} <= _TOP_LEVEL


def _map() -> list[str]:
    """The paths in the README's map of the code: its lines are indented by two spaces a level."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("## Map of the code", 1)[1].split("```", 2)[1]
    above: list[str] = []
    found = []
    for line in block.splitlines()[1:]:
        words = line.split()
        if not words:
            continue
        level = (len(line) - len(line.lstrip())) // 2
        if level > len(above) or "/" not in words[0] and "." not in words[0]:
            continue  # a description that goes on
        above = [*above[:level], words[0].rstrip("/")]
        found.append("/".join(above))
    return found


def test_every_path_in_the_map_exists() -> None:
    paths = _map()
    assert len(paths) > 20
    missing = [p for p in paths if not (ROOT / p).exists()]
    assert not missing


def test_every_package_and_every_module_is_in_the_map() -> None:
    wanted = {relative(p) for p in python_files("bloodview", "training")}
    wanted = {p.removesuffix("/__init__.py") for p in wanted}
    assert not wanted - set(_map())


def test_the_map_says_what_the_docstrings_say() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text == readme_map.drawn(text), "python -m tests.architecture.readme_map writes it anew"
