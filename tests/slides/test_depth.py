import numpy as np
import pytest

from bloodview.slides.depth import Range, to_rgb


@pytest.mark.parametrize(("highest", "white"), [(200, 255), (1000, 1023), (4095, 4095), (9000, 16383), (40000, 65535)])
def test_16_bit_files_are_scaled_by_the_bits_that_their_camera_had(highest: int, white: int) -> None:
    sample = np.array([0, highest // 2, highest], np.uint16)
    own = Range.of(sample)
    assert own == Range(0, white)
    np.testing.assert_allclose(own.to_uint8(sample), sample * 255.0 / white, atol=0.51)


def test_fractions_run_from_0_to_1_or_255_or_else_are_stretched() -> None:
    assert Range.of(np.array([0.1, 0.9], np.float32)) == Range(0, 1)
    assert Range.of(np.array([0.1, 200], np.float32)) == Range(0, 255)
    assert Range.of(np.array([-3, 900], np.float32)) == Range(-3, 900)


def test_values_that_are_no_numbers_become_black_without_a_warning() -> None:
    values = np.array([np.nan, 0.0, 1.0], np.float32)
    assert Range.of(values).to_uint8(values).tolist() == [0, 0, 255]


def test_a_flat_picture_has_a_range() -> None:
    values = np.full(4, -7, np.int16)
    assert Range.of(values).to_uint8(values).tolist() == [0] * 4


def test_masks_of_true_and_false_become_black_and_white() -> None:
    values = np.array([True, False])
    assert Range.of(values).to_uint8(values).tolist() == [255, 0]


def test_alpha_is_laid_on_white() -> None:
    pixels = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 51]]], np.uint8)
    assert to_rgb(pixels).tolist() == [[[200, 0, 0], [255, 255, 255], [244, 204, 204]]]
    multiplied = np.array([[[40, 0, 0, 51]]], np.uint8)
    assert to_rgb(multiplied, premultiplied=True).tolist() == [[[244, 204, 204]]]


def test_grey_and_grey_with_alpha_become_three_channels() -> None:
    assert to_rgb(np.array([[7]], np.uint8)).tolist() == [[[7, 7, 7]]]
    assert to_rgb(np.array([[[7, 0]]], np.uint8)).tolist() == [[[255, 255, 255]]]
