"""Areas, ratio and circularity of outlines whose truth is known."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.core.geometry import Box, Scale
from bloodview.ui.measurements import measure, polygon_area, sureness

SCALE = Scale(0.1, "red cells")


def circle(radius: float, corners: int = 720) -> Polygon:
    angles = [2 * math.pi * i / corners for i in range(corners)]
    return tuple((50 + radius * math.cos(a), 50 + radius * math.sin(a)) for a in angles)


def cell(outline: Polygon, nucleus: Polygon = ()) -> Cell:
    box = Box(0, 0, 100, 100)
    return Cell(1, 1, Kind.WBC, box, 1.0, False, "", Source.MODEL, Status.ACTIVE, None, outline, nucleus)


def test_no_model_is_said_to_be_quite_sure() -> None:
    assert [sureness(p) for p in (1.0, 0.997, 0.986, 0.4, 0.0)] == ["99%", "99%", "99%", "40%", "0%"]


def test_a_circle_with_a_round_nucleus() -> None:
    found = measure(cell(circle(40), circle(20)), SCALE)
    assert found is not None
    assert found.area_um2 == pytest.approx(math.pi * 16, rel=1e-3)
    assert found.nucleus_to_cytoplasm == pytest.approx(1 / 3, rel=1e-3)
    assert found.circularity == pytest.approx(1.0, abs=1e-3)


def test_a_square_is_less_round_and_without_scale_has_no_area() -> None:
    found = measure(cell(((0, 0), (10, 0), (10, 10), (0, 10))), None)
    assert found is not None
    assert found.area_um2 is None
    assert found.nucleus_to_cytoplasm is None
    assert found.circularity == pytest.approx(math.pi / 4)


def test_nothing_is_measured_without_an_outline() -> None:
    assert measure(cell(()), SCALE) is None
    assert measure(cell(((0, 0), (1, 1))), SCALE) is None


@pytest.mark.parametrize("nucleus", [circle(40), circle(45)])
def test_a_nucleus_that_leaves_no_cytoplasm_has_no_ratio(nucleus: Polygon) -> None:
    found = measure(replace(cell(circle(40)), nucleus_outline=nucleus), SCALE)
    assert found is not None
    assert found.nucleus_to_cytoplasm is None


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.booleans())
def test_area_depends_neither_on_place_nor_on_turning_sense(dx: float, dy: float, is_turned: bool) -> None:
    outline = tuple((x + dx, y + dy) for x, y in ((0, 0), (8, 1), (9, 7), (2, 6)))
    assert polygon_area(outline[::-1] if is_turned else outline) == pytest.approx(43.5, rel=1e-6)
