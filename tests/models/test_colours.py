"""The colours of the cell in the middle of a crop."""

import numpy as np
import pytest

from bloodview.models.colours import WIDTH, colours


def crop(cell: tuple[int, int, int], glass: int = 235, side: int = 80) -> np.ndarray:
    made = np.full((1, side, side, 3), glass, np.uint8)
    y, x = np.mgrid[:side, :side]
    made[0, np.hypot(y - side / 2, x - side / 2) < side * 0.3] = cell
    return made


def test_a_red_cell_and_a_blue_one_differ_and_the_side_of_the_crop_does_not_matter() -> None:
    red, blue = colours(crop((200, 60, 90))), colours(crop((70, 60, 200)))
    assert red.shape == (1, WIDTH)
    assert np.abs(red - blue).max() > 0.5
    np.testing.assert_allclose(red, colours(crop((200, 60, 90), side=112)), atol=0.05)


def test_what_surrounds_the_cell_does_not_matter() -> None:
    plain = crop((200, 60, 90))
    with_neighbour = plain.copy()
    with_neighbour[0, :20, :20] = (180, 90, 90)
    np.testing.assert_allclose(colours(plain), colours(with_neighbour), atol=1e-6)


def test_the_colour_of_the_light_is_divided_out() -> None:
    cell = np.array((200, 60, 90)) / 255
    bright, dim = (colours(crop(tuple((cell * g).astype(int)), glass=g)) for g in (250, 200))
    np.testing.assert_allclose(bright, dim, atol=0.05)


@pytest.mark.parametrize("value", [0, 255])
def test_an_empty_or_black_crop_gives_numbers(value: int) -> None:
    assert np.isfinite(colours(np.full((2, 64, 64, 3), value, np.uint8))).all()


def test_no_crops_give_no_rows() -> None:
    assert colours(np.zeros((0, 64, 64, 3), np.uint8)).shape == (0, WIDTH)
