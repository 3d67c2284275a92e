"""The tables of a case file and the steps that lead to them, frozen once released.

What the machine says and what persons say of a cell stand in different columns. So an analysis never touches a
person's decision, an edit never touches an analysis, and undo reaches across a later analysis without a conflict.
Rows that an edit makes are made dead first and then brought to life by an update: an edit is nothing but updates of
named columns, and a before-image is nothing but their former values.
"""

import sqlite3
from collections.abc import Mapping
from functools import cache

APPLICATION_ID = 0x42564331
"""Marks an SQLite file as a case: "BVC1"."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE class (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL,
            class_id TEXT NOT NULL, title TEXT NOT NULL, parent TEXT NOT NULL,
            key TEXT NOT NULL, color TEXT NOT NULL, mark TEXT NOT NULL)""",
        """CREATE TABLE slide (
            id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
            width INTEGER NOT NULL, height INTEGER NOT NULL, um_per_px REAL, scale_source TEXT,
            analysed_at TEXT NOT NULL, device TEXT NOT NULL, model_ids TEXT NOT NULL, failed_tiles TEXT NOT NULL)""",
        """CREATE TABLE model (
            id INTEGER PRIMARY KEY, model_id TEXT NOT NULL, classes TEXT NOT NULL, UNIQUE (model_id, classes))""",
        # present .. machine_label: the machine's; added .. py1: the person's. counts: core.cells.counts_at_edge.
        """CREATE TABLE cell (
            id INTEGER PRIMARY KEY AUTOINCREMENT, slide_id INTEGER NOT NULL REFERENCES slide (id), kind TEXT NOT NULL,
            present INTEGER NOT NULL, x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
            score REAL NOT NULL, touches_edge INTEGER NOT NULL, machine_label TEXT NOT NULL,
            added INTEGER NOT NULL DEFAULT 0, person_label TEXT, status TEXT NOT NULL DEFAULT 'active',
            px0 REAL, py0 REAL, px1 REAL, py1 REAL,
            label TEXT GENERATED ALWAYS AS (coalesce(person_label, machine_label)) VIRTUAL,
            counts INTEGER GENERATED ALWAYS AS
                (kind = 'wbc' OR NOT touches_edge OR (coalesce(px0, x0) > 0 AND coalesce(py0, y0) > 0)) VIRTUAL,
            decided INTEGER GENERATED ALWAYS AS
                (added OR person_label IS NOT NULL OR status <> 'active' OR px0 IS NOT NULL) VIRTUAL,
            visible INTEGER GENERATED ALWAYS AS (present OR decided) VIRTUAL)""",
        "CREATE INDEX cell_tally ON cell (visible, status, label, counts, slide_id)",
        "CREATE INDEX cell_slide ON cell (slide_id)",
        # Outlines are float32 [N, 2] xy level-0 px, probabilities float32 [C], all little-endian.
        """CREATE TABLE finding (
            cell_id INTEGER PRIMARY KEY REFERENCES cell (id) ON DELETE CASCADE,
            model INTEGER REFERENCES model (id), label TEXT, confidence REAL, decided INTEGER, familiarity REAL,
            probabilities BLOB, cell_outline BLOB NOT NULL, nucleus_outline BLOB NOT NULL)""",
        # float16 [D] little-endian; apart from the findings, which are read far more often.
        """CREATE TABLE embedding (
            cell_id INTEGER PRIMARY KEY REFERENCES cell (id) ON DELETE CASCADE, vector BLOB NOT NULL)""",
        "CREATE TABLE note (id INTEGER PRIMARY KEY, live INTEGER NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL)",
        "CREATE TABLE signature (id INTEGER PRIMARY KEY, live INTEGER NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL)",
        # edit_count: the number of the edit, undo or redo; NULL for a run.
        """CREATE TABLE journal (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
            command TEXT NOT NULL, edit_count INTEGER UNIQUE)""",
        """CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal
            BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER journal_keeps_its_lines BEFORE DELETE ON journal
            BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END""",
        # before: JSON, column -> value before the entry.
        """CREATE TABLE image (
            entry INTEGER NOT NULL REFERENCES journal (id), tbl TEXT NOT NULL, row INTEGER NOT NULL,
            before TEXT NOT NULL, PRIMARY KEY (entry, tbl, row)) WITHOUT ROWID""",
        "CREATE INDEX image_row ON image (tbl, row)",
    ),
    (
        # learns: whether the class names cells by itself, from its examples.
        "ALTER TABLE class ADD COLUMN shape TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE class ADD COLUMN learns INTEGER NOT NULL DEFAULT 0",
        # learned_*: what such a class says of the cell; follows from the examples, so no edit changes it.
        "DROP INDEX cell_tally",
        "ALTER TABLE cell DROP COLUMN label",
        "ALTER TABLE cell ADD COLUMN learned_label TEXT",
        "ALTER TABLE cell ADD COLUMN learned_confidence REAL",
        "ALTER TABLE cell ADD COLUMN learned_decided INTEGER",
        """ALTER TABLE cell ADD COLUMN label TEXT GENERATED ALWAYS AS
            (coalesce(person_label, learned_label, machine_label)) VIRTUAL""",
        "CREATE INDEX cell_tally ON cell (visible, status, label, counts, slide_id)",
        "CREATE INDEX cell_person ON cell (person_label)",
        "CREATE INDEX cell_learned ON cell (learned_label)",
        # Examples from outside the case; those inside are the cells that a person named.
        # vector, probabilities: as in embedding and finding.
        """CREATE TABLE example (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, class INTEGER NOT NULL REFERENCES class (id),
            vector BLOB NOT NULL, probabilities BLOB NOT NULL, model_id TEXT NOT NULL, origin TEXT NOT NULL)""",
        # A person judged whether a cell is of a class; claimed: what the class had said.
        """CREATE TABLE verdict (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, class INTEGER NOT NULL REFERENCES class (id),
            cell INTEGER NOT NULL, claimed INTEGER NOT NULL, agreed INTEGER NOT NULL)""",
        "CREATE INDEX verdict_class ON verdict (class, live)",
        # What leave-one-out last said of a class that learns; follows from the examples, as learned_* does.
        """CREATE TABLE standing (
            class INTEGER PRIMARY KEY REFERENCES class (id), word TEXT NOT NULL, hits INTEGER NOT NULL,
            n INTEGER NOT NULL, alarms INTEGER NOT NULL, others INTEGER NOT NULL)""",
    ),
    (
        # Outlines that a person brought: JSON [[x, y], ...] level-0 px, since before-images are JSON.
        "ALTER TABLE cell ADD COLUMN person_outline TEXT",
        "ALTER TABLE cell ADD COLUMN person_nucleus TEXT",
    ),
    (
        # who: the user's name as the system or the settings say it; "" before it was kept.
        "ALTER TABLE journal ADD COLUMN who TEXT NOT NULL DEFAULT ''",
        # Of each entry, see `chain`; storage seals the entries that were there before.
        "CREATE TABLE seal (entry INTEGER PRIMARY KEY REFERENCES journal (id), hash TEXT NOT NULL)",
        """CREATE TRIGGER seal_is_append_only BEFORE UPDATE ON seal
            BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER seal_keeps_its_lines BEFORE DELETE ON seal
            BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END""",
        # identifiers: JSON, confirmed at signing; overrides: JSON, [check, reason] pairs; state: `chain.state_of`.
        "ALTER TABLE signature ADD COLUMN identifiers TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE signature ADD COLUMN overrides TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE signature ADD COLUMN state TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE amendment (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, at TEXT NOT NULL,
            signature INTEGER NOT NULL REFERENCES signature (id), reason TEXT NOT NULL)""",
    ),
    (
        # The analysis of a slide tile by tile: where it stands, so that it goes on after a kill. A run's serial is
        # the greatest of its slide; cell.run is the latest that saw the cell, 0 = none or an analysis in one step.
        """CREATE TABLE run (
            slide_id INTEGER PRIMARY KEY REFERENCES slide (id), serial INTEGER NOT NULL, plan TEXT NOT NULL,
            seen_um_per_px REAL NOT NULL, finished INTEGER NOT NULL)""",
        # area: of what the tile owns, level-0 px; x0 .. y1: what is read of it; state: review.records.TileState.
        """CREATE TABLE tile (
            slide_id INTEGER NOT NULL REFERENCES slide (id), number INTEGER NOT NULL, state TEXT NOT NULL,
            area REAL NOT NULL, x0 REAL NOT NULL, y0 REAL NOT NULL, x1 REAL NOT NULL, y1 REAL NOT NULL,
            reason TEXT NOT NULL, PRIMARY KEY (slide_id, number)) WITHOUT ROWID""",
        "ALTER TABLE cell ADD COLUMN run INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX cell_run ON cell (slide_id, run)",
    ),
    (
        # How persons looked at a slide; by its content, since it may be looked at before it is analysed. No edit and
        # in no journal: it says nothing of a cell. visited: core.visited.VisitedGrid.packed; plane: of a focus stack,
        # counted from 0, NULL = the sharpest.
        "CREATE TABLE viewing (content_hash TEXT PRIMARY KEY, visited BLOB NOT NULL, plane INTEGER) WITHOUT ROWID",
    ),
    (
        # Where a cell lies, coarsely, so that a tile's cells are found without looking at all of a slide: row of the
        # middle in a grid of 1024 level-0 px, times 65536, plus its column; -1 for a box wider or higher than that.
        """ALTER TABLE cell ADD COLUMN place INTEGER GENERATED ALWAYS AS (CASE
            WHEN max(coalesce(px1, x1) - coalesce(px0, x0), coalesce(py1, y1) - coalesce(py0, y0)) > 1024 THEN -1
            ELSE CAST((coalesce(py0, y0) + coalesce(py1, y1)) / 2048 AS INTEGER) * 65536
                + CAST((coalesce(px0, x0) + coalesce(px1, x1)) / 2048 AS INTEGER) END) VIRTUAL""",
        "CREATE INDEX cell_place ON cell (slide_id, place)",
    ),
    (
        # What each person answered of a cell; one live row a person and cell. label: "" unless status is active;
        # machine: what the machine said then; seed: of the order of showing, NULL = not drawn; agreed: a consensus.
        """CREATE TABLE reading (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, at TEXT NOT NULL, cell INTEGER NOT NULL REFERENCES cell (id),
            who TEXT NOT NULL, label TEXT NOT NULL, status TEXT NOT NULL, hid_machine INTEGER NOT NULL,
            hid_readers INTEGER NOT NULL, machine TEXT NOT NULL, seed INTEGER, agreed INTEGER NOT NULL)""",
        "CREATE INDEX reading_cell ON reading (cell, live)",
        # An analyser's values: JSON, [class id, value] pairs; at most one live row.
        """CREATE TABLE analyser (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL, figures TEXT NOT NULL,
            is_percent INTEGER NOT NULL, total INTEGER NOT NULL)""",
    ),
    (
        # Of red cells and platelets; measured: core.red_cells.Measured. Lengths in hundredths of a level-0 px, the
        # others in thousandths: a slide has a million, and whole numbers take half the room.
        """CREATE TABLE shape (
            cell_id INTEGER PRIMARY KEY REFERENCES cell (id) ON DELETE CASCADE, measured INTEGER NOT NULL,
            diameter INTEGER NOT NULL, circularity INTEGER NOT NULL, elongation INTEGER NOT NULL,
            pallor INTEGER NOT NULL)""",
        # What a person says of the red cells: a row a finding, see core.grading; the note's has a text.
        """CREATE TABLE grade (
            id INTEGER PRIMARY KEY, live INTEGER NOT NULL, finding TEXT NOT NULL UNIQUE, grade INTEGER NOT NULL,
            text TEXT NOT NULL)""",
    ),
    (
        # Pictures that were given to the case and have no slide in it yet. No edit and in no journal.
        "CREATE TABLE expected (path TEXT PRIMARY KEY) WITHOUT ROWID",
    ),
)
"""Step n leads from format n to format n + 1; a released step is never changed, only followed by another."""

VERSION = len(MIGRATIONS)
"""The format that this program writes."""


def objects(version: int) -> Mapping[tuple[str, str], str]:
    """All that a file of this format holds: (kind, name) -> its text without blanks."""
    return _made_by(MIGRATIONS[:version])


@cache
def _made_by(steps: tuple[tuple[str, ...], ...]) -> Mapping[tuple[str, str], str]:
    connection = sqlite3.connect(":memory:")
    try:
        for step in steps:
            for statement in step:
                connection.execute(statement)
        return objects_of(connection)
    finally:
        connection.close()


def objects_of(connection: sqlite3.Connection) -> Mapping[tuple[str, str], str]:
    """As `objects`, of an open file; what SQLite keeps of its own to plan queries is left out."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema")
    return {
        (kind, name): "".join((sql or "").split()) for kind, name, sql in rows if not name.startswith("sqlite_stat")
    }


EDITABLE = {
    "cell": frozenset(
        ("added", "person_label", "status", "px0", "py0", "px1", "py1", "person_outline", "person_nucleus")
    ),
    "class": frozenset(("live", "class_id", "title", "parent", "key", "color", "mark", "shape", "learns")),
    "example": frozenset(("live", "class")),
    "verdict": frozenset(("live",)),
    "note": frozenset(("live",)),
    "grade": frozenset(("live", "grade", "text")),
    "reading": frozenset(("live", "label")),
    "analyser": frozenset(("live",)),
    "signature": frozenset(("live",)),
    "amendment": frozenset(("live",)),
}
"""Table -> the columns that edits may change; images naming any other are refused."""
