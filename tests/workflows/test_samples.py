"""Whole slides drawn by the command."""

from pathlib import Path

import pytest

from bloodview.cli import main as cli


def test_sample_draws_a_slide_and_refuses_an_absurd_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sample", "--out", str(tmp_path / "s"), "--slide", "600"]) == 0
    assert {"slide.tif", "slide.truth.json"} == {p.name for p in (tmp_path / "s").iterdir()}
    assert cli.run(["sample", "--out", str(tmp_path / "t"), "--slide", "999999999"]) == 2
    assert "999,999,999 pixels" in capsys.readouterr().err
    assert not (tmp_path / "t").exists()
