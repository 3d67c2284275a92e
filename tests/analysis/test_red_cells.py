"""Red cells drawn with known size and shape are measured as they were drawn; those that cannot be are left out."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bloodview.analysis import red_cells
from bloodview.core.red_cells import Measured, RedCellShape

GLASS, CELL, PALE = (235, 236, 233), (208, 140, 150), (226, 200, 203)
NO_BOX = np.zeros((0, 4), np.float32)


def drawn(
    *ellipses: tuple[float, float, float, float], pale: float = 0.0
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A field with ellipses (x, y, radius across, radius down), a little out of focus, and their boxes."""
    image = np.full((300, 400, 3), GLASS, np.uint8)
    for x, y, a, b in ellipses:
        at, shift = (round(16 * x), round(16 * y)), 4
        cv2.ellipse(image, at, (round(16 * a), round(16 * b)), 0, 0, 360, CELL, -1, cv2.LINE_AA, shift)
        if pale:
            cv2.ellipse(
                image, at, (round(16 * a * pale), round(16 * b * pale)), 0, 0, 360, PALE, -1, cv2.LINE_AA, shift
            )
    boxes = np.array([(x - a - 1, y - b - 1, x + a + 1, y + b + 1) for x, y, a, b in ellipses], np.float32)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2), np.uint8), boxes


def shapes(*ellipses: tuple[float, float, float, float], pale: float = 0.0) -> list[RedCellShape]:
    image, boxes = drawn(*ellipses, pale=pale)
    found = red_cells.measure(image, boxes, np.zeros(len(boxes), np.bool_), NO_BOX)
    return [one.shape for one in found]


@pytest.mark.parametrize("radius", [9.0, 20.5, 37.0, 60.0])
def test_a_disc_has_its_diameter_and_is_round(radius: float) -> None:
    (shape,) = shapes((200, 150, radius, radius))
    assert shape.measured is Measured.YES
    assert shape.diameter_px == pytest.approx(2 * radius, rel=0.02, abs=0.8)
    assert shape.circularity > 0.97
    assert shape.elongation == pytest.approx(1, abs=0.03)
    assert shape.pallor == 0


def test_an_ellipse_is_as_long_as_it_was_drawn() -> None:
    (shape,) = shapes((200, 150, 44, 22))
    assert shape.elongation == pytest.approx(2, rel=0.04)
    assert shape.diameter_px == pytest.approx(2 * np.sqrt(44 * 22), rel=0.03)
    # By Ramanujan the circularity of an ellipse of 2 to 1 is 0.84.
    assert shape.circularity == pytest.approx(0.84, abs=0.03)


def test_the_pale_centre_belongs_to_the_cell_and_is_measured() -> None:
    solid, pale, paler = (shapes((200, 150, 36, 36), pale=share)[0] for share in (0.0, 0.33, 0.6))
    assert solid.diameter_px == pytest.approx(pale.diameter_px, rel=0.01)
    assert pale.pallor == pytest.approx(0.33, abs=0.06)
    assert paler.pallor == pytest.approx(0.6, abs=0.06)


def test_an_outline_lies_where_the_cell_does() -> None:
    image, boxes = drawn((200.5, 150.25, 30, 30))
    (found,) = red_cells.measure(image, boxes, np.zeros(1, np.bool_), NO_BOX)
    away = np.hypot(*(found.outline - (200.5 + 0.5, 150.25 + 0.5)).T)
    assert len(found.outline) > 8
    assert away == pytest.approx(np.full(len(away), 30), abs=1.5)
    placed = red_cells.placed(found.outline, (2.0, 2.0), (1000.0, 0.0))
    assert placed[0][0] == pytest.approx(1000 + 2 * found.outline[0, 0], abs=0.01)


def test_cells_that_touch_are_parted_and_those_that_overlap_left_out() -> None:
    touching = shapes((120, 150, 36, 36), (193, 150, 36, 36))
    assert [s.measured for s in touching] == [Measured.YES, Measured.YES]
    assert [s.diameter_px for s in touching] == pytest.approx([72, 72], rel=0.04)
    overlapping = shapes((120, 150, 36, 36), (165, 150, 36, 36), (300, 150, 36, 36))
    assert [s.measured for s in overlapping] == [Measured.OVERLAPPING, Measured.OVERLAPPING, Measured.YES]


def test_a_cell_against_a_leukocyte_is_not_measured_with_it() -> None:
    image, boxes = drawn((150, 150, 30, 30))
    cv2.circle(image, (205, 150), 34, (110, 60, 140), -1)
    leukocyte = np.array([(170, 115, 240, 185)], np.float32)
    (found,) = red_cells.measure(image, boxes, np.zeros(1, np.bool_), leukocyte)
    assert found.shape.measured is not Measured.YES or found.shape.diameter_px < 64


def test_what_the_border_cuts_and_what_shows_nothing_is_left_out() -> None:
    image, boxes = drawn((30, 150, 40, 40), (200, 150, 30, 30))
    boxes[0, 0] = 0
    boxes = np.concatenate([boxes, np.array([(300, 40, 360, 100)], np.float32)])
    found = red_cells.measure(image, boxes, np.array([True, False, False]), NO_BOX)
    assert [f.shape.measured for f in found] == [Measured.CUT, Measured.YES, Measured.UNCLEAR]
    assert [len(f.outline) > 0 for f in found] == [False, True, False]


def test_uneven_light_moves_no_outline() -> None:
    image, boxes = drawn(*((x, y, 25, 25) for x in (60, 150, 240, 330) for y in (60, 150, 240)))
    falling = np.linspace(1, 0.6, 400)[None, :, None]
    dimmed = np.asarray(image * falling, np.uint8)
    found = red_cells.measure(dimmed, boxes, np.zeros(len(boxes), np.bool_), NO_BOX)
    assert [f.shape.diameter_px for f in found] == pytest.approx([50] * 12, rel=0.04)


def test_a_field_without_red_cells_is_no_trouble() -> None:
    image, _ = drawn()
    assert red_cells.measure(image, NO_BOX, np.zeros(0, np.bool_), NO_BOX) == []
