import numpy as np
import pytest

from bloodview.core.taxonomy import FINE
from training import classical


def blobs(per_class: int, classes: int = 3, seed: int = 0) -> tuple[classical.Float32, classical.Int64]:
    rng, width = np.random.default_rng(seed), 12
    truth = np.repeat(np.arange(classes), per_class)
    x = rng.normal(size=(len(truth), width))
    x[np.arange(len(truth)), truth] += 4.0
    return x.astype(np.float32), truth


@pytest.mark.parametrize("name", classical.NAMES)
def test_learns_separated_classes_and_gives_probabilities(name: classical.Name) -> None:
    x, truth = blobs(25)
    model = classical.make(name, 0).fit(x, truth)
    unseen, expected = blobs(20, seed=1)
    p = model.predict_proba(unseen)
    assert p.shape == (60, 3)
    assert np.allclose(p.sum(axis=1), 1)
    assert (p >= 0).all()
    assert (p.argmax(axis=1) == expected).mean() > 0.85


@pytest.mark.parametrize("name", classical.NAMES)
def test_the_same_seed_gives_the_same_answer(name: classical.Name) -> None:
    x, truth = blobs(12)
    once, again = (classical.make(name, 3).fit(x, truth).predict_proba(x) for _ in range(2))
    assert np.array_equal(once, again)


@pytest.mark.parametrize("name", classical.NAMES)
def test_a_class_of_one_example_two_classes_and_a_constant_feature_are_no_trouble(name: classical.Name) -> None:
    x, truth = blobs(10, classes=2)
    x[:, 5] = 7.0
    truth[-9:] = 0
    p = classical.make(name, 0).fit(x, truth).predict_proba(x)
    assert np.isfinite(p).all()
    assert p.shape == (20, 2)


def test_a_rare_class_counts_like_a_frequent_one() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (180, 1)), rng.normal(2, 1, (20, 1))]).astype(np.float32)
    p = classical.make("logistic", 0).fit(x, np.repeat([0, 1], [180, 20])).predict_proba(np.float32([[0.8], [1.2]]))
    assert p[0, 0] > 0.5 > p[1, 0]


def test_one_class_alone_is_the_only_answer() -> None:
    x, _ = blobs(5)
    p = classical.make("svm-poly", 0).fit(x, np.full(len(x), 4)).predict_proba(x)
    assert np.array_equal(p, np.ones((len(x), 1)))


def test_margins_of_overlapping_classes_become_moderate_probabilities() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(0.5, 1, (200, 2))]).astype(np.float32)
    model = classical.make("svm-linear", 0).fit(x, np.repeat([0, 1], 200))
    assert 0.55 < model.predict_proba(x).max(axis=1).mean() < 0.75


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="svm-linear"):
        classical.make("tree", 0)


def labelled(
    x: classical.Float32, truth: classical.Int64, leaves: tuple[str, ...]
) -> tuple[classical.Float32, list[str]]:
    return x, [leaves[k] for k in truth]


def test_answers_stand_in_the_order_of_the_classes_with_nought_for_those_never_seen() -> None:
    x, labels = labelled(*blobs(20), ("monocyte", "promyelocyte", "basophil"))
    p = classical.fit_on_tree("logistic", x, labels, 0).probabilities(x)
    assert p.shape == (60, len(FINE))
    assert np.allclose(p.sum(axis=1), 1)
    seen = {FINE[k] for k in np.flatnonzero(p.sum(axis=0))}
    assert seen == {"monocyte", "promyelocyte", "basophil"}
    assert FINE[int(p[0].argmax())] == "monocyte"


def test_an_inner_node_trains_the_leaf_below_it_that_it_looks_like() -> None:
    x, labels = labelled(*blobs(20), ("segmented_neutrophil", "band_neutrophil", "monocyte"))
    few = [*labels[:3], *["neutrophil"] * 17, *labels[20:]]
    p = classical.fit_on_tree("logistic", x, few, 0).probabilities(x)
    assert (p[:20].argmax(axis=1) == FINE.index("segmented_neutrophil")).mean() > 0.9


def test_an_inner_node_without_examples_of_its_leaves_is_shared_among_them() -> None:
    x, labels = labelled(*blobs(20), ("neutrophil", "monocyte", "lymphocyte"))
    p = classical.fit_on_tree("logistic", x, labels, 0).probabilities(x)[:20]
    leaves = [FINE.index("band_neutrophil"), FINE.index("segmented_neutrophil")]
    assert np.allclose(p[:, leaves[0]], p[:, leaves[1]], atol=0.05)
    assert p[:, leaves].sum(axis=1).min() > 0.5


def test_examples_of_inner_nodes_alone_can_train() -> None:
    x, truth = blobs(20, classes=2)
    labels = [("neutrophil", "immature_granulocyte")[k] for k in truth]
    p = classical.fit_on_tree("forest", x, labels, 0).probabilities(x)
    assert (p[:20, [FINE.index("band_neutrophil"), FINE.index("segmented_neutrophil")]].sum(axis=1) > 0.5).all()


def test_no_examples_are_an_error() -> None:
    with pytest.raises(ValueError, match="no examples"):
        classical.fit_on_tree("forest", np.zeros((0, 3), np.float32), [], 0)
