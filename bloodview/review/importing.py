"""Imported annotations enter the case: new cells join, known ones get what a person said elsewhere."""

import json

from bloodview.core.cells import Status
from bloodview.core.errors import UserError
from bloodview.core.geometry import Size
from bloodview.review import rows
from bloodview.review.commands import ImportCells, ImportedCell
from bloodview.review.journal import Recorder, Value

_COLUMNS = ("added", "person_label", "status", "px0", "py0", "px1", "py1", "person_outline", "person_nucleus")


def carry_out(edit: ImportCells, recorder: Recorder) -> None:
    """Write an import, in one entry.

    Raises:
        UserError: it names cells or slides that are not there, the same cell twice, or is empty.
    """
    if not edit.cells:
        raise UserError("There is nothing to import.")
    known = [c for c in edit.cells if c.cell_id is not None]
    ids = [int(c.cell_id or 0) for c in known]
    if len(set(ids)) != len(ids):
        raise UserError("The import names a cell twice.")
    connection = recorder.connection
    found = connection.execute(
        f"SELECT id, {', '.join(_COLUMNS)}, x0, y0, x1, y1 FROM cell"
        " WHERE visible AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    ).fetchall()
    former = {row[0]: (list(row[1:10]), row[10:]) for row in found}
    if missing := set(ids) - former.keys():
        raise UserError(f"There is no cell {min(missing)} in this case.")
    new: dict[int, list[Value]] = {}
    for cell, cell_id in zip(known, ids, strict=True):
        values, machine_box = former[cell_id]
        new[cell_id] = _values(cell, values, machine_box)
    sizes = {i: Size(w, h) for i, w, h in connection.execute("SELECT id, width, height FROM slide")}
    for cell in edit.cells:
        if cell.cell_id is None:
            cell_id = _insert(cell, recorder, sizes)
            new[cell_id] = _values(cell, [1, None, Status.ACTIVE.value, *[None] * 6], None)
    recorder.update_each("cell", _COLUMNS, new)


def _values(cell: ImportedCell, former: list[Value], machine_box: tuple[float, ...] | None) -> list[Value]:
    """What the columns of a cell hold after the import."""
    values = list(former)
    if cell.label:
        values[1] = cell.label
    if cell.status is not None:
        values[2] = cell.status.value
    if cell.box_l0 is not None:
        box = cell.box_l0
        values[3:7] = [box.x0, box.y0, box.x1, box.y1]
    if cell.cell_outline:
        values[7] = rows.person_outline(cell.cell_outline)
    if cell.nucleus_outline:
        values[8] = rows.person_outline(cell.nucleus_outline)
    if (cell.cell_outline or cell.nucleus_outline) and values[3] is None and machine_box:
        values[3:7] = machine_box  # a decision, so that no later analysis takes the cell away
    return values


def _insert(cell: ImportedCell, recorder: Recorder, sizes: dict[int, Size]) -> int:
    """A row for a new cell, dead until it is updated; its id."""
    size, box = sizes.get(cell.slide_id), cell.box_l0
    if size is None:
        raise UserError(f"There is no slide {cell.slide_id} in this case.")
    if box is None or box.clipped(size) != box:
        raise UserError("A box lies outside its picture.")
    is_cut = box.x0 <= 0 or box.y0 <= 0 or box.x1 >= size.width or box.y1 >= size.height
    cursor = recorder.connection.execute(
        "INSERT INTO cell (slide_id, kind, present, x0, y0, x1, y1, score, touches_edge, machine_label)"
        " VALUES (?, ?, 0, ?, ?, ?, ?, 1, ?, '')",
        (cell.slide_id, cell.kind.value, box.x0, box.y0, box.x1, box.y1, int(is_cut)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
