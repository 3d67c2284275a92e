"""Pascal VOC: an XML file a picture, with boxes and no outlines."""

import re
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from xml.etree import ElementTree

from bloodview.core.cells import Cell, Kind, Source
from bloodview.core.errors import UnreadableFileError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Size
from bloodview.review.exchange.annotation import (
    NONSENSE,
    Annotation,
    AnnotationFile,
    PictureRef,
    box_around,
    px,
    why_left_out,
)
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord

_MOST_DIGITS = 12
"""Of a side in pixels; Python refuses to read numbers of thousands."""
_CORNERS = ("xmin", "ymin", "xmax", "ymax")


def write(out: Path, slide: SlideRecord, cells: Iterable[Cell], naming: Naming) -> int:
    """Write the counted cells of one picture, whole or not at all; the number of cells written.

    Beside what VOC asks for, an object carries the cell's id, kind and source, which other readers pass over.

    Raises:
        StorageError: the file cannot be written.
    """
    root = ElementTree.Element("annotation")
    _say(root, "folder", "")
    _say(root, "filename", naming.picture(slide))
    _say(ElementTree.SubElement(root, "source"), "database", "BloodView")
    size = ElementTree.SubElement(root, "size")
    for name, value in (("width", slide.size.width), ("height", slide.size.height), ("depth", 3)):
        _say(size, name, value)
    _say(root, "segmented", 0)
    _say(root, "content_hash", slide.content_hash)
    written = [cell for cell in cells if not why_left_out(cell)]
    for cell in written:
        thing = ElementTree.SubElement(root, "object")
        _say(thing, "name", cell.label)
        _say(thing, "pose", "Unspecified")
        _say(thing, "truncated", int(cell.touches_edge))
        _say(thing, "difficult", 0)
        box = ElementTree.SubElement(thing, "bndbox")
        for name, place in zip(_CORNERS, astuple(cell.box_l0), strict=True):
            _say(box, name, px(place))
        for name, said in (("cell", cell.id), ("kind", cell.kind.value), ("label_by", cell.source.value)):
            _say(thing, name, said)
    ElementTree.indent(root)
    with write_whole(out) as file:
        ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return len(written)


def looks_like(text: str) -> bool:
    """Whether an XML file's first element is VOC's."""
    found = re.match(r"\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<annotation[\s>]", text[:4096], re.DOTALL)
    return found is not None or text.lstrip().startswith("<!DOCTYPE annotation")


def read(text: str, path: Path) -> AnnotationFile:
    """The objects of a VOC file; those that make no sense are passed over and named.

    Raises:
        UnreadableFileError: it is damaged, names no picture, or carries definitions, which could be made to fill the
            memory.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableFileError("carries definitions (DOCTYPE), which no annotation needs.", path=path)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableFileError(f"is no whole XML file ({error}).", path=path, hint="Export it again.") from error
    name = root.findtext("filename") or root.findtext("path") or ""
    if not name:
        raise UnreadableFileError("names no picture.", path=path, hint="Export it again.")
    width, height = (root.findtext(f"size/{side}") or "" for side in ("width", "height"))
    if len(width) > _MOST_DIGITS or len(height) > _MOST_DIGITS:
        raise UnreadableFileError("says no size of a picture.", path=path, hint="Export it again.")
    size = Size(int(width), int(height)) if width.isdecimal() and height.isdecimal() and int(width) else None
    picture = PictureRef(name, root.findtext("content_hash") or "", size)
    found = AnnotationFile("Pascal VOC")
    damaged: list[str] = []
    for number, thing in enumerate(root.iter("object"), 1):
        try:
            found.annotations.append(_annotation(thing, picture))
        except NONSENSE as error:
            damaged.append(f"object {number} ({error})")
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    return found


def _annotation(thing: ElementTree.Element, picture: PictureRef) -> Annotation:
    x0, y0, x1, y1 = (float(thing.findtext(f"bndbox/{corner}") or "nan") for corner in _CORNERS)
    cell, kind, source = (thing.findtext(name) for name in ("cell", "kind", "label_by"))
    return Annotation(
        picture=picture,
        label=(thing.findtext("name") or "").strip(),
        box_l0=box_around(((x0, y0), (x1, y1))),
        cell_id=int(cell) if cell else None,
        kind=Kind(kind) if kind else None,
        source=Source(source) if source else Source.PERSON,
    )


def _say(above: ElementTree.Element, name: str, value: object) -> None:
    ElementTree.SubElement(above, name).text = str(value)
