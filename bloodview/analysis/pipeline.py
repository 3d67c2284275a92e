"""A slide and the models to cells: batches as they are found, tile by tile, each cell once."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

import numpy as np

from bloodview.analysis import merge, red_cells
from bloodview.analysis.crops import cell_window
from bloodview.analysis.field_scale import ASSUMED_UM, Settled, settle, view
from bloodview.analysis.outlines import outlines
from bloodview.analysis.pace import Pace
from bloodview.analysis.survey import Ground, Turn, in_turn
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Detection, FoundCell, Kind, Prediction
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.geometry import Box, Float32, Scale, Size
from bloodview.models.api import Classifier, Detector, Opinions, Segmenter, UInt8
from bloodview.models.windows import cut
from bloodview.slides import tiling
from bloodview.slides.slide import Slide

_log = logging.getLogger(__name__)

T = TypeVar("T")

Progress = Callable[[float, str], None]
"""Takes the share done, 0 to 1, and a word for a person."""

Reopen = Callable[[], Slide]
"""Opens the slide that is analysed anew."""

TILE_PX = 1024
"""Side of a tile as the detector sees it."""

OVERLAP_UM = 40.0
"""Overlap of tiles: two large leukocytes, so that each cell lies whole in the tile that owns it."""

SEAM_UM = 3.0
"""How far two tiles may place one cell's centre apart."""

_NO_IMAGE: UInt8 = np.full((1, 1, 3), 255, np.uint8)
_MOST_PX = 24_000_000  # of a tile in memory
_BATCH = 32  # crops a call; on a slow machine still well below the two seconds in which a stop must come


@dataclass(frozen=True, slots=True)
class FailedTile:
    """A part of a slide that could not be read, and why."""

    box_l0: Box
    reason: str


@dataclass(frozen=True, slots=True)
class CellBatch:
    """What one tile gave.

    Args:
        cells: each cell of the slide stands in one batch only.
        settled: the slide's scale, the same in every batch.
        tiles_done, tiles: how far it is.
        number: of the tile in the plan.
        box_l0, core_l0: what was read, and what of it the tile owns.
        ground: what the tile shows; the cells of a blank one were not looked for.
        failed: set if the tile could not be read.
        model_ids: detector, segmenter, classifier.
        warnings: for a person; in the first batch only.
    """

    cells: tuple[FoundCell, ...]
    settled: Settled
    tiles_done: int
    tiles: int
    number: int
    box_l0: Box
    core_l0: Box
    ground: Ground
    failed: FailedTile | None
    model_ids: tuple[str, str, str]
    warnings: tuple[str, ...] = ()

    @property
    def scale(self) -> Scale:
        """The slide's."""
        return self.settled.scale


@dataclass(frozen=True, slots=True)
class Resumed:
    """What an analysis that goes on knows already.

    Args:
        settled: the slide's scale, as it was settled then.
        done: numbers of the tiles that had their turn.
        known: the cells found so far.
    """

    settled: Settled
    done: frozenset[int]
    known: merge.Found


@dataclass(frozen=True, slots=True)
class Field:
    """A tile as it lies in memory, with what was found on it.

    Args:
        image: uint8 [H, W, 3], the working picture, at level 0 or coarser.
        box_l0: the part of the slide it shows.
        found: down to the detector's low score; each object of the slide on one field only.
        failed: set if the tile could not be read; the image is then one white pixel.
        settled: the slide's scale.
        done, total: which tile this is, from 1, of how many.
        turn: the tile, its number and what it shows.
    """

    image: UInt8
    box_l0: Box
    found: merge.Found
    failed: FailedTile | None
    settled: Settled
    done: int
    total: int
    turn: Turn

    @property
    def l0_per_px(self) -> tuple[float, float]:
        """Level-0 pixels that a working pixel is wide and high."""
        return self.box_l0.width / self.image.shape[1], self.box_l0.height / self.image.shape[0]

    def to_working(self, box_l0: Box) -> Box:
        """A box in pixels of `image`."""
        fx, fy = self.l0_per_px
        moved = box_l0.moved(-self.box_l0.x0, -self.box_l0.y0)
        return Box(moved.x0 / fx, moved.y0 / fy, moved.x1 / fx, moved.y1 / fy)


class GoneError(Exception):
    """A slide that cannot be opened any more, while it is analysed.

    Args:
        cause: what opening it said.
    """

    def __init__(self, cause: UserError | OSError) -> None:
        self.cause = cause
        super().__init__(str(cause))


class _Eye:
    """Reads tiles and shows them to the detector; remembers the latest, so that a probe costs nothing twice."""

    def __init__(self, slide: Slide, detector: Detector, reopen: Reopen | None = None) -> None:
        self._slide, self._detector, self._reopen = slide, detector, reopen
        self._read: tuple[Box, UInt8] | None = None
        self._seen: dict[tuple[Box, float], merge.Found] = {}

    def tiles(self, um_per_px: float) -> list[tiling.Tile]:
        factor = self._detector.um_per_px / um_per_px
        tile_px, overlap_px = max(64, round(TILE_PX * factor)), math.ceil(OVERLAP_UM / um_per_px)
        size = self._slide.size
        if max(size.width, size.height) <= 1.3 * tile_px:
            tile_px = max(size.width, size.height)
        return tiling.plan(size, max(tile_px, 2 * overlap_px), overlap_px)

    def read(self, box_l0: Box) -> UInt8:
        if self._read is None or self._read[0] != box_l0:
            shrink = max(1.0, math.sqrt(box_l0.width * box_l0.height / _MOST_PX))
            out = Size(max(1, round(box_l0.width / shrink)), max(1, round(box_l0.height / shrink)))
            self._read = box_l0, self._read_twice(box_l0, out)
            self._seen.clear()
        return self._read[1]

    def _read_twice(self, box_l0: Box, out: Size) -> UInt8:
        """A part, read once more on a reopened handle if that fails: errors of slide libraries and shares stick."""
        try:
            return self._slide.read(box_l0, out)
        except (UnreadableFileError, OSError):
            if self._reopen is None:
                raise
            try:
                self._slide = self._reopen()
            except (UserError, OSError) as error:
                raise GoneError(error) from error
            return self._slide.read(box_l0, out)

    def look(self, box_l0: Box, um_per_px: float) -> merge.Found:
        key = (box_l0, um_per_px)
        image = self.read(box_l0)
        if key not in self._seen:
            if is_blank(image):
                self._seen[key] = merge.nothing()
            else:
                seen = view(image, um_per_px * box_l0.width / image.shape[1], self._detector.um_per_px)
                boxes = self._detector.detect([seen])[0]
                size = Size(seen.shape[1], seen.shape[0])
                self._seen[key] = merge.to_level0(boxes, box_l0, size, self._slide.size)
        return self._seen[key]

    def probe(self, um_per_px: float) -> merge.Found:
        """Detections of the tile nearest the slide's middle."""
        size = self._slide.size
        middle = np.array([size.width / 2, size.height / 2])
        nearest = min(self.tiles(um_per_px), key=lambda t: float(np.abs(np.array(t.box_l0.center) - middle).sum()))
        return self.look(nearest.box_l0, um_per_px)


def is_blank(image: UInt8) -> bool:
    """Whether a tile shows nothing but glass; looks at every 16th pixel."""
    part = image[::4, ::4].reshape(-1, 3)
    return bool((part.max(axis=0).astype(int) - part.min(axis=0) < 12).all())


def fields(
    slide: Slide,
    detector: Detector,
    cancel: CancelToken,
    progress: Progress,
    resumed: Resumed | None = None,
    reopen: Reopen | None = None,
) -> Iterator[Field]:
    """The tiles of a slide with what the detector finds on them, the token asked before each; the monolayer first.

    A tile that cannot be read, nor on a reopened slide, comes as failed, and the rest goes on. Without `reopen` it is
    tried once.

    Raises:
        GoneError: the slide cannot even be opened any more.
    """
    cancel.check()
    eye = _Eye(slide, detector, reopen)
    settled = resumed.settled if resumed else _settled(slide, eye)
    tiles = eye.tiles(settled.seen_um_per_px)
    thresholds = detector.thresholds
    seams = merge.Seams(SEAM_UM / settled.seen_um_per_px, thresholds, resumed.known if resumed else None)
    turns = in_turn(slide, tiles, settled.seen_um_per_px, cancel, progress)
    pace = Pace(turns, resumed.done if resumed else frozenset(), settled.scale)
    for done, turn in enumerate(turns, start=1):
        if resumed and turn.number in resumed.done:
            continue
        tile = turn.tile
        cancel.check()
        failed: FailedTile | None = None
        if turn.ground is Ground.BLANK:
            yield Field(_NO_IMAGE, tile.box_l0, merge.nothing(), None, settled, done, len(tiles), turn)
            continue
        try:
            image = eye.read(tile.box_l0)
        except (UnreadableFileError, OSError) as error:
            _log.info("a tile could not be read: %s", type(error).__name__)
            failed = FailedTile(tile.box_l0, error.what if isinstance(error, UserError) else str(error))
            found, image = merge.nothing(), _NO_IMAGE
        else:
            found = seams.admit(eye.look(tile.box_l0, settled.seen_um_per_px), tile.core_l0)
        yield Field(image, tile.box_l0, found, failed, settled, done, len(tiles), turn)
        progress(*pace.after(turn))


def _settled(slide: Slide, eye: _Eye) -> Settled:
    """The slide's scale; where the places looked at cannot be read, the file's or an assumed one."""
    try:
        return settle(slide, eye.probe)
    except (UnreadableFileError, OSError):
        scale = slide.scale or Scale(ASSUMED_UM, "assumed")
        return Settled(scale, scale.um_per_px, ("The scale could not be measured: a part of it cannot be read.",))


def shown(field: Field, slide: Slide, detector: Detector) -> list[Detection]:
    """What BloodView shows of a field: from the thresholds up, one object at one place."""
    border = max(1.0, detector.um_per_px / field.settled.seen_um_per_px)
    return merge.detections(merge.shown(field.found, detector.thresholds), slide.size, border)


def analyse(
    slide: Slide,
    detector: Detector,
    segmenter: Segmenter,
    classifier: Classifier,
    *,
    cancel: CancelToken,
    progress: Progress,
    resumed: Resumed | None = None,
    reopen: Reopen | None = None,
) -> Iterator[CellBatch]:
    """Find, outline and name the cells of a slide; a batch a tile, those that were done before left out.

    Leukocytes get outlines and a prediction, platelets a prediction; red cells and platelets are measured, and
    outlined where the picture is a single tile: a slide has too many of them. What the border cuts is kept and marked;
    `core.cells.counts_at_edge` says what of it counts.

    Raises:
        Cancelled: the token was cancelled; asked before each tile and each batch of crops.
        GoneError: the slide cannot even be opened any more.
    """
    model_ids = (detector.model_id, segmenter.model_id, classifier.model_id)
    for number, field in enumerate(fields(slide, detector, cancel, progress, resumed, reopen)):
        found = shown(field, slide, detector)
        cells = [FoundCell(d, None) for d in found]
        outline_all(cells, field, segmenter, cancel)
        cancel.check()
        shape_all(cells, field)
        name_all(cells, field, classifier, cancel)
        yield CellBatch(
            tuple(cells),
            field.settled,
            field.done,
            field.total,
            field.turn.number,
            field.box_l0,
            field.turn.tile.core_l0,
            Ground.BLANK if is_blank(field.image) else field.turn.ground,
            field.failed,
            model_ids,
            field.settled.warnings if not number else (),
        )


def outline_all(cells: list[FoundCell], field: Field, segmenter: Segmenter, cancel: CancelToken) -> None:
    """Give the leukocytes of a field their outlines, in place."""
    chosen = [i for i, c in enumerate(cells) if c.detection.kind is Kind.WBC]
    corner = (field.box_l0.x0, field.box_l0.y0)
    found = masks(field, [cells[i].detection for i in chosen], segmenter, cancel)
    for i, (mask, origin) in zip(chosen, found, strict=True):
        cell, nucleus = outlines(mask, origin, field.l0_per_px, corner)
        cells[i] = replace(cells[i], cell_outline=cell, nucleus_outline=nucleus)


def shape_all(cells: list[FoundCell], field: Field) -> None:
    """Measure the red cells and platelets of a field, in place."""
    factor, corner = field.l0_per_px, (field.box_l0.x0, field.box_l0.y0)
    wide = math.sqrt(factor[0] * factor[1])
    leukocytes = _working_boxes([c.detection for c in cells if c.detection.kind is Kind.WBC], field)
    for i, found in (
        pair
        for kind in (Kind.RBC, Kind.PLATELET)
        if (chosen := [i for i, c in enumerate(cells) if c.detection.kind is kind])
        for pair in zip(chosen, _shapes([cells[i].detection for i in chosen], field, leukocytes), strict=True)
    ):
        shape = replace(found.shape, diameter_px=found.shape.diameter_px * wide)
        outline = red_cells.placed(found.outline, factor, corner) if field.total == 1 else ()
        cells[i] = replace(cells[i], shape=shape, cell_outline=outline)


def _shapes(found: Sequence[Detection], field: Field, leukocytes: Float32) -> list[red_cells.Outlined]:
    is_cut = np.array([d.touches_edge for d in found], np.bool_)
    least = red_cells.LEAST_PLATELET if found[0].kind is Kind.PLATELET else red_cells.LEAST_AREA
    return red_cells.measure(field.image, _working_boxes(found, field), is_cut, leukocytes, least)


def _working_boxes(found: Sequence[Detection], field: Field) -> Float32:
    """float32 [N, 4] xyxy, pixels of the field's picture."""
    working = [field.to_working(d.box_l0) for d in found]
    return np.array([(b.x0, b.y0, b.x1, b.y1) for b in working], np.float32).reshape(-1, 4)


def masks(
    field: Field, found: Sequence[Detection], segmenter: Segmenter, cancel: CancelToken
) -> Iterator[tuple[UInt8, tuple[float, float]]]:
    """A mask uint8 [h, w] 0/128/255 a detection, and where its corner lies in the field's picture, px."""
    for part in _batches(found):
        cancel.check()
        boxes = _working_boxes(part, field)
        for box, mask in zip(boxes, segmenter.segment(field.image, boxes), strict=True):
            x0, y0, _, _ = segmenter.window(box)
            yield mask, (float(x0), float(y0))


def name_all(cells: list[FoundCell], field: Field, classifier: Classifier, cancel: CancelToken) -> None:
    """Give the leukocytes and platelets of a field their predictions, in place."""
    with_platelets = Kind.PLATELET.value in classifier.classes
    chosen = [
        i
        for i, c in enumerate(cells)
        if c.detection.kind is Kind.WBC or (c.detection.kind is Kind.PLATELET and with_platelets)
    ]
    for part in _batches(chosen):
        cancel.check()
        opinions = classifier.classify(crops(field, [cells[i].detection for i in part], classifier))
        for row, i in enumerate(part):
            embedding = opinions.embeddings[row].astype("<f2").tobytes() if opinions.embeddings.size else b""
            predicted = prediction(opinions, row, classifier, cells[i].detection)
            cells[i] = replace(cells[i], prediction=predicted, embedding=embedding)


def crops(field: Field, found: Sequence[Detection], classifier: Classifier) -> UInt8:
    """The windows of some cells as the classifier wants them, uint8 [N, input_px, input_px, 3]."""
    scale = field.settled.scale
    out = np.empty((len(found), classifier.input_px, classifier.input_px, 3), np.uint8)
    for i, detection in enumerate(found):
        window = field.to_working(cell_window(detection.box_l0, scale, classifier.window_um))
        out[i] = cut(field.image, window, classifier.input_px)
    return out


def prediction(opinions: Opinions, row: int, classifier: Classifier, detection: Detection | None) -> Prediction:
    """One row of opinions as a value.

    A platelet keeps the detector's word for it, which stands where the classifier calls it one too: nobody reviews
    platelets one by one. A leukocyte keeps the classifier's word. Where the two contradict each other, or the border
    cuts a leukocyte, the label may not stand without a person.
    """
    probabilities = opinions.probabilities[row].astype(float)
    best = int(probabilities.argmax())
    decided = bool(opinions.decided[row])
    platelet = Kind.PLATELET.value
    if detection is not None:
        is_platelet = detection.kind is Kind.PLATELET
        decided = (decided or is_platelet) and (classifier.classes[best] == platelet) == is_platelet
        decided = decided and not (detection.kind is Kind.WBC and detection.touches_edge)
        best = classifier.classes.index(platelet) if is_platelet else best
    return Prediction(
        label=classifier.classes[best],
        confidence=min(1.0, float(probabilities[best])),
        decided=decided,
        familiarity=min(1.0, max(0.0, float(opinions.familiarity[row]))),
        probabilities=tuple(zip(classifier.classes, probabilities.tolist(), strict=True)),
        model_id=classifier.model_id,
    )


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    left = iter(items)
    while part := list(islice(left, _BATCH)):
        yield part
