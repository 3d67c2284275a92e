"""An analysis enters the case tile by tile: it can stop anywhere, and goes on there without a cell twice."""

import json
import sqlite3

import numpy as np

from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Float32, Scale
from bloodview.core.taxonomy import Taxonomy
from bloodview.review.commands import AddTiles, BeginRun, Changes, EndRun, RunStep, TileState
from bloodview.review.records import AnalysedArea, UnfinishedRun
from bloodview.review.runs import KINDS, OLD_CELLS, OldCell, check_labels, enter, hide, write_slide

_PLACE_PX, _PLACE_ROW = 1024, 65536
"""The grid of the column `place`, see `schema`."""


def carry_out(step: RunStep, connection: sqlite3.Connection, taxonomy: Taxonomy, title: str) -> Changes:
    """Write one step of an analysis.

    Raises:
        UserError: no analysis of the slide has begun, or the model names a class that the case does not have.
    """
    if isinstance(step, BeginRun):
        return _begin(step, connection, title)
    found = connection.execute(
        "SELECT slide_id, serial FROM run JOIN slide ON slide.id = slide_id WHERE content_hash = ?",
        (step.content_hash,),
    ).fetchone()
    if found is None:
        raise UserError("No analysis of this slide has begun.", hint="Analyse it again.")
    slide_id, serial = found
    if isinstance(step, EndRun):
        return _end(slide_id, serial, connection, title)
    return _add(step, slide_id, serial, connection, taxonomy, title)


def _begin(step: BeginRun, connection: sqlite3.Connection, title: str) -> Changes:
    slide_id = write_slide(step.slide, step.model_ids, step.device, (), connection)
    known = connection.execute("SELECT plan FROM run WHERE slide_id = ?", (slide_id,)).fetchone()
    if known is not None and known[0] == step.plan and _is_unfinished(slide_id, connection):
        connection.execute("UPDATE run SET finished = 0 WHERE slide_id = ?", (slide_id,))
        connection.execute("DELETE FROM tile WHERE slide_id = ? AND state = ?", (slide_id, TileState.FAILED))
    else:
        last = connection.execute("SELECT max(run) FROM cell WHERE slide_id = ?", (slide_id,)).fetchone()[0] or 0
        former = connection.execute("SELECT serial FROM run WHERE slide_id = ?", (slide_id,)).fetchone()
        serial = max(last, former[0] if former else 0) + 1
        connection.execute("DELETE FROM tile WHERE slide_id = ?", (slide_id,))
        connection.execute(
            "INSERT OR REPLACE INTO run (slide_id, serial, plan, seen_um_per_px, finished) VALUES (?, ?, ?, ?, 0)",
            (slide_id, serial, step.plan, float(step.seen_um_per_px)),
        )
    return Changes(KINDS, frozenset(), frozenset((slide_id,)), title)


def _add(
    step: AddTiles, slide_id: int, serial: int, connection: sqlite3.Connection, taxonomy: Taxonomy, title: str
) -> Changes:
    path = connection.execute("SELECT path FROM slide WHERE id = ?", (slide_id,)).fetchone()[0]
    check_labels(step.cells, taxonomy, path)
    placed, _ = enter(step.cells, slide_id, _old_near(step, slide_id, serial, connection), connection, serial)
    connection.executemany(
        "INSERT OR REPLACE INTO tile (slide_id, number, state, area, x0, y0, x1, y1, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (slide_id, t.number, t.state.value, float(t.area), *map(float, _corners(t.box_l0)), t.reason)
            for t in step.tiles
        ),
    )
    if any(t.state is TileState.FAILED for t in step.tiles):
        _write_failed(slide_id, connection)
    return Changes(KINDS, frozenset(placed), frozenset((slide_id,)), title)


def _old_near(step: AddTiles, slide_id: int, serial: int, connection: sqlite3.Connection) -> list[OldCell]:
    """Cells that an earlier analysis or a person left where these tiles were read."""
    if not step.cells:
        return []
    boxes = [t.box_l0 for t in step.tiles if t.state not in (TileState.BLANK, TileState.FAILED)]
    near: dict[int, OldCell] = {}
    for box in boxes:
        for first, last in _places(box):
            found = connection.execute(
                f"{OLD_CELLS} INDEXED BY cell_place WHERE slide_id = ? AND place BETWEEN ? AND ? AND run < ?"
                " AND coalesce(px1, x1) > ? AND coalesce(px0, x0) < ?"
                " AND coalesce(py1, y1) > ? AND coalesce(py0, y0) < ?",
                (slide_id, first, last, serial, float(box.x0), float(box.x1), float(box.y0), float(box.y1)),
            )
            near |= {row[0]: row for row in found}
    return list(near.values())


def _places(box: Box) -> list[tuple[int, int]]:
    """Ranges of `cell.place` that hold all cells that may touch a box: its rows, one around, and the outsized."""
    left, top, right, bottom = (int(v // _PLACE_PX) for v in (box.x0, box.y0, box.x1, box.y1))
    rows = range(max(top - 1, 0), bottom + 2)
    return [(-1, -1), *((row * _PLACE_ROW + max(left - 1, 0), row * _PLACE_ROW + right + 1) for row in rows)]


def _end(slide_id: int, serial: int, connection: sqlite3.Connection, title: str) -> Changes:
    """What was not found again goes; in a place that could not be read nothing was looked for, so there it stays."""
    found = connection.execute(
        "SELECT id, (x0 + x1) / 2, (y0 + y1) / 2 FROM cell WHERE slide_id = ? AND run < ? AND NOT decided",
        (slide_id, serial),
    ).fetchall()
    failed = _failed(slide_id, connection)
    stale = [i for i, x, y in found if not any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in failed)]
    hide(stale, connection)
    _write_failed(slide_id, connection)
    connection.execute("UPDATE run SET finished = 1 WHERE slide_id = ?", (slide_id,))
    return Changes(KINDS, frozenset(stale), frozenset((slide_id,)), title)


def _failed(slide_id: int, connection: sqlite3.Connection) -> list[tuple[float, float, float, float]]:
    """Boxes of the tiles that could not be read, level-0 px."""
    query = "SELECT x0, y0, x1, y1 FROM tile WHERE slide_id = ? AND state = ? ORDER BY number"
    return connection.execute(query, (slide_id, TileState.FAILED.value)).fetchall()


def _write_failed(slide_id: int, connection: sqlite3.Connection) -> None:
    failed = json.dumps(_failed(slide_id, connection))
    connection.execute("UPDATE slide SET failed_tiles = ? WHERE id = ?", (failed, slide_id))


def _is_unfinished(slide_id: int, connection: sqlite3.Connection) -> bool:
    """Whether a run stopped half way, or left tiles that could not be read."""
    query = """SELECT NOT finished OR EXISTS (SELECT 1 FROM tile WHERE tile.slide_id = run.slide_id AND state = ?)
        FROM run WHERE slide_id = ?"""
    found = connection.execute(query, (TileState.FAILED.value, slide_id)).fetchone()
    return bool(found and found[0])


def interrupted(connection: sqlite3.Connection) -> frozenset[int]:
    """Ids of the slides whose analysis stopped half way."""
    return frozenset(slide_id for (slide_id,) in connection.execute("SELECT slide_id FROM run WHERE NOT finished"))


def unfinished(connection: sqlite3.Connection) -> list[UnfinishedRun]:
    """The analyses that would go on where they stopped."""
    answer = []
    query = """SELECT slide_id, content_hash, serial, plan, um_per_px, scale_source, seen_um_per_px
        FROM run JOIN slide ON slide.id = slide_id ORDER BY slide_id"""
    for slide_id, content_hash, serial, plan, um, source, seen in connection.execute(query).fetchall():
        if um is None or not _is_unfinished(slide_id, connection):
            continue
        tiles = "SELECT number FROM tile WHERE slide_id = ? AND state <> ?"
        done = connection.execute(tiles, (slide_id, TileState.FAILED.value)).fetchall()
        seen_cells = "SELECT kind, x0, y0, x1, y1 FROM cell WHERE slide_id = ? AND run = ?"
        cells = connection.execute(seen_cells, (slide_id, serial)).fetchall()
        boxes: Float32 = np.array([row[1:] for row in cells], np.float32).reshape(-1, 4)
        answer.append(
            UnfinishedRun(
                content_hash,
                plan,
                Scale(um, source),
                seen,
                frozenset(number for (number,) in done),
                boxes,
                tuple(Kind(row[0]) for row in cells),
            )
        )
    return answer


def area(slide_id: int, connection: sqlite3.Connection) -> AnalysedArea | None:
    """How much of a slide was analysed; None if it was in one step, which is then the whole."""
    run = connection.execute("SELECT finished FROM run WHERE slide_id = ?", (slide_id,)).fetchone()
    if run is None:
        return None
    by_state = dict(
        connection.execute(
            "SELECT state, sum(area) FROM tile WHERE slide_id = ? GROUP BY state", (slide_id,)
        ).fetchall()
    )
    monolayer, other, failed = (
        by_state.get(s.value, 0.0) for s in (TileState.MONOLAYER, TileState.OTHER, TileState.FAILED)
    )
    return AnalysedArea(monolayer + other, monolayer, failed, bool(run[0]))


def tiles(slide_id: int, connection: sqlite3.Connection) -> list[tuple[Box, TileState]]:
    """What was read for each tile of a slide, and what became of it."""
    found = connection.execute("SELECT x0, y0, x1, y1, state FROM tile WHERE slide_id = ? ORDER BY number", (slide_id,))
    return [(Box(*corners), TileState(state)) for *corners, state in found]


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1
