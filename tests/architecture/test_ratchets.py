"""Exceptions from the rules are counted: a number here is lowered when one goes, and never raised."""

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT, python_files

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
_MARKS = {
    "# noqa": 18,
    "# type: ignore": 22,
    "pytest.mark.xfail": 0,
    "pytest.mark.skip(": 0,
    "pragma: no cover": 0,
}
"""How often each stands in the code and the tests, at most."""


@pytest.mark.parametrize(("mark", "most"), _MARKS.items())
def test_an_exception_in_the_code_is_not_added(mark: str, most: int) -> None:
    # This file speaks of the marks without using them.
    found = [
        f"{p.relative_to(ROOT)}:{number}"
        for p in python_files("bloodview", "training", "packaging", "tests")
        if p.name != "test_ratchets.py"
        for number, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if mark in line
    ]
    assert len(found) <= most, "\n".join(found)


def test_an_ignored_rule_is_not_added() -> None:
    assert len(_PROJECT["ruff"]["lint"]["ignore"]) <= 4
    assert sum(len(v) for v in _PROJECT["ruff"]["lint"]["per-file-ignores"].values()) <= 3
    assert len(_PROJECT["pytest"]["ini_options"]["filterwarnings"]) <= 2


def test_a_library_without_types_is_not_added() -> None:
    assert sum(len(o["module"]) for o in _PROJECT["mypy"]["overrides"]) <= 4


def test_an_import_contract_has_no_exception() -> None:
    assert not [c["name"] for c in _PROJECT["importlinter"]["contracts"] if c.get("ignore_imports")]


def test_what_is_excepted_exists() -> None:
    for pattern in _PROJECT["ruff"]["lint"]["per-file-ignores"]:
        assert (ROOT / re.sub(r"/?\*\*.*", "", pattern)).exists(), pattern
