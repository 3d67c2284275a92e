"""An annotation as a file of another program says it, before it has a place in a case; and what such files share."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path

import numpy as np

from bloodview.core.cells import Cell, Kind, Polygon, Source, Status
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size

NUCLEUS = frozenset(("nucleus", "nuclei"))
"""Names of an outline that belongs to a cell and is none itself."""

NONSENSE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading one annotation of a damaged or strange file may raise; it is then passed over and named."""

_MOST_BYTES = 2**30
"""Of a file of annotations; it is read as a whole."""
_FARTHEST_PX = 1e7
"""No picture is wider; what lies farther out was damaged."""


@dataclass(frozen=True, slots=True)
class PictureRef:
    """The picture that a file of annotations speaks of.

    Args:
        name: as written there; folders may stand before it.
        content_hash: "" if the file says none.
        size: None if the file says none.
    """

    name: str
    content_hash: str = ""
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Annotation:
    """One cell as a file says it, in level-0 pixels.

    Args:
        label: the class by the file's own name; "" if it says none.
        box_l0: None where only a point is known.
        point_l0: (x, y) where no box is known.
        cell_id: its id in the case that wrote it; None for a file of another program.
        source: who gave the label; a person, unless the file says otherwise.
    """

    picture: PictureRef
    label: str
    box_l0: Box | None
    point_l0: tuple[float, float] | None = None
    cell_outline: Polygon = ()
    nucleus_outline: Polygon = ()
    cell_id: int | None = None
    kind: Kind | None = None
    status: Status = Status.ACTIVE
    source: Source = Source.PERSON


@dataclass(slots=True)
class AnnotationFile:
    """What was read.

    Args:
        format: its name for people.
        problems: one sentence for each thing that was passed over.
    """

    format: str
    annotations: list[Annotation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def why_left_out(cell: Cell) -> str:
    """Why a cell is no example of its class, or nothing."""
    if cell.status is not Status.ACTIVE:
        return cell.status.value
    return "" if cell.label else "unnamed"


def px(value: float) -> float:
    """A hundredth of a pixel is finer than any outline here."""
    return round(float(value), 2)


def sides(box: Box) -> tuple[float, float, float, float]:
    """x, y, width and height, so rounded that the far corner too stays within a hundredth of a pixel."""
    x0, y0, x1, y1 = (px(v) for v in astuple(box))
    return x0, y0, px(x1 - x0), px(y1 - y0)


def box_around(corners: Iterable[Sequence[float]]) -> Box:
    """The box that just holds these corners.

    Raises:
        ValueError: they enclose nothing, or are no places in a picture.
    """
    points = _places(corners)
    if not points:
        raise ValueError("no places in a picture")
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def polygon(corners: Iterable[Sequence[float]]) -> Polygon:
    """Corners as a polygon, the last one left out where it only closes the ring; () if it encloses nothing.

    Raises:
        ValueError: they are no places in a picture.
    """
    points = tuple(_places(corners))
    if len(points) > 1 and points[0] == points[-1]:
        points = points[:-1]
    return points if len(points) >= 3 else ()


def _places(corners: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    points = [(float(x), float(y)) for x, y, *_ in corners]
    if any(not math.isfinite(v) or abs(v) > _FARTHEST_PX for point in points for v in point):
        raise ValueError("no places in a picture")
    return points


def read_json(path: Path) -> object:
    """The content of a JSON file.

    Raises:
        UnreadableFileError: it cannot be read, or is no JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        why = "is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise UnreadableFileError(f"is no whole JSON file ({why}).", path=path, hint="Export it again.") from error


def read_text(path: Path) -> str:
    """The text of a file in UTF-8.

    Raises:
        UnreadableFileError: it cannot be read, is too large, or is no text.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableFileError("is too large to be annotations.", path=path, hint="Export it in parts.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError("is no text in UTF-8.", path=path, hint="Save it as UTF-8.") from error


def with_nuclei(found: Sequence[Annotation]) -> list[Annotation]:
    """The same with the outlines called nucleus given to the cells around them; one without a cell goes.

    A nucleus belongs to the smallest box of its picture that holds its middle.
    """
    nuclei = [a for a in found if a.label.strip().casefold() in NUCLEUS and a.box_l0 and a.cell_outline]
    cells = [a for a in found if a.label.strip().casefold() not in NUCLEUS]
    if not nuclei:
        return cells
    places: dict[PictureRef, list[int]] = {}
    for at, cell in enumerate(cells):
        if cell.box_l0 is not None:
            places.setdefault(cell.picture, []).append(at)
    corners = {ref: np.array([astuple(box) for i in at if (box := cells[i].box_l0)]) for ref, at in places.items()}
    for nucleus in nuclei:
        boxes = corners.get(nucleus.picture)
        if boxes is None or nucleus.box_l0 is None:
            continue
        x, y = nucleus.box_l0.center
        holds = (boxes[:, 0] <= x) & (boxes[:, 1] <= y) & (boxes[:, 2] >= x) & (boxes[:, 3] >= y)
        if holds.any():
            area = np.where(holds, (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.inf)
            at = places[nucleus.picture][int(area.argmin())]
            cells[at] = replace(cells[at], nucleus_outline=cells[at].nucleus_outline or nucleus.cell_outline)
    return cells
