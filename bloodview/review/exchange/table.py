"""CSV: a row a cell. Written with all that is known of it; read with whatever names a program gives its columns."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.errors import UnreadableFileError
from bloodview.core.files import write_whole
from bloodview.core.sheet import write_table
from bloodview.review.exchange.annotation import NONSENSE, Annotation, AnnotationFile, PictureRef, box_around
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord

_HEADER = (
    "cell", "slide", "content_hash", "kind", "status", "label", "source", "x0", "y0", "x1", "y1", "um_per_px",
    "detector_score", "touches_edge", "machine_label", "confidence", "decided", "familiarity", "model",
)  # fmt: skip

_PICTURE = ("slide", "image", "file_name", "filename", "image_name", "picture", "path", "image_path", "file")
_LABEL = ("label", "class", "class_name", "category", "name", "cell_type", "classification")
_CORNERS = (
    ("x0", "y0", "x1", "y1"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
    ("x1", "y1", "x2", "y2"),
)
_SIDES = (("x", "y", "w", "h"), ("x", "y", "width", "height"), ("left", "top", "width", "height"))
_LONGEST_FIELD = 1_000_000


def write(out: Path, slides: Sequence[SlideRecord], cells: Iterable[Cell], naming: Naming) -> int:
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
            yield _row(cell, by_id[cell.slide_id], naming)

    with write_whole(out) as file, file.open("w", encoding="utf-8", newline="") as text:
        write_table(text, _HEADER, rows())
    return written


def looks_like(text: str) -> bool:
    """Whether the first line names a picture and places on it."""
    header = _names(text)
    has_places = any(header.issuperset(c) for c in (*_CORNERS, *_SIDES)) or {"x", "y"} <= header
    return has_places and bool(header.intersection(_PICTURE))


def read(text: str, path: Path) -> AnnotationFile:
    """The rows of a table whose first line names its columns; rows that make no sense are passed over and named.

    Raises:
        UnreadableFileError: its lines are no table.
    """
    found = AnnotationFile("CSV")
    lines = csv.DictReader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    damaged: list[str] = []
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        for number, raw in enumerate(lines, 2):
            row = {str(k).strip().casefold(): _plain(v) for k, v in raw.items() if isinstance(v, str)}
            try:
                found.annotations.append(_annotation(row))
            except NONSENSE as error:
                damaged.append(f"line {number} ({error})")
    except csv.Error as error:
        raise UnreadableFileError(f"is no whole table ({error}).", path=path, hint="Export it again.") from error
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    return found


def _names(text: str) -> set[str]:
    first = text.partition("\n")[0]
    return {name.strip().strip('"').casefold() for name in first.split(_delimiter(text))}


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _plain(text: str) -> str:
    """A field without the apostrophe that `core.sheet` put before what a spreadsheet would compute."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _annotation(row: Mapping[str, str]) -> Annotation:
    picture = next((row[name] for name in _PICTURE if row.get(name)), "")
    if not picture:
        raise ValueError("names no picture")
    box, point = None, None
    if corners := next((c for c in _CORNERS if row.keys() >= set(c)), None):
        x0, y0, x1, y1 = (float(row[name]) for name in corners)
        box = box_around(((x0, y0), (x1, y1)))
    elif sides := next((s for s in _SIDES if row.keys() >= set(s)), None):
        x, y, width, height = (float(row[name]) for name in sides)
        box = box_around(((x, y), (x + width, y + height)))
    else:
        point = float(row["x"]), float(row["y"])
    ours = {"cell", "content_hash", "kind", "status", "source"} <= row.keys()
    return Annotation(
        picture=PictureRef(picture, row.get("content_hash", "")),
        label=next((row[name] for name in _LABEL if row.get(name)), ""),
        box_l0=box,
        point_l0=point,
        cell_id=int(row["cell"]) if ours else None,
        kind=Kind(row["kind"]) if ours else None,
        status=Status(row["status"]) if ours else Status.ACTIVE,
        source=Source(row["source"]) if ours else Source.PERSON,
    )


def _row(cell: Cell, slide: SlideRecord, naming: Naming) -> tuple[object, ...]:
    box, said = cell.box_l0, cell.prediction
    machine = (said.label, said.confidence, said.decided, said.familiarity, said.model_id) if said else (None,) * 5
    return (
        cell.id, naming.picture(slide), slide.content_hash, cell.kind.value, cell.status.value, cell.label,
        cell.source.value, *(_text(v) for v in (box.x0, box.y0, box.x1, box.y1)),
        slide.scale and slide.scale.um_per_px, cell.score, cell.touches_edge, *machine,
    )  # fmt: skip


def _text(px: float) -> str:
    """A place in pixels to the hundredth, however far out."""
    return f"{px:.2f}".rstrip("0").rstrip(".")
