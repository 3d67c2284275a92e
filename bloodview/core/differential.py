"""The differential: what is counted, over which denominator, and how sure each percentage is."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
        depth: how far to indent it below the groups it lies in.
        is_group: whether it sums up the rows that follow it with a greater depth.
    """

    class_id: str
    title: str
    count: int
    share: float
    interval: Interval
    depth: int = 0
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class PerHundred:
    """Cells of another kind for each 100 leukocytes, with the interval of that ratio."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Differential:
    """What was counted; everything but the leukocytes stands apart from the percentages.

    Args:
        outline: groups, each followed by its rows, in the order of the tree; what a table shows.
        n_leukocytes: the denominator of every share.
        n_erythroblasts: nucleated red cells.
        nrbc_per_100_wbc: nucleated red cells for each 100 leukocytes; None without leukocytes.
        n_platelets: platelets.
        n_red_cells: red cells without nucleus.
        others: title and count of classes outside these, such as artefacts; left out.
        n_unnamed: objects nobody has named; left out.
        n_undecided: cells a person could not tell; left out.
        n_rejected: cells a person took out; left out.
        n_cut: cells the picture's border cuts and the edge rule (`cells.counts_at_edge`) does not count; left out.
    """

    outline: tuple[Row, ...]
    n_leukocytes: int
    n_erythroblasts: int
    nrbc_per_100_wbc: PerHundred | None
    n_platelets: int
    n_red_cells: int
    others: tuple[tuple[str, int], ...]
    n_unnamed: int
    n_undecided: int
    n_rejected: int
    n_cut: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """Each leukocyte in one row, so that the counts sum to `n_leukocytes`.

        Every class without children has one, also without a cell; an inner class such as "neutrophil" has one where
        cells were labelled no finer than that.
        """
        return tuple(row for row in self.outline if not row.is_group)

    @property
    def groups(self) -> tuple[Row, ...]:
        """The inner classes with all cells at or below them: the same cells as in `rows`, summed up."""
        return tuple(row for row in self.outline if row.is_group)

    def row(self, class_id: str) -> Row:
        """The first line of a class: the group of an inner class, the row of any other.

        Raises:
            KeyError: it is no class of leukocyte.
        """
        for row in self.outline:
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


def widest(differential: Differential) -> Row | None:
    """The class whose share is known least well; None without leukocytes."""
    if not differential.n_leukocytes:
        return None
    return max(differential.outline, key=lambda row: row.interval.high - row.interval.low)


def count(cells: Iterable[Cell], taxonomy: Taxonomy) -> Differential:
    """Count the cells of a case as they stand now."""
    by_label: Counter[str] = Counter()
    by_status: Counter[Status] = Counter()
    cut = 0
    for cell in cells:
        by_status[cell.status] += 1
        if cell.status is not Status.ACTIVE:
            continue
        if cell.counts:
            by_label[cell.label] += 1
        else:
            cut += 1
    return from_counts(by_label, by_status[Status.UNDECIDED], by_status[Status.REJECTED], taxonomy, cut)


def from_counts(
    by_label: Mapping[str, int], undecided: int, rejected: int, taxonomy: Taxonomy, cut: int = 0
) -> Differential:
    """The same from the number of active cells of each label, which a case knows without reading its cells.

    Args:
        by_label: class id -> active cells that the edge rule lets count; "" for those that nobody has named.
        undecided: cells a person could not tell.
        rejected: cells a person took out.
        taxonomy: the tree of classes.
        cut: active cells that the edge rule leaves out.

    Raises:
        UserError: a label is no class of the tree.
    """
    own = {label: number for label, number in by_label.items() if label and number}
    top = {label: taxonomy.path(label)[-1] for label in own}

    def below(root: str) -> int:
        return sum(number for label, number in own.items() if top[label] == root)

    n, erythroblasts = below("leukocyte"), below("erythroblast")
    apart = ("leukocyte", "erythroblast", "platelet", "red_cell")
    return Differential(
        outline=tuple(_outline("leukocyte", own, n, taxonomy)),
        n_leukocytes=n,
        n_erythroblasts=erythroblasts,
        nrbc_per_100_wbc=per_hundred(erythroblasts, n) if n else None,
        n_platelets=below("platelet"),
        n_red_cells=below("red_cell"),
        others=tuple((c.title, own[c.id]) for c in taxonomy.classes if c.id in own and top[c.id] not in apart),
        n_unnamed=by_label.get("", 0),
        n_undecided=undecided,
        n_rejected=rejected,
        n_cut=cut,
    )


def per_hundred(others: int, leukocytes: int) -> PerHundred:
    """Other cells for each 100 leukocytes, of which there must be one at least.

    The others are a binomial share p of both kinds together; the ratio p / (1 - p) takes the limits of Wilson's
    interval of p along, so it stays above 0 and grows wide when few cells were counted.
    """
    share = wilson(others, others + leukocytes)
    low, high = (100 * p / (1 - p) for p in (share.low, share.high))
    return PerHundred(100 * others / leukocytes, Interval(low, high))


def _outline(node: str, own: Mapping[str, int], n: int, taxonomy: Taxonomy, depth: int = -1) -> Iterator[Row]:
    """The lines of a class and all below it, depth first; the root itself has no group, its number is `n`."""

    def row(title: str, hits: int, depth: int, *, is_group: bool = False) -> Row:
        return Row(node, title, hits, hits / n if n else 0.0, wilson(hits, n), depth, is_group)

    title = taxonomy[node].title
    children = [c.id for c in taxonomy.classes if c.parent == node]
    if not children:
        yield row(title, own.get(node, 0), depth)
        return
    if depth >= 0:
        yield row(title, sum(k for label, k in own.items() if taxonomy.is_below(label, node)), depth, is_group=True)
    for child in children:
        yield from _outline(child, own, n, taxonomy, depth + 1)
    if own.get(node, 0):
        yield row(f"{title}, not named further", own[node], depth + 1)


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Middle and half width of Wilson's interval."""
    z2 = _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return middle, half
