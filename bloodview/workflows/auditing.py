"""The journal of a case for people: as lines, as a table, and what its chain says; and the checks before signing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bloodview.core import unfamiliar
from bloodview.core.cells import Cell, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.sheet import write_table
from bloodview.review.case import Case
from bloodview.review.chain import Verdict
from bloodview.review.commands import Changes, Sign
from bloodview.review.records import JournalEntry
from bloodview.workflows import reading_twice

_ALL = 10_000_000
"""More entries than any journal has."""

_HEADER = ("number", "at", "who", "kind", "what", "edit")
_RARE_CELLS = 2
"""A class with so few cells is looked at before signing."""

_LEAST_LEUKOCYTES = 100


@dataclass(frozen=True, slots=True)
class Check:
    """Something to be seen to before signing.

    Args:
        id: stable name, kept with the signature.
        title: what should be so, for people.
        detail: how it is.
    """

    id: str
    title: str
    passed: bool
    detail: str


def journal_lines(case: Case, holding: str = "") -> Iterator[str]:
    """A line an entry, oldest first."""
    for entry in case.journal(_ALL, holding)[::-1]:
        yield "\t".join(" ".join(str(value).split()) for value in _row(entry))


def write_journal(case: Case, out: Path, holding: str = "") -> None:
    """Write the journal as CSV, oldest first, whole or not at all; text that looks like a formula stays text.

    Raises:
        StorageError: it cannot be written.
    """
    entries = case.journal(_ALL, holding)[::-1]
    with write_whole(out) as file, file.open("w", encoding="utf-8", newline="") as text:
        write_table(text, _HEADER, map(_row, entries))


def sentences(verdict: Verdict) -> list[str]:
    """What the chain says, for people."""
    if verdict.problem:
        said = [f"The journal is NOT as BloodView wrote it. {verdict.problem}"]
    else:
        head = f", seal {verdict.head[:16]}" if verdict.head else ""
        noun = "entry is" if verdict.entries == 1 else "entries are"
        said = [f"The journal is whole: {verdict.entries:,} {noun} as BloodView wrote them{head}."]
    return [*said, *verdict.remarks]


def checks(case: Case) -> list[Check]:
    """What should be so before a case is signed, and whether it is."""
    cells, slides = case.cells(), case.slides()
    active = [c for c in cells if c.status is Status.ACTIVE]
    leukocytes = [c for c in active if c.label and case.taxonomy.is_below(c.label, "leukocyte")]
    n_open = sum(c.needs_a_look for c in active)
    undecided = sum(c.status is Status.UNDECIDED for c in cells)
    unnamed = sum(not c.label for c in active)
    unseen = sorted({case.taxonomy[c.label].title for c in _unseen_rare(leukocytes)})
    failed = sum(len(s.failed_tiles) for s in slides)
    strange = unfamiliar.strangeness(unfamiliar.by_slide(cells).values())
    readers = reading_twice.two_readers(case)
    unsettled = len(readers.open) if readers is not None else 0
    return [
        Check("doubtful", "No doubtful cell is left", not n_open, f"{n_open} not looked at"),
        Check("undecided", "No cell is left undecided", not undecided, f"{undecided} undecided"),
        Check("unnamed", "Every counted cell has a name", not unnamed, f"{unnamed} unnamed"),
        Check("rare", "Rare classes were looked at", not unseen, ", ".join(unseen) or "all seen"),
        Check(
            "number",
            f"At least {_LEAST_LEUKOCYTES} leukocytes are counted",
            len(leukocytes) >= _LEAST_LEUKOCYTES,
            f"{len(leukocytes)} counted",
        ),
        Check("readers", "Two readers agree, or have settled it", not unsettled, f"{unsettled} cells not settled"),
        Check("failed", "Every part was analysed", not failed, f"{failed} parts failed"),
        Check("stain", "Stain and camera are familiar", not strange.sentence, strange.sentence or "familiar"),
    ]


def sign(case: Case, name: str, identifiers: tuple[str, str], reasons: dict[str, str] | None = None) -> Changes:
    """Sign a case whose two identifiers were confirmed and whose checks pass or are overridden, each with a reason.

    Raises:
        UserError: an identifier is missing or both are the same, or a check neither passes nor has a reason.
    """
    first, second = (text.strip() for text in identifiers)
    if not first or not second:
        raise UserError("Two identifiers are needed to sign.", hint="Type them as they stand on slide and request.")
    if first.casefold() == second.casefold():
        raise UserError("The two identifiers are the same.", hint="Use two that are independent of each other.")
    given = {check: reason.strip() for check, reason in (reasons or {}).items()}
    open_checks = [check for check in checks(case) if not check.passed]
    for check in open_checks:
        if not given.get(check.id):
            raise UserError(f"{check.title}: not so, {check.detail}.", hint="See to it, or give a reason.")
    overrides = tuple((check.id, given[check.id]) for check in open_checks)
    return case.apply(Sign(name, (first, second), overrides))


def _unseen_rare(leukocytes: list[Cell]) -> list[Cell]:
    """Cells of classes with few cells that no person has named or confirmed."""
    numbers: dict[str, int] = {}
    for cell in leukocytes:
        numbers[cell.label] = numbers.get(cell.label, 0) + 1
    return [c for c in leukocytes if numbers[c.label] <= _RARE_CELLS and c.source is not Source.PERSON]


def _row(entry: JournalEntry) -> tuple[object, ...]:
    at = entry.at.isoformat(timespec="milliseconds")
    return entry.id, at, entry.who, entry.kind, entry.title, entry.edit_count
