"""The pictures of chosen cases that a person went through become a training set of fields, which refines the detector.

A picture teaches once a person named, confirmed, added, moved or rejected a cell on it; of a slide the field around
that cell does. Which kinds are marked throughout on these pictures the person declares; the others stay out of it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.analysis.field_scale import ASSUMED_UM
from bloodview.analysis.inputs import Progress, quiet
from bloodview.core import fieldset, refinement
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, Kind
from bloodview.core.errors import UserError
from bloodview.core.fieldset import CELL, NONE, UNCLEAR, FieldBox, TrainingField
from bloodview.core.geometry import Box, Size
from bloodview.core.refinement import DETECTOR
from bloodview.core.taxonomy import Taxonomy
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.review import gone_through
from bloodview.review.case import Case
from bloodview.review.exchange.crops import png
from bloodview.review.records import SlideRecord
from bloodview.workflows import refining_pieces
from bloodview.workflows.exporting import case_mark

EPOCHS = 8
_KEPT_UM = 0.12
"""Scale that a field is kept at, where its picture is finer: still finer than any detector looks."""
_WHOLE_UM, _PART_UM = 260.0, 120.0
"""A picture of at most this side is one field; of a larger one fields of the second side around the cells are."""
_DRAWN, _DRAWN_JUDGES = 36, 24
_LEAST_LEFT = 0.4
"""Share of a box within a field's border below which it is neither asked for nor punished."""
_LEAST_UM = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A picture, or a part of one, that a person went through: where it lies, and all of its cells."""

    slide: SlideRecord
    box_l0: Box
    cells: tuple[Cell, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its picture."""
        size = self.slide.size
        return (self.box_l0.width, self.box_l0.height) == (size.width, size.height)


@dataclass(frozen=True, slots=True)
class GoneThrough:
    """The places of a case that a person went through, free of the case itself."""

    path: Path
    slides: tuple[SlideRecord, ...]
    places: tuple[Place, ...]
    taxonomy: Taxonomy

    @property
    def name(self) -> str:
        """What people call the case."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class DetectorOffer:
    """What there is to teach the detector with.

    Args:
        model: id of the detector that would be refined, which is also the one that the result is compared with.
        fields: pictures, or parts of slides, before some are locked away.
        counts: kind -> its boxes on them.
        rejected: boxes that a person said are no cells.
        too_few: why it cannot begin; "" if it can.
    """

    model: str
    fields: int
    counts: dict[Kind, int]
    rejected: int
    too_few: str


def gone_through_in(case: Case) -> GoneThrough:
    """The places of an open case."""
    decided = case.ask(gone_through.decided_places)
    slides = tuple(case.slides())
    places = [p for s in slides if s.id in decided for p in _places(case, s, decided[s.id])]
    return GoneThrough(case.path, slides, tuple(places), case.taxonomy)


def gone_through_at(path: Path) -> GoneThrough:
    """The same of a case file, which is only read.

    Raises:
        DamagedCaseError, StorageError: it cannot be read.
    """
    with Case.open(path, or_read=True) as case:
        return gone_through_in(case)


def offer(cases: Sequence[GoneThrough], complete: Sequence[Kind], model: str | None = None) -> DetectorOffer:
    """What there is to teach with, if these kinds are marked throughout.

    Raises:
        ModelError: the model to refine is not there.
    """
    card = ModelCard.read(store.find("detect", model))
    found = [b for case, place in _once(cases) for b in _boxes(place, case.taxonomy, 1.0)]
    counts = {k: sum(b.kind is k and b.mark == CELL for b in found) for k in Kind}
    fields = sum(1 for _ in _once(cases))
    why = refinement.why_too_few_fields(fields, sum(counts[k] for k in complete))
    if not complete:
        why = "Say which kinds of cells are marked throughout on these pictures."
    return DetectorOffer(card.id, fields, counts, sum(b.mark == NONE for b in found), why)


def gather(
    cases: Sequence[GoneThrough],
    folder: Path,
    model: str | None,
    title: str,
    complete: Sequence[Kind],
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
    *,
    model_id: str = "",
    epochs: int = 0,
) -> tuple[str, ...]:
    """Write the training set and what shall be done into a new folder; one sentence for each picture left out.

    Args:
        cases: whose pictures train and judge; a picture that is in two of them counts in the first.
        folder: of the refinement, new or empty.
        model: id or folder of a detector; None = the one in use.
        title: what people call the laboratory, or the cases.
        complete: the kinds of which every cell on these pictures has its box.
        cancel: asked once a picture, if given.
        progress: told of pictures that are read and drawn.
        model_id: of the model that comes out; "" = named after the one refined.
        epochs: passes; 0 = the usual number.

    Raises:
        UserError: no kind is complete, no picture can be read, or the model is not there.
        StorageError: it cannot be written.
        Cancelled: the token was cancelled; nothing was written.
    """
    if not complete:
        raise UserError("Say which kinds of cells are marked throughout on these pictures.", path=folder)
    places = list(_once(cases))
    total = len(places) + _DRAWN + _DRAWN_JUDGES
    every = chain((_of_case(c, p, tuple(complete)) for c, p in places), _drawn())
    fields = refining_pieces.told(every, total, lambda field: field.role, cancel, progress)

    def write_set(out: Path, version: str, moment: str) -> tuple[str, ...]:
        return fieldset.write(out, version, moment, fields)[1]

    return refining_pieces.write_refinement(
        folder,
        DETECTOR,
        model,
        lambda old: f"{old}, refined by pictures of {title}",
        write_set,
        model_id,
        epochs or EPOCHS,
    )


def _places(case: Case, slide: SlideRecord, decided: NDArray[np.float64]) -> Iterator[Place]:
    """The whole of a small picture; of a large one the fields of a grid that hold what a person decided."""
    px = _um_per_px(slide)
    if max(slide.size.width, slide.size.height) * px <= _WHOLE_UM:
        yield Place(slide, Box(0, 0, slide.size.width, slide.size.height), tuple(case.cells(slide.id)))
        return
    side = round(_PART_UM / px)
    ids, middles = case.ask(partial(gone_through.middles, slide_id=slide.id))
    for column, row in sorted({(int(x // side), int(y // side)) for x, y in decided}):
        box = Box(column * side, row * side, (column + 1) * side, (row + 1) * side).clipped(slide.size)
        if box is None:
            continue
        low, high = np.array([box.x0, box.y0]) - side / 4, np.array([box.x1, box.y1]) + side / 4
        near = ids[((middles >= low) & (middles <= high)).all(axis=1)]
        cells = case.cells(ids=[int(i) for i in near])
        yield Place(slide, box, tuple(c for c in cells if _overlap(c.box_l0, box)))


def _once(cases: Sequence[GoneThrough]) -> Iterator[tuple[GoneThrough, Place]]:
    return refining_pieces.once(cases, lambda case: case.places)


def _of_case(case: GoneThrough, place: Place, complete: tuple[Kind, ...]) -> tuple[TrainingField, Callable[[], bytes]]:
    """A place as a field of the set, and what reads its picture."""
    px = _um_per_px(place.slide)
    factor = min(1.0, px / _KEPT_UM)
    box = place.box_l0
    field = TrainingField(
        file="",
        sha256="",
        role=fieldset.CASE,
        group=place.slide.content_hash,
        place="" if place.is_whole else f"{box.x0:.0f},{box.y0:.0f},{box.x1:.0f},{box.y1:.0f}",
        case=case_mark(case.slides),
        um_per_px=px / factor,
        complete=complete,
        boxes=tuple(_boxes(place, case.taxonomy, factor)),
    )
    size = Size(max(1, round(box.width * factor)), max(1, round(box.height * factor)))
    return field, partial(refining_pieces.read_piece, place.slide, box, size)


def _boxes(place: Place, taxonomy: Taxonomy, factor: float) -> Iterator[FieldBox]:
    """What a person says of the cells of a place, in pixels of its file."""
    for cell in place.cells:
        part = _overlap(cell.box_l0, place.box_l0)
        if part is None:
            continue
        own = cell.box_l0
        is_cut = part.width * part.height < _LEAST_LEFT * own.width * own.height
        x0, y0, x1, y1 = (round(v * factor, 2) for v in _corners(part.moved(-place.box_l0.x0, -place.box_l0.y0)))
        if x1 > x0 and y1 > y0:
            kind, mark = refining_pieces.said(cell, taxonomy)
            yield FieldBox(kind, (x0, y0, x1, y1), UNCLEAR if is_cut and mark == CELL else mark)


def _overlap(box: Box, other: Box) -> Box | None:
    x0, y0 = max(box.x0, other.x0), max(box.y0, other.y0)
    x1, y1 = min(box.x1, other.x1), min(box.y1, other.y1)
    return Box(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _um_per_px(slide: SlideRecord) -> float:
    return slide.scale.um_per_px if slide.scale else ASSUMED_UM


def _drawn() -> Iterator[tuple[TrainingField, Callable[[], bytes]]]:
    """Fields that the program draws, with exact truth of all kinds: some train along, others judge."""
    for role, drawn in refining_pieces.drawn_fields(_DRAWN, _DRAWN_JUDGES):
        spec = drawn.spec
        boxes = tuple(
            FieldBox(c.kind, _corners(c.box))
            for c in drawn.truth
            if min(c.box.width, c.box.height) * spec.um_per_px >= _LEAST_UM
        )
        field = TrainingField("", "", role, f"drawn {spec.seed}", "", "", spec.um_per_px, tuple(Kind), boxes)
        yield field, partial(png, drawn.image)
