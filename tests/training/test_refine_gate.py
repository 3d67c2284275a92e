"""The gate of a refinement: better, worse, or cannot tell and how many more; by what its intervals are drawn."""

import numpy as np
import pytest

from bloodview.core.refinement import Judged, Share
from training.refine_gate import answer, few_units, judged, lost_classes

ALLOWED = np.eye(2, dtype=np.float32)


def of(right: list[bool]) -> np.ndarray:
    """Answers of cells that are a, b, a, b ... and right so often."""
    own = np.arange(len(right)) % 2
    return np.eye(2, dtype=np.float32)[np.where(right, own, 1 - own)]


def both(before: list[bool], after: list[bool], pictures: int = 1000) -> Judged:
    n = len(before)
    labels = ["ab"[i % 2] for i in range(n)]
    units = [("picture", [f"{i % pictures}" for i in range(n)]), ("cell", [f"{i}" for i in range(n)])]
    return judged(labels, ALLOWED[np.arange(n) % 2], of(before), of(after), units)


def test_a_clear_gain_is_better_and_a_clear_loss_worse() -> None:
    gain = both([i % 3 > 0 for i in range(60)], [True] * 60)
    assert answer(gain, None)[0] == "better"
    assert gain.difference.low > 0
    assert [c.n for c in gain.classes] == [30, 30]
    loss = both([True] * 60, [i % 3 > 0 for i in range(60)])
    assert answer(loss, None)[0] == "worse"


def test_what_chance_may_make_is_not_told_and_how_many_more_are_needed_is() -> None:
    small = both([i % 5 > 0 for i in range(40)], [i % 5 > 0 or i == 0 for i in range(40)])
    said, more, why = answer(small, None)
    assert said == "cannot tell"
    assert 10 <= more <= 2000
    assert "may be chance" in why
    same = answer(both([True] * 40, [True] * 40), None)
    assert same[0] == "cannot tell"
    assert same[1] > 100
    assert "right alike" in same[2]


def test_a_handful_of_cells_named_otherwise_is_no_proof() -> None:
    found = both([i > 4 for i in range(60)], [True] * 60)
    assert found.difference.low > 0
    assert (found.gained, found.lost) == (5, 0)
    assert answer(found, None)[0] == "cannot tell"
    more = both([i > 5 for i in range(60)], [True] * 60)
    assert answer(more, None)[0] == "better"


def test_forgetting_is_worse_however_large_the_gain() -> None:
    gain = both([i % 3 > 0 for i in range(60)], [True] * 60)
    lost = both([True] * 200, [i % 8 > 1 for i in range(200)])
    said, _, why = answer(gain, lost)
    assert said == "worse"
    assert "known before" in why
    assert len(lost_classes(lost)) == 2
    assert lost_classes(gain) == ()


def test_without_locked_cells_nothing_is_told() -> None:
    nothing = judged([], np.zeros((0, 2), np.float32), np.zeros((0, 2)), np.zeros((0, 2)), [("cell", [])])
    assert answer(nothing, None)[0] == "cannot tell"
    assert nothing.before == Share(0.0, 0.0, 1.0)


@pytest.mark.parametrize(("pictures", "unit"), [(20, "picture"), (3, "cell")])
def test_pictures_are_drawn_again_if_there_are_enough(pictures: int, unit: str) -> None:
    found = both([i % 3 > 0 for i in range(60)], [True] * 60, pictures)
    assert found.unit == unit
    assert bool(few_units(found, "picture")) is (unit == "cell")
