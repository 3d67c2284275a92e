"""Measurements of drawn cells whose sizes are known."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.measurements import NAMES, UM, measure, measure_all

GROUND, RED, CYTOPLASM, NUCLEUS = (235, 225, 230), (225, 170, 175), (190, 175, 210), (90, 50, 130)


def drawn(
    um_per_px: float = 0.1,
    nuclei: tuple[tuple[float, float, float], ...] = ((0.0, 0.0, 3.0),),
    cell_um: float = 5.0,
    light: float = 1.0,
    dye: float = 1.0,
) -> NDArray[np.uint8]:
    """A 22 um window with a round cell; nuclei as (x, y, radius) in um from its middle; red cells in the corners."""
    fine, side = 4, round(22 / um_per_px)
    image = np.full((side * fine, side * fine, 3), GROUND, np.uint8)

    def disc(x: float, y: float, radius: float, color: tuple[int, int, int]) -> None:
        middle = (round((11 + x) / um_per_px * fine), round((11 + y) / um_per_px * fine))
        cv2.circle(image, middle, round(radius / um_per_px * fine), color, -1)

    for x, y in ((-9, -9), (9, 9), (-9, 9), (9, -9)):
        disc(x, y, 3.7, RED)
    disc(0, 0, cell_um, CYTOPLASM)
    for x, y, radius in nuclei:
        disc(x, y, radius, NUCLEUS)
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA).astype(np.float64)
    density = dye * np.log(np.array(GROUND) / np.maximum(small, 1))
    return np.clip(np.array(GROUND) * light * np.exp(-density), 0, 255).round().astype(np.uint8)


def named(crop: NDArray[np.uint8], um_per_px: float = 0.1, mask: NDArray[np.uint8] | None = None) -> dict[str, float]:
    return dict(zip(NAMES, measure(crop, um_per_px, mask).tolist(), strict=True))


def test_areas_are_those_drawn_in_square_micrometres() -> None:
    seen = named(drawn())
    assert np.expm1(seen["nucleus_area"]) == pytest.approx(np.pi * 9, rel=0.1)
    assert np.expm1(seen["cell_area"]) == pytest.approx(np.pi * 25, rel=0.15)
    assert seen["nucleus_share"] == pytest.approx(9 / 25, rel=0.15)
    assert seen["thickness"] == pytest.approx(6, rel=0.1)


@pytest.mark.parametrize("um_per_px", [0.07, 0.1, 0.3])
def test_measures_do_not_depend_on_the_pixel_size(um_per_px: float) -> None:
    seen, expected = named(drawn(um_per_px), um_per_px), named(drawn())
    for name in ("nucleus_area", "cell_area", "nucleus_circularity", "cytoplasm_density_g"):
        assert seen[name] == pytest.approx(expected[name], rel=0.12), name


def test_neither_the_lamp_nor_the_strength_of_the_stain_changes_relative_densities() -> None:
    expected = named(drawn())
    for seen in (named(drawn(light=0.75)), named(drawn(dye=0.75))):
        for name in ("nucleus_area", "cell_area", "cytoplasm_density_g", "nucleus_hue_r", "cytoplasm_to_red_g"):
            assert seen[name] == pytest.approx(expected[name], rel=0.12), name


def test_a_round_nucleus_has_one_lobe_and_three_joined_discs_have_three() -> None:
    round_one = named(drawn())
    lobed = named(drawn(nuclei=((-3.0, 0, 1.5), (0, 0.6, 1.5), (3.0, 0, 1.5))))
    assert round_one["lobes"] == 1
    assert lobed["lobes"] == 3
    assert lobed["nucleus_solidity"] < round_one["nucleus_solidity"]
    assert lobed["nucleus_circularity"] < 0.75 < round_one["nucleus_circularity"]
    assert lobed["nucleus_eccentricity"] > 0.8 > 0.4 > round_one["nucleus_eccentricity"]


def test_grains_in_the_cytoplasm_are_felt_there_and_not_in_the_nucleus() -> None:
    plain, grained = drawn(), drawn()
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:220, :220] - 109.5
    ring = (np.hypot(x, y) > 33) & (np.hypot(x, y) < 48)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (220, 220)), (0, 0), 3)
    grained[ring] = np.clip(grained[ring] - 15 * (noise / noise.std())[ring][:, None], 0, 255).astype(np.uint8)
    before, after = named(plain), named(grained)
    assert after["cytoplasm_grain1_g"] > 3 * before["cytoplasm_grain1_g"]
    assert after["nucleus_grain1_g"] < 2 * before["nucleus_grain1_g"] + 0.02


def test_a_blurred_edge_is_less_sharp() -> None:
    crop = drawn()
    blurred = np.asarray(cv2.GaussianBlur(crop, (0, 0), 6), dtype=np.uint8)
    assert named(blurred)["nucleus_edge"] < 0.7 * named(crop)["nucleus_edge"]


def test_a_mask_is_taken_at_its_word() -> None:
    y, x = np.mgrid[:220, :220] - 109.5
    mask = (np.hypot(x, y) < 40).astype(np.uint8) + (np.hypot(x, y) < 20)
    seen = named(drawn(), mask=mask.astype(np.uint8))
    assert np.expm1(seen["nucleus_area"]) == pytest.approx(np.pi * 4, rel=0.05)
    assert np.expm1(seen["cell_area"]) == pytest.approx(np.pi * 16, rel=0.05)


@pytest.mark.parametrize(
    "crop",
    [
        np.full((110, 110, 3), 240, np.uint8),
        np.zeros((110, 110, 3), np.uint8),
        np.full((9, 9, 3), 120, np.uint8),
        np.random.default_rng(0).integers(0, 255, (110, 110, 3)).astype(np.uint8),
        drawn(cell_um=0.3, nuclei=()),
    ],
    ids=["empty glass", "black", "tiny", "noise", "no nucleus"],
)
def test_what_is_no_cell_still_gives_finite_numbers(crop: NDArray[np.uint8]) -> None:
    values = measure(crop, UM)
    assert values.shape == (len(NAMES),)
    assert np.isfinite(values).all()


def test_an_empty_mask_and_a_mask_of_everything_are_finite() -> None:
    for value in (0, 1, 2):
        assert np.isfinite(measure(drawn(), 0.1, np.full((220, 220), value, np.uint8))).all()


def test_many_crops_are_measured_like_each_one() -> None:
    crops = np.stack([drawn(), drawn(dye=0.8)])
    assert np.array_equal(measure_all(crops, 0.1), np.stack([measure(c, 0.1) for c in crops]))
    assert measure_all(crops[:0], 0.1).shape == (0, len(NAMES))
    assert len(set(NAMES)) == len(NAMES)
