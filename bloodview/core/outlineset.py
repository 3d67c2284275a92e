"""The training set of outlines on disk: pictures of single leukocytes with what a person outlined, and a manifest.

A folder with `outlines.json`, `cells/<number>.png` of cases and `drawn/<number>.png` that the program drew itself. It
teaches the segmenter as `fieldset` teaches the detector: app and trainer meet in it, and neither knows the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from bloodview.core import manifest
from bloodview.core.cells import Polygon
from bloodview.core.fieldset import CASE, Role

FORMAT = "bloodview-outlineset/1"
"""Names the shape of the manifest; raised when a field changes its meaning."""
MANIFEST = "outlines.json"
_FOLDERS: Mapping[str, str] = {"case": "cells", "drawn": "drawn", "drawn judge": "drawn"}
_TOPS = ("cells", "drawn")
_FARTHEST_PX = 1e6
MOST_CORNERS = 20_000
"""Of an outline; a person's has 4,000 at most."""
_ROLES: Mapping[str, Role] = {r: r for r in get_args(Role)}


@dataclass(frozen=True, slots=True)
class TrainingOutline:
    """A leukocyte with its surrounding.

    Args:
        file: relative to the folder, with slashes; "" until it is written.
        sha256: of the file; "" until it is written.
        role: where it comes from; see `fieldset`.
        group: the picture that it lies on, by its content's hash.
        cell_id: id in the case.
        case: the case it comes from; see `TrainingCell`.
        place: x and y of the file's corner on its picture, level-0 px, and how many of these a pixel of it is wide.
        box: x0, y0, x1, y1 that the segmenter is shown it by, in pixels of the file; may reach over its border.
        cell: outline of the cell that a person drew or corrected, in pixels of the file; () if none did.
        nucleus: as the cell's; lobes are joined.
    """

    file: str
    sha256: str
    role: Role
    group: str
    cell_id: int
    case: str
    place: tuple[float, float, float]
    box: tuple[float, float, float, float]
    cell: Polygon
    nucleus: Polygon


@dataclass(frozen=True, slots=True)
class OutlineSet:
    """What a folder holds.

    Args:
        version: of the program that wrote it.
        made_at: ISO 8601.
        cells: those of the cases in their order, then the drawn ones.
    """

    version: str
    made_at: str
    cells: tuple[TrainingOutline, ...]


def write(
    out: Path, version: str, made_at: str, cells: Iterable[tuple[TrainingOutline, Callable[[], bytes]]]
) -> tuple[OutlineSet, tuple[str, ...]]:
    """Write a set into a new folder, whole or not at all; see `manifest.write`.

    Args:
        out: the folder.
        version: of the program.
        made_at: ISO 8601.
        cells: each with what gives the content of its file; a UserError of that passes the cell over.

    Returns:
        What was written, and one sentence for each reason for which cells were passed over.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
        UserError: no cell of a case could be written.
    """

    def placed(cell: TrainingOutline, number: int, sha256: str) -> tuple[str, TrainingOutline]:
        file = f"{_FOLDERS[cell.role]}/{number + 1:04d}.png"
        return file, replace(cell, file=file, sha256=sha256)

    def whole(written: tuple[TrainingOutline, ...]) -> OutlineSet | None:
        return OutlineSet(version, made_at, written) if any(c.role == CASE for c in written) else None

    return manifest.write(out / MANIFEST, FORMAT, cells, placed, whole, "There is no outlined cell to write.")


def read(folder: Path) -> OutlineSet:
    """Read the manifest of a set; its pictures are looked at by `verify`.

    Raises:
        UnreadableFileError: there is none, it is damaged, or was made by a newer version.
    """

    def parsed(content: Mapping[str, Any]) -> OutlineSet:
        return OutlineSet(str(content["version"]), str(content["made_at"]), tuple(map(_cell, content["cells"])))

    again = "Begin the refinement anew."
    return manifest.read(folder / MANIFEST, FORMAT, parsed, lambda s: (c.file for c in s.cells), _TOPS, again)


def verify(folder: Path) -> OutlineSet:
    """Read a set and compare every picture with the manifest.

    Raises:
        UnreadableFileError: as `read`; or a picture is missing, was changed, or is not in the manifest.
    """
    found = read(folder)
    manifest.compare(folder, ((c.file, c.sha256) for c in found.cells), _TOPS)
    return found


def _cell(content: Mapping[str, Any]) -> TrainingOutline:
    x0, y0, x1, y1 = map(float, content["box"])
    if not (-_FARTHEST_PX < x0 < x1 < _FARTHEST_PX and -_FARTHEST_PX < y0 < y1 < _FARTHEST_PX):
        raise ValueError(f"there is no box {x0, y0, x1, y1}")
    x, y, wide = map(float, content["place"])
    if not (0 <= x < _FARTHEST_PX and 0 <= y < _FARTHEST_PX and 0 < wide < _FARTHEST_PX):
        raise ValueError(f"there is no place {x, y, wide}")
    cell, nucleus = (_outline(content[part]) for part in ("cell", "nucleus"))
    if not cell and not nucleus:
        raise ValueError(f"{content['file']} has no outline")
    return TrainingOutline(
        file=str(content["file"]),
        sha256=str(content["sha256"]),
        role=_ROLES[content["role"]],
        group=str(content["group"]),
        cell_id=int(content["cell_id"]),
        case=str(content["case"]),
        place=(x, y, wide),
        box=(x0, y0, x1, y1),
        cell=cell,
        nucleus=nucleus,
    )


def _outline(content: Iterable[tuple[float, float]]) -> Polygon:
    corners = tuple((float(x), float(y)) for x, y in content)
    if len(corners) in (1, 2) or len(corners) > MOST_CORNERS:
        raise ValueError(f"an outline of {len(corners)} corners is none")
    if any(not (-_FARTHEST_PX < v < _FARTHEST_PX) for corner in corners for v in corner):
        raise ValueError("an outline leads too far away")
    return corners
