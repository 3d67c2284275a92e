"""A case to files of labels and of cells' pictures."""

from datetime import datetime
from pathlib import Path

from bloodview.analysis.crops import WINDOW_BOXES
from bloodview.analysis.inputs import Failure, Outcome, Progress, quiet
from bloodview.core.cells import Cell
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.geometry import Box, Size
from bloodview.models.api import UInt8
from bloodview.review import exchange
from bloodview.review.case import Case
from bloodview.review.records import SlideRecord
from bloodview.slides.slide import Slide, open_slide

_LARGEST_CROP_PX = 512
EXPORT_FORMATS = ("coco", "csv", "crops")


def read_crop(slide: Slide, box_l0: Box, side_px: int) -> UInt8:
    """Read the square around a box, as wide as its larger side, uint8 [side_px, side_px, 3]; white off the slide."""
    return slide.read(Box.square(box_l0.center, max(box_l0.width, box_l0.height)), Size(side_px, side_px))


def export(case: Case, fmt: str, out: Path, progress: Progress = quiet) -> Outcome:
    """Write a case's labels: "coco" and "csv" to a file, "crops" to a new folder with a folder a class.

    Rejected cells are left out. The pictures are needed for crops only; one that is gone or is another one by now is
    named in the outcome.

    Raises:
        UserError: no such format.
        StorageError: it cannot be written.
    """
    if fmt not in EXPORT_FORMATS:
        raise UserError(f"There is no export format {fmt!r}.", hint=f"Formats: {', '.join(EXPORT_FORMATS)}.")
    slides, cells = case.slides(), case.cells()
    if fmt == "coco":
        exchange.write_coco(out, slides, cells, case.taxonomy, datetime.now().astimezone())
    elif fmt == "csv":
        exchange.write_csv(out, slides, cells)
    else:
        with _CropReader(progress, len(cells)) as reader:
            _, failed = exchange.write_crops(out, slides, cells, reader)
        return Outcome(len(slides) - len(failed), tuple(Failure("", sentence) for sentence in failed))
    return Outcome(len(slides))


class _CropReader:
    """Reads cells' pictures for an export, keeping the latest slide open."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, max(1, total), 0
        self._open: tuple[int, Slide] | None = None

    def __enter__(self) -> "_CropReader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open[1].close()

    def __call__(self, record: SlideRecord, cell: Cell) -> UInt8:
        self._done += 1
        self._progress(self._done / self._total, record.name)
        if self._open is None or self._open[0] != record.id:
            if self._open:
                self._open[1].close()
                self._open = None
            slide = open_slide(record.path)
            if slide.content_hash != record.content_hash:
                slide.close()
                raise UnreadableFileError("is another picture by now.", path=record.path, hint="Analyse it again.")
            self._open = record.id, slide
        side = WINDOW_BOXES * max(cell.box_l0.width, cell.box_l0.height)
        window = Box.square(cell.box_l0.center, side)
        return read_crop(self._open[1], window, max(16, min(_LARGEST_CROP_PX, round(side))))
