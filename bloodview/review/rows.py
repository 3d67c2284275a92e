"""Rows of the case file to values and back: outlines, probabilities, cells, slides."""

import gc
import json
import math
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from bloodview.core import record_types
from bloodview.core.cells import Cell, Kind, LearnedAnswer, Polygon, Prediction, Source, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.review.records import Signature, SlideRecord

CELL_COLUMNS = """
    c.id, c.slide_id, c.kind, c.x0, c.y0, c.x1, c.y1, c.score, c.touches_edge, c.label, c.machine_label, c.added,
    c.person_label, c.status, c.px0, c.py0, c.px1, c.py1, c.learned_label, c.learned_confidence, c.learned_decided,
    f.model, f.label, f.confidence, f.decided, f.familiarity, f.probabilities, f.cell_outline, f.nucleus_outline,
    c.person_outline, c.person_nucleus"""

_OUTLINE_FITS = 0.7
"""IoU of a person's box with the machine's from which the machine's outlines still show the cell."""

_MOST_PX, _COARSEST = 2**31, 1000
"""Sides of a slide and its scale, um/px, that no slide reaches."""

_KINDS = {k.value: k for k in Kind}
_STATUSES = {s.value: s for s in Status}


def now() -> str:
    """The present as it is written: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def moment(text: str) -> datetime:
    """A written moment in local time."""
    return datetime.fromisoformat(text).astimezone()


def words(value: object) -> str:
    """A text of the journal as far as it can be read: it may be damaged, and is shown all the same."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def pack_floats(values: Iterable[float]) -> bytes:
    """float32, little-endian."""
    flat = list(values)
    return struct.pack(f"<{len(flat)}f", *flat)


def pack_outline(outline: Polygon) -> bytes:
    """float32 [N, 2] xy, little-endian."""
    return pack_floats(chain.from_iterable(outline))


def unpack_outline(blob: bytes | None) -> Polygon:
    """The outline of `pack_outline`; () for none."""
    # iter_unpack makes the pairs in C: a third of the time of an array and tolist.
    return tuple(struct.iter_unpack("<2f", blob)) if blob else ()


def person_outline(outline: Polygon) -> str:
    """An outline as a person's is kept: JSON, to a hundredth of a pixel."""
    return json.dumps([[round(x, 2), round(y, 2)] for x, y in outline])


def _person_outline(text: str) -> Polygon:
    outline = tuple((float(x), float(y)) for x, y in json.loads(text))
    _check_outline(outline)
    return outline


def check_outlines(found: Iterable[Cell]) -> None:
    """Refuse outlines that no file can hold; for every cell that is read it would take too long.

    Raises:
        ValueError: a corner lies nowhere.
    """
    for cell in found:
        _check_outline(cell.cell_outline)
        _check_outline(cell.nucleus_outline)


def _check_outline(outline: Polygon) -> None:
    if not all(math.isfinite(value) for corner in outline for value in corner):
        raise ValueError("an outline leads nowhere")


def _bounds(outline: Polygon) -> tuple[float, float, float, float]:
    xs, ys = zip(*outline, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _still_fits(outline: Polygon, box: Box) -> bool:
    """Whether a person's outline shows the cell in this box; the box may have been moved since."""
    return Box(*_bounds(outline)).iou(box) >= _OUTLINE_FITS / 2


def _lies_in(nucleus: Polygon, box: Box) -> bool:
    x0, y0, x1, y1 = _bounds(nucleus)
    return box.x0 <= (x0 + x1) / 2 <= box.x1 and box.y0 <= (y0 + y1) / 2 <= box.y1


def own_outlines(outline: str | None, nucleus: str | None, box: Box) -> tuple[Polygon, Polygon]:
    """What a person outlined of cell and nucleus, of what is kept; () where nobody did, or the box was moved off it."""
    cell, own = (_person_outline(text) if text is not None else () for text in (outline, nucleus))
    return cell if cell and _still_fits(cell, box) else (), own if own and _lies_in(own, box) else ()


def cells(found: Iterable[tuple[object, ...]], models: dict[int, tuple[str, tuple[str, ...]]]) -> list[Cell]:
    """Cells of rows of CELL_COLUMNS; `models` is row id -> (model id, classes)."""
    # Millions of small tuples and no garbage among them: the collector would take as long as the work itself.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return [_cell(row, models) for row in found]
    finally:
        if collecting:
            gc.enable()


def _cell(row: tuple[Any, ...], models: dict[int, tuple[str, tuple[str, ...]]]) -> Cell:
    (id_, slide_id, kind, x0, y0, x1, y1, score, edge, label, machine_label, added, person_label, status,
     px0, py0, px1, py1, taught, taught_confidence, taught_decided,
     model, says, confidence, sure, familiarity, probabilities, outline, nucleus,
     person_outline, person_nucleus) = row  # fmt: skip
    box = Box(x0, y0, x1, y1)
    if px0 is not None:
        machine_box, box = box, Box(px0, py0, px1, py1)
        if box.iou(machine_box) < _OUTLINE_FITS:
            outline = nucleus = None
    cell_outline, nucleus_outline = unpack_outline(outline), unpack_outline(nucleus)
    if person_outline is not None or person_nucleus is not None:
        own_cell, own_nucleus = own_outlines(person_outline, person_nucleus, box)
        cell_outline, nucleus_outline = own_cell or cell_outline, own_nucleus or nucleus_outline
    prediction = None
    if model is not None:
        model_id, classes = models[model]
        values = struct.unpack(f"<{len(classes)}f", probabilities)
        prediction = Prediction(
            says, float(confidence), bool(sure), float(familiarity), tuple(zip(classes, values, strict=True)), model_id
        )
    learned = None if taught is None else LearnedAnswer(taught, taught_confidence, bool(taught_decided))
    source = Source.MODEL if learned is None else Source.LEARNED
    if person_label is not None or (added and not machine_label and learned is None):
        source = Source.PERSON
    return Cell(
        id_, slide_id, _KINDS[kind], box, score, bool(edge), label, source, _STATUSES[status], prediction,
        cell_outline, nucleus_outline, learned,
    )  # fmt: skip


def class_names(text: str) -> tuple[str, ...]:
    """The classes of a model, in its order."""
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("classes of a model")
    return tuple(names)


def slide(row: tuple[Any, ...]) -> SlideRecord:
    """A slide of a row of the table, all columns in their order, and the plane that was chosen."""
    id_, content_hash, path, width, height, um_per_px, source, at, device, model_ids, failed, plane = row
    found = SlideRecord(
        id_,
        Path(path),
        content_hash,
        Size(width, height),
        None if um_per_px is None else Scale(um_per_px, source),
        moment(at),
        device,
        tuple(json.loads(model_ids)),
        tuple(Box(*corners) for corners in json.loads(failed)),
        plane,
    )
    if wrong := record_types.misfit(found):
        raise ValueError(f"{wrong} of a slide")
    if min(width, height) < 1 or max(width, height) > _MOST_PX or (found.scale and found.scale.um_per_px > _COARSEST):
        raise ValueError("size of a slide")
    return found


def existing(connection: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """(id, label, status) of cells, all of which a person can see.

    Raises:
        UserError: none is asked for, or one is not there.
    """
    if not ids:
        raise UserError("No cell is chosen.")
    found: list[tuple[int, str, str]] = connection.execute(
        "SELECT id, label, status FROM cell WHERE visible AND id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(i) for i in ids]),),
    ).fetchall()
    if missing := set(ids).difference(row[0] for row in found):
        raise UserError(f"There is no cell {min(missing)} in this case.")
    return found


def signature(row: tuple[Any, ...]) -> Signature:
    """A signature of a row: name, moment, identifiers, overrides, moment and reason of its amendment."""
    name, at, identifiers, overrides, amended_at, reason = row
    return Signature(
        name,
        moment(at),
        tuple(map(str, json.loads(identifiers))),
        tuple((str(check), str(why)) for check, why in json.loads(overrides)),
        moment(amended_at) if amended_at else None,
        reason or "",
    )
