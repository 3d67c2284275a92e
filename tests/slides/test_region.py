import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size
from bloodview.slides import region
from bloodview.slides.region import read_levels

UInt8 = NDArray[np.uint8]


def ramp(width: int = 60, height: int = 40) -> UInt8:
    """Red tells x, green tells y."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 4, y * 6, np.full_like(x, 9)], axis=-1).astype(np.uint8)


def read(picture: UInt8, box: Box, out: Size) -> UInt8:
    size = Size(picture.shape[1], picture.shape[0])
    return read_levels(box, out, [size], lambda _, x0, y0, x1, y1: picture[y0:y1, x0:x1])


@given(st.integers(-30, 80), st.integers(-30, 60), st.integers(1, 50), st.integers(1, 50))
def test_whole_pixels_come_unchanged_and_white_outside(x: int, y: int, width: int, height: int) -> None:
    picture = ramp()
    padded = np.full((400, 400, 3), 255, np.uint8)
    padded[100:140, 100:160] = picture
    got = read(picture, Box(x, y, x + width, y + height), Size(width, height))
    np.testing.assert_array_equal(got, padded[100 + y : 100 + y + height, 100 + x : 100 + x + width])


def test_a_box_beside_the_picture_is_white() -> None:
    assert read(ramp(), Box(100, 100, 110, 110), Size(5, 5)).min() == 255


def test_shrinking_averages_areas() -> None:
    checks = np.zeros((40, 40, 3), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 200
    got = read(checks, Box(0, 0, 40, 40), Size(10, 10))
    assert np.abs(got.astype(int) - 100).max() <= 1


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5])
@pytest.mark.parametrize("factor", [0.5, 1.0, 1.7, 3.0])
def test_a_pixel_shows_what_lies_under_its_middle(shift: float, factor: float) -> None:
    out = Size(8, 8)
    box = Box(10 + shift, 5 + shift, 10 + shift + 8 * factor, 5 + shift + 8 * factor)
    got = read(ramp(), box, out).astype(float)
    middle = 10 + shift + (np.arange(8) + 0.5) * factor - 0.5
    assert np.abs(got[4, :, 0] / 4 - middle).max() < 0.6
    assert abs(np.mean(got[4, :, 0] / 4 - middle)) < 0.3


def test_reading_in_blocks_gives_the_same_as_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    picture = np.kron(rng.integers(0, 255, (30, 40, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    at_once = read(picture, Box(3, 5, 303, 205), Size(150, 100))
    largest = 0

    def fetch(_: int, x0: int, y0: int, x1: int, y1: int) -> UInt8:
        nonlocal largest
        largest = max(largest, (x1 - x0) * (y1 - y0))
        return picture[y0:y1, x0:x1]

    monkeypatch.setattr(region, "_BLOCK_PX", 2000)
    in_blocks = read_levels(Box(3, 5, 303, 205), Size(150, 100), [Size(320, 240)], fetch)
    assert largest <= 2000
    assert np.abs(at_once.astype(int) - in_blocks).mean() < 1.5


def test_far_views_read_the_coarse_level_only() -> None:
    levels: list[int] = []

    def fetch(level: int, x0: int, y0: int, x1: int, y1: int) -> UInt8:
        levels.append(level)
        return np.full((y1 - y0, x1 - x0, 3), 50 * level, np.uint8)

    sizes = [Size(1600, 1200), Size(400, 300), Size(100, 75)]
    assert read_levels(Box(0, 0, 1600, 1200), Size(200, 150), sizes, fetch).max() == 50
    assert read_levels(Box(0, 0, 160, 120), Size(160, 120), sizes, fetch).max() == 0
    assert set(levels) == {0, 1}


def test_a_view_far_larger_than_the_picture_costs_no_memory() -> None:
    got = read(ramp(), Box(-1e6, -1e6, 1e6, 1e6), Size(500, 500))
    assert got.shape == (500, 500, 3)
    assert np.mean(got) > 254


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        read(ramp(), Box(0, 0, 1, 1), Size(0, 5))
