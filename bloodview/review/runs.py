"""An analysis enters the case: new cells join, known ones get the machine's new view, no person's decision changes."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bloodview.core.cells import FoundCell, Kind
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Float32
from bloodview.core.taxonomy import Taxonomy
from bloodview.review import carry_over, rows, shapes
from bloodview.review.commands import AddRun, ChangeKind, Changes, NewSlide

OldCell = tuple[int, str, int, int, float, float, float, float]
OLD_CELLS = (
    "SELECT id, kind, visible, decided, coalesce(px0, x0), coalesce(py0, y0), coalesce(px1, x1), coalesce(py1, y1)"
    " FROM cell"
)
"""Rows of OldCell: id, kind, visible, decided, box."""

KINDS = frozenset((ChangeKind.SLIDES, ChangeKind.CELLS_ADDED, ChangeKind.LABELS, ChangeKind.BOXES))
"""What an analysis changes."""

_KIND_LABELS = {Kind.PLATELET: "platelet", Kind.RBC: "red_cell"}
"""What an object that is no leukocyte is called without asking a classifier."""


def machine_label(cell: FoundCell) -> str:
    """The label a found cell starts with; "" for a leukocyte that nothing has classified."""
    if cell.detection.kind in _KIND_LABELS:
        return _KIND_LABELS[cell.detection.kind]
    return cell.prediction.label if cell.prediction else ""


def carry_out(run: AddRun, connection: sqlite3.Connection, taxonomy: Taxonomy, title: str) -> Changes:
    """Write an analysis of one slide.

    A cell of an earlier analysis that overlaps a new detection of its kind keeps its id and gets the new box, label
    and outline; what a person decided of it stands in columns of its own. Of the others those with a decision stay as
    they are, each hiding the new detection of another kind in its place, if any; the rest goes.

    Raises:
        UserError: the model names a class that the case does not have.
    """
    check_labels(run.cells, taxonomy, run.slide.path)
    slide_id = write_slide(run.slide, run.model_ids, run.device, run.failed_tiles, connection)
    for table in ("tile", "run"):
        connection.execute(f"DELETE FROM {table} WHERE slide_id = ?", (slide_id,))
    # Cells that an undo or an earlier analysis hid take part too: redo may bring them back, on top of a new one.
    old = connection.execute(f"{OLD_CELLS} WHERE slide_id = ?", (slide_id,)).fetchall()
    placed, stale = enter(run.cells, slide_id, old, connection)
    hide(stale, connection)
    touched = frozenset(placed).union(row[0] for row in old)
    return Changes(KINDS, touched, frozenset((slide_id,)), title)


def check_labels(cells: Sequence[FoundCell], taxonomy: Taxonomy, path: Path) -> None:
    """Refuse cells of a class that the case does not have.

    Raises:
        UserError: naming the class.
    """
    if unknown := {machine_label(c) for c in cells} - {c.id for c in taxonomy.classes} - {""}:
        raise UserError(
            f"The model names cells {sorted(unknown)[0]!r}, a class that this case does not have.",
            path=path,
            hint="Add the class first.",
        )


def hide(stale: Sequence[int], connection: sqlite3.Connection) -> None:
    """Take cells away that an analysis did not find again; those that undo may need stay as rows."""
    gone = [(i,) for i in stale]
    connection.executemany("UPDATE cell SET present = 0 WHERE id = ?", gone)
    connection.executemany(
        "DELETE FROM cell WHERE id = ? AND NOT EXISTS (SELECT 1 FROM image WHERE tbl = 'cell' AND row = cell.id)"
        " AND NOT EXISTS (SELECT 1 FROM reading WHERE reading.cell = cell.id)",
        gone,
    )


def enter(
    cells: Sequence[FoundCell], slide_id: int, old: list[OldCell], connection: sqlite3.Connection, serial: int = 0
) -> tuple[dict[int, int], list[int]]:
    """Write found cells, onto those of the case that they are, else as new ones.

    The old ones are rows of OLD_CELLS that may be the same cells; the serial is that of the run that found them.

    Returns:
        Cell id -> index of the found cell; ids of the old ones, not decided by a person, that were not found.
    """
    ids = [row[0] for row in old]
    kept, stale, covered = _pair(cells, old)
    models = _write_models(cells, connection)
    values = [_cell_values(c) for c in cells]
    connection.executemany(
        "UPDATE cell SET present = 1, x0 = ?, y0 = ?, x1 = ?, y1 = ?, score = ?, touches_edge = ?, machine_label = ?,"
        " run = ? WHERE id = ?",
        ((*values[j], serial, ids[i]) for i, j in kept.items()),
    )
    fresh = [j for j in range(len(cells)) if j not in covered]
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'cell'").fetchone()
    first = (last[0] if last else 0) + 1
    connection.executemany(
        "INSERT INTO cell (id, slide_id, kind, present, x0, y0, x1, y1, score, touches_edge, machine_label, run)"
        " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((first + n, slide_id, cells[j].detection.kind.value, *values[j], serial) for n, j in enumerate(fresh)),
    )
    placed = {ids[i]: j for i, j in kept.items()} | {first + n: j for n, j in enumerate(fresh)}
    _write_findings(cells, connection, placed, models)
    return placed, [ids[i] for i in stale]


def _pair(cells: Sequence[FoundCell], old: list[OldCell]) -> tuple[dict[int, int], list[int], set[int]]:
    """(old -> found cell of the same kind, old ones to drop, found cells that have their place), as indices."""
    old_boxes: Float32 = np.array([row[4:] for row in old], np.float32).reshape(-1, 4)
    new_boxes: Float32 = np.array([_corners(c) for c in cells], np.float32).reshape(-1, 4)
    kept: dict[int, int] = {}
    covered: set[int] = set()

    def match(olds: list[int], news: list[int]) -> dict[int, int]:
        pairs = carry_over.match(old_boxes[olds], new_boxes[news]) if olds and news else {}
        covered.update(news[b] for b in pairs.values())
        return {olds[a]: news[b] for a, b in pairs.items()}

    for is_visible in (1, 0):
        for kind in Kind:
            alike = [i for i, row in enumerate(old) if row[2] == is_visible and row[1] == kind.value]
            free = [j for j, c in enumerate(cells) if c.detection.kind is kind and j not in covered]
            kept.update(match(alike, free))
    match(
        [i for i, row in enumerate(old) if row[3] and i not in kept],
        [j for j in range(len(cells)) if j not in covered],
    )
    return kept, [i for i, row in enumerate(old) if not row[3] and i not in kept], covered


def _corners(cell: FoundCell) -> tuple[float, float, float, float]:
    box = cell.detection.box_l0
    return box.x0, box.y0, box.x1, box.y1


def _cell_values(cell: FoundCell) -> tuple[float | int | str, ...]:
    found = cell.detection
    return (*map(float, _corners(cell)), float(found.score), int(found.touches_edge), machine_label(cell))


def write_slide(
    slide: NewSlide,
    model_ids: Sequence[str],
    device: str,
    failed_tiles: Sequence[Box],
    connection: sqlite3.Connection,
) -> int:
    """Add a slide, or bring the one of the same content up to date; its id."""
    scale = slide.scale
    failed = json.dumps([(b.x0, b.y0, b.x1, b.y1) for b in failed_tiles])
    found = connection.execute(
        "INSERT INTO slide (content_hash, path, width, height, um_per_px, scale_source, analysed_at, device, model_ids,"
        " failed_tiles) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (content_hash) DO UPDATE SET"
        " path = excluded.path, width = excluded.width, height = excluded.height, um_per_px = excluded.um_per_px,"
        " scale_source = excluded.scale_source, analysed_at = excluded.analysed_at, device = excluded.device,"
        " model_ids = excluded.model_ids, failed_tiles = excluded.failed_tiles RETURNING id",
        (slide.content_hash, str(slide.path), slide.size.width, slide.size.height, scale and float(scale.um_per_px),
         scale and scale.source, rows.now(), device, json.dumps(list(model_ids)), failed),
    ).fetchall()  # fmt: skip
    return int(found[0][0])


def _write_models(cells: Sequence[FoundCell], connection: sqlite3.Connection) -> dict[tuple[str, tuple[str, ...]], int]:
    """(model id, classes in order) -> row."""
    used = {_model_key(c) for c in cells if c.prediction}
    known: dict[tuple[str, tuple[str, ...]], int] = {}
    for model_id, classes in used:
        values = (model_id, json.dumps(classes))
        connection.execute("INSERT OR IGNORE INTO model (model_id, classes) VALUES (?, ?)", values)
        row = connection.execute("SELECT id FROM model WHERE model_id = ? AND classes = ?", values).fetchone()
        known[model_id, classes] = row[0]
    return known


def _model_key(cell: FoundCell) -> tuple[str, tuple[str, ...]]:
    assert cell.prediction is not None
    return cell.prediction.model_id, tuple(name for name, _ in cell.prediction.probabilities)


def _write_findings(
    cells: Sequence[FoundCell],
    connection: sqlite3.Connection,
    placed: dict[int, int],
    models: dict[tuple[str, tuple[str, ...]], int],
) -> None:
    """Replace prediction, outlines and embedding of the cells at their places (cell id -> index of the found cell)."""

    def finding(cell_id: int, cell: FoundCell) -> tuple[object, ...]:
        said = cell.prediction
        opinion: tuple[object, ...] = (None,) * 6
        if said:
            opinion = (models[_model_key(cell)], said.label, float(said.confidence), int(said.decided),
                       float(said.familiarity), rows.pack_floats(p for _, p in said.probabilities))  # fmt: skip
        return cell_id, *opinion, rows.pack_outline(cell.cell_outline), rows.pack_outline(cell.nucleus_outline)

    connection.executemany(
        "INSERT OR REPLACE INTO finding (cell_id, model, label, confidence, decided, familiarity, probabilities,"
        " cell_outline, nucleus_outline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (finding(i, cells[j]) for i, j in placed.items()),
    )
    connection.executemany("DELETE FROM embedding WHERE cell_id = ?", ((i,) for i in placed))
    connection.executemany(
        "INSERT INTO embedding (cell_id, vector) VALUES (?, ?)",
        ((i, cells[j].embedding) for i, j in placed.items() if cells[j].embedding),
    )
    connection.executemany("DELETE FROM shape WHERE cell_id = ?", ((i,) for i in placed))
    connection.executemany(
        "INSERT INTO shape (cell_id, measured, diameter, circularity, elongation, pallor) VALUES (?, ?, ?, ?, ?, ?)",
        ((i, *shapes.row(shape)) for i, j in placed.items() if (shape := cells[j].shape) is not None),
    )
