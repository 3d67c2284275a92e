"""Draws the map of the code in README.md from the docstrings: `python -m tests.architecture.readme_map`."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT

_README = ROOT / "README.md"
_DRAWN = ("bloodview", "training")
_WIDTH = 27


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0].rstrip(".")


def _lines(folder: Path, depth: int) -> Iterator[str]:
    """A line for the package, one for each of its modules, then its packages."""
    yield f"{'  ' * depth + folder.name + '/':{_WIDTH}}{_first_line(folder / '__init__.py')}"
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            yield f"{'  ' * (depth + 1) + module.name:{_WIDTH - 1}} {_first_line(module)}"
    for package in sorted(p for p in folder.iterdir() if (p / "__init__.py").is_file()):
        yield from _lines(package, depth + 1)


def drawn(text: str) -> str:
    """The README's text with the map of the app and the trainer as the tree has them; the rest of the map stays."""
    before, after = text.split("## Map of the code", 1)
    opening, block, rest = after.split("```", 2)
    others = block[block.index("\nresources/") :]
    rooms = "\n".join(line for name in _DRAWN for line in _lines(ROOT / name, 0))
    return f"{before}## Map of the code{opening}```\n{rooms}{others}```{rest}"


if __name__ == "__main__":
    _README.write_text(drawn(_README.read_text(encoding="utf-8")), encoding="utf-8")
