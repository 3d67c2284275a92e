"""The cells of a case in other people's formats: COCO, CSV, and pictures of cells in a folder a class."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import bloodview
from bloodview.core.cells import Cell, Polygon, Status
from bloodview.core.errors import UserError
from bloodview.core.files import write_folder_whole, write_whole
from bloodview.core.sheet import write_table
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.records import SlideRecord

CropReader = Callable[[SlideRecord, Cell], NDArray[np.uint8]]
"""Gives a cell's picture, uint8 [h, w, 3] RGB; raises UserError if the slide cannot be read."""

_CSV_HEADER = (
    "cell", "slide", "content_hash", "kind", "status", "label", "source", "x0", "y0", "x1", "y1", "um_per_px",
    "detector_score", "touches_edge", "machine_label", "confidence", "decided", "familiarity", "model",
)  # fmt: skip


def write_coco(
    out: Path, slides: Sequence[SlideRecord], cells: Iterable[Cell], taxonomy: Taxonomy, made_at: datetime
) -> int:
    """Write the counted cells as COCO, whole or not at all; the number of cells written.

    An annotation keeps the cell's id, an image the slide's, a category its place in the taxonomy from 1, so that a
    later export of the same case has the same ids. Cells that are rejected, undecided or unnamed are left out and
    counted under `info.left_out`. `segmentation` is the cell's outline and `nucleus` that of its nucleus, each
    [[x, y, x, y, ...]] or empty.

    Raises:
        StorageError: the file cannot be written.
    """
    category_ids = {c.id: number for number, c in enumerate(taxonomy.classes, 1)}
    left_out: Counter[str] = Counter()
    annotations = []
    for cell in cells:
        reason = _why_left_out(cell)
        if reason:
            left_out[reason] += 1
            continue
        annotations.append(_annotation(cell, category_ids[cell.label]))
    content = {
        "info": {
            "description": "Cells of a blood smear, for research use only",
            "version": bloodview.__version__,
            "date_created": made_at.isoformat(timespec="seconds"),
            "models": list(dict.fromkeys(m for s in slides for m in s.model_ids)),
            "left_out": dict(left_out),
        },
        "images": [_image(slide) for slide in slides],
        "categories": [
            {"id": category_ids[c.id], "name": c.id, "supercategory": c.parent or "cell"} for c in taxonomy.classes
        ],
        "annotations": annotations,
    }
    with write_whole(out) as file:
        file.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return len(annotations)


def write_csv(out: Path, slides: Sequence[SlideRecord], cells: Iterable[Cell]) -> int:
    """Write every cell as a row, rejected and undecided ones with their status; the number of cells written.

    Boxes are level-0 pixels. Whole or not at all; text that looks like a formula stays text.

    Raises:
        StorageError: the file cannot be written.
    """
    written = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal written
        by_id = {slide.id: slide for slide in slides}
        for cell in cells:
            written += 1
            yield _csv_row(cell, by_id[cell.slide_id])

    with write_whole(out) as file, file.open("w", encoding="utf-8", newline="") as text:
        write_table(text, _CSV_HEADER, rows())
    return written


def write_crops(
    out: Path, slides: Sequence[SlideRecord], cells: Iterable[Cell], read_crop: CropReader
) -> tuple[int, tuple[str, ...]]:
    """Write each counted cell as a PNG into a folder of its class; a new folder, whole or not at all.

    The files are called `<slide id>_<slide name>_<cell id>.png`. A cell whose slide cannot be read is passed over.

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
            if _why_left_out(cell) or cell.slide_id in failed:
                continue
            slide = by_id[cell.slide_id]
            try:
                crop = read_crop(slide, cell)
            except UserError as error:
                failed[slide.id] = str(error)
                continue
            place = folder / _file_name(cell.label)
            place.mkdir(exist_ok=True)
            (place / f"{slide.id:04d}_{_file_name(slide.path.stem)}_{cell.id:06d}.png").write_bytes(_png(crop))
            written += 1
        if failed and not written:
            raise UserError("No cell could be read.", hint=" ".join(failed.values()))
    return written, tuple(failed.values())


def _why_left_out(cell: Cell) -> str:
    """Why a cell is no example of its class, or nothing."""
    if cell.status is not Status.ACTIVE:
        return cell.status.value
    return "" if cell.label else "unnamed"


def _image(slide: SlideRecord) -> dict[str, object]:
    return {
        "id": slide.id,
        "file_name": slide.name,
        "width": slide.size.width,
        "height": slide.size.height,
        "content_hash": slide.content_hash,
        "um_per_px": slide.scale and slide.scale.um_per_px,
        "scale_source": slide.scale and slide.scale.source,
    }


def _annotation(cell: Cell, category_id: int) -> dict[str, object]:
    box = cell.box_l0
    area = _area(cell.cell_outline) if cell.cell_outline else box.width * box.height
    annotation: dict[str, object] = {
        "id": cell.id,
        "image_id": cell.slide_id,
        "category_id": category_id,
        "bbox": [_px(v) for v in (box.x0, box.y0, box.width, box.height)],
        "area": _px(area),
        "segmentation": _flat(cell.cell_outline),
        "nucleus": _flat(cell.nucleus_outline),
        "iscrowd": 0,
        "score": round(cell.score, 4),
        "kind": cell.kind.value,
        "source": cell.source.value,
    }
    if cell.prediction:
        annotation["machine"] = {
            "label": cell.prediction.label,
            "confidence": round(cell.prediction.confidence, 4),
            "decided": cell.prediction.decided,
            "model": cell.prediction.model_id,
        }
    return annotation


def _csv_row(cell: Cell, slide: SlideRecord) -> tuple[object, ...]:
    box, said = cell.box_l0, cell.prediction
    machine = (said.label, said.confidence, said.decided, said.familiarity, said.model_id) if said else (None,) * 5
    return (
        cell.id, slide.name, slide.content_hash, cell.kind.value, cell.status.value, cell.label, cell.source.value,
        *(_px(v) for v in (box.x0, box.y0, box.x1, box.y1)), slide.scale and slide.scale.um_per_px,
        cell.score, cell.touches_edge, *machine,
    )  # fmt: skip


def _px(value: float) -> float:
    """A hundredth of a pixel is finer than any outline here."""
    return round(float(value), 2)


def _flat(outline: Polygon) -> list[list[float]]:
    """COCO's form of a polygon; fewer than three corners enclose nothing."""
    return [[_px(v) for corner in outline for v in corner]] if len(outline) >= 3 else []


def _area(outline: Polygon) -> float:
    """Area a polygon encloses, pixels squared (shoelace formula)."""
    x, y = np.asarray(outline, dtype=np.float64).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _file_name(text: str) -> str:
    """The text as part of a file name on every system, never a path and never hidden."""
    return re.sub(r"[^\w\-]+", "_", text)[:80].strip("_") or "unnamed"


def _png(crop: NDArray[np.uint8]) -> bytes:
    is_done, data = cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))
    if not is_done:
        raise ValueError(f"no picture: {crop.shape} {crop.dtype}")
    return data.tobytes()
