"""Pictures of single cells, in a folder a class."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Cell
from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole
from bloodview.review.exchange.annotation import why_left_out
from bloodview.review.exchange.naming import Naming, file_name
from bloodview.review.records import SlideRecord

CropReader = Callable[[SlideRecord, Cell], NDArray[np.uint8]]
"""Gives a cell's picture, uint8 [h, w, 3] RGB; raises UserError if the slide cannot be read."""


def write(
    out: Path, slides: Sequence[SlideRecord], cells: Iterable[Cell], read_crop: CropReader, naming: Naming
) -> tuple[int, tuple[str, ...]]:
    """Write each counted cell as a PNG into a folder of its class; a new folder, whole or not at all.

    The files are called by their picture (see `naming`) and the cell's id. A cell whose slide cannot be read is
    passed over.

    Returns:
        How many were written, and one sentence for each slide that could not be read.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
        UserError: none of the cells could be read.
    """
    by_id = {slide.id: slide for slide in slides}
    failed: dict[int, str] = {}
    written = 0
    with write_folder_whole(out) as folder:
        for cell in cells:
            if why_left_out(cell) or cell.slide_id in failed:
                continue
            slide = by_id[cell.slide_id]
            try:
                crop = read_crop(slide, cell)
            except UserError as error:
                failed[slide.id] = str(error)
                continue
            place = folder / file_name(cell.label)
            place.mkdir(exist_ok=True)
            (place / f"{naming.stem(slide)}_{cell.id:06d}.png").write_bytes(png(crop))
            written += 1
        if failed and not written:
            raise UserError("No cell could be read.", hint=" ".join(failed.values()))
    return written, tuple(failed.values())


def png(crop: NDArray[np.uint8]) -> bytes:
    """A picture uint8 [h, w, 3] RGB as the bytes of a PNG file, without any metadata."""
    is_done, data = cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))
    if not is_done:
        raise ValueError(f"no picture: {crop.shape} {crop.dtype}")
    return data.tobytes()
