"""Tests of masks to polygons."""

import cv2
import numpy as np
import pytest

from bloodview.analysis.outlines import joined, outlines, pieces
from bloodview.core.cells import Polygon


def area(polygon: Polygon | np.ndarray) -> float:
    x, y = np.asarray(polygon, float).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def test_outlines_enclose_the_areas_of_the_mask_in_level_0_pixels() -> None:
    mask = np.zeros((80, 80), np.uint8)
    cv2.circle(mask, (40, 40), 30, 128, -1)
    cv2.circle(mask, (45, 40), 12, 255, -1)
    cell, nucleus = outlines(mask, (10.0, 20.0), (2.0, 2.0), (1000.0, 500.0))
    assert area(cell) == pytest.approx(4 * np.pi * 30**2, rel=0.06)
    assert area(nucleus) == pytest.approx(4 * np.pi * 12**2, rel=0.12)
    assert np.mean(cell, axis=0) == pytest.approx((1000 + 2 * 50.5, 500 + 2 * 60.5), abs=2)


def test_an_empty_mask_gives_no_outline() -> None:
    assert outlines(np.zeros((20, 20), np.uint8), (0, 0), (1, 1), (0, 0)) == ((), ())


def test_lobes_are_joined_without_adding_area_and_specks_are_left_out() -> None:
    mask = np.zeros((60, 100), np.uint8)
    cv2.circle(mask, (25, 30), 15, 255, -1)
    cv2.circle(mask, (70, 30), 12, 255, -1)
    mask[2:4, 90:92] = 255
    lobes = pieces(mask > 0)
    assert len(lobes) == 2
    assert area(joined(lobes)) == pytest.approx(sum(area(p) for p in lobes), rel=1e-6)


def test_of_several_pieces_the_largest_is_the_cell() -> None:
    mask = np.zeros((60, 100), np.uint8)
    cv2.circle(mask, (25, 30), 20, 128, -1)
    cv2.circle(mask, (80, 30), 10, 128, -1)
    cell, _ = outlines(mask, (0, 0), (1, 1), (0, 0))
    assert max(x for x, _ in cell) < 50
