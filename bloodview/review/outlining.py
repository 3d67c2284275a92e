"""Outlines that a person draws: of a cell or its nucleus, of both parts of a cell split, of several made one."""

import json
from collections.abc import Sequence

from bloodview.core.cells import Polygon, Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Size
from bloodview.review import rows
from bloodview.review.commands import MergeCells, OutlineCell, SplitCell
from bloodview.review.journal import Recorder, Value

MOST_CORNERS = 4000
"""Of an outline; one drawn at the finest scale has a few hundred."""
_BEYOND_PX, _BEYOND = 1.0, 0.02
"""How far a nucleus may lie beyond its cell, level-0 px and share of the cell's side: both borders are rounded."""
_COLUMNS = ("status", "px0", "py0", "px1", "py1", "person_outline", "person_nucleus")

OutlineEdit = OutlineCell | SplitCell | MergeCells


def title_of(edit: OutlineEdit) -> str:
    """What an edit does, in a few words."""
    match edit:
        case OutlineCell(cell_id, outline, nucleus):
            return f"Nucleus of cell {cell_id} outlined" if nucleus and not outline else f"Cell {cell_id} outlined"
        case SplitCell(cell_id):
            return f"Cell {cell_id} split in two"
        case MergeCells(ids):
            return f"{len(set(ids)):,} cells merged"


def carry_out(edit: OutlineEdit, recorder: Recorder) -> None:
    """Do an edit.

    Raises:
        UserError: it names cells that are not there or not on one slide, or an outline is none; nothing was written.
    """
    match edit:
        case OutlineCell(cell_id, outline, nucleus):
            _, _, size = _place(recorder, (cell_id,))
            new: dict[str, Value] = {}
            if outline or not nucleus:
                new = {**person_box(bounds(outline, size)), "person_outline": rows.person_outline(outline)}
            if nucleus:
                cell, room = _extent(recorder, cell_id)
                _check_nucleus(bounds(nucleus, size), bounds(outline, size) if outline else room)
                # A decision, so that no later analysis takes the cell away.
                new = {**person_box(cell), **new, "person_nucleus": rows.person_outline(nucleus)}
            recorder.update("cell", (cell_id,), new)
        case SplitCell(cell_id, kept, other):
            slide_id, kinds, size = _place(recorder, (cell_id,))
            whole, part = _former(recorder, cell_id), bounds(other, size)
            new_id = insert(recorder, slide_id, kinds[0], part, size)
            now = _shown_as(whole, bounds(kept, size), kept)
            then = _shown_as([Status.ACTIVE.value, *[None] * 6], part, other)
            label = _label(recorder, cell_id)
            added: dict[str, Value] = {"added": 1, "person_label": label, **dict(zip(_COLUMNS, then, strict=True))}
            recorder.update("cell", (new_id,), added)
            recorder.update_each("cell", _COLUMNS, {cell_id: now})
        case MergeCells(ids, outline):
            if len(set(ids)) < 2:
                raise UserError("Two cells or more are needed to make one of them.")
            _, _, size = _place(recorder, ids)
            all_of = {i: [Status.REJECTED.value, *_former(recorder, i)[1:]] for i in ids[1:]}
            all_of[ids[0]] = _shown_as(_former(recorder, ids[0]), bounds(outline, size), outline)
            all_of[ids[0]][0] = Status.ACTIVE.value
            recorder.update_each("cell", _COLUMNS, all_of)


def bounds(outline: Polygon, size: Size) -> Box:
    """The box of an outline, cut at the picture's border.

    Raises:
        UserError: it is no area on the picture.
    """
    if not 3 <= len(outline) <= MOST_CORNERS:
        raise UserError(f"An outline has 3 to {MOST_CORNERS:,} corners, this one {len(outline):,}.")
    xs, ys = zip(*outline, strict=True)
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    box = Box(x0, y0, x1, y1).clipped(size) if x1 > x0 and y1 > y0 else None
    if box is None:
        raise UserError("The outline lies outside the picture, or holds nothing.")
    return box


def person_box(box: Box) -> dict[str, Value]:
    """The columns of a box that a person gave."""
    return {"px0": box.x0, "py0": box.y0, "px1": box.x1, "py1": box.y1}


def insert(recorder: Recorder, slide_id: int, kind: str, box: Box, size: Size) -> int:
    """A row for a cell that a person adds, dead until it is updated; its id."""
    is_cut = box.x0 <= 0 or box.y0 <= 0 or box.x1 >= size.width or box.y1 >= size.height
    cursor = recorder.connection.execute(
        "INSERT INTO cell (slide_id, kind, present, x0, y0, x1, y1, score, touches_edge, machine_label)"
        " VALUES (?, ?, 0, ?, ?, ?, ?, 1, ?, '')",
        (slide_id, kind, box.x0, box.y0, box.x1, box.y1, int(is_cut)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _place(recorder: Recorder, ids: Sequence[int]) -> tuple[int, list[str], Size]:
    """The one slide on which cells lie, their kinds in the order given, and its size."""
    rows.existing(recorder.connection, ids)
    found = {
        row[0]: row[1:]
        for row in recorder.connection.execute(
            "SELECT c.id, c.slide_id, c.kind, s.width, s.height FROM cell c JOIN slide s ON s.id = c.slide_id"
            " WHERE c.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
    }
    if len({slide for slide, *_ in found.values()}) > 1:
        raise UserError("The cells lie on different pictures.", hint="Choose cells of one picture.")
    slide_id, _, width, height = found[ids[0]]
    return int(slide_id), [found[i][1] for i in ids], Size(width, height)


def _extent(recorder: Recorder, cell_id: int) -> tuple[Box, Box]:
    """The box of a cell as it stands, and that box with all that the cell's outline covers."""
    *corners, own, found = recorder.connection.execute(
        "SELECT coalesce(px0, x0), coalesce(py0, y0), coalesce(px1, x1), coalesce(py1, y1), person_outline,"
        " f.cell_outline FROM cell c LEFT JOIN finding f ON f.cell_id = c.id WHERE c.id = ?",
        (cell_id,),
    ).fetchone()
    box = Box(*corners)
    outline = rows.own_outlines(own, None, box)[0] or rows.unpack_outline(found)
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return box, Box(min(box.x0, *xs), min(box.y0, *ys), max(box.x1, *xs), max(box.y1, *ys)) if outline else box


def _check_nucleus(nucleus: Box, cell: Box) -> None:
    """Refuse a nucleus that leaves its cell."""
    beyond = _BEYOND_PX + _BEYOND * max(cell.width, cell.height)
    over = (cell.x0 - nucleus.x0, cell.y0 - nucleus.y0, nucleus.x1 - cell.x1, nucleus.y1 - cell.y1)
    if max(over) > beyond:
        raise UserError("The nucleus lies beyond its cell.", hint="Outline it inside the cell, or the cell anew.")


def _former(recorder: Recorder, cell_id: int) -> list[Value]:
    """What the columns of a cell hold."""
    query = f"SELECT {', '.join(_COLUMNS)} FROM cell WHERE id = ?"
    return list(recorder.connection.execute(query, (cell_id,)).fetchone())


def _label(recorder: Recorder, cell_id: int) -> str | None:
    """What the part of a cell is called: as a person called the cell; a red cell or platelet as it is called now."""
    query = "SELECT CASE kind WHEN 'wbc' THEN person_label ELSE label END FROM cell WHERE id = ?"
    return recorder.connection.execute(query, (cell_id,)).fetchone()[0] or None


def _shown_as(former: list[Value], box: Box, outline: Polygon) -> list[Value]:
    """What the columns hold once the cell has this box and outline."""
    return [former[0], box.x0, box.y0, box.x1, box.y1, rows.person_outline(outline), former[6]]
