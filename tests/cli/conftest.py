"""Fixtures of the command line's tests: stand-ins for the models, two fields, a case of them."""

from pathlib import Path

import pytest

from bloodview.cli import main as cli
from bloodview.core.cells import Kind
from bloodview.core.geometry import Size
from bloodview.workflows import engine
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, Spot, draw_field, grid_of_red_cells, write_picture

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]
SPOTS = [Spot(200, 200, Kind.WBC, "monocyte"), Spot(450, 300, Kind.WBC, "basophil")]


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: MonkeyPatch) -> list[dict[str, object]]:
    asked: list[dict[str, object]] = []

    def load_engine(**how: object) -> engine.Engine:
        asked.append(how)
        return engine.Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())

    monkeypatch.setattr(engine, "load_engine", load_engine)
    return asked


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    image = draw_field(Size(640, 480), [*SPOTS, *grid_of_red_cells(Size(640, 480), 0.1, SPOTS)])
    write_picture(tmp_path / "in" / "one.png", image)
    write_picture(tmp_path / "in" / "two.png", image[::-1])
    return tmp_path / "in"


@pytest.fixture
def case(fields: Path, tmp_path: Path) -> Path:
    path = tmp_path / "c.bvcase"
    assert cli.run(["analyze", str(fields), "--case", str(path)]) == 0
    return path
