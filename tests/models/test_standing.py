"""How far a learned class may be trusted."""

import pytest

from bloodview.models.learning import fit
from bloodview.models.standing import Judgement, Standing, judge
from tests.models.drawn_cells import OLD, examples, rest


@pytest.mark.parametrize(
    ("right", "n", "alarms", "others", "standing"),
    [
        (0, 0, 0, 500, Standing.DRAFT),
        (4, 4, 0, 500, Standing.DRAFT),
        (5, 5, 0, 500, Standing.USABLE),
        (3, 5, 0, 500, Standing.DRAFT),
        (5, 5, 100, 500, Standing.DRAFT),
        (16, 16, 0, 500, Standing.TRUSTED),
        (16, 16, 30, 500, Standing.USABLE),
        (16, 16, 0, 0, Standing.USABLE),
        (30, 40, 0, 500, Standing.USABLE),
    ],
)
def test_standing_follows_the_intervals(right: int, n: int, alarms: int, others: int, standing: Standing) -> None:
    assert Judgement("x", right, n, alarms, others).standing is standing


def test_five_of_five_can_never_be_trusted() -> None:
    five = Judgement("x", 5, 5, 0, 100_000)
    assert five.recall.low < 0.6
    assert five.standing is Standing.USABLE


def test_words_say_it_all() -> None:
    words = Judgement("blast", 4, 5, 3, 300, (("monocyte", 3), ("lymphocyte", 2))).in_words
    for part in ("blast: Draft", "4 of 5", "38% to 96%", "3 of 300", "monocyte, lymphocyte", "more examples"):
        assert part in words
    assert "tells nothing" in Judgement("blast", 0, 0, 0, 300).in_words


def test_a_fit_is_judged_by_what_was_left_out() -> None:
    (judged,) = judge(fit(examples(6), rest(), OLD, OLD)[1])
    assert (judged.name, judged.n, judged.others) == ("new", 6, 120)
    assert judged.right >= 5
    assert sum(n for _, n in judged.neighbours) == 6
    assert {name for name, _ in judged.neighbours} <= set(OLD)
    (alone,) = judge(fit(examples(1), rest(), OLD, OLD)[1])
    assert (alone.n, alone.standing) == (0, Standing.DRAFT)
