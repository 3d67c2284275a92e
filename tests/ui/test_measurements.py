"""Areas, ratio and circularity of outlines whose truth is known."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.core.geometry import Box, Scale
from bloodview.ui.measurements import in_words, lobes, measure, polygon_area, sureness

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


def beads(number: int, gap: float = 26.0) -> Polygon:
    """Discs in a row, joined by threads, as one outline."""
    step = [x / 4 for x in range(round(-4 * 12), round(4 * (gap * (number - 1) + 12)))]
    half = [max(1.5, *(math.sqrt(max(0.0, 144 - (x - gap * i) ** 2)) for i in range(number))) for x in step]
    above = [(x, h) for x, h in zip(step, half, strict=True)]
    return tuple([*above, *((x, -h) for x, h in reversed(above))])


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_lobes_are_what_threads_join(number: int) -> None:
    assert lobes(beads(number)) == number


def test_an_oval_and_a_crescent_have_one_lobe() -> None:
    assert lobes(tuple((x * 1.6, y) for x, y in circle(20))) == 1
    angles = [math.pi * i / 60 for i in range(61)]
    outer = [(30 * math.cos(a), 30 * math.sin(a)) for a in angles]
    assert lobes((*outer, *((15 * math.cos(a), 15 * math.sin(a)) for a in reversed(angles)))) == 1


def test_measurements_are_said_in_words() -> None:
    said = in_words(measure(cell(circle(40), circle(20)), SCALE), cell(circle(40)))
    assert said == "50 µm² · N:C 0.33 · 1 lobe · circularity 1.00"
    assert in_words(None, replace(cell(()), touches_edge=True)) == "cut by the border"
