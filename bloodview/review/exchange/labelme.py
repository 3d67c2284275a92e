"""labelme: a JSON file a picture, with shapes; the shapes of one cell share its id as their group."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bloodview.core.cells import Cell, Kind, Polygon, Source
from bloodview.core.errors import UnreadableFileError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box, Size
from bloodview.review.exchange.annotation import (
    NONSENSE,
    NUCLEUS,
    Annotation,
    AnnotationFile,
    PictureRef,
    box_around,
    polygon,
    px,
    why_left_out,
    with_nuclei,
)
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord

_VERSION = "5.5.0"
"""Of labelme, whose form this is."""

_OURS = "BloodView"
"""Begins the description of the shapes of our own files, which says the kind and who gave the label."""


def write(out: Path, slide: SlideRecord, cells: Iterable[Cell], naming: Naming) -> int:
    """Write the counted cells of one picture, whole or not at all; the number of cells written.

    A cell is a rectangle, and where it is outlined a polygon and one called "nucleus". The picture itself is not put
    into the file.

    Raises:
        StorageError: the file cannot be written.
    """
    written = [cell for cell in cells if not why_left_out(cell)]
    content: dict[str, object] = {
        "version": _VERSION,
        "flags": {},
        "shapes": [shape for cell in written for shape in _shapes(cell)],
        "imagePath": naming.picture(slide),
        "imageData": None,
        "imageHeight": slide.size.height,
        "imageWidth": slide.size.width,
        "content_hash": slide.content_hash,
    }
    with write_whole(out) as file:
        file.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return len(written)


def looks_like(content: object) -> bool:
    """Whether a JSON file's content is labelme's."""
    return isinstance(content, dict) and isinstance(content.get("shapes"), list) and "imagePath" in content


def read(content: Mapping[str, Any], path: Path) -> AnnotationFile:
    """The rectangles, polygons, circles and masks; other shapes, and those that make no sense, are passed over.

    Raises:
        UnreadableFileError: it names no picture.
    """
    found = AnnotationFile("labelme")
    name = content["imagePath"]
    if not isinstance(name, str) or not name:
        raise UnreadableFileError("names no picture.", path=path, hint="Save it in labelme again.")
    width, height = content.get("imageWidth"), content.get("imageHeight")
    size = Size(width, height) if isinstance(width, int) and isinstance(height, int) else None
    picture = PictureRef(name, str(content.get("content_hash") or ""), size)
    ours: dict[int, list[tuple[str, str, Box, Polygon]]] = {}
    others: list[str] = []
    damaged: list[str] = []
    loose: list[Annotation] = []
    for number, shape in enumerate(content["shapes"], 1):
        try:
            kind = shape["shape_type"]
            if kind not in ("rectangle", "polygon", "circle", "mask"):
                others.append(kind)
                continue
            box, outline = _places(kind, shape["points"])
            label, said = str(shape["label"]), str(shape.get("description") or "")
            if said.startswith(_OURS) and isinstance(group := shape.get("group_id"), int):
                ours.setdefault(group, []).append((label, said, box, outline))
            else:
                loose.append(Annotation(picture, label, box, None, outline))
        except NONSENSE as error:
            damaged.append(f"shape {number} ({error})")
    if others:
        found.problems.append(f"{len(others)} shapes outline nothing ({', '.join(sorted(set(map(str, others))))}).")
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    found.annotations = [_joined(picture, group, shapes) for group, shapes in ours.items()] + with_nuclei(loose)
    return found


def _shapes(cell: Cell) -> list[dict[str, object]]:
    box = cell.box_l0

    def shape(label: str, points: Iterable[tuple[float, float]], kind: str) -> dict[str, object]:
        return {
            "label": label,
            "points": [[px(x), px(y)] for x, y in points],
            "group_id": cell.id,
            "description": f"{_OURS} {cell.kind.value} {cell.source.value}",
            "shape_type": kind,
            "flags": {},
            "mask": None,
        }

    shapes = [shape(cell.label, ((box.x0, box.y0), (box.x1, box.y1)), "rectangle")]
    if len(cell.cell_outline) >= 3:
        shapes.append(shape(cell.label, cell.cell_outline, "polygon"))
    if len(cell.nucleus_outline) >= 3:
        shapes.append(shape("nucleus", cell.nucleus_outline, "polygon"))
    return shapes


def _places(kind: str, points: list[list[float]]) -> tuple[Box, Polygon]:
    if kind == "circle":
        (x, y), (rim_x, rim_y) = points
        radius = math.hypot(rim_x - x, rim_y - y)
        return box_around(((x - radius, y - radius), (x + radius, y + radius))), ()
    return box_around(points), polygon(points) if kind == "polygon" else ()


def _joined(picture: PictureRef, cell_id: int, shapes: list[tuple[str, str, Box, Polygon]]) -> Annotation:
    """The shapes of one cell of our own file."""
    boxes = [box for _, _, box, outline in shapes if not outline]
    outlines = {label in NUCLEUS: outline for label, _, _, outline in shapes if outline}
    label = next((label for label, *_ in shapes if label not in NUCLEUS), "")
    _, kind, source = (*shapes[0][1].split(), "", "")[:3]
    return Annotation(
        picture=picture,
        label=label,
        box_l0=boxes[0] if boxes else shapes[0][2],
        cell_outline=outlines.get(False, ()),
        nucleus_outline=outlines.get(True, ()),
        cell_id=cell_id,
        kind=Kind(kind) if kind in list(Kind) else None,
        source=Source(source) if source in list(Source) else Source.PERSON,
    )
