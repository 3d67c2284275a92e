"""What can be done to a case: commands, and the changes they tell of. Frozen values without any SQL."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bloodview.core.cells import FoundCell, Kind
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import CellClass
from bloodview.review.records import TileState


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
class BeginRun:
    """An analysis of a slide tile by tile begins, or goes on if its plan is that of the one that stopped half way.

    As `AddRun` no edit. Until `EndRun` the cells of an earlier analysis stay beside the new ones.

    Args:
        plan: how the slide is cut and with which models.
        seen_um_per_px: what the detector is shown it at.
    """

    slide: NewSlide
    model_ids: tuple[str, ...]
    device: str
    plan: str
    seen_um_per_px: float


@dataclass(frozen=True, slots=True)
class DoneTile:
    """A tile that has had its turn.

    Args:
        number: in the plan.
        box_l0: what was read.
        area: of what it owns, level-0 px; the areas of all tiles are the slide's.
        reason: why it failed; "" otherwise.
    """

    number: int
    state: TileState
    box_l0: Box
    area: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddTiles:
    """Tiles of an analysis that has begun, with all cells that they own: both or neither reach the disk."""

    content_hash: str
    tiles: tuple[DoneTile, ...]
    cells: tuple[FoundCell, ...]


@dataclass(frozen=True, slots=True)
class EndRun:
    """Every tile has had its turn: what an earlier analysis found and this one did not goes, decisions stay."""

    content_hash: str


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
class AddClass:
    """A class of the person's own joins the taxonomy, below the others."""

    cell_class: CellClass


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the case."""

    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A person signs; from then on every edit and analysis is refused until undo takes the signature back."""

    name: str


Edit = Relabel | Confirm | Reject | Restore | MarkUndecided | AddCell | MoveBox | AddClass | Note | Sign
RunStep = BeginRun | AddTiles | EndRun
Command = AddRun | RunStep | Edit
