"""LIME on a classifier whose reasons are known."""

import numpy as np

from bloodview.core.cancel import CancelToken
from bloodview.models import lime
from bloodview.models.api import Question
from tests.models.test_faithfulness import Spotter, crop


def test_it_names_the_place_that_the_answer_hangs_on() -> None:
    heat = lime.explain(crop(), Question(("dark",)), Spotter(), CancelToken())
    assert heat.dtype == np.float32
    assert heat[4:12, 4:12].mean() > 4 * np.abs(heat[16:]).mean()


def test_for_the_other_class_the_same_place_speaks_against() -> None:
    heat = lime.explain(crop(), Question(("light",)), Spotter(), CancelToken())
    assert heat[4:12, 4:12].mean() < 0
    held = lime.explain(crop(), Question(("light",), ("dark",)), Spotter(), CancelToken())
    assert held[4:12, 4:12].mean() < 0


def test_patches_follow_colours_cover_everything_and_are_numbered_without_gaps() -> None:
    label = lime.patches(crop())
    assert label.shape == (32, 32)
    assert set(np.unique(label)) == set(range(label.max() + 1))
    dark = set(np.unique(label[4:12, 4:12]))
    assert not dark & set(np.unique(label[16:]))
    assert 8 < label.max() < 64


def test_the_seed_decides() -> None:
    maps = [lime.explain(crop(), Question(("dark",)), Spotter(), CancelToken(), seed=s) for s in (1, 1, 2)]
    assert np.array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])
