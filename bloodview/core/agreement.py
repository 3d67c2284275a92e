"""Whether two counts of leukocytes truly differ: each share with the limits that chance allows it, class by class."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bloodview.core.differential import Differential, Interval, wilson

_TAIL = 0.025
"""On each side of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One class in two counts.

    Args:
        class_id: the class.
        title: name for people.
        first, second: cells of the class.
        first_share, second_share: 0 to 1.
        first_limits, second_limits: where the true share lies with 95 %, see `ruemke`.
        difference: of the shares, second less first, with its 95 % interval, see `newcombe`.
    """

    class_id: str
    title: str
    first: int
    second: int
    first_share: float
    second_share: float
    first_limits: Interval
    second_limits: Interval
    difference: Interval

    @property
    def differs(self) -> bool:
        """Whether chance alone is a poor explanation."""
        return self.difference.low > 0 or self.difference.high < 0


def ruemke(hits: int, n: int) -> Interval:
    """The 95 % limits of a share in a differential count of n cells, as in Ruemke's table (Ruemke 1985, CLSI H20-A2).

    They are the exact limits of Clopper and Pearson (1934), found by halving.
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n}")
    low = 0.0 if hits == 0 else _root(lambda p: _at_most(n - hits, n, 1 - p) - _TAIL)
    high = 1.0 if hits == n else _root(lambda p: _TAIL - _at_most(hits, n, p))
    return Interval(low, high)


def newcombe(first: int, n_first: int, second: int, n_second: int) -> Interval:
    """The 95 % interval of the difference of two shares, second less first (Newcombe 1998, method 10).

    Made of Wilson's intervals of both; it holds its coverage for rare classes too.
    """
    a, b = wilson(first, n_first), wilson(second, n_second)
    p, q = first / n_first, second / n_second
    down = math.hypot(q - b.low, a.high - p)
    up = math.hypot(b.high - q, p - a.low)
    return Interval(q - p - down, q - p + up)


def compare(first: Differential, second: Differential) -> tuple[Compared, ...]:
    """Every class and group of the first count that has cells in either; both must have leukocytes.

    Several classes are compared at once, so about one in twenty differs by chance.
    """
    others = {(row.class_id, row.is_group): row.count for row in second.outline}
    lines = []
    for row in first.outline:
        other = others.get((row.class_id, row.is_group), 0)
        if row.count or other:
            lines.append((row.class_id, row.title, row.count, other))
    return _compared(lines, first.n_leukocytes, second.n_leukocytes)


def compare_with(first: Differential, counts: Mapping[str, int]) -> tuple[Compared, ...]:
    """As `compare`, with the numbers of another counter: class id -> cells; inner classes are taken with all below."""
    known = {row.class_id: row for row in reversed(first.outline)}
    lines = [(c, known[c].title, known[c].count, n) for c, n in counts.items() if c in known]
    return _compared(lines, first.n_leukocytes, sum(counts.values()))


def _compared(lines: Sequence[tuple[str, str, int, int]], n_first: int, n_second: int) -> tuple[Compared, ...]:
    if not n_first or not n_second:
        raise ValueError("a count without leukocytes has no shares")
    return tuple(
        Compared(
            class_id,
            title,
            a,
            b,
            a / n_first,
            b / n_second,
            ruemke(a, n_first),
            ruemke(b, n_second),
            newcombe(a, n_first, b, n_second),
        )
        for class_id, title, a, b in lines
    )


def _at_most(k: int, n: int, p: float) -> float:
    """Probability of at most k of n at a share p: the regularised incomplete beta I_{1-p}(n - k, k + 1)."""
    if p <= 0 or k >= n:
        return 1.0
    if p >= 1:
        return 0.0
    a, b, x = n - k, k + 1, 1 - p
    front = math.exp(math.lgamma(n + 1) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta (DLMF 8.17.22) by Lentz's method: few steps however large n is."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 1000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / (1 + term * d), 1 + term / c
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def _root(rising: Callable[[float], float]) -> float:
    """Where a curve that rises from 0 to 1 crosses zero."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
