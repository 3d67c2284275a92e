"""Labelled cells from folders and from cases: what is read, what is refused, what is named."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.analysis import examples, merge, pipeline
from bloodview.analysis.examples import Examples, NamedCell
from bloodview.analysis.field_scale import Settled
from bloodview.analysis.inputs import Outcome
from bloodview.analysis.survey import Ground, Turn
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Detection, Kind, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, FINE, CellClass, Taxonomy
from bloodview.slides.slide import open_slide
from tests.fakes import FakeClassifier, FakeDetector, Spot, draw_field, grid_of_red_cells, nucleus_color, write_picture

SIZE = Size(300, 300)


def draw(path: Path, label: str, shift: int = 0) -> Path:
    spots = [Spot(150, 150, Kind.WBC, label)]
    image = draw_field(SIZE, [*spots, *grid_of_red_cells(SIZE, 0.1, spots)])
    image[:2, :2] = shift  # no two pictures are the same
    return write_picture(path, image)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for i in range(2):
        draw(tmp_path / "lab" / "monocyte" / f"{i}.png", "monocyte", i)
        draw(tmp_path / "lab" / "neutrophil" / f"{i}.png", "band_neutrophil", i)
    return tmp_path / "lab"


def read(folder: Path) -> tuple[Examples, Outcome]:
    return examples.from_folders(folder, FakeDetector(), FakeClassifier(), CancelToken(), lambda *_: None)


def test_a_folder_a_class_inner_nodes_too(folder: Path) -> None:
    found, outcome = read(folder)
    assert found.labels == ("monocyte", "monocyte", "neutrophil", "neutrophil")
    assert found.numbers == {"monocyte": 2, "neutrophil": 2}
    assert found.crops.shape == (4, 48, 48, 3)
    assert tuple(found.crops[0, 24, 24]) == nucleus_color("monocyte")
    assert (outcome.done, outcome.failures, outcome.warnings) == (4, (), ())


@pytest.mark.parametrize(
    ("name", "hint"),
    [("monocytes", "Is it monocyte"), ("Band Neutrophil", "band_neutrophil"), ("red_cell", "."), ("xyz", "Classes: ")],
)
def test_a_folder_that_is_no_class_is_named_with_the_nearest_names(folder: Path, name: str, hint: str) -> None:
    (folder / name).mkdir()
    with pytest.raises(UserError, match="no class of the model") as caught:
        read(folder)
    assert str(folder / name) in str(caught.value)
    assert hint in caught.value.hint


def test_a_class_without_pictures_is_named(folder: Path) -> None:
    (folder / "basophil").mkdir()
    with pytest.raises(UserError, match=r"basophil: holds no picture"):
        read(folder)


@pytest.mark.parametrize("kept", [[], ["monocyte"]])
def test_fewer_than_two_classes_are_refused(folder: Path, kept: list[str]) -> None:
    for own in folder.iterdir():
        if own.name not in kept:
            shutil.rmtree(own)
    with pytest.raises(UserError, match=r"at least two classes"):
        read(folder)


def test_no_folder_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone.*folder of examples"):
        read(tmp_path / "gone")
    with pytest.raises(UserError, match=r"0\.png.*folder of examples"):
        read(folder / "monocyte" / "0.png")


def test_a_broken_picture_is_named_and_the_others_are_read(folder: Path) -> None:
    (folder / "monocyte" / "bad.png").write_bytes(b"no picture")
    found, outcome = read(folder)
    assert len(found.labels) == outcome.done == 4
    assert [Path(f.path).name for f in outcome.failures] == ["bad.png"]


def test_where_too_little_can_be_read_it_is_said_why(folder: Path) -> None:
    for picture in (folder / "monocyte").iterdir():
        picture.write_bytes(b"no picture")
    with pytest.raises(UserError, match=r"fewer than two classes can be read.*0\.png"):
        read(folder)


def test_one_example_of_a_class_is_taken_and_said(folder: Path) -> None:
    draw(folder / "basophil" / "only.png", "basophil")
    found, outcome = read(folder)
    assert found.numbers["basophil"] == 1
    assert [path for path, text in outcome.warnings if "one example" in text] == ["basophil"]


def test_a_copy_in_its_class_counts_once(folder: Path) -> None:
    shutil.copy(folder / "monocyte" / "0.png", folder / "monocyte" / "again.png")
    found, outcome = read(folder)
    assert found.numbers["monocyte"] == 2
    assert "again.png" in outcome.warnings[0][1] + outcome.warnings[0][0]


def test_a_copy_in_a_class_below_takes_the_finer_name(folder: Path) -> None:
    shutil.copytree(folder / "neutrophil", folder / "band_neutrophil")
    found, _ = read(folder)
    assert found.numbers == {"band_neutrophil": 2, "monocyte": 2}


def test_a_copy_in_another_class_is_a_contradiction(folder: Path) -> None:
    shutil.copy(folder / "monocyte" / "0.png", folder / "neutrophil" / "same.png")
    with pytest.raises(UserError, match=r"same\.png: is the same picture as .*0\.png, which is of another class"):
        read(folder)


# -- cells of a case


def cell(label: str, **changes: object) -> Cell:
    box = Box(80, 80, 220, 220)
    made = Cell(1, 1, Kind.WBC, box, 0.9, False, label, Source.PERSON, Status.ACTIVE, None)
    return replace(made, **changes)


def labels_of(cells: list[Cell], taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> list[str]:
    slides = [(1, Path("a.png"), "hash", Scale(0.1, "file"), None)]
    return [found.label for found in examples.named_cells(cells, slides, taxonomy, FINE)]


def test_only_what_a_person_named_is_learned_from() -> None:
    others = [
        cell("monocyte", source=Source.MODEL),
        cell("monocyte", status=Status.REJECTED),
        cell("monocyte", status=Status.UNDECIDED),
        cell("monocyte", touches_edge=True),
        cell("monocyte", slide_id=2),
        cell("artefact"),
        cell("leukocyte"),
        cell(""),
    ]
    assert labels_of([*others, cell("neutrophil"), cell("eosinophil")]) == ["neutrophil", "eosinophil"]


def test_a_class_of_the_cases_own_stands_for_the_one_above_it() -> None:
    own = CellClass("reactive_lymphocyte", "Reactive lymphocyte", "lymphocyte", "", "#000000", "RL")
    assert labels_of([cell("reactive_lymphocyte")], Taxonomy((*DEFAULT_TAXONOMY.classes, own))) == ["lymphocyte"]


def named(path: Path, label: str, box: Box) -> NamedCell:
    with closing(open_slide(path)) as slide:
        return NamedCell(path, slide.content_hash, Scale(0.1, "file"), box, label)


def test_cells_are_cut_out_as_the_analysis_would(tmp_path: Path) -> None:
    a, b = draw(tmp_path / "a.png", "monocyte"), draw(tmp_path / "b.png", "basophil")
    cells = [named(a, "monocyte", Box(80, 80, 220, 220)), named(b, "basophil", Box(80, 80, 220, 220))]
    cells.append(named(a, "monocyte", Box(0, 0, 40, 40)))
    found, outcome = examples.from_case(cells, FakeClassifier(), CancelToken(), lambda *_: None)
    assert sorted(found.labels) == ["basophil", "monocyte", "monocyte"]
    assert tuple(found.crops[found.labels.index("basophil"), 24, 24]) == nucleus_color("basophil")
    assert outcome.done == 3


@pytest.mark.parametrize("scale", [0.06, 0.1, 0.25])
def test_a_cell_is_cut_out_again_to_the_pixel_as_the_analysis_did(
    tmp_path: Path, scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "TILE_PX", 400)
    size = Size(1501, 1103)
    noise = np.random.default_rng(1).integers(0, 256, (size.height // 4 + 1, size.width // 4 + 1, 3))
    pixels = np.kron(noise, np.ones((4, 4, 1)))[: size.height, : size.width].astype(np.uint8)
    side = 14 / scale
    middles = [(x + 0.37, y + 0.81) for x in (side / 3, 400, 713, 1101, 1497) for y in (side / 2, 399, 777, 1100)]
    detections = [Detection(Kind.WBC, Box.square(middle, side), 0.9) for middle in middles]
    with closing(open_slide(write_picture(tmp_path / "a.png", pixels))) as slide:
        settled = Settled(Scale(scale, "file"), scale, ())
        tiles = pipeline._Eye(slide, FakeDetector()).tiles(scale)
        assert scale < 0.1 or len(tiles) >= 4
        for detection in detections:
            tile = next(t for t in tiles if t.owns(*detection.box_l0.center))
            image = slide.read(tile.box_l0, Size(round(tile.box_l0.width), round(tile.box_l0.height)))
            turn = Turn(0, tile, Ground.MONOLAYER)
            field = pipeline.Field(image, tile.box_l0, merge.nothing(), None, settled, 1, len(tiles), turn)
            (analysed,) = pipeline.crops(field, [detection], FakeClassifier())
            cell = NamedCell(slide.path, slide.content_hash, settled.scale, detection.box_l0, "")
            assert np.array_equal(examples.crop_of(slide, cell, FakeClassifier()), analysed), detection.box_l0


def test_a_cell_wider_than_any_is_read_coarser(tmp_path: Path) -> None:
    path = draw(tmp_path / "a.png", "monocyte")
    with closing(open_slide(path)) as slide:
        cell = NamedCell(path, slide.content_hash, Scale(0.002, "file"), Box(80, 80, 220, 220), "")
        crop = examples.crop_of(slide, cell, FakeClassifier())
    assert crop.shape == (48, 48, 3)
    assert crop.std() > 0


def test_a_picture_that_is_another_by_now_is_named(tmp_path: Path) -> None:
    a, b, c = (draw(tmp_path / f"{name}.png", "monocyte", i) for i, name in enumerate("abc"))
    box = Box(80, 80, 220, 220)
    cells = [named(a, "monocyte", box), named(b, "basophil", box), named(c, "basophil", box)]
    draw(c, "eosinophil")
    _, outcome = examples.from_case(cells, FakeClassifier(), CancelToken(), lambda *_: None)
    assert [Path(f.path).name for f in outcome.failures] == ["c.png"]
    b.unlink()
    with pytest.raises(UserError, match=r"fewer than two classes.*b\.png"):
        examples.from_case(cells, FakeClassifier(), CancelToken(), lambda *_: None)
