"""What refinements of detector and segmenter share: pieces of slides, drawn fields, a word on a cell, the run."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import bloodview
from bloodview.analysis.inputs import Progress
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Kind, Status
from bloodview.core.errors import UnreadableFileError
from bloodview.core.fieldset import CELL, DRAWN, DRAWN_JUDGE, NONE, UNCLEAR, Mark, Role
from bloodview.core.files import write_folder_whole
from bloodview.core.geometry import Box, Size
from bloodview.core.person import system_user
from bloodview.core.refinement import RefineFile, What
from bloodview.core.taxonomy import Taxonomy
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.review.exchange.crops import png
from bloodview.review.records import SlideRecord
from bloodview.slides.slide import open_slide
from bloodview.slides.synthetic import Field, draw_field
from bloodview.slides.synthetic_outlines import outline_specs

SET = "set"
"""Folder of the training set below that of the refinement."""
DRAWN_SEED, JUDGE_SEED = 7100, 8100
"""Of the fields that train along, and of those that judge."""

Written = TypeVar("Written")


class Piece(Protocol):
    """What lies on a slide."""

    @property
    def slide(self) -> SlideRecord:
        """The slide."""


class Held(Protocol):
    """What a case holds for a refinement."""

    @property
    def path(self) -> Path:
        """The case file."""


Of = TypeVar("Of", bound=Piece)
In = TypeVar("In", bound=Held)


def once(cases: Sequence[In], pieces: Callable[[In], Sequence[Of]]) -> Iterator[tuple[In, Of]]:
    """Each piece with its case; of a picture that is in several cases those of the first, of a case given twice one."""
    first: dict[str, Path] = {}
    for case in cases:
        for piece in pieces(case):
            first.setdefault(piece.slide.content_hash, case.path)
    for case in {c.path: c for c in cases}.values():
        yield from ((case, p) for p in pieces(case) if first[p.slide.content_hash] == case.path)


def said(cell: Cell, taxonomy: Taxonomy) -> tuple[Kind, Mark]:
    """Its kind, by its class where that tells one; and whether a person takes it for a cell."""
    if cell.status is Status.REJECTED:
        return cell.kind, NONE
    above = taxonomy.path(cell.label) if cell.label in taxonomy else ()
    if cell.status is Status.UNDECIDED or "artefact" in above:
        return cell.kind, UNCLEAR
    known = {"platelet": Kind.PLATELET, "red_cell": Kind.RBC, "leukocyte": Kind.WBC, "erythroblast": Kind.WBC}
    return next((known[c] for c in above if c in known), cell.kind), CELL


def read_piece(record: SlideRecord, box_l0: Box, size: Size) -> bytes:
    """A part of a slide as a PNG file.

    Raises:
        UnreadableFileError: the file is another one by now; or as `open_slide`.
    """
    slide = open_slide(record.path, record.plane)
    try:
        if slide.content_hash != record.content_hash:
            raise UnreadableFileError("is another picture by now.", path=record.path, hint="Analyse it again.")
        return png(slide.read(box_l0, size))
    finally:
        slide.close()


def drawn_fields(training: int, judging: int) -> Iterator[tuple[Role, Field]]:
    """Fields that the program draws, with exact truth: some train along, others judge; the same ones ever after."""
    parts: tuple[tuple[Role, int, int], ...] = ((DRAWN, training, DRAWN_SEED), (DRAWN_JUDGE, judging, JUDGE_SEED))
    for role, number, seed in parts:
        for spec in outline_specs(number, seed):
            yield role, draw_field(spec)


def told(
    members: Iterable[tuple[Written, Callable[[], bytes]]],
    total: int,
    text_of: Callable[[Written], str],
    cancel: CancelToken | None,
    progress: Progress,
) -> Iterator[tuple[Written, Callable[[], bytes]]]:
    """The same members, each announced; the token is asked before each, if given.

    Raises:
        Cancelled: the token was cancelled.
    """
    for done, found in enumerate(members):
        if cancel is not None:
            cancel.check()
        progress(min(1.0, done / max(1, total)), text_of(found[0]))
        yield found


def write_refinement(
    folder: Path,
    what: What,
    model: str | None,
    called: Callable[[str], str],
    write_set: Callable[[Path, str, str], tuple[str, ...]],
    model_id: str,
    epochs: int,
) -> tuple[str, ...]:
    """Write a training set and what shall be done into a new folder, whole or not at all.

    Args:
        folder: of the refinement, new or empty.
        what: what is refined.
        model: id or folder; None = the one in use.
        called: of what the refined model is called, what the new one is.
        write_set: takes the folder of the set, the program's version and the moment; one sentence for each reason for
            which something was left out.
        model_id: of the model that comes out; "" = named after the one refined.
        epochs: passes.

    Raises:
        UserError: the model is not there; or as `write_set`.
        StorageError: it cannot be written.
    """
    parent = store.find({"detector": "detect", "segmenter": "segment"}[what], model)
    card = ModelCard.read(parent)
    with write_folder_whole(folder) as beside:
        moment = datetime.now().astimezone().isoformat(timespec="seconds")
        failed = write_set(beside / SET, bloodview.__version__, moment)
        RefineFile(
            trainset=str(folder / SET),
            parent=str(parent),
            current=str(parent),
            model_id=store.free_id(model_id or f"{card.id}-refined"),
            title=called(card.title.split(", refined")[0]),
            by=system_user(),
            what=what,
            epochs=epochs,
        ).write(beside)
    return failed
