"""The pure parts of the slide view: camera, index, handles, scale bar, class marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.ui.class_mark import ClassMarks, Shape
from bloodview.ui.slide_view import box_index
from bloodview.ui.slide_view.box_index import BoxIndex
from bloodview.ui.slide_view.camera import Camera, fitted
from bloodview.ui.slide_view.scale_bar import bar_for, round_length
from bloodview.ui.slide_view.tools import Grip, corrected, grip_at

near = st.floats(-1e5, 1e5)


@given(near, near, st.floats(1e-3, 40), st.floats(1e-3, 40), st.floats(0, 2000), st.floats(0, 2000))
def test_zooming_keeps_any_point(left: float, top: float, zoom: float, other: float, x: float, y: float) -> None:
    camera = Camera(left, top, zoom)
    assert camera.zoomed(other, x, y).to_l0(x, y) == pytest.approx(camera.to_l0(x, y), rel=1e-9, abs=1e-4)


@given(near, near, st.floats(0.01, 40))
def test_a_bounded_camera_shows_some_of_the_picture(left: float, top: float, zoom: float) -> None:
    size = Size(640, 480)
    bounded = Camera(left, top, zoom).bounded(size, 800, 600)
    assert bounded.visible(800, 600).clipped(size) is not None
    assert bounded.bounded(size, 800, 600) == bounded


@given(near, near, st.floats(0.01, 40), st.floats(0, 20))
def test_a_filling_camera_shows_all_it_can(left: float, top: float, zoom: float, margin: float) -> None:
    size = Size(1000, 800)
    seen = Camera(left, top, zoom).filling(size, 640, 480, margin).visible(640, 480)
    for start, end, length in ((seen.x0, seen.x1, size.width), (seen.y0, seen.y1, size.height)):
        if end - start >= length + 2 * margin / zoom:
            assert start + end == pytest.approx(length, abs=1e-3)
        else:
            assert start >= -margin / zoom - 1e-3
            assert end <= length + margin / zoom + 1e-3


def test_a_fitted_picture_is_centred_and_whole() -> None:
    shown = fitted(Size(1000, 100), 500, 400).visible(500, 400)
    assert shown.center == (500, 50)
    assert (shown.x0, shown.x1) == (0, 1000)


@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
def test_the_index_answers_as_if_it_looked_at_every_box(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    corner = rng.uniform(-50, 1000, (count, 2))
    boxes = np.hstack([corner, corner + rng.uniform(0.5, 120, (count, 2))])
    x0, y0 = rng.uniform(-100, 1000, 2)
    x1, y1 = x0 + rng.uniform(0, 300), y0 + rng.uniform(0, 300)
    slowly = [i for i, b in enumerate(boxes) if b[2] >= x0 and b[0] <= x1 and b[3] >= y0 and b[1] <= y1]
    assert BoxIndex(boxes).query(x0, y0, x1, y1).tolist() == slowly


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_the_index_follows_boxes_that_come_and_move(count: int, more: int, seed: int) -> None:
    rng = np.random.default_rng(seed)

    def some(n: int) -> np.ndarray:
        corner = rng.uniform(0, 500, (n, 2))
        return np.hstack([corner, corner + rng.uniform(0.5, 120, (n, 2))])

    with pytest.MonkeyPatch.context() as small:
        small.setattr(box_index, "_LOOSE", 16)
        boxes = some(count)
        index = BoxIndex(boxes)
        for _ in range(4):
            boxes = np.vstack([boxes, some(more)])
            moved = np.unique(rng.integers(0, len(boxes), 5))
            boxes[moved] = some(len(moved))
            index.follow(boxes, moved)
            x0, y0 = rng.uniform(0, 500, 2)
            x1, y1 = x0 + 150, y0 + 150
            slowly = [i for i, b in enumerate(boxes) if b[2] >= x0 and b[0] <= x1 and b[3] >= y0 and b[1] <= y1]
            assert index.query(x0, y0, x1, y1).tolist() == slowly


def test_a_platelet_on_a_red_cell_can_be_hit_and_so_can_the_red_cell() -> None:
    index = BoxIndex(np.array([[0, 0, 100, 100], [60, 60, 80, 80]], dtype=np.float64))
    assert index.at(70, 70).tolist() == [1, 0]
    assert index.at(40, 40).tolist() == [0]
    assert index.at(103, 50, slack=4).tolist() == [0]
    assert index.at(110, 50, slack=4).tolist() == []


@pytest.mark.parametrize(
    ("pos", "grip"),
    [
        ((10, 10), Grip.TOP_LEFT),
        ((110, 60), Grip.RIGHT),
        ((60, 112), Grip.BOTTOM),
        ((60, 60), Grip.BODY),
        ((130, 60), None),
    ],
)
def test_handles_lie_on_the_border_and_the_body_between(pos: tuple[int, int], grip: Grip | None) -> None:
    assert grip_at(QRectF(10, 10, 100, 100), QPointF(*pos)) is grip


def test_a_box_too_small_for_handles_can_be_moved() -> None:
    assert grip_at(QRectF(0, 0, 10, 10), QPointF(0.5, 0.5)) is Grip.BODY


def test_a_side_pulled_past_the_other_turns_the_box() -> None:
    assert corrected(Box(10, 10, 20, 20), Grip.LEFT, 25, 99) == Box(20, 10, 35, 20)
    assert corrected(Box(10, 10, 20, 20), Grip.BODY, 5, -5) == Box(15, 5, 25, 15)


@given(st.floats(1e-3, 1e6))
def test_lengths_on_the_scale_bar_are_round_and_fit(at_most: float) -> None:
    length = round_length(at_most)
    assert at_most / 2.5 <= length * 1.001
    assert length <= at_most * 1.001
    assert f"{length:.0e}"[0] in "125"


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    bar = bar_for(2.0, Scale(0.1, "file"))
    assert (bar.text, bar.note) == ("5 µm", "")
    assert bar.length_px == pytest.approx(5 / 0.1 * 2.0)


def test_without_a_scale_the_bar_speaks_of_pixels_and_says_why() -> None:
    bar = bar_for(0.5, None)
    assert (bar.text, bar.note) == ("200 px", "no scale in the file")
    assert bar.length_px == 100


def test_a_measured_scale_is_marked_as_such() -> None:
    assert bar_for(1.0, Scale(0.1, "red cells")).note == "from red cells"
    assert bar_for(0.001, Scale(0.1, "file")).text == "10 mm"


def test_no_two_classes_look_alike_even_without_colour() -> None:
    marks = ClassMarks(DEFAULT_TAXONOMY)
    looks = {(marks.look(c.id).mark, marks.shape(c.id)) for c in DEFAULT_TAXONOMY.classes}
    assert len(looks) == len(DEFAULT_TAXONOMY.classes)
    assert marks.look("unheard_of").title == "Not named"
    assert marks.shape("unheard_of") is Shape.RING
