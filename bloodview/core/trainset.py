"""The training set on disk: crops of cells with their labels and a manifest; written, read and verified here alone.

A folder with `manifest.json` and `crops/<group>/<cell>.png`. A crop shows a cell with its surrounding at the
picture's own resolution. All cells of a slide are one group, and no group may stand on two sides of a split. App and
trainer meet in this file; neither knows the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bloodview.core import manifest
from bloodview.core.cells import Kind, Polygon, Source
from bloodview.core.taxonomy import CellClass, Taxonomy

FORMAT = "bloodview-trainset/1"
"""Names the shape of the manifest; raised when a field changes its meaning."""

MANIFEST = "manifest.json"
_TOPS = ("crops",)
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
    folders: dict[tuple[str, str], str] = {}

    def placed(cell: TrainingCell, _number: int, sha256: str) -> tuple[str, TrainingCell]:
        group = folders.setdefault((cell.case, cell.group), f"{len(folders) + 1:04d}")
        file = f"{_TOPS[0]}/{group}/{cell.cell_id:06d}.png"
        return file, replace(cell, file=file, sha256=sha256)

    def whole(written: tuple[TrainingCell, ...]) -> TrainingSet | None:
        return replace(described, cells=written) if written else None

    return manifest.write(
        out / MANIFEST, FORMAT, cells, placed, whole, "There is no labelled cell to write.", indent=1
    )  # fmt: skip


def read(folder: Path) -> TrainingSet:
    """Read the manifest of a training set; the crops are looked at by `verify`.

    Raises:
        UnreadableFileError: there is none, it is damaged, or was made by a newer version.
    """
    again = "Export the training set again."
    return manifest.read(folder / MANIFEST, FORMAT, _parsed, lambda s: (c.file for c in s.cells), _TOPS, again)


def verify(folder: Path) -> TrainingSet:
    """Read a training set and compare every crop with the manifest.

    Raises:
        UnreadableFileError: as `read`; or a crop is missing, was changed, or is not in the manifest.
    """
    found = read(folder)
    manifest.compare(folder, ((c.file, c.sha256) for c in found.cells), _TOPS)
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


def _parsed(content: Mapping[str, Any]) -> TrainingSet:
    """What must hold of every set is checked."""
    found = TrainingSet(
        version=str(content["version"]),
        made_at=str(content["made_at"]),
        classes=tuple(CellClass(**c) for c in content["classes"]),
        cells=tuple(_cell(c) for c in content["cells"]),
        stripped=tuple(map(str, content["stripped"])),
    )
    taxonomy = found.taxonomy
    for cell in found.cells:
        if cell.label not in taxonomy:
            raise ValueError(f"{cell.label!r} is none of its classes")
        x0, y0, x1, y1 = cell.box
        if not (-_FARTHEST_PX < x0 < x1 < _FARTHEST_PX and -_FARTHEST_PX < y0 < y1 < _FARTHEST_PX):
            raise ValueError(f"{cell.file} has the box {cell.box}")
        if cell.um_per_px is not None and not 0 < cell.um_per_px <= _COARSEST:
            raise ValueError(f"{cell.file} has the scale {cell.um_per_px}")
    return found
