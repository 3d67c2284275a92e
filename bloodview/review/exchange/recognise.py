"""Which format a file or folder of annotations is in, told by its content, and its annotations."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.geometry import Size
from bloodview.review.exchange import coco, geojson, labelme, table, voc, yolo
from bloodview.review.exchange.annotation import AnnotationFile, read_json, read_text

KNOWN = "COCO, YOLO, Pascal VOC, GeoJSON, labelme and CSV"
_ENDINGS = frozenset((".json", ".geojson", ".xml", ".txt", ".csv", ".tsv"))
_ASIDE = frozenset(("classes.txt", "obj.names", "data.yaml", "pictures.txt", "readme.txt"))
"""Files of a YOLO folder that hold no boxes."""


def read(given: Path, sizes: Mapping[str, Size]) -> Iterator[tuple[Path, AnnotationFile | UserError]]:
    """The annotations of a file, or of each file below a folder in sorted order; why one of a folder is none.

    Args:
        given: a file or folder.
        sizes: names of the case's pictures without ending -> their size, which YOLO asks for.

    Raises:
        UnreadableFileError: it is not there, or a single file cannot be read or is of no known format.
    """
    if given.is_dir():
        files = [p for p in sorted(given.rglob("*")) if p.suffix.lower() in _ENDINGS and _is_wanted(p, given)]
        files = [p for p in files if not p.is_fifo()]
        if not files:
            raise UnreadableFileError("holds no annotations.", path=given, hint=f"{KNOWN} can be imported.")
        for file in files:
            try:
                yield file, read_file(file, sizes)
            except UserError as error:
                yield file, error
    elif given.exists():
        yield given, read_file(given, sizes)
    else:
        raise UnreadableFileError("there is no such file.", path=given, hint="Check the name and its spelling.")


def read_file(path: Path, sizes: Mapping[str, Size]) -> AnnotationFile:
    """The annotations of one file.

    Raises:
        UnreadableFileError: it cannot be read, is damaged, or is of no known format.
    """
    text = read_text(path)
    start = text.lstrip()[:1]
    if start and start in "{[":
        content = read_json(path)
        if geojson.looks_like(content):
            return geojson.read(content, path)
        if isinstance(content, dict):
            if labelme.looks_like(content):
                return labelme.read(content, path)
            if "annotations" in content and "images" in content:
                return coco.read(content, path)
    elif start == "<" and voc.looks_like(text):
        return voc.read(text, path)
    elif yolo.looks_like(text):
        return yolo.read(text, path, sizes)
    elif table.looks_like(text):
        return table.read(text, path)
    raise UnreadableFileError("is in no format that BloodView knows.", path=path, hint=f"{KNOWN} can be imported.")


def _is_wanted(path: Path, below: Path) -> bool:
    """Whether a file of a folder is asked for annotations; what lies beside those of YOLO is not."""
    parts = path.relative_to(below).parts
    hidden = any(part.startswith(".") for part in parts)
    return path.is_file() and not hidden and path.name.lower() not in _ASIDE and "ids" not in parts[:-1]
