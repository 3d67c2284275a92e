"""Two counts of a smear side by side: of two cases, or of a case and an analyser's numbers."""

import csv
from collections.abc import Iterator
from pathlib import Path

from bloodview.core.agreement import Compared, compare, compare_with
from bloodview.core.differential import Interval, count
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.case import Case

_LONGEST = 1_000_000_000


def compare_counts(first: Path, second: Path) -> tuple[Compared, ...]:
    """Compare the count of a case with that of another case, or with a table of the columns class and count.

    Raises:
        UserError: a count holds no leukocyte; or the table names a class that is none of leukocytes.
        UnreadableFileError: the table is none.
    """
    with Case.open(first, or_read=True) as case:
        one, taxonomy = count(case.cells(), case.taxonomy), case.taxonomy
    if not one.n_leukocytes:
        raise UserError("holds no leukocyte, so there is nothing to compare.", path=first)
    if second.suffix.lower() == ".bvcase":
        with Case.open(second, or_read=True) as case:
            other = count(case.cells(), case.taxonomy)
        if not other.n_leukocytes:
            raise UserError("holds no leukocyte, so there is nothing to compare.", path=second)
        return compare(one, other)
    return compare_with(one, counts_of(second, taxonomy))


def counts_of(path: Path, taxonomy: Taxonomy) -> dict[str, int]:
    """Class id -> cells of a table of the columns class and count, classes by id or by name.

    Raises:
        UserError: it names a class that is none of leukocytes, counts one twice, or holds no leukocyte.
        UnreadableFileError: it is no such table.
    """
    counts = _read_counts(path)
    names = {c.title.casefold(): c.id for c in taxonomy.classes} | {c.id: c.id for c in taxonomy.classes}
    known = {names.get(name.casefold(), ""): number for name, number in counts.items()}
    for name in counts:
        class_id = names.get(name.casefold(), "")
        if not class_id or class_id == "leukocyte" or not taxonomy.is_below(class_id, "leukocyte"):
            raise UserError(f"names {name[:60]!r}, which is no class of leukocyte in the case.", path=path)
    for class_id in known:
        if above := next((a for a in taxonomy.path(class_id)[1:] if a in known), ""):
            raise UserError(
                f"counts {taxonomy[class_id].title} twice: it belongs to {taxonomy[above].title}.", path=path
            )
    if not sum(known.values()):
        raise UserError("holds no leukocyte, so there is nothing to compare.", path=path)
    return known


def table_of(lines: tuple[Compared, ...]) -> Iterator[str]:
    """The comparison as lines of text, columns parted by tabs."""
    yield "\t".join(("class", "first", "%", "95 % limits", "second", "%", "95 % limits", "difference", "differs"))
    for c in lines:
        difference = f"{100 * c.difference.low:+.1f} to {100 * c.difference.high:+.1f}"
        yield "\t".join(
            (
                c.title,
                str(c.first),
                f"{100 * c.first_share:.1f}",
                _span(c.first_limits),
                str(c.second),
                f"{100 * c.second_share:.1f}",
                _span(c.second_limits),
                difference,
                "yes" if c.differs else "no",
            )
        )


def _span(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def _read_counts(path: Path) -> dict[str, int]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found: dict[str, int] = {}
        for row in rows:
            name, number = row["class"].strip(), int(row["count"])
            if not 0 <= number < _LONGEST:
                raise ValueError(f"{number} cells")
            if name in found:
                raise ValueError(f"{name[:60]!r} stands twice")
            found[name] = number
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from error
    except (KeyError, ValueError, AttributeError, csv.Error) as error:
        raise UnreadableFileError(
            f"is no table of counts ({error}).", path=path, hint="Name its columns class and count."
        ) from error
    return found
