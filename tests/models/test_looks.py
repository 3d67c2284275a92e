"""What a crop's pixels tell of its laboratory."""

import cv2
import numpy as np
import pytest

from bloodview.models.looks import optics_features, stain_features

GROUND, DYE = (240, 230, 215), (90, 50, 130)


def _cell(radius: int = 22, side: int = 96) -> np.ndarray:
    """A grainy round nucleus on a plain ground."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:side, :side] - side // 2
    image = np.full((side, side, 3), GROUND, np.float32)
    image[x**2 + y**2 < radius**2] = DYE
    return (image + rng.normal(0, 3, image.shape)).clip(0, 255).astype(np.uint8)


def _optics(*crops: np.ndarray) -> np.ndarray:
    many = np.stack(crops)
    return optics_features(many, stain_features(many))


def test_ground_and_dye_are_optical_densities() -> None:
    (row,) = stain_features(_cell()[None])
    ground, dye = (-np.log((np.array(c) + 1) / 256) for c in (GROUND, DYE))
    assert row[:3] == pytest.approx(ground, abs=0.03)
    assert row[3:] == pytest.approx(dye - ground, abs=0.05)


def test_a_stronger_dye_changes_the_stain_and_hardly_the_optics() -> None:
    pale = _cell()
    strong = (255 * (pale / 255.0) ** 1.3).astype(np.uint8)
    moved = np.abs(np.subtract(*_optics(pale, strong)))
    assert np.abs(np.subtract(*stain_features(np.stack([pale, strong])))).max() > 0.2
    assert moved.max() < 0.15


def test_blur_takes_the_finest_differences_first() -> None:
    sharp, blurred = _optics(_cell(), cv2.GaussianBlur(_cell(), (0, 0), 4))
    assert blurred[0] < sharp[0] - 0.1
    assert blurred[3] < sharp[3] - 0.3


def test_noise_shows_in_the_finest_differences() -> None:
    rng = np.random.default_rng(1)
    noisy = (_cell() + rng.normal(0, 25, (96, 96, 3))).clip(0, 255).astype(np.uint8)
    quiet, loud = _optics(_cell(), noisy)
    assert loud[0] > quiet[0] + 0.1


def test_a_larger_object_fills_more_of_its_window() -> None:
    small, large = _optics(_cell(15), _cell(35))
    assert large[5] == pytest.approx(small[5] * (35 / 15) ** 2, rel=0.2)


@pytest.mark.parametrize("value", [0, 255])
def test_a_crop_of_one_colour_has_finite_features(value: int) -> None:
    crops = np.full((2, 33, 33, 3), value, np.uint8)
    assert np.isfinite(stain_features(crops)).all()
    assert np.isfinite(optics_features(crops, stain_features(crops))).all()


def test_no_crops_have_no_features() -> None:
    none = np.zeros((0, 32, 32, 3), np.uint8)
    assert optics_features(none, stain_features(none)).shape == (0, 6)
