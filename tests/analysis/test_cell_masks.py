"""Masks of one cell: their outline keeps the area, the brush adds and takes away, lines split, touching cells join."""

import numpy as np
import pytest

from bloodview.analysis import cell_masks
from bloodview.core.cells import Polygon
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box

CIRCLE = cell_masks.ellipse(Box(100, 200, 180, 280))


def area(outline: Polygon) -> float:
    xy = np.asarray(outline)
    x, y = xy[:, 0], xy[:, 1]
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2


@pytest.mark.parametrize("step", [0.7, 1.0, 2.0])
def test_an_outline_drawn_and_read_back_keeps_its_place_and_area(step: float) -> None:
    again = cell_masks.outline_of(cell_masks.drawn(CIRCLE, step))
    assert area(again) == pytest.approx(area(CIRCLE), rel=0.015)
    assert (np.min(again, axis=0) + np.max(again, axis=0)) / 2 == pytest.approx((140, 240), abs=0.7)


def test_the_grid_of_a_huge_cell_is_bounded() -> None:
    mask = cell_masks.drawn(cell_masks.ellipse(Box(0, 0, 50_000, 20_000)), 0.5)
    assert max(mask.inside.shape) <= cell_masks.MOST_PX + 1
    assert mask.area_l0 == pytest.approx(np.pi * 25_000 * 10_000, rel=0.02)


def test_a_point_knows_whether_it_lies_in_the_cell() -> None:
    mask = cell_masks.drawn(CIRCLE, 1.0)
    assert mask.holds(140, 240)
    assert mask.holds(102, 240)
    assert not mask.holds(103, 203)
    assert not mask.holds(-1e6, 1e6)


def test_the_brush_adds_and_takes_away() -> None:
    mask = cell_masks.drawn(CIRCLE, 1.0)
    more = cell_masks.painted(mask, [(176, 240), (190, 240)], 8, adds=True)
    assert more.holds(194, 240)
    assert not mask.holds(194, 240)
    less = cell_masks.painted(mask, [(140, 240)], 10, adds=False)
    assert not less.holds(140, 240)
    assert mask.area_l0 - less.area_l0 == pytest.approx(np.pi * 100, rel=0.1)


def test_painting_off_the_grid_changes_nothing() -> None:
    mask = cell_masks.drawn(CIRCLE, 1.0)
    assert np.array_equal(cell_masks.painted(mask, [(1e7, 1e7)], 5, adds=True).inside, mask.inside)


def test_all_lobes_of_a_nucleus_are_outlined_as_one_and_stay_inside_the_cell() -> None:
    cell = cell_masks.drawn(CIRCLE, 0.5)
    lobes = cell_masks.filled((), cell)
    for x in (125, 165):
        lobes = cell_masks.painted(lobes, [(x, 240)], 12, adds=True)
    outline = cell_masks.lobes_of(lobes)
    assert area(outline) == pytest.approx(2 * np.pi * 12**2, rel=0.06)
    again = cell_masks.filled(outline, cell)
    assert (again.inside != lobes.inside).mean() < 0.004
    assert again.holds(125, 240)
    assert again.holds(165, 240)
    assert not again.holds(145, 240)
    beyond = cell_masks.painted(lobes, [(145, 240), (260, 240)], 5, adds=True)
    cut = cell_masks.cut(beyond, cell)
    assert not (cut.inside & ~cell.inside).any()
    assert cut.area_l0 > lobes.area_l0
    assert cell_masks.lobes_of(cell_masks.filled((), cell)) == ()


def test_a_line_across_splits_a_cell_even_if_it_ends_inside() -> None:
    mask = cell_masks.drawn(CIRCLE, 1.0)
    first, second = cell_masks.split(mask, [(130, 215), (130, 265)])
    assert first.holds(170, 240)
    assert second.holds(110, 240)
    assert first.area_l0 + second.area_l0 == pytest.approx(mask.area_l0)
    assert not (first.inside & second.inside).any()


@pytest.mark.parametrize("line", [[(300, 300), (310, 360)], [(140, 240)]])
def test_a_line_that_parts_nothing_is_refused(line: list[tuple[float, float]]) -> None:
    with pytest.raises(UserError, match="does not part"):
        cell_masks.split(cell_masks.drawn(CIRCLE, 1.0), line)


def test_touching_cells_become_one_without_a_gap() -> None:
    right = tuple((x + 83, y) for x, y in CIRCLE)
    whole = cell_masks.merged([CIRCLE, right], 1.0)
    assert whole.holds(181.5, 240)
    assert area(cell_masks.outline_of(whole)) == pytest.approx(2 * area(CIRCLE), rel=0.06)


def test_cells_far_apart_are_not_merged() -> None:
    with pytest.raises(UserError, match="do not touch"):
        cell_masks.merged([CIRCLE, tuple((x + 140, y) for x, y in CIRCLE)], 1.0)


def test_nothing_has_no_outline() -> None:
    empty = cell_masks.CellMask(0, 0, 1, np.zeros((5, 5), np.uint8))
    assert cell_masks.outline_of(empty) == ()
    assert empty.is_empty
    assert empty.box_l0 is None
