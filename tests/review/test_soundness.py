"""A value of another kind than its column's never reaches a reader: every column of every table is tried."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bloodview.core.errors import DamagedCaseError
from bloodview.review import schema, soundness
from bloodview.review.case import Case
from bloodview.review.commands import Note
from tests.review.examples import dump
from tests.review.full_case import full_case

WORDS = {("journal", c) for c in ("at", "kind", "title", "command", "who")} | {("image", "before"), ("seal", "hash")}
STRANGE = {
    "INTEGER": ("'x'", "x'00'", "9e999", "-9e999"),
    "REAL": ("'x'", "x'00'", "9e999", "-9e999"),
    "TEXT": ("x'ff'", "x''"),
    "BLOB": ("'x'", "7", "0.5"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_case(tmp_path_factory.mktemp("full"))


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    """A copy of it that may be damaged."""
    return shutil.copyfile(whole, tmp_path / "smear.bvcase")


@pytest.fixture
def unguarded(whole: Path) -> Iterator[sqlite3.Connection]:
    """In memory, without what keeps the journal from being changed."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with closing(sqlite3.connect(whole)) as source:
            source.backup(connection)
        connection.execute("PRAGMA foreign_keys=OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def columns(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """(table, column, kind) of all that holds values of its own; the number of a row takes no other kind."""
    tables = [n for kind, n in schema.objects(schema.VERSION) if kind == "table" and not n.startswith("sqlite")]
    found = []
    for table in tables:
        about = connection.execute(f"PRAGMA table_info({table})").fetchall()
        keys = sum(bool(key) for *_, key in about)
        found += [(table, n, kind) for _, n, kind, _, _, key in about if not (key and keys == 1 and kind == "INTEGER")]
    return found


def damage(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)


def test_a_case_that_holds_something_in_every_table_is_sound(unguarded: sqlite3.Connection, whole: Path) -> None:
    for table in {table for table, _, _ in columns(unguarded)}:
        assert unguarded.execute(f"SELECT count(*) FROM {table}").fetchone()[0], f"{table} is not tried"
    assert soundness.flaw(unguarded) == ""
    with Case.open(whole) as case:
        assert case.verify_journal().is_whole


def test_a_value_of_another_kind_in_any_column_is_told_with_its_place(unguarded: sqlite3.Connection) -> None:
    tried = columns(unguarded)
    assert len(tried) > 100
    for table, column, kind in tried:
        for value in STRANGE[kind]:
            unguarded.execute("BEGIN")
            unguarded.execute(f"UPDATE OR IGNORE {table} SET {column} = {value}")
            expected = "" if (table, column) in WORDS else f"a {table} has an impossible {column}"
            assert soundness.flaw(unguarded) == expected, value
            unguarded.execute("ROLLBACK")


def test_cells_of_a_class_that_is_not_there_are_told(unguarded: sqlite3.Connection) -> None:
    unguarded.execute("UPDATE cell SET person_label = 'nobody' WHERE id = 1")
    assert soundness.flaw(unguarded) == "its cells are of a class that it lacks"


@pytest.mark.parametrize(
    "what",
    ["note SET text = x'00'", "cell SET x0 = 9e999", "class SET parent = class_id", "model SET classes = '[[1]]'",
     "cell SET machine_label = 'x', person_label = NULL"],
)  # fmt: skip
def test_such_a_case_is_refused_by_name_and_stays_as_it_is(path: Path, what: str) -> None:
    damage(path, f"UPDATE {what}")
    before = path.read_bytes()
    with pytest.raises(DamagedCaseError, match=r"smear\.bvcase: is damaged .*Go back to a copy"):
        Case.open(path)
    assert path.read_bytes() == before


def test_damaged_words_of_the_journal_hide_nothing_else(path: Path, whole: Path) -> None:
    damage(
        path,
        "UPDATE journal SET title = x'ff41' WHERE id = 3",
        "UPDATE journal SET title = CAST(x'ff42' AS TEXT), kind = CAST(kind AS BLOB), who = x'ff' WHERE id = 4",
        "UPDATE seal SET hash = x'ff' WHERE entry = (SELECT max(entry) FROM seal)",
    )
    with Case.open(whole) as untouched, Case.open(path) as case:
        assert dump(case) == dump(untouched)
        titles = {entry.id: (entry.title, entry.who) for entry in case.journal()}
        assert titles[3][0] == "\N{REPLACEMENT CHARACTER}A"
        assert titles[4] == ("\N{REPLACEMENT CHARACTER}B", "\N{REPLACEMENT CHARACTER}")
        assert "Entry 3" in case.verify_journal().problem
        case.apply(Note("goes on"))
        assert case.notes()[-1].text == "goes on"


@pytest.mark.parametrize(
    "before", ["", "[]", "{}", '{"live": "x"}', '{"live": 1e999}', '{"live": null}', '{"at": "x"}', '{"live": [1]}']
)
def test_former_values_that_fit_no_column_are_not_brought_back(path: Path, before: str) -> None:
    damage(path, f"UPDATE image SET before = '{before}' WHERE tbl = 'amendment'")
    with Case.open(path) as case:
        with pytest.raises(DamagedCaseError, match=r"smear\.bvcase: is damaged"):
            case.undo()
        assert [s.amended_because for s in case.signatures()] == ["One more look."]


def test_edits_of_a_case_whose_journal_was_renumbered_go_on(path: Path) -> None:
    damage(path, "UPDATE journal SET edit_count = -edit_count")
    with Case.open(path) as case:
        assert not case.verify_journal().is_whole
        case.apply(Note("goes on"))


@pytest.mark.parametrize(
    "what",
    ["analyser SET figures = '[[\"basophil\", NaN]]'", "analyser SET total = -1", "slide SET width = 0",
     "cell SET person_outline = '[[10, 20], [40, 20], [NaN, NaN], [10, 60]]' WHERE id = 1"],
)  # fmt: skip
def test_numbers_that_are_none_are_a_damage(path: Path, what: str) -> None:
    damage(path, f"UPDATE {what}")
    with pytest.raises(DamagedCaseError, match=r"smear\.bvcase: is damaged"), Case.open(path) as case:
        dump(case)
