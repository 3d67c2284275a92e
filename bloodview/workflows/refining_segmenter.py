"""The leukocytes of chosen cases that a person outlined become a training set, which refines the segmenter.

A cell teaches once a person outlined it, its nucleus or both, by hand, at clicks or from annotations that were
imported; what the machine outlined never does. Of a part that nobody outlined the model keeps its own answer.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from bloodview.analysis.inputs import Progress, quiet
from bloodview.analysis.outlines import outlines
from bloodview.core import outlineset, refinement
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind, Polygon
from bloodview.core.fieldset import CASE, CELL, Role
from bloodview.core.geometry import Box, Size
from bloodview.core.outlineset import TrainingOutline
from bloodview.core.refinement import SEGMENTER
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.review import gone_through
from bloodview.review.case import Case
from bloodview.review.exchange.crops import png
from bloodview.review.gone_through import OwnOutline
from bloodview.review.records import SlideRecord
from bloodview.slides.synthetic import Field, TrueCell
from bloodview.workflows import refining_pieces
from bloodview.workflows.exporting import case_mark

EPOCHS = 12
_DRAWN, _DRAWN_JUDGES = 20, 20
"""Fields that are drawn; each holds some leukocytes."""
_REACH = 1.5
"""How far a cell's picture reaches from its middle, in larger sides of its box."""
_KEPT_PX = 160
"""Larger side of a cell on its picture, where its slide is finer: the segmenter sees half of that."""
_STILL_FOUND = 0.5
"""Overlap of the machine's box with the outline's from which the cell is shown by the machine's, as it will be."""
_FINER = 4


@dataclass(frozen=True, slots=True)
class OutlinedCell:
    """A cell that a person outlined: its slide, its id, what was outlined."""

    slide: SlideRecord
    cell_id: int
    own: OwnOutline

    @property
    def box_l0(self) -> Box:
        """The box that the segmenter is shown it by."""
        if not self.own.cell:
            return self.own.box_l0
        xs, ys = zip(*self.own.cell, strict=True)
        bounds = Box(min(xs), min(ys), max(xs), max(ys))
        found = self.own.found_l0
        return found if found is not None and found.iou(bounds) >= _STILL_FOUND else bounds


@dataclass(frozen=True, slots=True)
class Outlined:
    """The cells of a case that a person outlined, free of the case itself."""

    path: Path
    slides: tuple[SlideRecord, ...]
    cells: tuple[OutlinedCell, ...]

    @property
    def name(self) -> str:
        """What people call the case."""
        return self.path.stem


@dataclass(frozen=True, slots=True)
class SegmenterOffer:
    """What there is to teach the segmenter with.

    Args:
        model: id of the segmenter that would be refined, which is also the one that the result is compared with.
        pictures: on which cells were outlined.
        cells: whose outline a person drew or corrected.
        nuclei: whose nucleus's outline a person drew or corrected.
        too_few: why it cannot begin; "" if it can.
    """

    model: str
    pictures: int
    cells: int
    nuclei: int
    too_few: str


def outlined_in(case: Case) -> Outlined:
    """The outlined cells of an open case: leukocytes that a person did not reject and that are no artefacts."""
    own = case.ask(gone_through.own_outlines)
    slides = {s.id: s for s in case.slides()}
    found = []
    for cell in case.cells(ids=list(own)) if own else ():
        if refining_pieces.said(cell, case.taxonomy) == (Kind.WBC, CELL):
            found.append(OutlinedCell(slides[cell.slide_id], cell.id, own[cell.id]))
    return Outlined(case.path, tuple(slides.values()), tuple(found))


def outlined_at(path: Path) -> Outlined:
    """The same of a case file, which is only read.

    Raises:
        DamagedCaseError, StorageError: it cannot be read.
    """
    with Case.open(path, or_read=True) as case:
        return outlined_in(case)


def offer(cases: Sequence[Outlined], model: str | None = None) -> SegmenterOffer:
    """What there is to teach with.

    Raises:
        ModelError: the model to refine is not there.
    """
    card = ModelCard.read(store.find("segment", model))
    found = [cell for _, cell in _once(cases)]
    return SegmenterOffer(
        model=card.id,
        pictures=len({c.slide.content_hash for c in found}),
        cells=sum(bool(c.own.cell) for c in found),
        nuclei=sum(bool(c.own.nucleus) for c in found),
        too_few=refinement.why_too_few_outlines(len(found)),
    )


def gather(
    cases: Sequence[Outlined],
    folder: Path,
    model: str | None,
    title: str,
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
    *,
    model_id: str = "",
    epochs: int = 0,
) -> tuple[str, ...]:
    """Write the training set and what shall be done into a new folder; one sentence for each picture left out.

    Args:
        cases: whose cells train and judge; a picture that is in two of them counts in the first.
        folder: of the refinement, new or empty.
        model: id or folder of a segmenter; None = the one in use.
        title: what people call the laboratory, or the cases.
        cancel: asked once a cell, if given.
        progress: told of cells that are read and drawn.
        model_id: of the model that comes out; "" = named after the one refined.
        epochs: passes; 0 = the usual number.

    Raises:
        UserError: no cell can be read, or the model is not there.
        StorageError: it cannot be written.
        Cancelled: the token was cancelled; nothing was written.
    """
    own = list(_once(cases))
    every = chain((_of_case(case, cell) for case, cell in own), _drawn())
    total = len(own) + 4 * (_DRAWN + _DRAWN_JUDGES)  # some leukocytes lie on each drawn field
    members = refining_pieces.told(every, total, lambda cell: cell.role, cancel, progress)

    def write_set(out: Path, version: str, moment: str) -> tuple[str, ...]:
        return outlineset.write(out, version, moment, members)[1]

    return refining_pieces.write_refinement(
        folder,
        SEGMENTER,
        model,
        lambda old: f"{old}, refined by outlines of {title}",
        write_set,
        model_id,
        epochs or EPOCHS,
    )


def _once(cases: Sequence[Outlined]) -> Iterator[tuple[Outlined, OutlinedCell]]:
    return refining_pieces.once(cases, lambda case: case.cells)


def _of_case(case: Outlined, cell: OutlinedCell) -> tuple[TrainingOutline, Callable[[], bytes]]:
    """A cell as one of the set, and what reads its picture."""
    box = cell.box_l0
    piece = _around(box, cell.slide.size)
    factor = min(1.0, _KEPT_PX / max(box.width, box.height))
    size = Size(max(1, round(piece.width * factor)), max(1, round(piece.height * factor)))
    wide = piece.width / size.width
    made = TrainingOutline(
        file="",
        sha256="",
        role=CASE,
        group=cell.slide.content_hash,
        cell_id=cell.cell_id,
        case=case_mark(case.slides),
        place=(piece.x0, piece.y0, wide),
        box=_placed_box(box, piece, wide),
        cell=_placed(cell.own.cell, piece, wide),
        nucleus=_placed(cell.own.nucleus, piece, wide),
    )
    return made, partial(refining_pieces.read_piece, cell.slide, piece, size)


def _around(box: Box, size: Size) -> Box:
    """What is kept of a picture around a cell, in whole pixels."""
    (x, y), reach = box.center, max(1.0, _REACH * max(box.width, box.height))
    whole = Box(math.floor(x - reach), math.floor(y - reach), math.ceil(x + reach), math.ceil(y + reach))
    return whole.clipped(size) or Box(0, 0, 1, 1)  # a cell off its picture: nothing to see, nothing to read


def _placed(outline: Polygon, piece: Box, wide: float) -> Polygon:
    """In pixels of the file; of more corners than a set takes, every so many."""
    outline = outline[:: math.ceil(len(outline) / outlineset.MOST_CORNERS) or 1]
    return tuple((round((x - piece.x0) / wide, 2), round((y - piece.y0) / wide, 2)) for x, y in outline)


def _placed_box(box: Box, piece: Box, wide: float) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = _placed(((box.x0, box.y0), (box.x1, box.y1)), piece, wide)
    return x0, y0, max(x1, x0 + 0.01), max(y1, y0 + 0.01)


def _drawn() -> Iterator[tuple[TrainingOutline, Callable[[], bytes]]]:
    """The whole leukocytes of fields that the program draws, with the exact outlines of cell and nucleus."""
    for role, field in refining_pieces.drawn_fields(_DRAWN, _DRAWN_JUDGES):
        for number, cell in enumerate(field.truth):
            if cell.kind is Kind.WBC and not cell.touches_edge:
                yield _of_drawn(role, field, number, cell)


def _of_drawn(role: Role, field: Field, number: int, cell: TrueCell) -> tuple[TrainingOutline, Callable[[], bytes]]:
    piece = _around(cell.box, field.spec.size)
    x0, y0, x1, y1 = (round(v) for v in (piece.x0, piece.y0, piece.x1, piece.y1))
    own = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(own, [np.round(np.asarray(cell.cell) - 0.5 - (x0, y0)).astype(np.int32)], 1)
    # Drawn outlines run through the middles of the outermost pixels; those of finer pixels are the border's, nearly.
    fine = np.kron(own * field.mask[y0:y1, x0:x1], np.ones((_FINER, _FINER), np.uint8))
    inside, nucleus = outlines(fine, (0.0, 0.0), (1 / _FINER, 1 / _FINER), (0.0, 0.0))
    made = TrainingOutline(
        file="",
        sha256="",
        role=role,
        group=f"drawn {field.spec.seed}",
        cell_id=number,
        case="",
        place=(piece.x0, piece.y0, 1.0),
        box=_placed_box(cell.box, piece, 1.0),
        cell=inside,
        nucleus=nucleus,
    )
    return made, partial(png, field.image[y0:y1, x0:x1])
