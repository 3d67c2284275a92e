"""A case to files of labels and of cells' pictures."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import bloodview
from bloodview.analysis.crops import WINDOW_BOXES
from bloodview.analysis.inputs import Failure, Outcome, Progress, quiet
from bloodview.core import trainset
from bloodview.core.cells import Cell, Polygon
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import write_folder_whole
from bloodview.core.geometry import Box, Size
from bloodview.core.taxonomy import Taxonomy
from bloodview.models.api import UInt8
from bloodview.review.exchange import coco, crops, geojson, labelme, table, voc, yolo
from bloodview.review.exchange.annotation import why_left_out
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord
from bloodview.review.rows import check_outlines
from bloodview.review.storage import reading
from bloodview.slides.slide import Slide, open_slide

_LARGEST_CROP_PX = 512
EXPORT_FORMATS = ("coco", "yolo", "voc", "geojson", "labelme", "csv", "crops", "trainset")
ENDINGS = {"voc": ".xml", "geojson": ".geojson", "labelme": ".json"}
"""Of the formats that have a file a picture."""

_TRAINING_UM = 30.0
"""Side of a crop of the training set: the window of the classifier, turned and shifted, stays inside."""

_TRAINING_BOXES = 2.5
"""The same where no scale is known, in larger sides of the cell's box."""


def read_crop(slide: Slide, box_l0: Box, side_px: int) -> UInt8:
    """Read the square around a box, as wide as its larger side, uint8 [side_px, side_px, 3]; white off the slide."""
    return slide.read(Box.square(box_l0.center, max(box_l0.width, box_l0.height)), Size(side_px, side_px))


class Labelled(Protocol):
    """What an export reads of a case; a Case has it."""

    @property
    def path(self) -> Path:
        """The case file, which errors name."""

    @property
    def taxonomy(self) -> Taxonomy:
        """Its classes."""

    def slides(self) -> list[SlideRecord]:
        """Its pictures."""

    def cells(self) -> list[Cell]:
        """The cells of all of them."""


def export(case: Labelled, fmt: str, out: Path, progress: Progress = quiet, *, keep_names: bool = False) -> Outcome:
    """Write a case's labels in one of `EXPORT_FORMATS`.

    "coco" and "csv" are files. "voc", "geojson" and "labelme" are a new folder with a file a picture, or a file where
    the case has one picture and `out` has the format's ending. "yolo", "crops" and "trainset" are new folders. The
    pictures are needed for the last two only; one that is gone or is another one by now is named in the outcome.

    Args:
        case: the case.
        fmt: the format.
        out: the file or folder.
        progress: told of cells whose pictures are read.
        keep_names: call pictures by their file names, which often hold a patient's.

    Raises:
        UserError: no such format, or no cell to write.
        StorageError: it cannot be written.
    """
    if fmt not in EXPORT_FORMATS:
        raise UserError(f"There is no export format {fmt!r}.", hint=f"Formats: {', '.join(EXPORT_FORMATS)}.")
    slides, cells, naming = case.slides(), case.cells(), Naming(keep_names)
    with reading(case.path):
        check_outlines(cells)
    failed: Sequence[str] = ()
    if fmt == "coco":
        coco.write(out, slides, cells, case.taxonomy, datetime.now().astimezone(), naming)
    elif fmt == "csv":
        table.write(out, slides, cells, naming)
    elif fmt == "yolo":
        with write_folder_whole(out) as folder:
            yolo.write(folder, slides, _by_slide(cells), case.taxonomy, naming)
    elif fmt in ENDINGS:
        _write_each(case, fmt, out, slides, cells, naming)
    else:
        with CropReader(progress, len(cells)) as reader:
            if fmt == "crops":
                _, failed = crops.write(out, slides, cells, reader, naming)
            else:
                whole = case_mark(slides)
                found = training_cells(slides, cells, reader, whole)
                _, failed = trainset.write(out, described(case.taxonomy, naming), found)
    warnings = ((str(out), f"left out for privacy: {', '.join(naming.stripped)}."),)
    return Outcome(len(slides) - len(failed), tuple(Failure("", sentence) for sentence in failed), warnings=warnings)


def _by_slide(cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.slide_id, []).append(cell)
    return found


def _write_each(
    case: Labelled, fmt: str, out: Path, slides: Sequence[SlideRecord], cells: Sequence[Cell], naming: Naming
) -> None:
    """Write a file a picture, all or none."""
    by_slide, taxonomy = _by_slide(cells), case.taxonomy

    def write(file: Path, slide: SlideRecord) -> None:
        own = by_slide.get(slide.id, [])
        if fmt == "geojson":
            geojson.write(file, slide, own, taxonomy, naming)
        elif fmt == "labelme":
            labelme.write(file, slide, own, naming)
        else:
            voc.write(file, slide, own, naming)

    ending = ENDINGS[fmt]
    if out.suffix.lower() in (ending, ".json" if fmt == "geojson" else ending):
        if len(slides) != 1:
            raise UserError(
                f"cannot hold {len(slides)} pictures: the format has a file a picture.", path=out, hint="Name a folder."
            )
        write(out, slides[0])
        return
    with write_folder_whole(out) as folder:
        for slide in slides:
            write(folder / f"{naming.stem(slide)}{ending}", slide)


def described(taxonomy: Taxonomy, naming: Naming) -> trainset.TrainingSet:
    """A training set of this tree, made now, still without cells."""
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    return trainset.TrainingSet(bloodview.__version__, moment, taxonomy.classes, (), naming.stripped)


def case_mark(slides: Sequence[SlideRecord]) -> str:
    """What tells a case from others wherever its file lies: the content of its first slide; "" without slides."""
    return min(slides, key=lambda s: s.id).content_hash if slides else ""


def training_cells(
    slides: Sequence[SlideRecord], cells: Sequence[Cell], reader: "CropReader", case: str = ""
) -> Iterator[tuple[trainset.TrainingCell, Callable[[], bytes]]]:
    """The counted cells with what reads their crops; `case` is what tells the case from others."""
    by_id = {slide.id: slide for slide in slides}
    for cell in cells:
        if why_left_out(cell):
            continue
        slide = by_id[cell.slide_id]
        window = _training_window(cell, slide)
        # Placed as the crop is read: at the slide's own pixels, unless a cell is wider than any crop.
        x0, y0 = window.x0, window.y0
        factor = min(1.0, 2 * _LARGEST_CROP_PX / window.width)

        def within(outline: Polygon, x0: float = x0, y0: float = y0, factor: float = factor) -> Polygon:
            return tuple((round((x - x0) * factor, 2), round((y - y0) * factor, 2)) for x, y in outline)

        box = cell.box_l0
        (left, top), (right, bottom) = within(((box.x0, box.y0), (box.x1, box.y1)))
        described = trainset.TrainingCell(
            file="",
            sha256="",
            group=slide.content_hash,
            cell_id=cell.id,
            kind=cell.kind,
            label=cell.label,
            source=cell.source,
            box=(left, top, right, bottom),
            um_per_px=slide.scale.um_per_px / factor if slide.scale and slide.scale.source != "assumed" else None,
            cell_outline=within(cell.cell_outline),
            nucleus_outline=within(cell.nucleus_outline),
            case=case,
        )
        yield described, partial(reader.training_crop, slide, window, round(window.width * factor))


def _training_window(cell: Cell, slide: SlideRecord) -> Box:
    """The square of whole pixels around a cell that its crop shows."""
    box = cell.box_l0
    least = _TRAINING_BOXES * max(box.width, box.height)
    side = round(max(least, slide.scale.px(_TRAINING_UM)) if slide.scale else least)
    x0, y0 = round(box.center[0] - side / 2), round(box.center[1] - side / 2)
    return Box(x0, y0, x0 + max(16, side), y0 + max(16, side))


class CropReader:
    """Reads cells' pictures for an export, keeping the latest slide open."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, max(1, total), 0
        self._open: tuple[int, Slide] | None = None

    def __enter__(self) -> "CropReader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open[1].close()

    def __call__(self, record: SlideRecord, cell: Cell) -> UInt8:
        """A cell's picture, uint8 [h, w, 3] RGB, a little wider than its box."""
        side = WINDOW_BOXES * max(cell.box_l0.width, cell.box_l0.height)
        window = Box.square(cell.box_l0.center, side)
        return read_crop(self._slide(record), window, max(16, min(_LARGEST_CROP_PX, round(side))))

    def training_crop(self, record: SlideRecord, window: Box, side_px: int) -> bytes:
        """A window of a slide as a PNG file."""
        return crops.png(self._slide(record).read(window, Size(side_px, side_px)))

    def _slide(self, record: SlideRecord) -> Slide:
        self._done += 1
        self._progress(self._done / self._total, record.name)
        if self._open is None or self._open[0] != record.id:
            if self._open:
                self._open[1].close()
                self._open = None
            slide = open_slide(record.path, record.plane)
            if slide.content_hash != record.content_hash:
                slide.close()
                raise UnreadableFileError("is another picture by now.", path=record.path, hint="Analyse it again.")
            self._open = record.id, slide
        return self._open[1]
