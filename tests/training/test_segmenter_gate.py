"""The gate of a segmenter: figures that can be checked by hand, and the three answers."""

import numpy as np
import pytest

from bloodview.core.refinement import ClassChange, Judged, Share
from training import segmenter_gate

NAN = float("nan")
PART = Share(0.9, 0.88, 0.92)


def units(n: int) -> list[tuple[str, list[str]]]:
    return [("picture", [str(i) for i in range(n)])]


def test_dice_of_what_is_known_counts_and_nothing_else() -> None:
    before = np.array([[0.8, 0.6], [0.6, NAN], [NAN, 0.8]])
    after = before + np.array([[0.1, 0.2], [0.1, NAN], [NAN, 0.0]])
    judged = segmenter_gate.judged(before, after, units(3))
    assert [(c.label, c.n, c.before.value, c.after.value) for c in judged.classes] == [
        ("cell", 2, 0.7, 0.8),
        ("nucleus", 2, 0.7, 0.8),
    ]
    assert (judged.before.value, judged.after.value, judged.difference.value) == (0.7, 0.8, 0.1)
    assert (judged.cells, judged.units, judged.gained, judged.lost) == (3, 3, 2, 0)
    alone = segmenter_gate.judged(before[1:2], after[1:2], units(1))
    assert [c.label for c in alone.classes] == ["cell"]
    assert segmenter_gate.judged(before[:0], after[:0], units(0)).cells == 0


def test_masks_that_agree_have_a_dice_of_one_and_those_apart_of_none() -> None:
    left, right = np.zeros((2, 4, 4), bool)
    left[:, :2], right[:, 1:3] = True, True
    assert segmenter_gate.dice(left, left) == 1.0
    assert segmenter_gate.dice(left, right) == 0.5
    assert segmenter_gate.dice(left, ~left) == 0.0
    assert segmenter_gate.dice(left & right & ~left, left & ~left) == 1.0


def judged(low: float, high: float, gained: int = 0, lost: int = 0, cells: int = 40) -> Judged:
    return Judged(cells, 20, "picture", PART, PART, Share((low + high) / 2, low, high), (), gained, lost)


@pytest.mark.parametrize(
    ("locked", "reference", "answer", "why"),
    [
        (judged(0.02, 0.06, 15, 2), judged(-0.01, 0.01), "better", "it outlines better: +4.0 points"),
        (judged(0.02, 0.06, 15, 2), judged(-0.03, -0.01), "worse", "drawn cells of the guard it outlines worse by 2.0"),
        (judged(0.02, 0.06, 15, 2), judged(-0.004, -0.001), "better", "40 of your cells"),
        (judged(-0.06, -0.02, 1, 15), None, "worse", "it outlines worse"),
        (judged(0.02, 0.06, 3, 0), None, "cannot tell", "3 are outlined better and 0 worse: too few"),
        (judged(-0.03, 0.05, 6, 5), None, "cannot tell", "may be chance"),
        (judged(0.0, 0.0), None, "cannot tell", "both outline alike"),
        (judged(-1.0, 1.0, cells=0), None, "cannot tell", "No outlined cell was locked away"),
    ],
)
def test_three_answers(locked: Judged, reference: Judged | None, answer: str, why: str) -> None:
    said, more, text = segmenter_gate.answer(locked, reference)
    assert (said, why in text) == (answer, True), text
    assert bool(more) == (said == "cannot tell")
    assert more % 10 == 0 or not locked.cells


def test_more_are_asked_for_as_the_interval_is_wide_and_no_more() -> None:
    assert segmenter_gate.answer(judged(-0.004, 0.004, 3, 3, cells=8), None)[1] == 10
    assert segmenter_gate.answer(judged(-0.03, 0.03, 3, 3, cells=8), None)[1] == 220


def test_a_part_that_the_reference_loses_is_named() -> None:
    parts = tuple(
        ClassChange(p, 9, Share(0.95, 0.9, 1), Share(a, 0.9, 1)) for p, a in (("cell", 0.944), ("nucleus", 0.948))
    )
    (said,) = segmenter_gate.lost_parts(Judged(9, 9, "cell", PART, PART, Share(0, 0, 0), parts))
    assert said.startswith("On the drawn cells the cell is outlined worse than before: 95.0 % (90.0 to 100.0) before")
