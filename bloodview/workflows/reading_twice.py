"""Several readings of the same cells: which to read, how far readers and machine agree, what a report says of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bloodview.core.agreement import Compared, compare, compare_with
from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.differential import Differential, Interval, count, from_counts
from bloodview.core.kappa import Agreement, ClassAgreement, agree
from bloodview.core.random_check import Estimate, RandomCheck
from bloodview.core.reading_order import WANTED, shuffled
from bloodview.core.taxonomy import Taxonomy
from bloodview.report.section import Figure, Section
from bloodview.review.case import Case
from bloodview.review.reading import is_same
from bloodview.review.reading_commands import KeepAnalyser
from bloodview.review.records import AnalyserValues, Reading

_STANDING = {Status.UNDECIDED.value: "Undecided", Status.REJECTED.value: "Rejected"}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell that two readers call differently.

    Args:
        first, second: class id, "undecided" or "rejected".
        settled: what they agreed on; "" = nothing yet.
    """

    cell_id: int
    first: str
    second: str
    settled: str


@dataclass(frozen=True, slots=True)
class TwoReaders:
    """Two persons who read the same cells.

    Args:
        first, second: their names, the one who read first in front.
        agreement: cell by cell.
        disagreements: by cell, settled ones too.
        compared: their two differentials, class by class; () where one holds no leukocyte.
        n_first, n_second: leukocytes in each.
    """

    first: str
    second: str
    agreement: Agreement
    disagreements: tuple[Disagreement, ...]
    compared: tuple[Compared, ...]
    n_first: int
    n_second: int

    @property
    def open(self) -> tuple[Disagreement, ...]:
        """Those that nobody has settled."""
        return tuple(d for d in self.disagreements if not d.settled)


@dataclass(frozen=True, slots=True)
class BlindReading:
    """A person who read cells without seeing the machine's word, beside that word."""

    who: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class ToRead:
    """The leukocytes of a case that can be read.

    Args:
        undecided: those that nobody has decided.
        deciders: cell -> who decided it, of the others.
        done: (cell, reader) of readings that there are.
    """

    undecided: tuple[int, ...]
    deciders: Mapping[int, str]
    done: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, case: Case) -> "ToRead":
        """As the case stands now."""
        cells = [c for c in case.cells(plain_red_cells=False) if c.kind is Kind.WBC]
        decided = [c.id for c in cells if c.source is Source.PERSON or c.status is not Status.ACTIVE]
        done = frozenset((r.cell_id, r.who) for r in case.beside.readings() if not r.is_consensus)
        deciders = case.beside.deciders(decided)
        return cls(tuple(sorted({c.id for c in cells} - set(decided))), deciders, done)

    def first(self, seed: int, most: int = WANTED) -> list[int]:
        """What nobody has decided, in the order of the seed, at most so many."""
        return shuffled(self.undecided, seed, most)

    def second(self, who: str, seed: int, most: int = WANTED) -> list[int]:
        """What another person decided and this one has not read, in the order of the seed, at most so many."""
        return shuffled(self._of_others(who), seed, most)

    def number_second(self, who: str) -> int:
        """How many there are for a second reader."""
        return len(self._of_others(who))

    def _of_others(self, who: str) -> list[int]:
        done = {cell_id for cell_id, reader in self.done if is_same(reader, who)}
        return [i for i, decider in self.deciders.items() if i not in done and not is_same(decider, who)]


def two_readers(case: Case) -> TwoReaders | None:
    """The two persons who have most cells in common; None if no cell was read by two."""
    by_cell = _by_cell(case.beside.readings())
    common = Counter(pair for said in by_cell.values() for pair in combinations(said, 2))
    names = Counter(frozenset(pair) for pair in common.elements())
    if not names:
        return None
    pair = max(names, key=lambda p: (names[p], sorted(p)))
    first, second = max((p for p in common if set(p) == pair), key=lambda p: (common[p], p))
    shared = {
        i: (said[first].answer, said[second].answer) for i, said in by_cell.items() if {first, second} <= set(said)
    }
    settled = {r.cell_id: r.answer for r in case.beside.readings() if r.is_consensus}
    counts = tuple(_counted(Counter(pair[i] for pair in shared.values()), case.taxonomy) for i in (0, 1))
    both_hold = all(c.n_leukocytes for c in counts)
    return TwoReaders(
        first,
        second,
        agree(list(shared.values()), _order(case.taxonomy)),
        tuple(Disagreement(i, a, b, settled.get(i, "")) for i, (a, b) in sorted(shared.items()) if a != b),
        compare(*counts) if both_hold else (),
        counts[0].n_leukocytes,
        counts[1].n_leukocytes,
    )


def blind_readings(case: Case) -> tuple[BlindReading, ...]:
    """What each person answered blindly, against the machine's word of that moment."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for r in case.beside.readings():
        if r.hid_machine and r.machine and not r.is_consensus:
            pairs.setdefault(r.who, []).append((r.machine, r.answer))
    return tuple(BlindReading(who, agree(said, _order(case.taxonomy))) for who, said in pairs.items())


def compare_typed(counted: Differential, values: KeepAnalyser, taxonomy: Taxonomy) -> tuple[Compared, ...]:
    """As `with_analyser`, with values that are not kept yet."""
    counts = {c: n for c, n in analyser_counts(values).items() if c in taxonomy}
    return compare_with(counted, counts) if counted.n_leukocytes and sum(counts.values()) else ()


def analyser_counts(values: AnalyserValues | KeepAnalyser) -> dict[str, int]:
    """Class id -> cells, as the analyser counted them; worked out where it gave percentages."""
    if not values.is_percent:
        return {class_id: int(value) for class_id, value in values.values}
    return {class_id: round(value * values.total / 100) for class_id, value in values.values}


def with_analyser(case: Case, values: AnalyserValues, counted: Differential | None = None) -> tuple[Compared, ...]:
    """The case's count beside the analyser's, class by class; () where one holds no leukocyte."""
    own = counted or count(case.cells(plain_red_cells=False), case.taxonomy)
    kept = KeepAnalyser(values.name, values.values, values.is_percent, values.total)
    return compare_typed(own, kept, case.taxonomy)


def random_check(cells: Sequence[Cell], taxonomy: Taxonomy) -> Estimate:
    """How often confident labels were wrong among those drawn by chance."""
    check = RandomCheck(taxonomy)
    for cell in cells:
        check.put(cell)
    return check.estimate


def title_of(answer: str, taxonomy: Taxonomy) -> str:
    """An answer for people; a class that is no more keeps its id."""
    return _STANDING.get(answer) or (taxonomy[answer].title if answer in taxonomy else answer)


def sections(case: Case, estimate: Estimate, counted: Differential) -> tuple[Section, ...]:
    """What a report says of other readings, of the random check and of an analyser; only what there is."""
    both = two_readers(case)
    found = _readers_sections(both, case.taxonomy) if both is not None else []
    found += [_blind_section(b, case.taxonomy) for b in blind_readings(case)]
    if estimate.judged:
        found.append(_check_section(estimate))
    if (values := case.beside.analyser()) is not None and (lines := with_analyser(case, values, counted)):
        found.append(_analyser_section(values, lines))
    return tuple(found)


def lines_of(section: Section) -> Iterator[str]:
    """A section as lines of text, columns parted by tabs."""
    yield section.title
    if section.rows:
        yield "\t".join(section.columns)
        yield from ("\t".join(row) for row in section.rows)
    yield from section.notes


def _by_cell(readings: Sequence[Reading]) -> dict[int, dict[str, Reading]]:
    """Cell -> reader -> answer, in the order of reading."""
    found: dict[int, dict[str, Reading]] = {}
    for r in readings:
        if not r.is_consensus:
            found.setdefault(r.cell_id, {})[r.who] = r
    return found


def _order(taxonomy: Taxonomy) -> list[str]:
    return [*(c.id for c in taxonomy.classes), *_STANDING]


def _counted(answers: Mapping[str, int], taxonomy: Taxonomy) -> Differential:
    undecided, rejected = (answers.get(s, 0) for s in _STANDING)
    return from_counts({a: n for a, n in answers.items() if a in taxonomy}, undecided, rejected, taxonomy)


def class_rows(classes: Sequence[ClassAgreement], taxonomy: Taxonomy) -> tuple[tuple[str, ...], ...]:
    """The per-class table as text: class, first, second, both, positive agreement."""
    return tuple(
        (title_of(c.answer, taxonomy), f"{c.first}", f"{c.second}", f"{c.both}", f"{100 * c.share:.0f} %")
        for c in classes
    )


def compared_rows(lines: Sequence[Compared]) -> tuple[tuple[str, ...], ...]:
    """Two differentials as text: class, share and limits of each, difference, verdict."""
    return tuple(
        (
            c.title,
            f"{100 * c.first_share:.1f} ({_span(c.first_limits)})",
            f"{100 * c.second_share:.1f} ({_span(c.second_limits)})",
            f"{100 * c.difference.low:+.1f} to {100 * c.difference.high:+.1f}",
            "differs" if c.differs else "",
        )
        for c in lines
    )


def readers_note(both: TwoReaders) -> str:
    """What to think of two readers' differentials."""
    least = min(both.n_first, both.n_second)
    said = "Limits after Rümke (CLSI H20-A2), difference after Newcombe, 95 %; of twenty classes one differs by chance."
    if least < WANTED:
        said += f" H20-A2 asks for {WANTED} leukocytes a reader; the smaller count holds {least}."
    return f"{said} Both read the same cells, so a difference is one of reading, not of sampling."


def _blind_section(blind: BlindReading, taxonomy: Taxonomy) -> Section:
    a = blind.agreement
    return Section(
        f"Blind reading by {blind.who}, against the machine",
        ("Class", "Machine", "Reader", "Both", "Agreement"),
        class_rows(a.classes, taxonomy),
        (f"The machine's word was hidden until the answer. {_sentence(a)}",),
        _figures(a),
    )


def _readers_sections(both: TwoReaders, taxonomy: Taxonomy) -> list[Section]:
    a = both.agreement
    settled = len(both.disagreements) - len(both.open)
    made = [
        Section(
            f"Two readers: {both.first} and {both.second}",
            ("Class", both.first, both.second, "Both", "Agreement"),
            class_rows(a.classes, taxonomy),
            (
                _sentence(a),
                f"{len(both.disagreements)} called differently, {settled} of them settled by consensus.",
            ),
            (*_figures(a), Figure("called differently", len(both.disagreements), unit="cells")),
        )
    ]
    if both.compared:
        differing = [c.title for c in both.compared if c.differs]
        verdict = f"Differ beyond chance: {', '.join(differing)}." if differing else "No class differs beyond chance."
        made.append(
            Section(
                "Do the two differentials differ?",
                ("Class", f"{both.first}, %", f"{both.second}, %", "Difference, %", ""),
                compared_rows(both.compared),
                (verdict, readers_note(both)),
                tuple(
                    Figure(c.title, 100 * (c.second_share - c.first_share), _hundredfold(c.difference), "% difference")
                    for c in both.compared
                ),
            )
        )
    return made


def _check_section(estimate: Estimate) -> Section:
    share = 100 * estimate.wrong / estimate.judged
    return Section(
        "How often confident labels are wrong",
        notes=(f"{estimate.in_words}.", "Labels were drawn by chance among those that need no look."),
        figures=(Figure("confident labels wrong", share, _hundredfold(estimate.interval), "%"),),
    )


def _analyser_section(values: AnalyserValues, lines: Sequence[Compared]) -> Section:
    differing = [c.title for c in lines if c.differs]
    verdict = f"Differ beyond chance: {', '.join(differing)}." if differing else "No class differs beyond chance."
    total = f"{sum(analyser_counts(values).values()):,} leukocytes"
    return Section(
        f"Beside the analyser: {values.name}",
        ("Class", "This count, %", f"{values.name}, %", "Difference, %", ""),
        compared_rows(lines),
        (
            verdict,
            f"The analyser counted {total}; values typed or imported {values.at:%Y-%m-%d %H:%M}. Limits after Rümke, "
            "difference after Newcombe, 95 %.",
        ),
        tuple(
            Figure(c.title, 100 * (c.second_share - c.first_share), _hundredfold(c.difference), "% difference")
            for c in lines
        ),
    )


def _sentence(a: Agreement) -> str:
    said = a.in_words
    return f"{said[0].upper()}{said[1:]}."


def _figures(a: Agreement) -> tuple[Figure, ...]:
    made = [Figure("called the same", 100 * a.observed, _hundredfold(a.observed_interval), "% of the cells")]
    if a.is_told and a.kappa is not None:
        made.append(Figure("kappa", a.kappa, a.interval))
    return (Figure("read by both", a.n, unit="cells"), *made)


def _hundredfold(interval: Interval) -> Interval:
    return Interval(100 * interval.low, 100 * interval.high)


def _span(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"
