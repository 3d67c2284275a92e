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


def _smears(n: int, ground: tuple[int, int, int], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    crops = np.full((n, 20, 20, 3), ground) + rng.normal(0, 6, (n, 1, 1, 3))
    crops[:, 6:14, 6:14] = np.array([90, 50, 130]) + rng.normal(0, 6, (n, 1, 1, 3))
    return crops.clip(0, 255).astype(np.uint8)


def test_a_ground_of_another_colour_is_unfamiliar_whatever_the_cell_looks_like() -> None:
    train, classes = _two_clouds(400, 0)
    held, crops = _two_clouds(400, 1)[0], _smears(400, (240, 230, 215), 1)
    stain_of = familiarity.stain_features
    stain = familiarity.fit(stain_of(_smears(400, (240, 230, 215), 0)), np.zeros(400, int), stain_of(crops))
    joint = familiarity.fit_joint(familiarity.fit(train, classes, held), stain, held, crops)
    cells = _two_clouds(400, 2)[0]
    home, yellow = joint(cells, _smears(400, (240, 230, 215), 2)), joint(cells, _smears(400, (245, 235, 110), 2))
    assert 0.4 < home.mean() < 0.6
    assert (home < 0.05).mean() < 0.12
    assert (yellow < 0.05).mean() > 0.95
