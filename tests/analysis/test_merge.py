"""Tests of tile pixels to level-0 pixels, seams and the picture's border."""

import numpy as np
import pytest

from bloodview.analysis import merge
from bloodview.core.cells import Kind, counts_at_edge
from bloodview.core.geometry import Box, Size
from bloodview.models.api import Boxes


def found(*rows: tuple[float, float, float, float, float, int]) -> merge.Found:
    table = np.array(rows, np.float32).reshape(-1, 6)
    return merge.Found(table[:, :4], table[:, 4], table[:, 5].astype(np.int64))


def test_a_tile_seen_at_half_size_is_placed_and_doubled() -> None:
    boxes = Boxes(np.array([[10, 20, 30, 40]], np.float32), np.array([0.9], np.float32), np.array([0]))
    placed = merge.to_level0(boxes, Box(100, 200, 300, 400), Size(100, 100), Size(1000, 1000))
    assert placed.boxes_l0.tolist() == [[120, 240, 160, 280]]


def test_boxes_are_clipped_to_the_picture_and_empty_ones_go() -> None:
    boxes = Boxes(
        np.array([[-5, -5, 20, 20], [100.2, 0, 140, 20]], np.float32), np.ones(2, np.float32), np.zeros(2, np.int64)
    )
    placed = merge.to_level0(boxes, Box(0, 0, 100, 100), Size(100, 100), Size(100, 100))
    assert placed.boxes_l0.tolist() == [[0, 0, 20, 20]]


def test_a_cell_on_a_seam_is_given_once_whichever_side_its_tiles_place_it_on() -> None:
    left, right = Box(0, 0, 100, 100), Box(100, 0, 200, 100)
    for first, second in ((99.0, 101.0), (101.0, 99.0), (99.0, 99.0), (101.0, 101.0)):
        seams = merge.Seams(margin_l0=5)
        given = seams.admit(found((first - 10, 40, first + 10, 60, 0.9, 0)), left)
        given = merge.together([given, seams.admit(found((second - 10, 40, second + 10, 60, 0.8, 0)), right)])
        assert len(given) == 1, (first, second)


def test_two_cells_on_both_sides_of_a_seam_are_both_given() -> None:
    seams = merge.Seams(margin_l0=5)
    first = seams.admit(found((80, 40, 99, 60, 0.9, 1)), Box(0, 0, 100, 100))
    second = seams.admit(found((101, 40, 120, 60, 0.9, 1)), Box(100, 0, 200, 100))
    assert (len(first), len(second)) == (1, 1)


def test_a_cell_far_inside_the_next_tile_is_left_to_it() -> None:
    assert not len(merge.Seams(5).admit(found((140, 40, 160, 60, 0.9, 0)), Box(0, 0, 100, 100)))


def test_a_cut_piece_of_a_known_cell_is_no_second_cell() -> None:
    seams = merge.Seams(margin_l0=5)
    seams.admit(found((80, 40, 120, 60, 0.9, 0)), Box(0, 0, 100, 100))
    assert not len(seams.admit(found((100, 40, 108, 60, 0.9, 0)), Box(100, 0, 200, 100)))


def test_two_cells_on_each_other_at_a_seam_are_two() -> None:
    left, right = Box(0, 0, 100, 100), Box(100, 0, 200, 100)
    pair = ((86, 40, 106, 60, 0.9, 1), (92, 40, 112, 60, 0.9, 1))  # middles at 96 and 102, on each other by a half
    for margin in (1, 5):
        seams = merge.Seams(margin)
        given = merge.together([seams.admit(found(*pair), left), seams.admit(found(*pair), right)])
        assert sorted(given.boxes_l0[:, 0].tolist()) == [86, 92]


def test_a_doubtful_detection_does_not_hide_a_sure_one_of_the_next_tile() -> None:
    seams = merge.Seams(5, {"wbc": 0.5, "rbc": 0.5, "platelet": 0.5})
    seams.admit(found((90, 40, 110, 60, 0.2, 1)), Box(0, 0, 100, 100))
    assert len(seams.admit(found((91, 40, 111, 60, 0.9, 1)), Box(100, 0, 200, 100))) == 1
    assert not len(seams.admit(found((91, 40, 111, 60, 0.3, 1)), Box(100, 0, 200, 100)))


def test_another_kind_at_the_same_place_is_another_object() -> None:
    seams = merge.Seams(margin_l0=5)
    seams.admit(found((80, 40, 120, 60, 0.9, 0)), Box(0, 0, 100, 100))
    assert len(seams.admit(found((81, 40, 120, 60, 0.9, 2)), Box(100, 0, 200, 100))) == 1


def test_only_what_passes_its_kind_s_threshold_is_shown_and_one_kind_a_place() -> None:
    one_place = [(0, 0, 10, 10, 0.6, 0), (0, 0, 10, 11, 0.9, 1)]
    everything = found(*one_place, (50, 50, 60, 60, 0.4, 0), (70, 70, 80, 80, 0.3, 2))
    shown = merge.shown(everything, {"wbc": 0.5, "rbc": 0.5, "platelet": 0.2})
    assert sorted(shown.kinds.tolist()) == [1, 2]


@pytest.mark.parametrize(
    ("box", "touches"),
    [((0.5, 50, 20, 70), True), ((50, 50, 70, 99.2), True), ((2, 2, 20, 20), False), ((50, 50, 99.1, 70), True)],
)
def test_a_box_near_the_border_is_drawn_out_to_it_and_marked(box: tuple[float, ...], touches: bool) -> None:
    (detection,) = merge.detections(found((*box, 0.9, 1)), Size(100, 100))
    assert detection.touches_edge is touches
    b = detection.box_l0
    assert (b.x0 == 0 or b.y0 == 0 or b.x1 == 100 or b.y1 == 100) is touches


@pytest.mark.parametrize(
    ("kind", "box", "counts"),
    [
        (Kind.WBC, (0, 10, 20, 30), True),
        (Kind.RBC, (0, 10, 20, 30), False),
        (Kind.RBC, (10, 0, 20, 30), False),
        (Kind.RBC, (80, 10, 100, 30), True),
        (Kind.PLATELET, (10, 80, 30, 100), True),
        (Kind.PLATELET, (0, 80, 30, 100), False),
        (Kind.RBC, (10, 10, 30, 30), True),
    ],
)
def test_cut_leukocytes_count_and_others_by_the_unbiased_frame(kind: Kind, box: tuple[int, ...], counts: bool) -> None:
    index = merge.KINDS.index(kind)
    (detection,) = merge.detections(found((*box, 0.9, index)), Size(100, 100))
    assert counts_at_edge(kind, detection.box_l0, detection.touches_edge) is counts
