"""The limits of a count are those of the published tables, and chance alone is seldom called a difference."""

import math

import numpy as np
import pytest

from bloodview.core.agreement import compare, compare_with, newcombe, ruemke
from bloodview.core.differential import Interval, from_counts
from bloodview.core.taxonomy import DEFAULT_TAXONOMY


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 100, 0, 4),
        (1, 100, 0, 6),
        (5, 100, 1, 12),
        (50, 100, 39, 61),
        (95, 100, 88, 99),
        (0, 200, 0, 2),
        (10, 200, 2, 10),
    ],
)
def test_the_limits_are_those_of_ruemkes_table(hits: int, n: int, low: int, high: int) -> None:
    """The table gives whole numbers, rounded outwards."""
    found = ruemke(hits, n)
    assert np.floor(100 * found.low) == low
    assert np.ceil(100 * found.high) == high


def test_the_limits_of_all_and_none_reach_the_ends() -> None:
    assert ruemke(0, 50).low == 0
    assert ruemke(50, 50).high == 1
    assert ruemke(50, 50).low == pytest.approx(1 - ruemke(0, 50).high)
    with pytest.raises(ValueError, match="3 of 2"):
        ruemke(3, 2)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """56 of 70 against 48 of 80, as worked out in the paper: 0.0524 to 0.3339."""
    found = newcombe(48, 80, 56, 70)
    assert found == Interval(pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))


def test_two_counts_of_one_smear_differ_only_by_chance() -> None:
    rng, n_differ, n_all = np.random.default_rng(7), 0, 0
    for _ in range(200):
        a, b = (rng.multinomial(200, (0.6, 0.3, 0.07, 0.03)) for _ in range(2))
        names = ("segmented_neutrophil", "lymphocyte", "monocyte", "eosinophil")
        first, second = (
            from_counts(dict(zip(names, map(int, x), strict=True)), 0, 0, DEFAULT_TAXONOMY) for x in (a, b)
        )
        leaves = [c for c in compare(first, second) if c.class_id in names]
        n_differ += sum(c.differs for c in leaves)
        n_all += len(leaves)
    assert 0.01 < n_differ / n_all < 0.07


def test_a_true_difference_is_named_in_class_and_group() -> None:
    first = from_counts({"segmented_neutrophil": 120, "lymphocyte": 80}, 0, 0, DEFAULT_TAXONOMY)
    second = from_counts({"segmented_neutrophil": 80, "lymphocyte": 120}, 0, 0, DEFAULT_TAXONOMY)
    found = {c.class_id: c for c in compare(first, second)}
    assert {c for c, line in found.items() if line.differs} == {"neutrophil", "segmented_neutrophil", "lymphocyte"}
    assert found["lymphocyte"].difference.low == pytest.approx(0.10, abs=0.01)


def test_an_analysers_numbers_are_taken_by_group() -> None:
    first = from_counts({"segmented_neutrophil": 50, "band_neutrophil": 10, "lymphocyte": 40}, 0, 0, DEFAULT_TAXONOMY)
    found = {c.class_id: c for c in compare_with(first, {"neutrophil": 590, "lymphocyte": 410})}
    assert (found["neutrophil"].first, found["neutrophil"].second) == (60, 590)
    assert not any(c.differs for c in found.values())
    with pytest.raises(ValueError, match="no shares"):
        compare_with(first, {})


@pytest.mark.parametrize(("hits", "n"), [(1, 7), (13, 200), (199, 200), (6950, 10_000)])
def test_a_limit_leaves_a_fortieth_on_its_side(hits: int, n: int) -> None:
    """The tails of the binomial distribution, summed term by term, are what the limits are defined by."""
    limits = ruemke(hits, n)

    def tail(ks: range, p: float) -> float:
        logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in ks]
        terms = (math.exp(c + k * math.log(p) + (n - k) * math.log1p(-p)) for c, k in zip(logs, ks, strict=True))
        return math.fsum(terms)

    assert tail(range(hits, n + 1), limits.low) == pytest.approx(0.025, abs=1e-9)
    assert tail(range(hits + 1), limits.high) == pytest.approx(0.025, abs=1e-9)
