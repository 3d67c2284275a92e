"""How like the training pictures a cell is."""

import cv2
import numpy as np
import pytest

from bloodview.models import familiarity
from bloodview.models.familiarity import Joint
from bloodview.models.looks import optics_features, stain_features

WHITE, GREY = (240, 230, 215), (215, 218, 222)


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


def _laboratories(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A narrow and a wide laboratory."""
    rng = np.random.default_rng(seed)
    labs = np.arange(n) % 2
    spread = np.where(labs == 0, 1.0, 10.0)
    return (rng.normal(size=(n, 6)) * spread[:, None] + 30 * labs[:, None]).astype(np.float32), labs


def test_a_wide_laboratory_does_not_speak_for_a_narrow_one() -> None:
    features, labs = _laboratories(800, 0)
    held, held_labs = _laboratories(800, 1)
    model = familiarity.fit_laboratories(features, labs, held, held_labs)
    values, of = model(_laboratories(800, 2)[0]), _laboratories(800, 2)[1]
    for lab in (0, 1):
        assert (values[of == lab] < 0.05).mean() < 0.1
    near_narrow, near_wide = model(np.array([[-5.0] * 6, [22.0] * 6], np.float32))
    assert near_narrow < 0.02
    assert near_wide > 0.2


def test_a_laboratory_without_held_out_cells_still_knows_its_own() -> None:
    features, labs = _laboratories(400, 0)
    model = familiarity.fit_laboratories(features, labs, features[labs == 0], np.zeros(200, np.int64))
    assert (model(_laboratories(400, 2)[0]) < 0.02).mean() < 0.15


def test_a_single_cell_is_a_laboratory_of_the_usual_width() -> None:
    features, labs = _laboratories(401, 0)
    labs[-1] = 2
    model = familiarity.fit_laboratories(features, labs, features, labs)
    assert np.isfinite(model.whitening).all()


def _smears(n: int, ground: tuple[int, int, int], seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    crops = np.full((n, 32, 32, 3), ground) + rng.normal(0, 6, (n, 1, 1, 3)) + rng.normal(0, 3, (n, 32, 32, 3))
    for crop in crops:
        r = rng.integers(6, 9)
        crop[16 - r : 16 + r, 16 - r : 16 + r] += np.array([90, 50, 130]) - ground + rng.normal(0, 6, 3)
    return crops.clip(0, 255).astype(np.uint8)


def _joint(ground: tuple[int, int, int] = WHITE) -> Joint:
    train, classes = _two_clouds(300, 0)
    held, crops, held_crops = _two_clouds(300, 1)[0], _smears(300, ground, 0), _smears(300, ground, 1)
    labs = np.zeros(300, np.int64)
    stain, held_stain = stain_features(crops), stain_features(held_crops)
    return familiarity.fit_joint(
        familiarity.fit(train, classes, held),
        familiarity.fit_laboratories(stain, labs, held_stain, labs),
        held,
        held_crops,
        familiarity.fit_laboratories(
            optics_features(crops, stain), labs, optics_features(held_crops, held_stain), labs
        ),
    )


@pytest.fixture(scope="module")
def joint() -> Joint:
    return _joint()


def test_a_ground_of_another_colour_is_unfamiliar_whatever_the_cell_looks_like(joint: Joint) -> None:
    cells = _two_clouds(300, 2)[0]
    home, yellow = joint(cells, _smears(300, WHITE, 2)), joint(cells, _smears(300, (245, 235, 110), 2))
    assert 0.4 < home.mean() < 0.6
    assert (home < 0.05).mean() < 0.12
    assert (yellow < 0.05).mean() > 0.95


def test_a_picture_out_of_focus_is_unfamiliar_in_its_optics_alone(joint: Joint) -> None:
    crops = np.stack([cv2.GaussianBlur(c, (0, 0), 2.5) for c in _smears(50, WHITE, 2)])
    kind, stain, optics = joint.parts(_two_clouds(50, 2)[0], crops).T
    assert np.median(optics) < 0.02
    assert np.median(kind) > 0.2
    assert np.median(stain) > 0.02


def test_the_tensors_of_a_familiarity_make_the_same_again(joint: Joint) -> None:
    cells, crops = _two_clouds(20, 2)[0], _smears(20, WHITE, 2)
    np.testing.assert_array_equal(Joint.read(joint.tensors())(cells, crops), joint(cells, crops))


def test_the_first_layout_with_one_whitening_and_no_optics_is_read(joint: Joint) -> None:
    tensors = {k: v for k, v in joint.tensors().items() if ".optics." not in k}
    tensors["familiarity.stain.whitening"] = tensors["familiarity.stain.whitening"][0]
    old = Joint.read(tensors)
    assert old.optics is None
    assert old.parts(_two_clouds(3, 2)[0], _smears(3, WHITE, 2)).shape == (3, 2)


@pytest.mark.parametrize("lost", ["familiarity.kind.means", "familiarity.optics.quantiles", "familiarity.ranks"])
def test_a_tensor_that_is_missing_is_named(joint: Joint, lost: str) -> None:
    tensors = joint.tensors()
    del tensors[lost]
    with pytest.raises(KeyError, match=lost):
        Joint.read(tensors)


def test_a_few_labelled_cells_make_another_laboratory_familiar_and_no_third_one(joint: Joint) -> None:
    cells, labels = _two_clouds(12, 5)[0], ["a", "b"] * 6
    wider = joint.widened(cells, _smears(12, GREY, 5), labels)
    others, strangers = _smears(100, GREY, 6), _smears(100, (245, 235, 110), 6)
    seen = _two_clouds(100, 6)[0]
    assert (joint(seen, others) < 0.02).mean() > 0.9
    assert (wider(seen, others) < 0.02).mean() < 0.15
    assert (wider(seen, strangers) < 0.02).mean() > 0.9
    home = _smears(100, WHITE, 6)
    assert (wider(seen, home) < 0.02).mean() <= (joint(seen, home) < 0.02).mean()


def test_a_single_labelled_cell_is_enough_to_widen(joint: Joint) -> None:
    wider = joint.widened(_two_clouds(1, 5)[0], _smears(1, GREY, 5), ["a"])
    assert np.isfinite(wider(_two_clouds(4, 6)[0], _smears(4, GREY, 6))).all()
