"""Size, outline and grain of the nucleus and the cell in the middle of a crop."""

import numpy as np
import pytest

from bloodview.models.shapes import WIDTH, shapes

AREA, LOBES, CELL_AREA, SHARE, GRAIN = 0, 4, 6, 12, 20


def crop(nuclei: tuple[tuple[float, float, float], ...], radius: float = 20, side: int = 80) -> np.ndarray:
    """Glass, a pale cell, and dark discs (x, y, radius) from its middle in it; pixels of an 80 px crop."""
    made = np.full((side, side, 3), 235, np.uint8)
    y, x = (np.mgrid[:side, :side] - (side - 1) / 2) * 80 / side
    made[np.hypot(y, x) < radius] = (200, 180, 215)
    for at_x, at_y, r in nuclei:
        made[np.hypot(y - at_y, x - at_x) < r] = (90, 40, 120)
    return made[None]


def test_a_larger_nucleus_and_a_larger_cell_show() -> None:
    small, large, wide = shapes(np.concatenate([crop(((0, 0, 8),)), crop(((0, 0, 15),)), crop(((0, 0, 8),), 26)]))
    assert large[AREA] - small[AREA] == pytest.approx(2 * np.log(15 / 8), abs=0.25)
    assert wide[CELL_AREA] - small[CELL_AREA] == pytest.approx(2 * np.log(26 / 20), abs=0.15)
    assert wide[SHARE] < small[SHARE] < large[SHARE]


def test_lobes_are_counted() -> None:
    one, three = shapes(np.concatenate([crop(((0, 0, 10),)), crop(((-10, 0, 5), (6, 9, 5), (6, -9, 5)))]))
    assert (round(3 * one[LOBES]), round(3 * three[LOBES])) == (1, 3)


def test_grains_in_the_cytoplasm_show() -> None:
    smooth = crop(((0, 0, 8),))
    grainy = smooth.copy()
    spots = np.random.default_rng(0).random(grainy.shape[:3]) < 0.2
    grainy[spots & (grainy[..., 1] == 180)] = (180, 120, 190)
    assert shapes(grainy)[0, GRAIN] > 1.3 * shapes(smooth)[0, GRAIN]


def test_the_side_of_the_crop_does_not_matter() -> None:
    small, large = (shapes(crop(((0, 3, 9),), side=side))[0] for side in (80, 160))
    np.testing.assert_allclose(small[:14], large[:14], atol=0.12)


def test_another_cell_at_the_border_does_not_count() -> None:
    alone = crop(((0, 0, 9),))
    beside = alone.copy()
    beside[0, 30:50, 68:] = (90, 40, 120)
    np.testing.assert_allclose(shapes(alone)[0, :12], shapes(beside)[0, :12], atol=0.05)


@pytest.mark.parametrize("value", [0, 255])
def test_an_empty_or_black_crop_gives_numbers(value: int) -> None:
    found = shapes(np.full((2, 64, 64, 3), value, np.uint8))
    assert found.shape == (2, WIDTH)
    assert np.isfinite(found).all()


def test_no_crops_give_no_rows() -> None:
    assert shapes(np.zeros((0, 64, 64, 3), np.uint8)).shape == (0, WIDTH)
