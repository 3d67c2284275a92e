"""Annotations of other programs into a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bloodview.core.cells import Cell
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.case import Case
from bloodview.review.commands import ImportCells
from bloodview.review.exchange import recognise
from bloodview.review.exchange.annotation import Annotation
from bloodview.review.exchange.naming import Naming
from bloodview.review.exchange.placing import Placed, place
from bloodview.review.records import SlideRecord


@dataclass(frozen=True, slots=True)
class CaseView:
    """What an import has to know of a case, as values: they may be given to another thread."""

    slides: tuple[SlideRecord, ...]
    cells: tuple[Cell, ...]
    taxonomy: Taxonomy

    @classmethod
    def of(cls, case: Case) -> "CaseView":
        return cls(tuple(case.slides()), tuple(case.cells()), case.taxonomy)


@dataclass(frozen=True, slots=True)
class Reading:
    """Annotations that were read and found their places; nothing is changed yet.

    Args:
        command: what to apply; None if nothing would change.
        summary: what it does, for people.
        problems: (file, sentence) of what was left out.
    """

    command: ImportCells | None
    summary: str
    problems: tuple[tuple[str, str], ...]


def read_annotations(view: CaseView, given: Sequence[Path]) -> Reading:
    """Read files and folders of annotations and find their cells in a case. Pure: touches no case.

    Raises:
        UserError: nothing of it can be used; says why.
    """
    names = Naming()
    sizes = {s.path.stem: s.size for s in view.slides} | {names.stem(s): s.size for s in view.slides}
    annotations: list[Annotation] = []
    problems: list[tuple[str, str]] = []
    formats: dict[str, None] = {}
    for path, found in chain.from_iterable(recognise.read(one, sizes) for one in given):
        if isinstance(found, UserError):
            problems.append((str(path), f"{found.what} {found.hint}".strip()))
            continue
        annotations += found.annotations
        formats[found.format] = None
        problems += [(str(path), sentence) for sentence in found.problems]
    placed = place(", ".join(formats), annotations, view.slides, view.cells, view.taxonomy)
    origin = given[0] if len(given) == 1 else given[0].parent
    problems += [(str(origin), sentence) for sentence in placed.problems]
    if placed.command is None and not placed.unchanged:
        reasons = " ".join(dict.fromkeys(sentence for _, sentence in problems))
        raise UserError("nothing was imported.", path=origin, hint=reasons or "It holds no annotations.")
    return Reading(placed.command, _summary(placed, ", ".join(formats)), tuple(problems))


def import_annotations(case: Case, given: Path) -> Reading:
    """Bring a file or folder of annotations into a case, as one edit.

    Raises:
        UserError: nothing of it can be used, or the case is signed; nothing changed.
    """
    try:
        given.stat()
    except FileNotFoundError:
        pass  # told with what can be imported
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(
            f"The file cannot be read: {reason}.", path=given, hint="Check the name and its spelling."
        ) from error
    reading = read_annotations(CaseView.of(case), (given,))
    if reading.command:
        case.apply(reading.command)
    return reading


def _summary(placed: Placed, origin: str) -> str:
    parts = [f"{placed.changed:,} cells changed", f"{placed.added:,} added"]
    if placed.unchanged:
        parts.append(f"{placed.unchanged:,} as they were")
    return f"{origin}: {', '.join(parts)}"
