"""What goes into the bundle beside what PyInstaller finds by itself, and what stays out, each with its reason."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

DATA = (
    (ROOT / "resources", "resources"),
    (ROOT / "training" / "recipes", "training/recipes"),
    (ROOT / "LICENSE", "."),
)
"""Files and folders of ours: where they lie, and where in the bundle they go."""

IMPORTED_BY_NAME = ("bloodview", "training", "pytorch_grad_cam", "imagecodecs")
"""Packages of which all modules go in: some are imported by a name made up while running, as codecs are."""

CARRIES_DATA = (
    "bloodview",
    "training",
    "reportlab",
    "timm",
    "openslide_bin",
    "imagecodecs",
    "lightning_fabric",
    "pyqtgraph",
)
"""Packages whose data files are needed: templates, fonts of the PDF, shared libraries, version files, colour maps."""

LOADED_BY_PATH = ("torchvision",)
"""Packages that open libraries of their own folder by path, which PyInstaller does not see."""

WITH_SOURCE = ("timm", "torchvision", "pytorch_grad_cam")
"""Packages that torch.jit reads the source of while they are imported; byte code alone will not do."""

LEFT_OUT = {
    "triton": "compiles GPU kernels for torch.compile, which BloodView does not call",
    "transformers": "only for a SAM checkpoint of the user's own, an option of a checkout",
    "tokenizers": "of transformers",
    "huggingface_hub": "downloads weights; a bundle runs without a network",
    "hf_xet": "of huggingface_hub",
    "aiohttp": "of huggingface_hub",
    "requests": "of huggingface_hub",
    "pandas": "tables for notebooks; sklearn would take it if it were there",
    "pyarrow": "tables of a batch as Parquet, an option of a checkout; the bundle writes CSV",
    "tensorboard": "the trainer writes its own events",
    "IPython": "an interactive shell",
    "jupyter": "notebooks",
    "notebook": "notebooks",
    "tkinter": "another window toolkit",
    "_tkinter": "of tkinter",
    "PyQt5": "another binding of Qt",
    "PyQt6": "another binding of Qt",
    "PySide2": "another binding of Qt",
    "pytest": "for tests",
    "_pytest": "for tests",
    "hypothesis": "for tests",
    "_hypothesis_globals": "of hypothesis",
    "mypy": "for checks of the source",
    "mypyc": "of mypy",
    "ruff": "for checks of the source",
    "importlinter": "for checks of the source",
    "grimp": "of importlinter",
    "pypdf": "for tests",
    "PyInstaller": "makes the bundle",
    "pycocotools": "for scoring scripts",
    "PySide6.QtQml": "pages of Qt Quick; the window has none",
    "PySide6.QtQuick": "as QtQml",
    "PySide6.QtNetwork": "the window speaks to no network",
    "PySide6.QtSql": "the case file is read by Python's own sqlite3",
    "PySide6.QtDesigner": "a tool for developers",
    "PySide6.QtHelp": "as QtDesigner",
}
"""Modules that PyInstaller would take along because something could import them, and why they stay out."""


def version() -> str:
    """The version of the program, read and not imported: none of it need be installed to build it."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "bloodview" / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("bloodview/__init__.py names no version")
    return found[1]


def modules_left_out() -> list[str]:
    """The names, as PyInstaller takes them."""
    return sorted(LEFT_OUT)
