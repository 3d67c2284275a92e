import gzip
import hashlib
import sqlite3
from pathlib import Path

import pytest

from bloodview.core.errors import StorageError
from bloodview.review import schema, storage
from bloodview.review.case import Case
from bloodview.review.commands import Reject
from tests.review.examples import dump, new_case

RELEASED: tuple[str, ...] = ()
"""sha256 of each step that a release has carried, in order; add one a release, change none."""


def test_released_steps_are_frozen() -> None:
    now = [hashlib.sha256("\0".join(step).encode()).hexdigest() for step in schema.MIGRATIONS]
    assert tuple(now[: len(RELEASED)]) == RELEASED


def test_a_case_says_what_it_is(tmp_path: Path) -> None:
    new_case(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "smear.bvcase")
    assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    connection.close()


def test_a_case_of_format_1_is_copied_and_converted(tmp_path: Path) -> None:
    path = tmp_path / "smear.bvcase"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "format1.bvcase.gz").read_bytes()))
    with Case.open(path) as case:
        assert case.labels() == [(1, "hairy_cell"), (2, "rejected"), (3, "eosinophil")]
        assert case.taxonomy["hairy_cell"].title == "Hairy cell"
        assert case.learning_classes() == ()
        assert case.cell(1).learned is None
        case.redo()
        assert [note.text for note in case.notes()] == ["clotted"]
        for _ in range(4):
            case.undo()
        assert case.labels() == [(1, "lymphocyte"), (2, "monocyte"), (3, "eosinophil")]
        assert "hairy_cell" not in case.taxonomy
    assert len(list(tmp_path.glob("smear.format1-*.bvcase"))) == 1


def test_what_edits_may_change_are_columns_that_there_are(case: Case) -> None:
    for table, columns in schema.EDITABLE.items():
        found = {row[1] for row in case._connection.execute(f"PRAGMA table_info({table})")}
        assert columns <= found


@pytest.fixture
def older(tmp_path: Path) -> tuple[Path, tuple[object, ...]]:
    """A case of the present format, with what it shows; the tests then add a format."""
    with new_case(tmp_path) as case:
        case.apply(Reject((1,)))
        return tmp_path / "smear.bvcase", dump(case)


def add_format(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, statements))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


def test_an_older_case_is_copied_and_then_converted(
    older: tuple[Path, tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = older
    former = schema.VERSION
    with monkeypatch.context() as newer:
        add_format(newer, "ALTER TABLE slide ADD COLUMN stain TEXT", "CREATE TABLE extra (id INTEGER)")
        newer.setattr("bloodview.review.rows.slide", lambda row: row[0])
        with Case.open(path) as case:
            assert case._connection.execute("SELECT stain FROM slide").fetchall() == [(None,)]
            assert dump(case)[:-1] == before[:-1]
            case.undo()
        with Case.open(path) as case:
            assert case.labels()[0] == (1, "lymphocyte")
    (copy,) = (file for file in path.parent.iterdir() if file != path)
    assert copy.name.startswith(f"smear.format{former}-")
    assert copy.suffix == ".bvcase"
    with Case.open(copy) as case:
        assert dump(case) == before


def test_a_conversion_that_fails_changes_nothing(
    older: tuple[Path, tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, before = older
    with monkeypatch.context() as newer:
        add_format(newer, "DROP TABLE note", "CREATE TABLE cell (id INTEGER)")
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            Case.open(path)
    with Case.open(path) as case:
        assert dump(case) == before


def test_no_conversion_without_a_copy(older: tuple[Path, tuple[object, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    path, before = older

    def full(connection: sqlite3.Connection, path: Path, version: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as newer:
        add_format(newer, "DROP TABLE note")
        newer.setattr(storage, "_back_up", full)
        with pytest.raises(StorageError, match="No space left"):
            Case.open(path)
    with Case.open(path) as case:
        assert dump(case) == before


def test_an_older_case_that_cannot_be_written_is_not_read_wrongly(
    older: tuple[Path, tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = older
    add_format(monkeypatch, "ALTER TABLE slide ADD COLUMN stain TEXT")
    monkeypatch.setattr("os.access", lambda place, mode: mode == 4)
    with pytest.raises(StorageError, match="older version"):
        Case.open(path)
