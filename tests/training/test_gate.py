"""The gate that a new default model must pass."""

from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from tests.training.cases import Fixed, cells
from training import gate
from training.data import CellExample

KNOWN = cells(Path("/data"), each=30)
WEAK = Fixed({"pbc": 0.9, "bccd": 0.5, "chula_wbc": 0.5, "zheng1": 0.5}, {})


def _judge(new: Fixed, known: list[CellExample] | None = None) -> gate.Verdict:
    return gate.judge([new, WEAK], ["new@1", "old@2"], known or KNOWN)


def test_as_good_at_home_and_better_elsewhere_passes() -> None:
    verdict = _judge(Fixed({"pbc": 0.9, "bccd": 0.8, "chula_wbc": 0.8, "zheng1": 0.8}, {}))
    assert verdict.passed
    assert [(d.judged, d.level, d.home) for d in verdict.sets] == [
        ("pbc test", "fine", True),
        ("pbc test", "coarse", True),
        ("bccd test", "coarse", False),
        ("chula_wbc val", "coarse", False),
        ("zheng1", "coarse", False),
    ]
    assert verdict.elsewhere.verdict == "better"
    assert [d.verdict for d in verdict.sets[:2]] == ["cannot tell"] * 2


def test_worse_at_home_by_more_than_the_interval_does_not_pass() -> None:
    verdict = _judge(Fixed({"pbc": 0.7}, {}))
    assert verdict.sets[1].verdict == "worse"
    assert verdict.elsewhere.verdict == "better"
    assert not verdict.passed


def test_the_same_model_again_is_neither_better_nor_worse() -> None:
    verdict = _judge(WEAK)
    assert {d.verdict for d in verdict.sets} == {"cannot tell"}
    assert all(d.difference.low == d.difference.high == 0 for d in verdict.sets)
    assert not verdict.passed


def test_the_interval_is_of_the_difference_on_the_same_cells() -> None:
    verdict = _judge(Fixed(WEAK.right | {"bccd": 0.55}, {}))
    bccd = next(d for d in verdict.sets if d.judged == "bccd test")
    assert bccd.difference.value == pytest.approx(bccd.new - bccd.old, abs=2e-4)
    assert bccd.difference.high - bccd.difference.low < 0.1  # a single model's is twice as wide


def test_a_verdict_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    verdict = _judge(WEAK)
    file = gate.write(verdict, tmp_path)
    assert file.name == "gate--new-1--old-2.json"
    assert gate.read(file) == verdict
    file.write_text("{}")
    with pytest.raises(UserError, match="is no record of the gate"):
        gate.read(file)


def test_without_another_laboratory_there_is_no_verdict() -> None:
    with pytest.raises(UserError, match="no cells of another laboratory"):
        _judge(WEAK, [e for e in KNOWN if e.dataset == "pbc"])
