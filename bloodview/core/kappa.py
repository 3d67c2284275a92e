"""How far two readers of the same cells agree beyond chance: Cohen's kappa with its interval, and class by class."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bloodview.core.differential import Interval, wilson

_Z = 1.959963984540054
"""Of the normal distribution, for a two-sided interval of 95 %."""

LEAST_CELLS = 30
"""From how many cells on kappa is told: its error is that of large samples, of a few cells it is luck."""

_WORDS = ((0.81, "almost perfect"), (0.61, "substantial"), (0.41, "moderate"), (0.21, "fair"), (0.0, "slight"))
"""From which kappa on, after Landis and Koch 1977."""


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """One class as both readers used it.

    Args:
        answer: the class.
        first, second: cells that each reader called so.
        both: cells that both called so.
    """

    answer: str
    first: int
    second: int
    both: int

    @property
    def share(self) -> float:
        """Positive agreement, 0 to 1: of all times somebody said so, how often the other one did too.

        After Cicchetti and Feinstein 1990.
        """
        return 2 * self.both / (self.first + self.second)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readings of the same cells.

    Args:
        n: cells that both read.
        agreed: of these, called the same.
        expected: share that would agree by chance, 0 to 1.
        kappa: Cohen's; None where both used one and the same class throughout, so that chance explains everything.
        interval: of kappa, 95 %; None with it.
        classes: every class that either used, in the order of the classes given.
    """

    n: int
    agreed: int
    expected: float
    kappa: float | None
    interval: Interval | None
    classes: tuple[ClassAgreement, ...]

    @property
    def observed(self) -> float:
        """Share of the cells that were called the same, 0 to 1."""
        return self.agreed / self.n

    @property
    def observed_interval(self) -> Interval:
        """Wilson's 95 % interval of that share."""
        return wilson(self.agreed, self.n)

    @property
    def is_told(self) -> bool:
        """Whether kappa says something: there is one, and of enough cells."""
        return self.kappa is not None and self.n >= LEAST_CELLS

    @property
    def in_words(self) -> str:
        """For people, one sentence."""
        said = f"{self.agreed} of {self.n} cells called the same ({100 * self.observed:.1f} %)"
        if self.n < LEAST_CELLS:
            return f"{said}; too few for a kappa, which takes {LEAST_CELLS} cells"
        if self.kappa is None or self.interval is None:
            return f"{said}; both used a single class, so kappa says nothing"
        low, high = self.interval.low, self.interval.high
        word = next((w for least, w in _WORDS if self.kappa >= least), "poor")
        return f"{said}; kappa {self.kappa:z.2f} ({low:z.2f} to {high:z.2f}, 95 %), {word}"


def agree(pairs: Sequence[tuple[str, str]], order: Sequence[str] = ()) -> Agreement:
    """Compare two readers, cell by cell.

    Kappa is Cohen's (1960), without weights. Its interval rests on the large-sample error of Fleiss, Cohen and Everitt
    (1969, the one for a kappa that is not 0). That error is 0 where all agree, whatever the number; there the lower
    limit is the kappa of Wilson's lower limit of the observed agreement.

    Args:
        pairs: what the first and the second reader call each cell.
        order: of the classes in the answer; others follow by name.

    Raises:
        ValueError: no cell was read by both.
    """
    n = len(pairs)
    if not n:
        raise ValueError("no cell was read by both")
    cells = Counter(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    place = {name: i for i, name in enumerate(order)}
    names = sorted(set(first) | set(second), key=lambda name: (place.get(name, len(place)), name))
    agreed = sum(cells[name, name] for name in names)
    expected = sum(first[name] * second[name] for name in names) / n**2
    kappa = interval = None
    if expected < 1:
        kappa = (agreed / n - expected) / (1 - expected)
        interval = _interval(cells, first, second, n, kappa, expected)
    found = tuple(ClassAgreement(name, first[name], second[name], cells[name, name]) for name in names)
    return Agreement(n, agreed, expected, kappa, interval, found)


def _interval(
    cells: Counter[tuple[str, str]], first: Counter[str], second: Counter[str], n: int, kappa: float, expected: float
) -> Interval:
    rest = 1 - kappa
    same = math.fsum(k / n * (1 - (first[a] + second[a]) / n * rest) ** 2 for (a, b), k in cells.items() if a == b)
    other = math.fsum(k / n * ((second[a] + first[b]) / n) ** 2 for (a, b), k in cells.items() if a != b)
    variance = (same + rest**2 * other - (kappa - expected * rest) ** 2) / (n * (1 - expected) ** 2)
    if kappa == 1:
        return Interval((wilson(n, n).low - expected) / (1 - expected), 1.0)
    half = _Z * math.sqrt(max(variance, 0.0))
    return Interval(max(-1.0, kappa - half), min(1.0, kappa + half))
