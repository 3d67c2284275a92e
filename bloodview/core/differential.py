"""The differential: what is counted, over which denominator, and how sure each percentage is."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bloodview.core.cells import Cell, Status
from bloodview.core.taxonomy import Taxonomy

_Z = 1.959963984540054
"""Of the normal distribution, for a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval, in the unit of what it belongs to."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Row:
    """One class of leukocyte.

    Args:
        class_id: the class.
        title: name for people.
        count: cells.
        share: of all leukocytes, 0 to 1; 0 if there are none.
        interval: of the share, 0 to 1.
    """

    class_id: str
    title: str
    count: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class PerHundred:
    """Cells of another kind for each 100 leukocytes, with the interval of that ratio."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Differential:
    """What was counted. The rows' counts sum to `n_leukocytes`; everything else stands apart from the percentages.

    Args:
        rows: every leukocyte class without children, in the order of the tree, also those with no cell; and an inner
            class such as "neutrophil" where cells were labelled no finer than that. A cell stands in one row.
        groups: the inner classes with all cells at or below them; the same cells as in `rows`, summed up.
        n_leukocytes: the denominator of every share.
        n_erythroblasts: nucleated red cells.
        nrbc_per_100_wbc: nucleated red cells for each 100 leukocytes; None without leukocytes.
        n_platelets: platelets.
        n_red_cells: red cells without nucleus.
        others: title and count of classes outside these, such as artefacts; left out.
        n_unnamed: objects nobody has named; left out.
        n_undecided: cells a person could not tell; left out.
        n_rejected: cells a person took out; left out.
    """

    rows: tuple[Row, ...]
    groups: tuple[Row, ...]
    n_leukocytes: int
    n_erythroblasts: int
    nrbc_per_100_wbc: PerHundred | None
    n_platelets: int
    n_red_cells: int
    others: tuple[tuple[str, int], ...]
    n_unnamed: int
    n_undecided: int
    n_rejected: int

    def row(self, class_id: str) -> Row:
        """The row or group of a class.

        Raises:
            KeyError: it is no class of leukocyte, or an inner one without cells of its own and without a group.
        """
        for row in (*self.groups, *self.rows):
            if row.class_id == class_id:
                return row
        raise KeyError(class_id)


def wilson(hits: int, n: int) -> Interval:
    """Wilson's 95 % interval of a share (Wilson 1927, without continuity correction); 0 to 1 when n is 0."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n}")
    if n == 0:
        return Interval(0.0, 1.0)
    middle, half = _wilson(hits / n, n)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return Interval(low, high)


def count_more(hits: int, n: int, within: float) -> int:
    """How many more cells to count until the share is known to within +-`within` (0 to 1), should it stay as it is.

    0 when it is known that well already. Half the width of Wilson's interval is what is compared.
    """
    if not within > 0:
        raise ValueError(f"+-{within} can never be reached")
    share = hits / n if n else 0.5
    if n and _wilson(share, n)[1] <= within:
        return 0
    low, high = n, max(2 * n, 16)
    while _wilson(share, high)[1] > within:
        low, high = high, 2 * high
    while high - low > 1:
        between = (low + high) // 2
        if between and _wilson(share, between)[1] <= within:
            high = between
        else:
            low = between
    return high - n


def count(cells: Iterable[Cell], taxonomy: Taxonomy) -> Differential:
    """Count the cells of a case as they stand now."""
    by_label: Counter[str] = Counter()
    by_status: Counter[Status] = Counter()
    for cell in cells:
        by_status[cell.status] += 1
        if cell.status is Status.ACTIVE:
            by_label[cell.label] += 1
    return from_counts(by_label, by_status[Status.UNDECIDED], by_status[Status.REJECTED], taxonomy)


def from_counts(by_label: Mapping[str, int], undecided: int, rejected: int, taxonomy: Taxonomy) -> Differential:
    """The same from the number of active cells of each label, which a case knows without reading its cells.

    Raises:
        UserError: a label is no class of the tree.
    """
    own = {label: number for label, number in by_label.items() if label and number}
    top = {label: taxonomy.path(label)[-1] for label in own}

    def below(root: str) -> int:
        return sum(number for label, number in own.items() if top[label] == root)

    n, erythroblasts = below("leukocyte"), below("erythroblast")
    apart = ("leukocyte", "erythroblast", "platelet", "red_cell")
    tree = [c for c in taxonomy.classes if taxonomy.is_below(c.id, "leukocyte")]
    leaves = {c.id for c in tree}.intersection(taxonomy.leaves)
    rows = tuple(
        _row(c.id, c.title if c.id in leaves else f"{c.title}, not named further", own.get(c.id, 0), n)
        for c in tree
        if c.id in leaves or own.get(c.id, 0)
    )
    groups = tuple(
        _row(c.id, c.title, sum(k for label, k in own.items() if taxonomy.is_below(label, c.id)), n)
        for c in tree
        if c.id not in leaves and c.id != "leukocyte"
    )
    return Differential(
        rows=rows,
        groups=groups,
        n_leukocytes=n,
        n_erythroblasts=erythroblasts,
        nrbc_per_100_wbc=per_hundred(erythroblasts, n) if n else None,
        n_platelets=below("platelet"),
        n_red_cells=below("red_cell"),
        others=tuple((c.title, own[c.id]) for c in taxonomy.classes if c.id in own and top[c.id] not in apart),
        n_unnamed=by_label.get("", 0),
        n_undecided=undecided,
        n_rejected=rejected,
    )


def per_hundred(others: int, leukocytes: int) -> PerHundred:
    """Other cells for each 100 leukocytes, of which there must be one at least.

    The others are a binomial share p of both kinds together; the ratio p / (1 - p) takes the limits of Wilson's
    interval of p along, so it stays above 0 and grows wide when few cells were counted.
    """
    share = wilson(others, others + leukocytes)
    low, high = (100 * p / (1 - p) for p in (share.low, share.high))
    return PerHundred(100 * others / leukocytes, Interval(low, high))


def _row(class_id: str, title: str, hits: int, n: int) -> Row:
    return Row(class_id, title, hits, hits / n if n else 0.0, wilson(hits, n))


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Middle and half width of Wilson's interval."""
    z2 = _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return middle, half
