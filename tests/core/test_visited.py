"""Marks of what was looked at, on a bounded grid."""

import numpy as np
import pytest

from bloodview.core.geometry import Box, Size
from bloodview.core.visited import VisitedGrid


def test_what_was_in_sight_is_visited_and_the_rest_is_not() -> None:
    grid = VisitedGrid(Size(4000, 2000))
    everything = np.ones(grid.shape, np.bool_)
    assert grid.visit(Box(0, 0, 2000, 1000))
    assert grid.share(everything) == pytest.approx(0.25, abs=0.01)
    assert grid.share(grid.covering([Box(0, 0, 1000, 1000)])) == 1.0
    assert grid.share(grid.covering([Box(2500, 0, 3500, 1000)])) == 0.0


def test_a_second_look_at_the_same_place_is_no_news() -> None:
    grid = VisitedGrid(Size(4000, 2000))
    assert grid.visit(Box(100, 100, 900, 900))
    assert not grid.visit(Box(100, 100, 900, 900))
    assert not grid.visit(Box(5000, 0, 6000, 100))


@pytest.mark.parametrize(
    "size", [Size(1, 1), Size(640, 480), Size(100_000, 100_000), Size(100_000, 3), Size(3, 99_999)]
)
def test_the_grid_is_small_whatever_the_slide(size: Size) -> None:
    grid = VisitedGrid(size)
    assert max(grid.shape) <= 512
    assert grid.marks.nbytes <= 2**18
    assert grid.visit(Box(0, 0, size.width, size.height))
    assert grid.marks.all()


def test_marks_survive_packing_in_few_bytes() -> None:
    grid = VisitedGrid(Size(100_000, 60_000))
    for x in range(0, 90_000, 1000):
        grid.visit(Box(x, x / 2, x + 1200, x / 2 + 700))
    packed = grid.packed()
    assert len(packed) < 4000
    assert np.array_equal(VisitedGrid(grid.size, packed).marks, grid.marks)


@pytest.mark.parametrize("packed", [b"", b"no zip", VisitedGrid(Size(3000, 50)).packed()])
def test_marks_of_something_else_are_passed_over(packed: bytes) -> None:
    assert not VisitedGrid(Size(5000, 5000), packed).marks.any()


def test_nothing_is_worth_nothing() -> None:
    grid = VisitedGrid(Size(100, 100))
    assert grid.share(np.zeros(grid.shape, np.bool_)) == 0.0
