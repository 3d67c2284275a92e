"""GeoJSON as QuPath reads and writes it: one file a picture, a feature a cell with its nucleus, class and id."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.exchange.annotation import (
    NONSENSE,
    Annotation,
    AnnotationFile,
    PictureRef,
    box_around,
    polygon,
    px,
    with_nuclei,
)
from bloodview.review.exchange.naming import Naming, cell_uuid
from bloodview.review.records import SlideRecord

_TYPES = ("FeatureCollection", "Feature", "Polygon", "MultiPolygon", "GeometryCollection")
_OURS = "BloodView"
"""Begins the names of the metadata that carry what QuPath has no place for: exact box, id, who gave the label."""


def write(out: Path, slide: SlideRecord, cells: Iterable[Cell], taxonomy: Taxonomy, naming: Naming) -> int:
    """Write the cells of one picture, whole or not at all; the number of cells written.

    An outlined cell becomes QuPath's "cell" with its nucleus, any other a "detection" in the shape of its box. All
    are written, rejected and undecided ones with their status in the metadata and without a class.

    Raises:
        StorageError: the file cannot be written.
    """
    features = [_feature(cell, slide, taxonomy) for cell in cells]
    picture = {
        "picture": naming.picture(slide),
        "content_hash": slide.content_hash,
        "width": slide.size.width,
        "height": slide.size.height,
    }
    content = {"type": "FeatureCollection", "features": features, "bloodview": picture}
    with write_whole(out) as file:
        file.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return len(features)


def looks_like(content: object) -> bool:
    """Whether a JSON file's content is GeoJSON."""
    if isinstance(content, list):
        return bool(content) and all(isinstance(f, dict) and f.get("type") == "Feature" for f in content[:10])
    return isinstance(content, dict) and content.get("type") in _TYPES


def read(content: object, path: Path) -> AnnotationFile:
    """The features that are or hold polygons; others, and those that make no sense, are passed over and counted.

    The picture is the one that the file is named after, unless the file says its hash. Of several rings the largest
    is taken, holes are not kept.
    """
    found = AnnotationFile("GeoJSON")
    picture = PictureRef(path.stem)
    if isinstance(content, dict) and isinstance(ours := content.get("bloodview"), dict):
        picture = PictureRef(str(ours.get("picture") or path.stem), str(ours.get("content_hash") or ""))
    passed_over = 0
    damaged: list[str] = []
    for number, feature in enumerate(_features(content), 1):
        try:
            annotation = _annotation(feature, picture)
        except NONSENSE as error:
            damaged.append(f"feature {number} ({error})")
            continue
        if annotation:
            found.annotations.append(annotation)
        else:
            passed_over += 1
    if passed_over:
        found.problems.append(f"{passed_over} features are no polygons and were passed over.")
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    found.annotations = with_nuclei(found.annotations)
    return found


def _feature(cell: Cell, slide: SlideRecord, taxonomy: Taxonomy) -> dict[str, object]:
    box = cell.box_l0
    properties: dict[str, object] = {
        "objectType": "cell" if cell.cell_outline else "detection",
        "metadata": {
            f"{_OURS} id": str(cell.id),
            f"{_OURS} box": " ".join(f"{v:.2f}" for v in _corners(box)),
            f"{_OURS} kind": cell.kind.value,
            f"{_OURS} status": cell.status.value,
            f"{_OURS} source": cell.source.value,
            f"{_OURS} label": cell.label,
        },
    }
    if cell.label and cell.status is Status.ACTIVE:
        color = taxonomy[cell.label].color.lstrip("#")
        rgb = [int(color[i : i + 2], 16) for i in (0, 2, 4)]
        properties["classification"] = {"name": cell.label, "color": rgb}
    feature: dict[str, object] = {
        "type": "Feature",
        "id": cell_uuid(cell, slide),
        "geometry": _polygon(cell.cell_outline or _rectangle(box)),
        "properties": properties,
    }
    if cell.cell_outline and len(cell.nucleus_outline) >= 3:
        feature["nucleusGeometry"] = _polygon(cell.nucleus_outline)
    return feature


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _rectangle(box: Box) -> Polygon:
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)


def _polygon(outline: Polygon) -> dict[str, object]:
    ring = [[px(x), px(y)] for x, y in outline]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _features(content: object) -> list[object]:
    if isinstance(content, list):
        return content
    assert isinstance(content, dict)
    for holder in ("features", "geometries"):
        if isinstance(inside := content.get(holder), list):
            return inside
    return [content]


def _annotation(feature: object, picture: PictureRef) -> Annotation | None:
    if not isinstance(feature, dict):
        raise TypeError("no feature")
    is_feature = feature.get("type") == "Feature"
    outline = _outline(feature.get("geometry") if is_feature else feature)
    if not outline:
        return None
    nucleus = _outline(feature.get("nucleusGeometry")) if is_feature else ()
    properties = feature.get("properties") or {}
    called = properties.get("classification")
    label = called.get("name") or " ".join(called.get("names") or ()) if isinstance(called, dict) else called
    said = properties.get("metadata")
    said = said if isinstance(said, dict) else {}
    if f"{_OURS} box" not in said:
        box = box_around(outline)
        # A rectangle is a box and no outline.
        is_box = len(outline) == 4 and set(outline) == set(_rectangle(box))
        return Annotation(picture, str(label or ""), box, None, () if is_box else outline, nucleus)
    x0, y0, x1, y1 = (float(v) for v in said[f"{_OURS} box"].split())
    # The class is QuPath's, which a person may have changed there; a cell that does not count has none.
    return Annotation(
        picture=picture,
        label=str(label or said.get(f"{_OURS} label") or ""),
        box_l0=box_around(((x0, y0), (x1, y1))),
        cell_outline=outline if properties.get("objectType") == "cell" else (),
        nucleus_outline=nucleus,
        cell_id=int(said[f"{_OURS} id"]),
        kind=Kind(said[f"{_OURS} kind"]),
        status=Status(said[f"{_OURS} status"]),
        source=Source(said[f"{_OURS} source"]),
    )


def _outline(geometry: object) -> Polygon:
    """The outer ring of a polygon, or of the largest of several; () for any other geometry."""
    if not isinstance(geometry, Mapping):
        return ()
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Polygon" and isinstance(coordinates, Sequence) and coordinates:
        return polygon(coordinates[0])
    if geometry.get("type") == "MultiPolygon" and isinstance(coordinates, Sequence):
        rings = [polygon(part[0]) for part in coordinates if part]
        return max((r for r in rings if r), key=lambda r: (b := box_around(r)).width * b.height, default=())
    return ()
