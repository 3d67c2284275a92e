"""YOLO: a folder with a text file of boxes a picture, numbers of classes, and shares of the picture's size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from pathlib import Path

from bloodview.core.cells import Cell, Source
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.exchange.annotation import (
    NONSENSE,
    Annotation,
    AnnotationFile,
    PictureRef,
    box_around,
    polygon,
    read_text,
    why_left_out,
)
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord

_IDS = "ids"
"""Folder beside `labels`: line by line the cells' ids and who labelled them, for which YOLO has no place."""


def write(
    folder: Path,
    slides: Sequence[SlideRecord],
    cells: Mapping[int, Sequence[Cell]],
    taxonomy: Taxonomy,
    naming: Naming,
) -> int:
    """Write the counted cells of pictures into a folder that is there; the number of cells written.

    `labels` holds the boxes, `ids` the cells' ids and who labelled them, `pictures.txt` the size of each picture,
    data.yaml and classes.txt the classes. Ten digits keep a hundredth of a pixel on the largest slide.
    """
    numbers = {c.id: number for number, c in enumerate(taxonomy.classes)}
    for name in ("labels", _IDS):
        (folder / name).mkdir()
    written = 0
    pictures = []
    for slide in slides:
        kept = [cell for cell in cells.get(slide.id, ()) if not why_left_out(cell)]
        lines = [_line(cell, numbers[cell.label], slide.size) for cell in kept]
        stem = Path(naming.picture(slide)).stem if naming.keep_names else naming.stem(slide)
        if (folder / "labels" / f"{stem}.txt").exists():  # two pictures of one name in different folders
            stem = naming.stem(slide)
        _write(folder / "labels" / f"{stem}.txt", lines)
        _write(folder / _IDS / f"{stem}.txt", [f"{cell.id} {cell.source.value}" for cell in kept])
        pictures.append(f"{stem}\t{slide.size.width}\t{slide.size.height}\t{slide.content_hash}")
        written += len(kept)
    _write(folder / "pictures.txt", pictures)
    _write(folder / "classes.txt", [c.id for c in taxonomy.classes])
    _write(
        folder / "data.yaml",
        ["path: .", "train: images", "val: images", f"nc: {len(numbers)}", f"names: [{', '.join(numbers)}]"],
    )
    return written


def looks_like(text: str) -> bool:
    """Whether the lines are numbers: a class and the places of a box or a polygon."""
    lines = [line.split() for line in text.splitlines()[:50] if line.strip()]
    return bool(lines) and all(len(words) >= 5 and words[0].isdecimal() and _are_numbers(words[1:]) for words in lines)


def read(text: str, path: Path, sizes: Mapping[str, Size]) -> AnnotationFile:
    """The boxes and polygons of one file of labels; lines that make no sense are passed over and named.

    Args:
        text: its content.
        path: where it lies; classes.txt or data.yaml lie beside or above it, `ids` beside its folder.
        sizes: names of pictures without ending -> their size, without which the shares mean no place.

    Raises:
        UnreadableFileError: its classes have no names, or its picture is not known.
    """
    classes = _classes(path)
    size, content_hash = _written_picture(path) or (sizes.get(path.stem), "")
    if size is None:
        raise UnreadableFileError(
            "is of a picture that this case does not have.", path=path, hint="Analyse its picture first."
        )
    found = AnnotationFile("YOLO")
    picture = PictureRef(path.stem, content_hash, size)
    ids = _ids(path)
    damaged: list[str] = []
    for number, line in enumerate(line for line in text.splitlines() if line.strip()):
        try:
            cell_id, source = ids[number] if number < len(ids) else (None, Source.PERSON)
            annotation = _annotation(line.split(), classes, picture, size)
            found.annotations.append(replace(annotation, cell_id=cell_id, source=source))
        except NONSENSE as error:
            damaged.append(f"line {number + 1} ({error})")
    if damaged:
        found.problems.append(f"{len(damaged)} damaged: {', '.join(damaged[:3])}.")
    return found


def _line(cell: Cell, number: int, size: Size) -> str:
    x0, y0, x1, y1 = astuple(cell.box_l0)
    shares = (
        (x0 + x1) / 2 / size.width, (y0 + y1) / 2 / size.height, (x1 - x0) / size.width, (y1 - y0) / size.height
    )  # fmt: skip
    return " ".join((str(number), *(f"{share:.10f}" for share in shares)))


def _annotation(words: list[str], classes: Sequence[str], picture: PictureRef, size: Size) -> Annotation:
    number = int(words[0])
    if number >= len(classes):
        raise IndexError(f"class {number} of {len(classes)}")
    values = [float(word) for word in words[1:]]
    if len(values) >= 6 and len(values) % 2 == 0:
        corners = [(x * size.width, y * size.height) for x, y in zip(values[::2], values[1::2], strict=True)]
        return Annotation(picture, classes[number], box_around(corners), None, polygon(corners))
    x, y, width, height = values[:4]
    corners = [
        ((x - width / 2) * size.width, (y - height / 2) * size.height),
        ((x + width / 2) * size.width, (y + height / 2) * size.height),
    ]
    if width <= 0 or height <= 0:
        raise ValueError("an empty box")
    return Annotation(picture, classes[number], box_around(corners))


def _are_numbers(words: Iterable[str]) -> bool:
    try:
        return all(-0.5 <= float(word) <= 1.5 for word in words)
    except ValueError:
        return False


def _classes(path: Path) -> list[str]:
    """The names of the classes, from classes.txt, obj.names or data.yaml in the folder or one of the two above."""
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        for name in ("classes.txt", "obj.names"):
            if (folder / name).is_file():
                return [line.strip() for line in read_text(folder / name).splitlines() if line.strip()]
        for name in ("data.yaml", "data.yml"):
            if (folder / name).is_file() and (names := _yaml_names(read_text(folder / name))):
                return names
    raise UnreadableFileError(
        "says classes by number only.", path=path, hint="Put classes.txt or data.yaml beside it or above."
    )


def _yaml_names(text: str) -> list[str]:
    """The names in a data.yaml: `names: [a, b]`, a list of `- a` or of `0: a`; nothing else of YAML is needed."""
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith("names:")), None)
    if at is None:
        return []
    rest = lines[at].removeprefix("names:").strip()
    if rest:
        return [_bare(name) for name in rest.strip("[]").split(",") if name.strip()]
    names = []
    for line in lines[at + 1 :]:
        word = line.strip()
        if not word or not (line[:1].isspace() or word.startswith("-")):
            break
        names.append(_bare(word.removeprefix("-") if word.startswith("-") else word.partition(":")[2]))
    return names


def _bare(word: str) -> str:
    return word.strip().strip("'\"")


def _written_picture(path: Path) -> tuple[Size, str] | None:
    """Size and hash of the picture, as `write` put them beside."""
    file = path.parent.parent / "pictures.txt"
    if not file.is_file():
        return None
    for line in read_text(file).splitlines():
        stem, width, height, content_hash = (*line.split("\t"), "", "", "", "")[:4]
        if stem == path.stem and width.isdecimal() and height.isdecimal():
            return Size(int(width), int(height)), content_hash
    return None


def _ids(path: Path) -> list[tuple[int, Source]]:
    file = path.parent.parent / _IDS / path.name
    if not file.is_file():
        return []
    lines = [line.split() for line in read_text(file).splitlines()]
    if any(len(words) != 2 or not words[0].isdecimal() or words[1] not in list(Source) for words in lines):
        raise UnreadableFileError("is damaged: it should hold an id and a source a line.", path=file)
    return [(int(cell_id), Source(source)) for cell_id, source in lines]


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
