"""Ruff, mypy and the import contracts, so that running the tests runs them all."""

import tomllib

import pytest

from tests.architecture.tree import ROOT, python_files, relative, run

_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def test_ruff_finds_nothing() -> None:
    done = run("-m", "ruff", "check", "--quiet", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_would_format_nothing() -> None:
    done = run("-m", "ruff", "format", "--check", "--quiet", ".")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mypy_strict_finds_nothing() -> None:
    done = run("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_contracts_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = run("-c", code)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("number", "outside"),
    [
        ("2", {"ui"}),
        ("3", {"models"}),
        ("5", {"review"}),
        ("6", {"slides"}),
    ],
)
def test_a_contract_names_every_room_that_it_binds(number: str, outside: set[str]) -> None:
    rooms = {p.name.removesuffix(".py") for p in (ROOT / "bloodview").iterdir() if not p.name.startswith("_")}
    contract = next(c for c in _CONTRACTS if c["name"].startswith(number))
    named = set(contract["source_modules"])
    missing = {f"bloodview.{room}" for room in rooms - outside} - named
    assert not missing, f"contract {contract['name']} forgets {sorted(missing)}"


def test_torch_is_kept_out_of_every_module_of_the_models_room_but_nets() -> None:
    contract = next(c for c in _CONTRACTS if c["name"].startswith("3"))
    modules = {p.stem for p in (ROOT / "bloodview" / "models").glob("*.py")} - {"__init__"}
    assert {f"bloodview.models.{m}" for m in modules} <= set(contract["source_modules"])


def test_the_trainer_is_kept_from_every_room_but_core_and_models() -> None:
    contract = next(c for c in _CONTRACTS if c["name"].startswith("8"))
    rooms = {p.name.removesuffix(".py") for p in (ROOT / "bloodview").iterdir() if not p.name.startswith("_")}
    assert {f"bloodview.{r}" for r in rooms - {"core", "models"}} <= set(contract["forbidden_modules"])


def test_every_python_file_is_seen_by_the_checkers() -> None:
    assert "bloodview/core/geometry.py" in {relative(p) for p in python_files("bloodview")}
