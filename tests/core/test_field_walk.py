"""The walk over a slide in a serpentine."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bloodview.core.field_walk import FieldWalk, Place
from bloodview.core.geometry import Box, Size
from bloodview.core.visited import VisitedGrid


def walked(walk: FieldWalk) -> list[Place]:
    place, places = walk.step((0, -1), 1), []
    while place is not None:
        places.append(place)
        place = walk.step(place, 1)
    return places


def everywhere(size: Size, field: tuple[float, float]) -> tuple[VisitedGrid, FieldWalk]:
    grid = VisitedGrid(size)
    return grid, FieldWalk(grid, np.ones(grid.shape, np.bool_), field)


def test_rows_are_walked_left_to_right_and_back() -> None:
    _, walk = everywhere(Size(2800, 1900), (1000, 1000))
    assert walked(walk) == [(0, 0), (0, 1), (0, 2), (1, 2), (1, 1), (1, 0)]


def test_it_begins_at_the_left_of_the_first_row_with_something_to_see() -> None:
    grid = VisitedGrid(Size(2800, 3700))
    walk = FieldWalk(grid, grid.covering([Box(0, 1000, 2800, 3700)]), (1000, 1000))
    assert walked(walk)[:4] == [(1, 0), (1, 1), (1, 2), (2, 2)]


def test_the_way_back_is_the_way_there() -> None:
    _, walk = everywhere(Size(5000, 4000), (900, 700))
    places = walked(walk)
    for before, after in zip(places, places[1:], strict=False):
        assert walk.step(after, -1) == before
    assert walk.step(places[0], -1) is None
    assert walk.step(places[-1], 1) is None


def test_what_holds_nothing_to_see_is_passed_over() -> None:
    grid = VisitedGrid(Size(10_000, 10_000))
    worth = grid.covering([Box(6000, 2000, 8000, 4000)])
    walk = FieldWalk(grid, worth, (1000, 1000))
    boxes = [walk.box(place) for place in walked(walk)]
    assert len(boxes) <= 16
    assert all(b.x1 > 6000 and b.x0 < 8000 and b.y1 > 2000 and b.y0 < 4000 for b in boxes)
    for box in boxes:
        grid.visit(box)
    assert grid.share(worth) > 0.95


@settings(max_examples=30, deadline=None)
@given(st.integers(300, 30_000), st.integers(300, 30_000), st.floats(200, 3000), st.floats(200, 3000))
def test_whoever_walks_to_the_end_has_seen_all(width: int, height: int, wide: float, high: float) -> None:
    grid, walk = everywhere(Size(width, height), (wide, high))
    if walk.rows * walk.columns > 1000:
        return
    for place in walked(walk):
        grid.visit(walk.box(place))
    assert grid.marks.all()


def test_the_next_unvisited_field_lies_ahead_and_then_at_the_start() -> None:
    grid, walk = everywhere(Size(2800, 1900), (1000, 1000))
    for place in walked(walk):
        if place not in ((0, 1), (1, 1)):
            grid.visit(walk.box(place))
    # What neighbours share of these two is seen; their middles are not.
    assert walk.unvisited((0, 0)) == (0, 1)
    assert walk.unvisited((0, 1)) == (1, 1)
    assert walk.unvisited((1, 0)) == (0, 1)
    grid.visit(walk.box((0, 1)))
    grid.visit(walk.box((1, 1)))
    assert walk.unvisited((0, 0)) is None


def test_the_field_of_the_present_row_before_the_present_one_is_found_too() -> None:
    grid, walk = everywhere(Size(2800, 900), (1000, 1000))
    grid.visit(walk.box((0, 1)))
    grid.visit(walk.box((0, 2)))
    assert walk.unvisited((0, 1)) == (0, 0)


def test_fields_are_numbered_in_the_order_of_the_walk() -> None:
    _, walk = everywhere(Size(2800, 1900), (1000, 1000))
    assert [walk.number(place) for place in walked(walk)] == [(n, 6) for n in range(1, 7)]


def test_a_field_larger_than_the_slide_is_the_only_one() -> None:
    _, walk = everywhere(Size(640, 480), (1000, 800))
    assert walked(walk) == [(0, 0)]
    assert walk.box((0, 0)) == Box(0, 0, 640, 480)


@pytest.mark.parametrize("corner", [(0, 0), (99_999, 99_999)])
def test_a_slide_of_100_000_pixels_is_walked_without_a_list_of_its_fields(corner: tuple[int, int]) -> None:
    _, walk = everywhere(Size(100_000, 100_000), (400, 280))
    begin = time.perf_counter()
    place = walk.nearest(*corner)
    walk.step(place, 1)
    walk.step(place, -1)
    walk.unvisited(place)
    assert time.perf_counter() - begin < 1.0
