"""COCO: one JSON file of pictures, classes and annotations; in our own also outlines of nuclei and who said what."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

import bloodview
from bloodview.core.cells import Cell, Kind, Polygon, Source
from bloodview.core.errors import UnreadableFileError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Size
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.exchange.annotation import (
    NONSENSE,
    Annotation,
    AnnotationFile,
    PictureRef,
    box_around,
    polygon,
    px,
    sides,
    why_left_out,
    with_nuclei,
)
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord


def write(
    out: Path,
    slides: Sequence[SlideRecord],
    cells: Iterable[Cell],
    taxonomy: Taxonomy,
    made_at: datetime,
    naming: Naming,
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
        reason = why_left_out(cell)
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
            "stripped": list(naming.stripped),
        },
        "images": [_image(slide, naming) for slide in slides],
        "categories": [
            {"id": category_ids[c.id], "name": c.id, "supercategory": c.parent or "cell"} for c in taxonomy.classes
        ],
        "annotations": annotations,
    }
    with write_whole(out) as file:
        file.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return len(annotations)


def read(content: Mapping[str, Any], path: Path) -> AnnotationFile:
    """The annotations of a COCO file's content; those that make no sense are passed over and named.

    A class of `attributes.label` goes before the category's, which then tells only the kind. Run-length masks are
    passed over: the box stands for the cell.

    Raises:
        UnreadableFileError: it lacks what every COCO file has.
    """
    found = AnnotationFile("COCO")
    try:
        categories = {c["id"]: str(c["name"]) for c in content["categories"]}
        pictures = {i["id"]: _picture(i) for i in content["images"]}
        annotations = list(content["annotations"])
    except KeyError as error:
        raise UnreadableFileError(f"is no COCO file: it lacks {error}.", path=path) from error
    except NONSENSE as error:
        raise UnreadableFileError(f"is no COCO file ({error}).", path=path) from error
    damaged: list[str] = []
    for number, annotation in enumerate(annotations, 1):
        try:
            found.annotations.append(_read_one(annotation, categories, pictures))
        except NONSENSE as error:
            damaged.append(f"annotation {number} ({error})")
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    found.annotations = with_nuclei(found.annotations)
    return found


def _picture(image: Mapping[str, Any]) -> PictureRef:
    size = Size(int(image["width"]), int(image["height"])) if "width" in image and "height" in image else None
    return PictureRef(str(image["file_name"]), str(image.get("content_hash") or ""), size)


def _read_one(
    annotation: Mapping[str, Any], categories: Mapping[Any, str], pictures: Mapping[Any, PictureRef]
) -> Annotation:
    category = categories[annotation["category_id"]]
    rings = annotation.get("segmentation") or []
    outline = _largest(rings) if isinstance(rings, list) else ()
    if "bbox" in annotation and annotation["bbox"]:
        x, y, width, height = map(float, annotation["bbox"])
        box = box_around(((x, y), (x + width, y + height)))
    else:
        box = box_around(outline)
    ours = "kind" in annotation and "source" in annotation
    named = annotation.get("attributes") or {}
    return Annotation(
        picture=pictures[annotation["image_id"]],
        label=str(named.get("label") or category) if isinstance(named, dict) else category,
        box_l0=box,
        cell_outline=outline,
        nucleus_outline=_largest(annotation.get("nucleus") or []),
        cell_id=int(annotation["id"]) if ours else None,
        kind=Kind(annotation["kind"]) if ours else None,
        source=Source(annotation["source"]) if ours else Source.PERSON,
    )


def _largest(rings: Sequence[Sequence[float]]) -> Polygon:
    """The ring that encloses most, of COCO's flat lists."""
    found = [polygon(zip(ring[::2], ring[1::2], strict=True)) for ring in rings]
    return max((ring for ring in found if ring), key=_area, default=())


def _image(slide: SlideRecord, naming: Naming) -> dict[str, object]:
    return {
        "id": slide.id,
        "file_name": naming.picture(slide),
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
        "bbox": list(sides(box)),
        "area": px(area),
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


def _flat(outline: Polygon) -> list[list[float]]:
    """COCO's form of a polygon; fewer than three corners enclose nothing."""
    return [[px(v) for corner in outline for v in corner]] if len(outline) >= 3 else []


def _area(outline: Polygon) -> float:
    """Area a polygon encloses, pixels squared (shoelace formula)."""
    x, y = np.asarray(outline, dtype=np.float64).T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2
