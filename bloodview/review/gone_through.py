"""Where persons went to work on a case's cells: what they named, added, moved, outlined, and what lies around it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Polygon
from bloodview.core.geometry import Box
from bloodview.review import rows

_MIDDLE = "(coalesce(px0, x0) + coalesce(px1, x1)) / 2, (coalesce(py0, y0) + coalesce(py1, y1)) / 2"


def decided_places(connection: sqlite3.Connection) -> Mapping[int, NDArray[np.float64]]:
    """Slide id -> middles (x, y) in level-0 px, float64 [N, 2], of the cells of which a person decided anything."""
    found: dict[int, list[tuple[float, float]]] = {}
    for slide, x, y in connection.execute(f"SELECT slide_id, {_MIDDLE} FROM cell WHERE decided ORDER BY id"):
        found.setdefault(slide, []).append((x, y))
    return {slide: np.array(middles, np.float64) for slide, middles in found.items()}


def middles(connection: sqlite3.Connection, slide_id: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ids int64 [N] of a slide's cells, rejected ones included, and their middles (x, y) in level-0 px, [N, 2]."""
    rows = connection.execute(f"SELECT id, {_MIDDLE} FROM cell WHERE visible AND slide_id = ? ORDER BY id", (slide_id,))
    table = np.array(rows.fetchall(), np.float64).reshape(-1, 3)
    return table[:, 0].astype(np.int64), table[:, 1:]


@dataclass(frozen=True, slots=True)
class OwnOutline:
    """What a person outlined of a cell, level-0 px.

    Args:
        box_l0: the cell's box as it stands.
        found_l0: the box in which the machine found the cell; None if a person added it.
        cell, nucleus: () = that part was not outlined by a person, or the cell's box was moved off it since.
    """

    box_l0: Box
    found_l0: Box | None
    cell: Polygon
    nucleus: Polygon


def own_outlines(connection: sqlite3.Connection) -> Mapping[int, OwnOutline]:
    """Id -> what persons outlined, of the leukocytes that are not rejected; outlines of the machine are none of it."""
    query = """SELECT id, present, x0, y0, x1, y1, coalesce(px0, x0), coalesce(py0, y0), coalesce(px1, x1),
        coalesce(py1, y1), person_outline, person_nucleus FROM cell
        WHERE visible AND kind = 'wbc' AND status <> 'rejected'
        AND (person_outline IS NOT NULL OR person_nucleus IS NOT NULL) ORDER BY id"""
    found = {}
    for cell_id, present, *numbers, outline, nucleus in connection.execute(query):
        box = Box(*numbers[4:])
        cell, own = rows.own_outlines(outline, nucleus, box)
        if cell or own:
            found[cell_id] = OwnOutline(box, Box(*numbers[:4]) if present else None, cell, own)
    return found
