"""The training set on disk: crops of cells with their labels and a manifest; written, read and verified here alone.

A folder with `manifest.json` and `crops/<group>/<cell>.png`. A crop shows a cell with its surrounding at the
picture's own resolution. All cells of a slide are one group, and no group may stand on two sides of a split. App and
trainer meet in this file; neither knows the other.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from bloodview.core.cells import Kind, Polygon, Source
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import write_folder_whole
from bloodview.core.taxonomy import CellClass, Taxonomy

FORMAT = "bloodview-trainset/1"
"""Names the shape of the manifest; raised when a field changes its meaning."""

MANIFEST = "manifest.json"
_MOST_BYTES = 2**30
"""Of the manifest, which is read as a whole."""
_FARTHEST_PX, _COARSEST = 1e6, 100
"""Ends of a box in its crop; the coarsest scale, um/px."""


@dataclass(frozen=True, slots=True)
class TrainingCell:
    """One labelled cell.

    Args:
        file: its crop, relative to the folder, with slashes; "" until it is written.
        sha256: of the crop's file; "" until it is written.
        group: what must stay together: the slide, by its content's hash.
        cell_id: id in the case.
        kind: leukocyte, red cell or platelet.
        label: class, possibly an inner node of the tree.
        source: who gave the label.
        box: x0, y0, x1, y1 of the cell in pixels of the crop.
        um_per_px: scale of the crop; None if unknown.
        cell_outline: in pixels of the crop; () if there is none.
        nucleus_outline: as the cell's.
        case: the case it comes from, by the content of its first slide; "" where that is not told.
    """

    file: str
    sha256: str
    group: str
    cell_id: int
    kind: Kind
    label: str
    source: Source
    box: tuple[float, float, float, float]
    um_per_px: float | None
    cell_outline: Polygon = ()
    nucleus_outline: Polygon = ()
    case: str = ""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What a folder holds.

    Args:
        version: of the program that wrote it.
        made_at: ISO 8601.
        classes: the tree of classes that the labels belong to, in display order.
        cells: in the order of the case.
        stripped: what was left out for privacy, in words.
    """

    version: str
    made_at: str
    classes: tuple[CellClass, ...]
    cells: tuple[TrainingCell, ...]
    stripped: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The slides, in order of first use."""
        return tuple(dict.fromkeys(cell.group for cell in self.cells))

    @property
    def taxonomy(self) -> Taxonomy:
        return Taxonomy(self.classes)

    def counts(self) -> Mapping[str, int]:
        """Class id -> cells, in the tree's order, without those that have none."""
        numbers = {c.id: 0 for c in self.classes}
        for cell in self.cells:
            numbers[cell.label] += 1
        return {label: number for label, number in numbers.items() if number}


def write(
    out: Path, described: TrainingSet, cells: Iterable[tuple[TrainingCell, Callable[[], bytes]]]
) -> tuple[TrainingSet, tuple[str, ...]]:
    """Write a training set into a new folder, whole or not at all.

    Args:
        out: the folder.
        described: version, moment, classes and what was stripped; its cells are those that follow.
        cells: each with what gives its crop as the bytes of a PNG file; a UserError of that passes the cell over.

    Returns:
        What was written, and one sentence for each reason for which cells were passed over.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
        UserError: no cell could be written.
    """
    written: list[TrainingCell] = []
    failed: dict[str, None] = {}
    folders: dict[tuple[str, str], str] = {}
    with write_folder_whole(out) as folder:
        for cell, crop in cells:
            try:
                content = crop()
            except UserError as error:
                failed[str(error)] = None
                continue
            group = folders.setdefault((cell.case, cell.group), f"{len(folders) + 1:04d}")
            file = PurePosixPath("crops", group, f"{cell.cell_id:06d}.png")
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
            written.append(replace(cell, file=str(file), sha256=hashlib.sha256(content).hexdigest()))
        if not written:
            raise UserError("There is no labelled cell to write.", path=out, hint=" ".join(failed))
        whole = replace(described, cells=tuple(written))
        text = json.dumps({"format": FORMAT, **asdict(whole)}, ensure_ascii=False, allow_nan=False, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    return whole, tuple(failed)


def read(folder: Path) -> TrainingSet:
    """Read the manifest of a training set; the crops are looked at by `verify`.

    Raises:
        UnreadableFileError: there is none, it is damaged, or was made by a newer version.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableFileError("is too large to be a manifest.", path=path, hint="Export it in parts.")
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not str(content.get("format", "")).startswith("bloodview-trainset/"):
            raise ValueError("it is no manifest")
        if content["format"] != FORMAT:
            raise UnreadableFileError(
                f"is of the form {content['format']!r}; this program reads {FORMAT!r}.",
                path=path,
                hint="Update BloodView.",
            )
        found = TrainingSet(
            version=str(content["version"]),
            made_at=str(content["made_at"]),
            classes=tuple(CellClass(**c) for c in content["classes"]),
            cells=tuple(_cell(c) for c in content["cells"]),
            stripped=tuple(map(str, content["stripped"])),
        )
        _check(found)
        _check_links(folder, found)
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnreadableFileError(f"is damaged ({error}).", path=path, hint="Export the training set again.") from error
    return found


def verify(folder: Path) -> TrainingSet:
    """Read a training set and compare every crop with the manifest.

    Raises:
        UnreadableFileError: as `read`; or a crop is missing, was changed, or is not in the manifest.
    """
    found = read(folder)
    for cell in found.cells:
        path = folder / cell.file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from error
        if hashlib.sha256(content).hexdigest() != cell.sha256:
            raise UnreadableFileError("is not what the manifest says.", path=path, hint="Export the set again.")
    listed = {folder / cell.file for cell in found.cells}
    if stray := [p for p in sorted(folder.glob("crops/**/*")) if p.is_file() and p not in listed]:
        raise UnreadableFileError("is not in the manifest.", path=stray[0], hint="Export the set again.")
    return found


def _cell(content: Mapping[str, Any]) -> TrainingCell:
    x0, y0, x1, y1 = map(float, content["box"])
    scale = content["um_per_px"]
    outlines = [tuple((float(x), float(y)) for x, y in content[f"{part}_outline"]) for part in ("cell", "nucleus")]
    return TrainingCell(
        file=str(content["file"]),
        sha256=str(content["sha256"]),
        group=str(content["group"]),
        cell_id=int(content["cell_id"]),
        kind=Kind(content["kind"]),
        label=str(content["label"]),
        source=Source(content["source"]),
        box=(x0, y0, x1, y1),
        um_per_px=None if scale is None else float(scale),
        cell_outline=outlines[0],
        nucleus_outline=outlines[1],
        case=str(content.get("case", "")),
    )


def _check(found: TrainingSet) -> None:
    """What must hold of every set; a path of a stranger's manifest never leads out of its folder."""
    taxonomy = found.taxonomy
    files: set[str] = set()
    for cell in found.cells:
        path = PurePosixPath(cell.file)
        if path.parts[:1] != ("crops",) or ".." in path.parts or "\\" in cell.file:
            raise ValueError(f"{cell.file!r} lies outside it")
        if cell.file in files:
            raise ValueError(f"{cell.file} stands twice")
        files.add(cell.file)
        if cell.label not in taxonomy:
            raise ValueError(f"{cell.label!r} is none of its classes")
        x0, y0, x1, y1 = cell.box
        if not (-_FARTHEST_PX < x0 < x1 < _FARTHEST_PX and -_FARTHEST_PX < y0 < y1 < _FARTHEST_PX):
            raise ValueError(f"{cell.file} has the box {cell.box}")
        if cell.um_per_px is not None and not 0 < cell.um_per_px <= _COARSEST:
            raise ValueError(f"{cell.file} has the scale {cell.um_per_px}")


def _check_links(folder: Path, found: TrainingSet) -> None:
    """A link in a stranger's folder never leads out of it."""
    root = folder.resolve()
    places: set[Path] = set()
    for cell in found.cells:
        path = folder / cell.file
        if path.is_symlink():
            raise ValueError(f"{cell.file!r} is a link and may lie outside it")
        if path.parent not in places and not path.parent.resolve().is_relative_to(root):
            raise ValueError(f"{cell.file!r} lies outside it")
        places.add(path.parent)
