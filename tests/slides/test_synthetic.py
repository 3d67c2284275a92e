"""The synthetic smear: exact truth, determinism, seams, laboratories, speed of drawing and the files it writes."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core.cells import Kind
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import FINE
from bloodview.slides.synthetic import EVEN, FieldSpec, TrueCell, draw_cell, draw_field, draw_region
from bloodview.slides.synthetic_sample import sample_specs, write_sample
from bloodview.slides.synthetic_stain import LABORATORIES

SMALL = FieldSpec(320, 240, 0.1, seed=5, leukocytes_per_mm2=1500.0, mix=tuple(EVEN.items()))
QUIET = replace(LABORATORIES["amber"], noise=0.0, jpeg_quality=0)


def _diameter_um(cell: TrueCell, um_per_px: float) -> float:
    return (cell.box.width + cell.box.height) / 2 * um_per_px


def _area_px(polygon: tuple[tuple[float, float], ...]) -> float:
    return float(cv2.contourArea(np.asarray(polygon, np.float32)))


def test_the_same_spec_draws_the_same_field() -> None:
    first, second = draw_field(SMALL), draw_field(SMALL)
    assert np.array_equal(first.image, second.image)
    assert np.array_equal(first.mask, second.mask)
    assert first.truth == second.truth


def test_another_seed_draws_another_field() -> None:
    assert not np.array_equal(draw_field(SMALL).image, draw_field(replace(SMALL, seed=6)).image)


def test_a_field_has_the_promised_shape_and_kinds() -> None:
    drawn = draw_field(FieldSpec(640, 480, 0.1, seed=1))
    assert drawn.image.shape == (480, 640, 3)
    assert drawn.image.dtype == np.uint8
    kinds = [c.kind for c in drawn.truth]
    assert 25 <= kinds.count(Kind.RBC) <= 70
    assert kinds.count(Kind.WBC) >= 1
    assert kinds.count(Kind.PLATELET) >= 1
    assert set(np.unique(drawn.mask)) == {0, 128, 255}


def test_parts_of_a_plane_fit_together_without_a_seam() -> None:
    spec = replace(SMALL, laboratory=replace(LABORATORIES["dusk"], noise=0.0, jpeg_quality=0))
    whole = draw_field(spec)
    left, right = draw_region(spec, 0, 0, 150, 240), draw_region(spec, 150, 0, 170, 240)
    joined = np.hstack([left.image, right.image]).astype(int)
    assert np.abs(joined - whole.image).max() <= 1
    assert np.array_equal(np.hstack([left.mask, right.mask]), whole.mask)


def test_every_leukocyte_of_the_truth_lies_on_the_mask_where_its_box_says() -> None:
    drawn = draw_field(SMALL)
    whole = [c for c in drawn.truth if c.kind is Kind.WBC and not c.touches_edge]
    assert whole
    for cell in whole:
        box = cell.box
        inside = drawn.mask[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
        assert (inside > 0).mean() > 0.6
        assert _area_px(cell.cell) == pytest.approx((inside > 0).sum(), rel=0.06)
        assert 0 < _area_px(cell.nucleus) < _area_px(cell.cell)


def test_nuclei_are_darker_than_cytoplasm_and_cytoplasm_darker_than_glass() -> None:
    drawn = draw_field(SMALL)
    green = drawn.image[..., 1]
    glass = np.percentile(green, 97)
    assert np.median(green[drawn.mask == 255]) < np.median(green[drawn.mask == 128]) < glass


def test_red_cells_have_their_size_and_a_pale_middle() -> None:
    spec = FieldSpec(900, 900, 0.1, seed=2, laboratory=QUIET, leukocytes_per_mm2=0.0, platelets_per_mm2=0.0)
    drawn = draw_field(spec)
    whole = [c for c in drawn.truth if not c.touches_edge]
    sizes = [_diameter_um(c, 0.1) for c in whole]
    assert np.mean(sizes) == pytest.approx(7.5, abs=0.4)
    assert 0.25 <= np.std(sizes) <= 1.0
    green = drawn.image[..., 1].astype(float)
    lifts = []
    for cell in whole:
        (x, y), r = cell.box.center, cell.box.width / 2
        ring = [green[int(y + 0.72 * r * np.sin(a)), int(x + 0.72 * r * np.cos(a))] for a in np.arange(0, 6.28, 0.4)]
        lifts.append(green[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].mean() - np.median(ring))
    assert np.median(lifts) > 10


def test_red_cells_that_overlap_absorb_both() -> None:
    drawn = draw_field(FieldSpec(900, 900, 0.1, 4, QUIET, leukocytes_per_mm2=0.0, platelets_per_mm2=0.0))
    cover = np.zeros((900, 900), np.uint8)
    for cell in drawn.truth:
        one = np.zeros_like(cover)
        cv2.fillPoly(one, [np.asarray(cell.cell, np.int32)], 1)
        cover += np.asarray(cv2.erode(one, np.ones((9, 9), np.uint8)), np.uint8)
    green = drawn.image[..., 1]
    assert (cover == 2).sum() > 500
    assert np.median(green[cover == 2]) < np.median(green[cover == 1]) - 15


@pytest.mark.parametrize(
    ("label", "low_um", "high_um"),
    [
        ("lymphocyte", 7.5, 12.8),
        ("monocyte", 14.0, 21.0),
        ("segmented_neutrophil", 11.0, 15.5),
        ("band_neutrophil", 11.0, 15.5),
        ("eosinophil", 11.5, 16.5),
        ("promyelocyte", 14.0, 22.0),
        ("erythroblast", 7.5, 12.0),
        ("platelet", 1.6, 5.5),
    ],
)
def test_cells_have_the_size_of_their_class(label: str, low_um: float, high_um: float) -> None:
    for seed in range(4):
        drawn = draw_cell(label, seed)
        cell = drawn.truth[-1]
        assert cell.label == label
        assert cell.box.iou(Box.square((180, 180), cell.box.width)) > 0.5
        assert low_um <= _diameter_um(cell, 0.1) <= high_um


def test_every_fine_class_can_be_drawn_in_every_laboratory() -> None:
    for laboratory in LABORATORIES.values():
        pictures = [draw_cell(label, 1, laboratory, side_px=160, um_per_px=0.2).image for label in FINE]
        assert all(60 < picture.mean() < 250 for picture in pictures)


def test_classes_differ_as_their_names_say() -> None:
    def shares(label: str) -> tuple[float, float]:
        nucleus, red_minus_blue = [], []
        for seed in range(5):
            drawn = draw_cell(label, seed, QUIET)
            cell, core = drawn.mask > 0, drawn.mask == 255
            nucleus.append(core.sum() / cell.sum())
            plasm = drawn.image[drawn.mask == 128].astype(float)
            red_minus_blue.append((plasm[:, 0] - plasm[:, 2]).mean())
        return float(np.mean(nucleus)), float(np.mean(red_minus_blue))

    looks = {label: shares(label) for label in EVEN}
    assert looks["lymphocyte"][0] > 0.55 > looks["segmented_neutrophil"][0]
    assert looks["erythroblast"][0] < 0.45
    assert max(looks, key=lambda k: looks[k][1]) == "eosinophil"
    assert looks["lymphocyte"][1] < looks["segmented_neutrophil"][1]


def test_a_cast_gives_the_leukocytes_their_classes() -> None:
    drawn = draw_field(replace(SMALL, width_px=1024, height_px=768, cast=("basophil", "monocyte")))
    labels = {c.label for c in drawn.truth if c.kind is Kind.WBC}
    assert labels == {"basophil", "monocyte"}


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="no recipe"):
        FieldSpec(cast=("unicorn",))


def test_a_written_sample_can_be_read_back(tmp_path: Path) -> None:
    spec = replace(SMALL, laboratory=QUIET)
    (path,) = write_sample(tmp_path, [spec], masks=True)
    drawn = draw_field(spec)
    truth = json.loads((tmp_path / "truth.json").read_text())
    (entry,) = truth["fields"]
    assert entry["file_name"] == path.name
    assert entry["spec"]["seed"] == 5
    assert entry["spec"]["laboratory"]["name"] == "amber"
    assert len(entry["cells"]) == len(drawn.truth)
    coco = json.loads((tmp_path / "boxes.json").read_text())
    assert len(coco["annotations"]) == len(drawn.truth)
    named = [a["attributes"]["label"] for a in coco["annotations"] if a["category_id"] == 1]
    assert named == [c.label for c in drawn.truth if c.kind is Kind.WBC]
    x, y, w, h = coco["annotations"][0]["bbox"]
    assert Box(x, y, x + w, y + h).iou(drawn.truth[0].box) > 0.95
    mask = cv2.imread(str(tmp_path / "masks" / "field_01.png"), cv2.IMREAD_GRAYSCALE)
    assert mask is not None
    assert np.array_equal(mask, drawn.mask)
    back = cv2.imread(str(path))
    assert back is not None
    assert np.abs(back[..., ::-1].astype(int) - drawn.image).mean() < 4


def test_the_bundled_sample_shows_every_class_in_two_laboratories() -> None:
    folder = Path(__file__).parents[2] / "resources" / "sample"
    fields = json.loads((folder / "truth.json").read_text())["fields"]
    leukocytes = [c for f in fields for c in f["cells"] if c["kind"] == "wbc"]
    assert len(leukocytes) >= 40
    assert {c["label"] for c in leukocytes if not c["touches_edge"]} == set(FINE) - {"platelet"}
    assert len({f["spec"]["laboratory"]["name"] for f in fields}) == 2
    assert [f["spec"]["seed"] for f in fields] == [s.seed for s in sample_specs()]
    assert sum(p.stat().st_size for p in folder.iterdir()) <= 3 * 2**20
