"""Tests of demo and sample."""

from pathlib import Path

import pytest

from bloodview.cli import main as cli

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]


def test_the_demo_prints_the_differential(capsys: Capsys, fields: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr("bloodview.core.paths.sample", lambda: fields)
    assert cli.run(["demo", "--headless"]) == 0
    out = capsys.readouterr().out
    assert "Monocyte" in out
    assert "50.0%" in out
    assert "red cells" in out


def test_sample_draws_pictures_with_their_truth(tmp_path: Path) -> None:
    assert cli.run(["sample", "--out", str(tmp_path / "s"), "--fields", "1", "--seed", "3"]) == 0
    assert {"field_01.jpg", "truth.json"} <= {p.name for p in (tmp_path / "s").iterdir()}
