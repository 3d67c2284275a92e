"""The source tree as the architecture tests see it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The top of the checkout."""

CODE = ("bloodview", "training", "packaging")
"""Folders whose Python files are the product."""


def python_files(*folders: str) -> list[Path]:
    """All Python files below these folders of the checkout, sorted."""
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    """The path as the README writes it."""
    return path.relative_to(ROOT).as_posix()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m ...` or `python -c ...` at the top of the checkout."""
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
