"""The shapes of red cells and platelets in the rows of a case: whole numbers, since a slide has a million of them."""

import sqlite3

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Float32
from bloodview.core.red_cells import Measured, RedCellShape, ShapeColumns

_PX, _SHARE = 100, 1000
"""What a pixel, and the number one, are in the table."""

_COUNTED = "visible = 1 AND status = 'active' AND label = ? AND counts = 1"
_RED_CELL, _PLATELET = "red_cell", "platelet"
_ROW = np.dtype([(name, np.int64) for name in ("slide", "id", "diameter", "circularity", "elongation", "pallor")])


def row(shape: RedCellShape) -> tuple[int, int, int, int, int]:
    """A shape as the columns of the table: measured, diameter, circularity, elongation, pallor."""
    return (
        int(shape.measured),
        round(_PX * float(shape.diameter_px)),
        round(_SHARE * float(shape.circularity)),
        round(_SHARE * float(shape.elongation)),
        round(_SHARE * float(shape.pallor)),
    )


def columns(connection: sqlite3.Connection) -> dict[int, ShapeColumns]:
    """Slide id -> its red cells that count, for slides that have any."""
    why: dict[int, dict[int | None, int]] = {}
    for slide_id, measured, number in connection.execute(
        "SELECT slide_id, measured, count(*) FROM cell LEFT JOIN shape ON cell_id = cell.id"
        f" WHERE {_COUNTED} GROUP BY slide_id, measured",
        (_RED_CELL,),
    ):
        why.setdefault(slide_id, {})[measured] = number
    found = connection.execute(
        "SELECT slide_id, cell.id, diameter, circularity, elongation, pallor FROM cell JOIN shape ON cell_id = cell.id"
        f" WHERE {_COUNTED} AND measured = {Measured.YES:d}",
        (_RED_CELL,),
    )
    table = np.fromiter(found, _ROW)
    answer = {}
    for slide_id, numbers in why.items():
        own = table[table["slide"] == slide_id]
        answer[slide_id] = ShapeColumns(
            own["id"],
            own["diameter"] / _PX,
            own["circularity"] / _SHARE,
            own["elongation"] / _SHARE,
            own["pallor"] / _SHARE,
            numbers.get(Measured.CUT, 0),
            numbers.get(Measured.OVERLAPPING, 0),
            numbers.get(Measured.UNCLEAR, 0),
            numbers.get(None, 0),
        )
    return answer


def platelets(connection: sqlite3.Connection) -> dict[int, tuple[Float32, NDArray[np.float64]]]:
    """Slide id -> its platelets that count: boxes float32 [N, 4] xyxy, and diameters of the measured, level-0 px."""
    found = connection.execute(
        "SELECT slide_id, iif(measured = ?, diameter, NULL), coalesce(px0, x0), coalesce(py0, y0), coalesce(px1, x1),"
        f" coalesce(py1, y1) FROM cell LEFT JOIN shape ON cell_id = cell.id WHERE {_COUNTED}",
        (Measured.YES, _PLATELET),
    )
    boxes: dict[int, list[tuple[float, ...]]] = {}
    diameters: dict[int, list[float]] = {}
    for slide_id, diameter, *box in found:
        boxes.setdefault(slide_id, []).append(tuple(box))
        if diameter is not None:
            diameters.setdefault(slide_id, []).append(diameter / _PX)
    return {
        slide_id: (np.array(rows, np.float32).reshape(-1, 4), np.array(diameters.get(slide_id, ()), np.float64))
        for slide_id, rows in boxes.items()
    }
