from pathlib import Path

import numpy as np

from bloodview.analysis import single_cells
from bloodview.analysis.inputs import Outcome, quiet
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.geometry import Size
from tests.fakes import GLASS, FakeClassifier, FakeDetector, Spot, draw_field, write_picture

SIDE = Size(300, 300)


def cell(folder: Path, name: str, label: str = "basophil") -> Path:
    return write_picture(folder / name, draw_field(SIDE, [Spot(150, 150, Kind.WBC, label)]))


def seen(given: list[Path]) -> tuple[tuple[single_cells.SeenPicture, ...], Outcome]:
    return single_cells.from_pictures(given, FakeDetector(), FakeClassifier(), CancelToken(), quiet)


def test_a_picture_becomes_what_the_classifier_keeps_of_its_cell(tmp_path: Path) -> None:
    picture = cell(tmp_path, "a.png")
    (found,), outcome = seen([picture])
    assert found.path == picture
    assert np.frombuffer(found.vector, "<f2").tolist() == [1, 0, 0, 0]
    assert np.frombuffer(found.probabilities, "<f4").argmax() == FakeClassifier().classes.index("basophil")
    assert (outcome.done, outcome.failures, outcome.warnings) == (1, (), ())


def test_copies_count_once_and_are_named(tmp_path: Path) -> None:
    files = [cell(tmp_path, f"{n}.png") for n in range(5)]
    found, outcome = seen(files)
    assert [s.path.name for s in found] == ["0.png"]
    assert [Path(path).name for path, _ in outcome.warnings] == ["1.png", "2.png", "3.png", "4.png"]


def test_an_empty_picture_and_a_broken_one_are_named_and_the_rest_is_seen(tmp_path: Path) -> None:
    empty = write_picture(tmp_path / "empty.png", np.full((300, 300, 3), GLASS, np.uint8))
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    found, outcome = seen([empty, broken, cell(tmp_path, "good.png")])
    assert [s.path.name for s in found] == ["good.png"]
    assert {Path(f.path).name: f.reason for f in outcome.failures}["empty.png"] == "shows no cell."
    assert len(outcome.failures) == 2
