"""Tests of explain."""

from pathlib import Path

import numpy as np
import pytest

from bloodview.cli import main as cli
from bloodview.core import paths
from bloodview.core.cells import Kind
from bloodview.core.geometry import Size
from bloodview.models import store
from tests.fakes import Spot, draw_field, write_picture
from tests.models import tiny

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]


def test_explain_writes_an_overlay_and_its_map_and_names_what_there_is(
    tmp_path: Path, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    for task, make in (("classify", tiny.classifier), ("detect", tiny.detector)):
        make(paths.user_models())
        monkeypatch.setitem(store.DEFAULTS, task, f"tiny-{task}")
    picture = write_picture(tmp_path / "a.png", draw_field(Size(200, 160), [Spot(100, 80, Kind.WBC, "monocyte")]))
    out, heat = tmp_path / "o.png", tmp_path / "o.npy"
    words = ["explain", str(picture), "--out", str(out), "--map", str(heat), "--method", "gradcam", "--device", "cpu"]
    assert cli.run([*words, "--class", "monocyte", "--instead-of", "lymphocyte"]) == 0
    found = np.load(heat)
    assert (found.dtype, found.shape) == (np.float32, (160, 200))
    assert out.stat().st_size > 0
    capsys.readouterr()
    for wrong, said in (
        (["--class", "blast"], "no class 'blast'"),
        (["--method", "magic"], "no method 'magic'"),
        (["--method", "similarity"], "compares a cell"),
    ):
        assert cli.run([*words, *wrong]) == 2
        assert said in capsys.readouterr().err
    assert cli.run(["explain", str(tmp_path / "gone.png"), "--out", str(out), "--device", "cpu"]) == 2
    assert "gone.png" in capsys.readouterr().err
