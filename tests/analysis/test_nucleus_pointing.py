"""What is pointed at in a cell: all lobes at one click, pieces taken away, a box, and what was painted stands."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from bloodview.analysis import cell_masks
from bloodview.analysis.nucleus_pointing import nucleus
from bloodview.analysis.pointing import Answer, Pointed, Scene
from bloodview.core.geometry import Box
from tests.fakes import FakeSlide

CELL = Box(100, 80, 240, 220)
LEFT, RIGHT, SPOT, PLASM = (140, 150), (200, 150), (170, 195), (170, 110)
RADIUS = 20


def cell(um: float = 0.1) -> cell_masks.CellMask:
    return cell_masks.drawn(cell_masks.ellipse(CELL), 0.08 / um)


def scene(*, spot: int = 90, um: float = 0.1) -> Scene:
    """A pale cell with two dense lobes and a small piece, paler the larger `spot`; dirt beside the cell."""
    image = np.full((300, 320, 3), 235, np.uint8)
    cv2.circle(image, (170, 150), 70, (200, 170, 215), -1)
    for place in (LEFT, RIGHT):
        cv2.circle(image, place, RADIUS, (90, 60, 160), -1)
    cv2.circle(image, SPOT, 8, (spot, 60, 160), -1)
    cv2.circle(image, (280, 150), 25, (90, 60, 160), -1)
    return Scene(FakeSlide(image), "a", um, Box(0, 0, 320, 300))


def clicks(*given: tuple[tuple[int, int], bool]) -> Pointed:
    return Pointed(tuple((float(x), float(y), wanted) for (x, y), wanted in given))


def held(answer: Answer) -> list[bool]:
    return [answer.mask.holds(x, y) for x, y in (LEFT, RIGHT, SPOT, PLASM)]


def test_one_click_finds_all_lobes_and_nothing_beyond_the_cell() -> None:
    answer = nucleus(scene(), cell(), clicks((LEFT, True)))
    assert held(answer) == [True, True, True, False]
    assert answer.mask.area_l0 == pytest.approx(np.pi * (2 * RADIUS**2 + 8**2), rel=0.08)
    assert not answer.mask.holds(280, 150)


def test_a_click_takes_a_piece_away() -> None:
    answer = nucleus(scene(), cell(), clicks((LEFT, True), (SPOT, False)))
    assert held(answer) == [True, True, False, False]


def test_a_click_on_a_paler_lobe_adds_it() -> None:
    pale = scene(spot=160)
    assert held(nucleus(pale, cell(), clicks((LEFT, True))))[2] is False
    assert held(nucleus(pale, cell(), clicks((LEFT, True), (SPOT, True)))) == [True, True, True, False]


def test_a_click_that_takes_away_parts_a_lobe_where_it_is_nearer() -> None:
    low, high = (LEFT[0] - 12, LEFT[1]), (LEFT[0] + 12, LEFT[1])
    answer = nucleus(scene(), cell(), clicks((high, True), (low, False)))
    assert answer.mask.holds(*high)
    assert not answer.mask.holds(*low)


def test_a_box_bounds_what_is_looked_at() -> None:
    answer = nucleus(scene(), cell(), Pointed(box_l0=Box(115, 125, 168, 175)))
    assert held(answer) == [True, False, False, False]


def test_what_was_painted_stands_at_the_next_click() -> None:
    first = nucleus(scene(), cell(), clicks((LEFT, True)))
    painted = cell_masks.painted(first.mask, [PLASM], 6, adds=True)
    painted = cell_masks.painted(painted, [RIGHT], 30, adds=False)
    answer = nucleus(scene(), cell(), clicks((LEFT, True), (SPOT, False)), replace(first, mask=painted))
    assert held(answer) == [True, False, False, True]


def test_clicks_outside_the_cell_and_a_cell_at_the_border_of_the_picture_do_no_harm() -> None:
    answer = nucleus(scene(), cell(), clicks(((280, 150), True)))
    assert not answer.mask.holds(280, 150)
    off = cell_masks.drawn(cell_masks.ellipse(Box(-60, 230, 60, 350)), 0.8)
    assert nucleus(scene(), off, clicks(((10, 260), True))).mask.inside.shape == off.inside.shape
    gone = cell_masks.drawn(cell_masks.ellipse(Box(-160, 430, -60, 550)), 0.8)
    assert nucleus(scene(), gone, Pointed()).mask.is_empty
