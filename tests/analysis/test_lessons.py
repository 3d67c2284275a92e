"""Examples of new classes from folders: what is read, what is refused, what is named."""

from pathlib import Path

import pytest

from bloodview.analysis import lessons
from bloodview.analysis.inputs import Outcome
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.geometry import Size
from tests.fakes import GLASS, FakeClassifier, FakeDetector, Spot, draw_field, grid_of_red_cells, write_picture

SIZE = Size(300, 300)


def draw(path: Path, label: str, shift: int = 0) -> Path:
    spots = [Spot(150, 150, Kind.WBC, label)]
    image = draw_field(SIZE, [*spots, *grid_of_red_cells(SIZE, 0.1, spots)])
    image[:2, :2] = shift  # no two pictures are the same
    return write_picture(path, image)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(2):
        draw(tmp_path / "lab" / "blast" / f"{i}.png", "monocyte", i)
        draw(tmp_path / "lab" / "smudge" / f"{i}.png", "basophil", i)
    return tmp_path / "lab"


def read(folder: Path) -> tuple[lessons.Given, Outcome]:
    folders = lessons.class_folders(folder, ())
    return lessons.read(folder, folders, FakeDetector(), FakeClassifier(), CancelToken(), lambda *_: None)


def test_a_folder_a_class_whatever_its_name(folder: Path) -> None:
    (folder / "blast").rename(folder / "Blast, atypical")
    given, outcome = read(folder)
    assert given.labels == ("Blast, atypical", "Blast, atypical", "smudge", "smudge")
    assert given.crops.shape == (4, 48, 48, 3)
    assert (outcome.done, outcome.failures, outcome.warnings) == (4, (), ())


@pytest.mark.parametrize("name", ["monocyte", "Monocyte", "band-neutrophil", "Band Neutrophil", "neutrophil"])
def test_a_name_that_the_model_has_is_refused(folder: Path, name: str) -> None:
    (folder / "blast").rename(folder / name)
    known = ("monocyte", "band_neutrophil", "segmented_neutrophil")
    with pytest.raises(UserError, match="has already") as caught:
        lessons.class_folders(folder, known)
    assert "name of its own" in str(caught.value)
    assert name in lessons.class_folders(folder, ())


def test_names_that_are_none_are_refused(folder: Path) -> None:
    (folder / ("x" * 61)).mkdir()
    with pytest.raises(UserError, match="cannot be the name"):
        lessons.class_folders(folder, ())


def test_one_class_alone_needs_a_model_to_join(folder: Path) -> None:
    for file in (folder / "smudge").iterdir():
        file.unlink()
    with pytest.raises(UserError, match="holds no picture"):
        lessons.class_folders(folder, ())
    (folder / "smudge").rmdir()
    with pytest.raises(UserError, match="only one folder") as caught:
        lessons.class_folders(folder, ())
    assert "--extend" in str(caught.value)
    assert list(lessons.class_folders(folder, ("monocyte",))) == ["blast"]
    with pytest.raises(UserError, match="cannot be read as a folder"):
        lessons.class_folders(folder / "nothing", ())


def test_broken_and_empty_pictures_are_named_and_left_away(folder: Path) -> None:
    (folder / "blast" / "bad.png").write_bytes(b"text")
    glass = draw_field(SIZE, [])
    assert tuple(glass[0, 0]) == GLASS
    write_picture(folder / "blast" / "glass.png", glass)
    given, outcome = read(folder)
    assert len(given.labels) == 4
    assert [Path(f.path).name for f in outcome.failures] == ["bad.png", "glass.png"]
    assert "shows no cell" in outcome.failures[1].reason


def test_a_class_of_which_nothing_can_be_used_ends_it(folder: Path) -> None:
    for file in (folder / "smudge").iterdir():
        file.write_bytes(b"text")
    with pytest.raises(UserError, match="no picture that can be used") as caught:
        read(folder)
    assert "0.png" in str(caught.value)


def test_a_picture_that_is_there_twice_counts_once(folder: Path) -> None:
    (folder / "blast" / "copy.png").write_bytes((folder / "blast" / "0.png").read_bytes())
    given, outcome = read(folder)
    assert given.labels.count("blast") == 2
    ((path, why),) = outcome.warnings
    assert path.endswith("copy.png")
    assert "counts once" in why


def test_one_picture_under_two_classes_ends_it(folder: Path) -> None:
    (folder / "smudge" / "copy.png").write_bytes((folder / "blast" / "0.png").read_bytes())
    with pytest.raises(UserError, match="of another class"):
        read(folder)
