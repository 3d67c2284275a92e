"""How like the training pictures a cell is."""

import numpy as np

from bloodview.models import familiarity


def _two_clouds(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % 2
    return (rng.normal(size=(n, 6)) + 8 * classes[:, None]).astype(np.float32), classes


def test_held_out_cells_of_the_same_kind_are_spread_evenly_over_0_to_1() -> None:
    train, classes = _two_clouds(600, 0)
    model = familiarity.fit(train, classes, _two_clouds(600, 1)[0])
    values = model(_two_clouds(600, 2)[0])
    assert 0.4 < values.mean() < 0.6
    assert values.min() >= 0
    assert values.max() <= 1


def test_what_lies_between_and_beyond_the_classes_is_unfamiliar_and_still_ranked() -> None:
    train, classes = _two_clouds(600, 0)
    model = familiarity.fit(train, classes, _two_clouds(600, 1)[0])
    between, beyond, far = model(np.array([[4.0] * 6, [30.0] * 6, [60.0] * 6], np.float32))
    assert between < 0.02
    assert 0 < far < beyond < 0.02


def test_cells_without_a_leaf_do_not_move_the_means() -> None:
    train, classes = _two_clouds(200, 0)
    classes[:50] = -1
    train[:50] += 100
    assert familiarity.fit(train, classes, train[50:]).means.max() < 12
