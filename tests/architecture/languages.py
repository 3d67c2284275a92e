"""The texts of the window as the source holds them: what is translated, and what a person would read untranslated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
    """The literals that go through a door, or stand in a table."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node) in DOORS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Literal(first.value, relative(path), first.lineno)


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
