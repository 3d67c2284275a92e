import numpy as np
import pytest
from PIL import Image, ImageOps

from bloodview.core.geometry import Size
from bloodview.slides.orientation import Orientation


@pytest.mark.parametrize("tag", range(1, 9))
def test_pictures_are_turned_as_others_turn_them(tag: int) -> None:
    stored = np.random.default_rng(0).integers(0, 255, (4, 6, 3)).astype(np.uint8)
    image = Image.fromarray(stored)
    image.getexif()[274] = tag
    expected = np.asarray(ImageOps.exif_transpose(image))
    got = Orientation.of(tag).apply(stored)
    np.testing.assert_array_equal(got, expected)
    assert Orientation.of(tag).size(Size(6, 4)) == Size(got.shape[1], got.shape[0])


@pytest.mark.parametrize("tag", range(1, 9))
def test_a_region_is_found_where_it_is_stored(tag: int) -> None:
    stored = np.arange(24).reshape(4, 6).astype(np.uint8)
    turn = Orientation.of(tag)
    whole = turn.apply(stored)
    size = turn.size(Size(6, 4))
    x0, y0, x1, y1 = turn.stored_region((1, 2, 3, 4), size)
    np.testing.assert_array_equal(turn.apply(stored[y0:y1, x0:x1]), whole[2:4, 1:3])


@pytest.mark.parametrize("tag", [0, 1, 9, 255])
def test_an_unknown_value_is_upright(tag: int) -> None:
    assert Orientation.of(tag) == Orientation()
