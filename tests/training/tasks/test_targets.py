"""What the tasks ask of their networks."""

import numpy as np
import pytest
import torch

from bloodview.core.taxonomy import FINE
from training.data import Field
from training.tasks import classify, detect


def test_an_inner_node_as_truth_is_content_with_any_of_its_leaves() -> None:
    allowed = torch.from_numpy(classify.node_mask(["neutrophil", "segmented_neutrophil"]))
    assert [FINE[i] for i in allowed[0].nonzero().flatten()] == ["band_neutrophil", "segmented_neutrophil"]
    band, segmented = (torch.full((1, 11), -6.0).index_fill_(1, torch.tensor([k]), 6.0) for k in (3, 4))
    inner, leaf = allowed[:1], allowed[1:]
    assert classify.tree_loss(band, inner) == pytest.approx(float(classify.tree_loss(segmented, inner)), abs=1e-4)
    assert classify.tree_loss(band, leaf) > classify.tree_loss(segmented, leaf) + 5


def test_a_box_becomes_a_peak_of_its_kind_and_the_distances_to_its_sides() -> None:
    boxes = np.array([[16, 20, 48, 60]], np.float32)
    heat, judged, own, weight = detect.targets(boxes, np.array([1]), (True, True, True), 64)
    k, y, x = (int(v[0]) for v in np.where(heat > 0.999))
    assert (k, y, x) == (1, 10, 8)
    assert own[:, y, x].tolist() == [16, 20, 48, 60]
    assert weight.sum() == pytest.approx(1)
    assert judged.all()


def test_kinds_that_a_set_does_not_label_are_not_judged() -> None:
    boxes = np.array([[10, 10, 40, 40]], np.float32)
    _, judged, _, _ = detect.targets(boxes, np.array([0]), (True, False, False), 64)
    assert judged[0].all()
    assert not judged[1:].any()


def test_what_is_unclear_is_neither_asked_for_nor_punished() -> None:
    unclear = np.array([[8, 8, 20, 20], [-20, -20, -8, -8]], np.float32)
    boxes = np.array([[30, 30, 60, 60]], np.float32)
    _, judged, _, _ = detect.targets(boxes, np.array([0]), (True, True, True), 64, unclear)
    assert not judged[:, 2:6, 2:6].any()
    assert judged.sum() == 3 * (16 * 16 - 16)


def test_a_box_of_which_little_is_left_is_neither_asked_for_nor_punished() -> None:
    boxes = np.array([[-30, 10, 10, 50]], np.float32)
    heat, judged, _, weight = detect.targets(boxes, np.array([0]), (True, True, True), 64)
    assert not heat.any()
    assert not weight.any()
    assert not judged[0, 3:12, :3].any()
    assert judged[0, :, 4:].all()


def _field(boxes: list[list[float]]) -> Field:
    n = len(boxes)
    return Field(
        None,
        "x",
        "val",
        "",
        np.array(boxes, np.float32).reshape(-1, 4),
        np.zeros(n, int),
        ("",) * n,
        ("",) * n,
        (True,) * 3,
        0.1,
        None,
    )  # type: ignore[arg-type]


def test_average_precision_counts_an_object_once() -> None:
    truth = _field([[0, 0, 10, 10], [20, 20, 30, 30]])
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]], np.float32)
    scores, kinds = np.array([0.9, 0.8, 0.7], np.float32), np.zeros(3, int)
    curve = detect.average_precision([detect.match(truth, (boxes, scores, kinds), 0)])
    assert curve.area == pytest.approx(0.5 + 0.5 * 2 / 3)
    assert curve.precision.tolist() == pytest.approx([1, 0.5, 2 / 3])
    assert curve.recall.tolist() == [0.5, 0.5, 1.0]
    perfect = detect.match(truth, (boxes[[0, 2]], scores[:2], kinds[:2]), 0)
    assert detect.average_precision([perfect, perfect]).area == 1.0


def test_a_field_without_objects_only_adds_false_alarms() -> None:
    boxes, scores, kinds = np.array([[0, 0, 9, 9]], np.float32), np.array([0.9], np.float32), np.zeros(1, int)
    empty = detect.match(_field([]), (boxes, scores, kinds), 0)
    assert (empty.true, empty.hits.tolist()) == (0, [False])
