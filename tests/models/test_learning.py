"""New classes from a few cells: beside old ones, alone, one at a time left out."""

import time

import numpy as np
import pytest

from bloodview.models.learning import ALARMS, Learned, fit, suggestions
from bloodview.models.seen import Examples, Rest, Seen
from tests.models.drawn_cells import OLD, cells, examples, rest


def test_a_new_class_is_found_and_the_old_ones_keep_their_names() -> None:
    learned, _ = fit(examples(), rest(), OLD, OLD)
    assert learned.classes == (*OLD, "new")
    kinds = [*OLD, "new"] * 100
    p = learned.probabilities(cells(kinds, seed=7))
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
    named = np.array(learned.classes)[p.argmax(axis=1)]
    is_new = np.array(kinds) == "new"
    assert (named[is_new] == "new").mean() > 0.9
    assert (named[~is_new] == np.array(kinds)[~is_new]).mean() > 0.98


def test_old_classes_keep_their_odds_among_each_other() -> None:
    learned, _ = fit(examples(), rest(), OLD, OLD)
    asked = cells(["monocyte", "new"], seed=3)
    p = learned.probabilities(asked)
    before = np.exp(asked.scores)
    np.testing.assert_allclose(p[:, 0] / p[:, 1], before[:, 0] / before[:, 1], rtol=1e-3)


def test_what_cells_left_out_say_holds_for_cells_to_come() -> None:
    learned, left_out = fit(examples(), rest(each=200), OLD, OLD)
    assert (left_out.rest_answers() == 0).mean() <= ALARMS + 1e-9
    kinds = [*OLD] * 400
    taken = learned.probabilities(cells(kinds, seed=11)).argmax(axis=1) == len(OLD)
    assert taken.mean() < 0.02
    assert (left_out.own_answers() == 0).mean() >= 0.8


def test_views_and_copies_of_one_cell_are_left_out_together() -> None:
    one = examples(1).seen
    five = Examples(Seen.together([one] * 5), ("new",) * 5, (3,) * 5)
    assert five.number("new") == 1
    _, left_out = fit(five, rest(), OLD, OLD)
    assert left_out.cells == (3,)
    assert np.isnan(left_out.own).all()


def test_two_new_classes_at_once() -> None:
    shifted = cells(["monocyte"] * 5, seed=5)
    shifted.features[:, 9] += 8
    both = Examples.together([examples(), Examples(shifted, ("other",) * 5, tuple(range(10, 15)))])
    learned, left_out = fit(both, rest(), OLD, OLD)
    assert learned.new == ("new", "other")
    assert (np.array(left_out.classes)[left_out.own_answers()] == np.array(left_out.names)).mean() > 0.8


@pytest.mark.parametrize("known", [True, False])
def test_classes_that_stand_alone(known: bool) -> None:
    kinds = [name for name in OLD for _ in range(5)]
    given = Examples(cells(kinds, seed=4, apart=8), tuple(kinds), tuple(range(15)))
    learned, left_out = fit(given, rest() if known else None, (), OLD)
    assert learned.classes == OLD
    asked = [*OLD] * 30
    p = learned.probabilities(cells(asked, seed=6, apart=8))
    assert (np.array(OLD)[p.argmax(axis=1)] == np.array(asked)).mean() > 0.9
    assert not len(left_out.rest_answers())


def test_cells_that_nobody_named_may_be_of_the_class() -> None:
    unnamed = cells(["new"] * 40 + [*OLD] * 40, seed=9)
    together = Rest.together([rest(), Rest(unnamed, ("",) * len(unnamed))])
    learned, _ = fit(examples(), together, OLD, OLD)
    asked = learned.probabilities(cells(["new"] * 50, seed=10)).argmax(axis=1) == len(OLD)
    assert asked.mean() > 0.7


def test_suggestions_come_best_first() -> None:
    learned, _ = fit(examples(), rest(), OLD, OLD)
    asked = cells(["monocyte", "new", "lymphocyte", "new"], seed=12)
    found = suggestions(learned, "new", asked)
    p = learned.probabilities(asked)[:, -1]
    assert found
    assert set(found) <= {1, 3}
    assert p[found].tolist() == sorted(p[found].tolist(), reverse=True)
    assert len(suggestions(learned, "new", asked, least=0.0, most=1)) == 1


def test_it_survives_being_written() -> None:
    learned, _ = fit(examples(), rest(), OLD, OLD)
    again = Learned.from_bytes(learned.to_bytes(), OLD, ("new",))
    asked = cells(["new", "monocyte"], seed=3)
    np.testing.assert_array_equal(again.probabilities(asked), learned.probabilities(asked))
    assert Learned.read({}, OLD, ("new",)) is None


def test_what_a_case_keeps_is_read_back() -> None:
    asked = cells(["new", "monocyte"], seed=3)
    vectors = [row.astype("<f2").tobytes() for row in asked.features]
    kept = Seen.kept(np.exp(asked.scores).tolist(), vectors)
    np.testing.assert_allclose(kept.features, asked.features, atol=1e-2)
    np.testing.assert_allclose(kept.scores, asked.scores, atol=1e-5)


def test_without_any_old_cell_a_class_beside_them_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="nothing tells"):
        fit(examples(), None, OLD, OLD)


def test_two_thousand_kept_cells_are_answered_at_once() -> None:
    rng = np.random.default_rng(0)
    wide = Seen(np.log(np.full((2000, 3), 1 / 3, np.float32)), rng.normal(size=(2000, 1400)).astype(np.float32))
    learned = Learned(OLD, ("new",), rng.normal(size=(1400, 4)).astype(np.float32), *np.ones((3, 1), np.float32))
    start = time.perf_counter()
    learned.probabilities(wide)
    assert time.perf_counter() - start < 1.0
