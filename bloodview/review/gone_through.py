"""Where persons went to work on a case's cells: what they named, added, moved or rejected, and what lies around it."""

import sqlite3
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

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
