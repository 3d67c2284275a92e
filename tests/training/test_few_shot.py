"""Classes read off embeddings of few labelled cells."""

import numpy as np
import pytest

from training import few_shot

SUPPORT = np.array([[0, 0], [0, 2], [4, 0], [4, 2]], np.float32)
LABELS = np.array([3, 3, 7, 7])


def test_a_query_goes_to_the_class_of_the_smallest_mean_distance() -> None:
    queries = np.array([[1, 1], [3.2, 1]], np.float32)
    assert few_shot.by_support(queries, SUPPORT, LABELS).tolist() == [3, 7]
    assert few_shot.by_prototypes(queries, SUPPORT, LABELS).tolist() == [3, 7]


def test_mean_distance_and_prototype_differ_where_a_class_is_spread() -> None:
    support = np.array([[-10, 0], [10, 0], [3, 0], [3.5, 0]], np.float32)
    query = np.array([[0, 0]], np.float32)
    assert few_shot.by_support(query, support, LABELS).tolist() == [7]
    assert few_shot.by_prototypes(query, support, LABELS).tolist() == [3]


def test_neighbours_vote_and_the_nearer_breaks_a_tie() -> None:
    query = np.array([[2.2, 0]], np.float32)
    assert few_shot.by_neighbours(query, SUPPORT, LABELS, 1).tolist() == [7]
    assert few_shot.by_neighbours(query, SUPPORT, LABELS, 4).tolist() == [7]
    support = np.array([[0, 0], [1, 0], [1.2, 0]], np.float32)
    assert few_shot.by_neighbours(np.zeros((1, 2), np.float32), support, np.array([0, 1, 1]), 3).tolist() == [1]


def test_the_space_of_the_classes_leaves_out_what_tells_none_from_another() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 40)
    told = np.eye(3, dtype=np.float32)[labels] * 3
    noise = rng.normal(size=(120, 20)).astype(np.float32) * 4
    noise -= np.stack([noise[labels == c].mean(0) for c in range(3)])[labels]
    x = np.concatenate([told, noise], axis=1)
    space = few_shot.classes_space(x, labels)
    assert space.shape == (2, 23)
    assert np.allclose(space @ space.T, np.eye(2), atol=1e-5)
    rows = few_shot.episodes(labels, 5, 1, 0)[0]
    plain = few_shot.by_support(x, x[rows], labels[rows])
    read = few_shot.by_support(x @ space.T, x[rows] @ space.T, labels[rows])
    assert few_shot.macro_recall(labels, read == labels) == 1.0
    assert few_shot.macro_recall(labels, plain == labels) < 0.9


def test_episodes_draw_each_class_alike_and_follow_the_seed() -> None:
    labels = np.repeat([0, 1], [9, 30])
    drawn = few_shot.episodes(labels, 5, 3, 4)
    assert [np.bincount(labels[r]).tolist() for r in drawn] == [[5, 5]] * 3
    assert len({tuple(r) for r in drawn}) == 3
    assert all((a == b).all() for a, b in zip(drawn, few_shot.episodes(labels, 5, 3, 4), strict=True))


def test_too_few_cells_of_a_class_make_no_episode() -> None:
    with pytest.raises(ValueError, match="fewer than 5"):
        few_shot.episodes(np.array([0, 0, 1]), 5, 1, 0)


def test_macro_recall_counts_each_class_alike() -> None:
    truth = np.array([0, 0, 0, 1])
    assert few_shot.macro_recall(truth, np.array([True, True, True, False])) == 0.5
