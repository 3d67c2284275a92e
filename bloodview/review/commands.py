"""What can be done to a case: commands, and the changes they tell of. Frozen values without any SQL."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bloodview.core.cells import FoundCell, Kind, Polygon, Status
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import CellClass


class ChangeKind(StrEnum):
    """What sort of thing changed."""

    CELLS_ADDED = "cells added"
    """Cells came or went: an id that `Case.cells(ids=...)` no longer returns is gone."""
    LABELS = "labels"
    STATUS = "status"
    BOXES = "boxes"
    CLASSES = "classes"
    SLIDES = "slides"
    NOTES = "notes"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Changes:
    """What a command, an undo or a redo changed; views react to it and ask the case for the rest."""

    kinds: frozenset[ChangeKind] = frozenset()
    cell_ids: frozenset[int] = frozenset()
    slide_ids: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewSlide:
    """A slide as the analysis knows it.

    Args:
        content_hash: identity of the pixels; a slide of the case with the same one is analysed again.
    """

    path: Path
    content_hash: str
    size: Size
    scale: Scale | None


@dataclass(frozen=True, slots=True)
class AddRun:
    """An analysis of one slide. No edit: it is journalled, but neither counted nor taken back by undo.

    What persons decided stays, on the same cell ids (see `carry_over`); undo and redo reach across it.

    Args:
        failed_tiles: level-0 boxes that could not be analysed.
    """

    slide: NewSlide
    cells: tuple[FoundCell, ...]
    model_ids: tuple[str, ...]
    device: str
    failed_tiles: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Relabel:
    """A person names cells; rejected and undecided ones count again."""

    cell_ids: tuple[int, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """A person agrees with the present labels; rejected cells stay rejected."""

    cell_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """A person says that these are no cells, or must not count."""

    cell_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restore:
    """Rejected or undecided cells count again, under the label they have."""

    cell_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MarkUndecided:
    """A person looked and could not tell: shown, left out of the percentages."""

    cell_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AddCell:
    """A person adds a cell that the machine missed; label "" leaves it unnamed."""

    slide_id: int
    kind: Kind
    box_l0: Box
    label: str = ""


@dataclass(frozen=True, slots=True)
class MoveBox:
    """A person corrects a cell's box."""

    cell_id: int
    box_l0: Box


@dataclass(frozen=True, slots=True)
class ImportedCell:
    """What a file from elsewhere says of one cell; None and () leave what is there.

    Args:
        cell_id: the cell of the case that it speaks of; None for a new one, which then needs a box.
        kind: of a new cell.
        label: counts as a person's.
    """

    slide_id: int
    cell_id: int | None
    kind: Kind
    box_l0: Box | None
    label: str | None
    status: Status | None
    cell_outline: Polygon = ()
    nucleus_outline: Polygon = ()


@dataclass(frozen=True, slots=True)
class ImportCells:
    """Annotations from a file join the case, in one step.

    Args:
        origin: their format, for people.
    """

    origin: str
    cells: tuple[ImportedCell, ...]


@dataclass(frozen=True, slots=True)
class AddClass:
    """A class of the person's own joins the taxonomy, below the others."""

    cell_class: CellClass


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the case."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A person signs; from then on every edit and analysis is refused until it is amended or undone.

    Args:
        name: of the person.
        identifiers: what the person read off the slide and the request and typed; () where nobody asked.
        overrides: (check, reason) of each check that did not pass.
    """

    name: str
    identifiers: tuple[str, ...] = ()
    overrides: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Amend:
    """A signed case is opened again, for a reason; the signature is kept as one that was."""

    reason: str


Edit = (
    Relabel
    | Confirm
    | Reject
    | Restore
    | MarkUndecided
    | AddCell
    | MoveBox
    | ImportCells
    | AddClass
    | Note
    | Sign
    | Amend
)
Command = AddRun | Edit
