"""The texts of the window, collected into the files of translations: `python -m tests.architecture.languages`.

Writes resources/languages/bloodview_*.ts with an entry for each text, what was translated before kept, and makes the
.qm of each, which the window reads. Texts that nobody translated yet are named.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import PySide6

from bloodview.core import grading, paths
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, SHAPES
from bloodview.ui.language import CONTEXT, TRANSLATED
from tests.architecture.tree import python_files, relative

DOORS = ("tr", "later")
"""Functions of bloodview.ui.language; a literal stands in the call itself."""

TABLES = ("_A", "ActionSpec")
"""Calls that make lines of plain English, translated where they are shown."""

_SHOWS = frozenset(
    [
        "QAction",
        "QCheckBox",
        "QGroupBox",
        "QLabel",
        "QMenu",
        "QProgressDialog",
        "QPushButton",
        "QRadioButton",
        "addAction",
        "addButton",
        "addItem",
        "addItems",
        "addMenu",
        "addRow",
        "addTab",
        "drawText",
        "drawStaticText",
        "emit",
        "file",
        "files",
        "folder",
        "new_file",
        "paint_hint",
        "say",
        "set_empty_text",
        "setAccessibleDescription",
        "setAccessibleName",
        "setCancelButtonText",
        "setDetailedText",
        "setHeaderLabels",
        "setHorizontalHeaderLabels",
        "setInformativeText",
        "setLabelText",
        "setOkButtonText",
        "setPlaceholderText",
        "setPrefix",
        "setStatusTip",
        "setSuffix",
        "setText",
        "setTitle",
        "setToolTip",
        "setVerticalHeaderLabels",
        "setWhatsThis",
        "setWindowTitle",
        "show_nothing",
        "show_text",
        "show_waiting",
        "AnalysisError",
        "FileError",
        "StorageError",
        "UserError",
    ]
)
"""Calls whose literals a person reads, single words too."""

_SILENT = frozenset(
    ["debug", "error", "exception", "info", "warning", "setObjectName", "setStyleSheet", "cast", "getLogger"]
)
"""Calls whose literals nobody reads on the window."""

_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z(]{2,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_MARKUP = re.compile(r"<[^>]*>")


class Literal(NamedTuple):
    """A literal of the source."""

    text: str
    file: str
    line: int


def files() -> list[Path]:
    """The files of the window."""
    return python_files("bloodview/ui")


def literals(path: Path) -> Iterator[Literal]:
    """The literals that go through a door or stand in a table: of a line its title and its menu."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node)
        for said in node.args[:1] if name in DOORS else node.args[1:3] if name in TABLES else []:
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield Literal(said.value, relative(path), said.lineno)


def flat_literals(*folders: str) -> set[str]:
    """The literals of the files below these folders, with "{}" where values go."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in python_files(*folders)]
    return {_flat(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Constant)}


def _flat(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def sources() -> list[str]:
    """Every text of the window, sorted: those of its files, and the names of classes, shapes, findings and grades."""
    found = {literal.text for path in files() for literal in literals(path)}
    found |= {c.title for c in DEFAULT_TAXONOMY.classes} | {f.title for f in grading.FINDINGS}
    return sorted(found | set(SHAPES) | set(grading.GRADES))


def place(language: str, ending: str) -> Path:
    """The file of a language, ".ts" or ".qm"."""
    return paths.resources() / "languages" / f"bloodview_{language}{ending}"


def translations(language: str) -> dict[str, str]:
    """The entries of a .ts file; "" = not translated."""
    if not place(language, ".ts").is_file():
        return {}
    messages = ElementTree.parse(place(language, ".ts")).iter("message")
    return {m.findtext("source", ""): m.findtext("translation", "") for m in messages}


def write(language: str, entries: dict[str, str]) -> None:
    """Write the .ts file and make the .qm from it."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines += [f'<TS version="2.1" language="{language}" sourcelanguage="en">', "<context>", f"<name>{CONTEXT}</name>"]
    for source in sources():
        said = entries.get(source, "")
        state = "" if said else ' type="unfinished"'
        lines += ["<message>", f"<source>{escape(source)}</source>"]
        lines += [f"<translation{state}>{escape(said)}</translation>", "</message>"]
    lines += ["</context>", "</TS>", ""]
    place(language, ".ts").parent.mkdir(exist_ok=True)
    place(language, ".ts").write_text("\n".join(lines), encoding="utf-8")
    tool = next(p for p in Path(PySide6.__path__[0]).glob("**/lrelease*") if p.suffix in ("", ".exe"))
    made = [str(place(language, ".ts")), "-qm", str(place(language, ".qm"))]
    subprocess.run([str(tool), "-silent", *made], check=True)


def broken_doors(source: str) -> list[int]:
    """Lines in which something put together, rather than a literal or a name, is given to a door."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and _name(node) in DOORS
        and (not node.args or isinstance(node.args[0], ast.JoinedStr | ast.BinOp))
    ]


def unsaid(source: str) -> list[tuple[int, str]]:
    """Lines and literals that a person may read and that pass no door."""
    found: list[tuple[int, str]] = []
    _seek(ast.parse(source), shown=False, found=found)
    return found


def _seek(node: ast.AST, *, shown: bool, found: list[tuple[int, str]]) -> None:
    if isinstance(node, ast.Call):
        name = _name(node)
        if name in (*DOORS, *TABLES, *_SILENT):
            return
        shown = name in _SHOWS
        if name == "named":  # style.named: the second one is the name of a widget
            _seek(node.args[0], shown=False, found=found)
            return
    elif isinstance(node, ast.Subscript):
        _seek(node.value, shown=False, found=found)
        return
    elif isinstance(node, ast.Compare | ast.Lambda | ast.stmt):
        shown = False
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        _judge(node.value, node.lineno, shown, found)
        return
    if isinstance(node, ast.JoinedStr):
        whole = "".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in node.values)
        _judge(whole, node.lineno, shown, found)
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                _seek(value.value, shown=shown, found=found)
        return
    for child in _children(node):
        _seek(child, shown=shown, found=found)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What is below, without annotations and docstrings."""
    skipped: list[ast.AST | None] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        skipped += [node.returns, node.args]
        yield from (d for d in [*node.args.defaults, *node.args.kw_defaults] if d is not None)
    if isinstance(node, ast.AnnAssign):
        skipped.append(node.annotation)
    for child in ast.iter_child_nodes(node):
        is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if not is_docstring and not any(child is s for s in skipped):
            yield child


def _judge(text: str, line: int, shown: bool, found: list[tuple[int, str]]) -> None:
    plain = _MARKUP.sub("", text)
    if _WORDS.search(plain) or (shown and _WORD.search(plain)):
        found.append((line, text.replace("\0", "{}")))


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


if __name__ == "__main__":
    for chosen in TRANSLATED:
        write(chosen, translations(chosen))
        for missing in [source for source, said in translations(chosen).items() if not said]:
            sys.stdout.write(f"{chosen}: {missing!r} is not translated\n")
