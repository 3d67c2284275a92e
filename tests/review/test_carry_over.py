import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.geometry import Float32, iou_matrix
from bloodview.review.carry_over import MATCH_IOU, match


def boxes(*corners: tuple[float, float, float, float]) -> Float32:
    return np.array(corners, np.float32).reshape(-1, 4)


def test_each_box_finds_the_one_it_overlaps_best() -> None:
    old = boxes((0, 0, 10, 10), (20, 0, 30, 10))
    new = boxes((21, 0, 31, 10), (2, 0, 12, 10), (0, 1, 10, 11))
    assert match(old, new) == {0: 2, 1: 0}


def test_one_box_is_matched_once_and_by_the_better_partner() -> None:
    old = boxes((0, 0, 10, 10), (2, 0, 12, 10))
    new = boxes((2, 0, 12, 10))
    assert match(old, new) == {1: 0}


def test_a_touching_neighbour_is_another_cell() -> None:
    assert match(boxes((0, 0, 10, 10)), boxes((9, 0, 19, 10))) == {}


def test_a_neighbour_that_overlaps_far_is_another_cell_while_its_middle_lies_outside() -> None:
    box, aside = boxes((0, 0, 100, 100)), boxes((52, 0, 152, 100))
    assert iou_matrix(box, aside)[0, 0] > MATCH_IOU
    assert match(box, aside) == {}
    assert match(box, boxes((48, 0, 148, 100))) == {0: 0}


def test_a_loosely_drawn_box_still_finds_its_cell() -> None:
    assert match(boxes((0, 0, 16, 16)), boxes((3, 3, 13, 13))) == {0: 0}


def test_nothing_matches_nothing() -> None:
    assert match(boxes(), boxes((0, 0, 1, 1))) == {}
    assert match(boxes((0, 0, 1, 1)), boxes()) == {}


def test_many_boxes_are_matched_across_strips() -> None:
    xs, ys = np.meshgrid(np.arange(40) * 100.0, np.arange(40) * 100.0)
    old = np.stack([xs.ravel(), ys.ravel(), xs.ravel() + 60, ys.ravel() + 60], axis=1).astype(np.float32)
    order = np.random.default_rng(3).permutation(len(old))
    new = (old + 4)[order]
    assert match(old, new) == {int(o): i for i, o in enumerate(order)}


corner = st.integers(0, 60)
side = st.integers(1, 30)
some_boxes = st.lists(st.tuples(corner, corner, side, side), max_size=12).map(
    lambda rows: boxes(*[(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in rows])
)


@given(some_boxes, some_boxes)
def test_pairs_are_one_to_one_and_overlap(old: Float32, new: Float32) -> None:
    pairs = match(old, new)
    assert len(set(pairs.values())) == len(pairs)
    for i, j in pairs.items():
        low, high = np.maximum(old[i, :2], new[j, :2]), np.minimum(old[i, 2:], new[j, 2:])
        both = np.prod(np.clip(high - low, 0, None))
        areas = np.prod(old[i, 2:] - old[i, :2]) + np.prod(new[j, 2:] - new[j, :2])
        assert both / (areas - both) >= MATCH_IOU - 1e-6


@given(some_boxes)
def test_a_set_of_boxes_is_matched_whole_onto_itself(some: Float32) -> None:
    pairs = match(some, some)
    assert len(pairs) == len(some)
    assert all(np.array_equal(some[i], some[j]) for i, j in pairs.items())
