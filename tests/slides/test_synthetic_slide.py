"""One drawn block stands for all: drawing many takes long."""

import json
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Size
from bloodview.slides import synthetic_slide
from bloodview.slides.slide import open_slide
from bloodview.slides.synthetic_slide import BLOCK_PX, SlideDrawing, SlideSpec, layout, write_slide

SPEC = SlideSpec(BLOCK_PX + 300, BLOCK_PX + 300, is_plain=True)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SlideDrawing]:
    path = tmp_path_factory.mktemp("slide") / "s.tif"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic_slide, "_VARIANTS", 1)
        return path, write_slide(path, SPEC, CancelToken(), lambda _s, _t: None)


def test_a_slide_has_its_size_scale_levels_and_the_same_look_on_each(drawn: tuple[Path, SlideDrawing]) -> None:
    slide = open_slide(drawn[0])
    assert slide.size == Size(SPEC.width_px, SPEC.height_px)
    assert slide.scale is not None
    assert slide.scale.um_per_px == pytest.approx(0.1)
    assert len(slide.level_downsamples) == 3
    box = Box(1024, 1024, 2048, 2048)
    near = slide.read(box, Size(1024, 1024)).reshape(256, 4, 256, 4, 3).mean(axis=(1, 3))
    assert np.abs(slide.read(box, Size(256, 256)) - near).mean() < 4
    slide.close()


def test_the_truth_lies_where_the_cells_are_also_across_blocks(drawn: tuple[Path, SlideDrawing]) -> None:
    path, drawing = drawn
    slide = open_slide(path)
    image = slide.read(Box(0, 0, SPEC.width_px, SPEC.height_px), slide.size).astype(int)
    slide.close()
    glass = np.median(image.reshape(-1, 3), axis=0)
    cells = list(drawing.cells())
    assert {c.kind for c in cells} == set(Kind)
    stained = []
    for cell in cells:
        box = cell.box_l0
        part = image[int(box.y0) : int(np.ceil(box.y1)), int(box.x0) : int(np.ceil(box.x1))]
        stained.append(float((np.abs(part - glass).sum(axis=2) > 30).mean()))
    assert np.mean(np.array(stained) > 0.5) > 0.97
    across = [c for c in cells if c.box_l0.x0 < BLOCK_PX < c.box_l0.x1 or c.box_l0.y0 < BLOCK_PX < c.box_l0.y1]
    assert len(across) > 20
    corners = {(round(c.box_l0.x0), round(c.box_l0.y0)) for c in across}
    assert len(corners) == len(across), "each is told once"


def test_there_is_no_cut_where_blocks_meet(drawn: tuple[Path, SlideDrawing]) -> None:
    slide = open_slide(drawn[0])
    strip = slide.read(Box(BLOCK_PX - 40, 0, BLOCK_PX + 40, 2300), Size(80, 2300)).astype(int)
    slide.close()
    steps = np.abs(np.diff(strip, axis=1)).mean(axis=(0, 2))
    assert steps[39] < 1.5 * np.median(steps) + 1


def test_the_truth_file_holds_each_block_once(drawn: tuple[Path, SlideDrawing]) -> None:
    path, drawing = drawn
    truth = json.loads(path.with_suffix(".truth.json").read_text())
    assert truth["layout"] == [[0, 0], [0, 0]]
    assert len(truth["blocks"]) == 1
    assert len(truth["blocks"][0]["cells"]) == len(drawing.block(drawing.places[0][0]).own)


def test_a_large_slide_is_a_smear_on_glass_with_a_thick_end() -> None:
    places = layout(SlideSpec(100_000, 60_000))
    kinds = [[p.kind for p in row] for row in places]
    flat = [k for row in kinds for k in row]
    assert {"glass", "monolayer", "crowded", "blurred"} == set(flat)
    assert set(kinds[0]) == {"glass"}
    assert "crowded" in [row[4] for row in kinds]
    assert len(set(p for row in places for p in row)) < 60, "a bounded set of blocks"
    for left, right in zip(places[10], places[10][1:], strict=False):
        assert left.sides[2] == right.sides[0], "neighbours agree about their border"


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        write_slide(tmp_path / "s.tif", SPEC, cancel, lambda _s, _t: None)
    assert list(tmp_path.iterdir()) == []
