"""What can be done to a case: commands, and the changes they tell of. Frozen values without any SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bloodview.core.cells import FoundCell, Kind, LearnedAnswer, Polygon, Status
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import CellClass
from bloodview.review.reading_commands import ReadingEdit


class ChangeKind(StrEnum):
    """What sort of thing changed."""

    CELLS_ADDED = "cells added"
    """Cells came or went: an id that `Case.cells(ids=...)` no longer returns is gone."""
    LABELS = "labels"
    STATUS = "status"
    BOXES = "boxes"
    CLASSES = "classes"
    EXAMPLES = "examples"
    """What the classes that learn go by: examples from outside, verdicts on what they said."""
    SLIDES = "slides"
    NOTES = "notes"
    GRADES = "grades"
    READINGS = "readings"
    """What persons answered beside each other: readings, consensus, an analyser's values."""
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


class TileState(StrEnum):
    """What became of a tile of a slide's analysis."""

    MONOLAYER = "monolayer"
    OTHER = "other"
    """Analysed too, but thick, thin or out of focus."""
    BLANK = "blank"
    """Empty glass: not analysed, and no part of the area."""
    FAILED = "failed"


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
class KeepVisited:
    """Which parts of a slide a person has looked at. No edit, and in no journal: undo passes it over.

    Args:
        marks: `core.visited.VisitedGrid.packed`.
    """

    content_hash: str
    marks: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChoosePlane:
    """The plane of a focus stack that a person wants to see and have analysed; None = the sharpest. No edit.

    Args:
        plane: counted from 0.
    """

    content_hash: str
    plane: int | None


@dataclass(frozen=True, slots=True)
class ExpectPictures:
    """Pictures that belong to the case and wait for their analysis. No edit, and in no journal."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class DropExpected:
    """Pictures that are waited for no longer: they are in the case, if under another name. No edit."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ClassStanding:
    """How far a class that learns may be trusted.

    Args:
        word: "Draft", "Usable" or "Trusted".
        hits, n: example cells found again without having been learned from, of how many.
        alarms, others: cells of other classes taken for this one likewise, of how many.
    """

    class_id: str
    word: str
    hits: int
    n: int
    alarms: int
    others: int


@dataclass(frozen=True, slots=True)
class RecordAnswers:
    """What the classes that learn say now, instead of all they said before. No edit, as `AddRun` is none.

    Args:
        answers: cell id -> the class that claims it.
    """

    answers: Mapping[int, LearnedAnswer]
    standings: tuple[ClassStanding, ...]


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
    """A person adds a cell that the machine missed; label "" leaves it unnamed.

    Args:
        box_l0: where there is an outline, its bounds.
        outline: () = only the box is known.
    """

    slide_id: int
    kind: Kind
    box_l0: Box
    label: str = ""
    outline: Polygon = ()


@dataclass(frozen=True, slots=True)
class MoveBox:
    """A person corrects a cell's box."""

    cell_id: int
    box_l0: Box


@dataclass(frozen=True, slots=True)
class OutlineCell:
    """A person outlines a cell anew, and its box follows, or its nucleus, or both. No analysis changes that.

    Args:
        outline: () = the cell's outline and box stay as they are.
        nucleus: lies in the cell, lobes joined into one; () = it stays as it is.
    """

    cell_id: int
    outline: Polygon
    nucleus: Polygon = ()


@dataclass(frozen=True, slots=True)
class SplitCell:
    """A person parts what was taken for one cell: it keeps one part, the other becomes a cell of its own.

    The new cell is called as a person called the old one, a red cell or platelet as it is called anyway; a leukocyte
    that no person named is called nothing.
    """

    cell_id: int
    kept: Polygon
    other: Polygon


@dataclass(frozen=True, slots=True)
class MergeCells:
    """A person says that several cells are one: the first gets the outline of all, the others are rejected."""

    cell_ids: tuple[int, ...]
    outline: Polygon


@dataclass(frozen=True, slots=True)
class OutsideExample:
    """A cell that shows a class and lies in no picture of the case.

    Args:
        vector: its embedding, float16 [D] little-endian.
        probabilities: float32 [C] little-endian, in the order of the classifier's classes.
        model_id: the classifier that made both.
        origin: where it comes from, for people: the name of a picture or of a case.
    """

    vector: bytes = field(repr=False)
    probabilities: bytes = field(repr=False)
    model_id: str
    origin: str


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
    """A class of the person's own joins the taxonomy, below the others.

    Args:
        learns: whether it names cells by itself, from all cells that a person calls so.
        cell_ids: cells that are called so from now on.
        examples: further ones.
    """

    cell_class: CellClass
    learns: bool = False
    cell_ids: tuple[int, ...] = ()
    examples: tuple[OutsideExample, ...] = ()


@dataclass(frozen=True, slots=True)
class AddExamples:
    """A class that learns gets examples from outside the case."""

    class_id: str
    examples: tuple[OutsideExample, ...]


@dataclass(frozen=True, slots=True)
class DropExamples:
    """Examples from outside the case no longer count; `example_ids` as `Case.outside_examples` gives them."""

    example_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangeClass:
    """A class of the person's own gets another name, place in the tree, key or look; its cells follow."""

    class_id: str
    to: CellClass


@dataclass(frozen=True, slots=True)
class MergeClass:
    """A class of the person's own goes up in another class, with its cells, examples and what hangs below it."""

    class_id: str
    into: str


@dataclass(frozen=True, slots=True)
class RemoveClass:
    """A class of the person's own goes; what hangs below it moves up.

    Args:
        to: what its cells are called from now on; "" = what each was called before.
    """

    class_id: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """A person accepts or refuses cells that a class that learns suggests; accepted ones are called so."""

    class_id: str
    accepted: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the case."""

    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A person grades findings of the red cells.

    Args:
        grades: (finding of `core.grading`, 0 to 3; None = not graded any more).
    """

    grades: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class NoteGrading:
    """What a person remarks on the red cells, instead of what stood there; "" = nothing."""

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


ClassEdit = AddClass | AddExamples | DropExamples | ChangeClass | MergeClass | RemoveClass | Judge
Edit = (
    Relabel
    | Confirm
    | Reject
    | Restore
    | MarkUndecided
    | AddCell
    | MoveBox
    | OutlineCell
    | SplitCell
    | MergeCells
    | ImportCells
    | ClassEdit
    | ReadingEdit
    | Note
    | Grade
    | NoteGrading
    | Sign
    | Amend
)
RunStep = BeginRun | AddTiles | EndRun
Looking = KeepVisited | ChoosePlane
Expecting = ExpectPictures | DropExpected
Command = AddRun | RunStep | RecordAnswers | Looking | Expecting | Edit
