"""Kappa and its interval are those of the published example, and what a reader could be fooled by is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.differential import Interval
from bloodview.core.kappa import LEAST_CELLS, Agreement, agree

PUBLISHED = ((75, 1, 4), (5, 4, 1), (0, 0, 10))
"""Two raters, 100 patients, three diagnoses (Fleiss, Statistical Methods for Rates and Proportions, 1981)."""


def pairs(table: tuple[tuple[int, ...], ...]) -> list[tuple[str, str]]:
    return [(f"c{i}", f"c{j}") for i, row in enumerate(table) for j, k in enumerate(row) for _ in range(k)]


def test_kappa_and_its_error_are_those_of_the_published_example() -> None:
    found = agree(pairs(PUBLISHED))
    assert found.kappa == pytest.approx(0.676, abs=0.0005)
    assert found.interval is not None
    half = (found.interval.high - found.interval.low) / 2
    assert half / 1.959964 == pytest.approx(0.088, abs=0.0005)
    assert (found.n, found.agreed) == (100, 89)


def test_a_class_tells_how_often_both_used_it() -> None:
    found = agree(pairs(PUBLISHED), order=("c2", "c0"))
    assert [c.answer for c in found.classes] == ["c2", "c0", "c1"]
    third = found.classes[0]
    assert (third.first, third.second, third.both) == (10, 15, 10)
    assert third.share == pytest.approx(20 / 25)


def test_agreement_of_all_still_has_a_lower_limit_that_grows_with_the_number() -> None:
    few, many = (agree([("a", "a"), ("b", "b")] * n) for n in (5, 500))
    assert few.kappa == many.kappa == 1
    assert few.interval is not None
    assert many.interval is not None
    assert 0 < few.interval.low < 0.6
    assert 0.98 < many.interval.low < few.interval.high == 1


def test_a_single_class_leaves_nothing_to_chance_and_has_no_kappa() -> None:
    found = agree([("a", "a")] * 39)
    assert (found.kappa, found.interval) == (None, None)
    assert "kappa says nothing" in found.in_words


@pytest.mark.parametrize("number", [1, LEAST_CELLS - 1])
def test_of_a_few_cells_no_kappa_is_told_and_why(number: int) -> None:
    found = agree([("a", "b")] * number)
    assert not found.is_told
    assert found.in_words.endswith("too few for a kappa, which takes 30 cells")
    assert agree([("a", "b")] * LEAST_CELLS).is_told


def test_nothing_read_by_both_is_no_agreement() -> None:
    with pytest.raises(ValueError, match="no cell"):
        agree([])


def test_words_tell_number_share_and_interval() -> None:
    assert agree(pairs(PUBLISHED)).in_words == (
        "89 of 100 cells called the same (89.0 %); kappa 0.68 (0.50 to 0.85, 95 %), substantial"
    )


def test_a_limit_of_nothing_has_no_sign() -> None:
    assert "kappa 0.00 (0.00 to 0.00, 95 %)" in agree([("a", "a")] * 30 + [("a", "b")] * 20).in_words


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_the_readers_may_change_places(given_pairs: list[tuple[str, str]]) -> None:
    one, other = agree(given_pairs), agree([(b, a) for a, b in given_pairs])
    assert one.observed == other.observed
    assert one.kappa == pytest.approx(other.kappa)
    if one.interval is not None and other.interval is not None and one.kappa is not None:
        assert (one.interval.low, one.interval.high) == pytest.approx((other.interval.low, other.interval.high))
        assert -1 <= one.interval.low <= one.kappa + 1e-9
        assert one.kappa - 1e-9 <= one.interval.high <= 1


def test_the_interval_holds_the_true_kappa_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    shares = np.array([[0.45, 0.05, 0.02], [0.06, 0.25, 0.03], [0.01, 0.03, 0.10]])
    expected = float((shares.sum(1) * shares.sum(0)).sum())
    true = (float(np.trace(shares)) - expected) / (1 - expected)
    held = 0
    for _ in range(400):
        table = rng.multinomial(200, shares.ravel()).reshape(3, 3)
        found: Agreement = agree(pairs(tuple(map(tuple, table.tolist()))))
        assert isinstance(found.interval, Interval)
        held += found.interval.low <= true <= found.interval.high
    assert 0.92 < held / 400 < 0.98
