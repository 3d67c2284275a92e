"""Whatever is changed in the journal from outside is noticed, and nothing else is."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bloodview.core.errors import DamagedCaseError
from bloodview.review import chain, schema
from bloodview.review.case import Case
from bloodview.review.chain import Verdict
from bloodview.review.commands import Amend, Note, Reject, Relabel, Sign
from bloodview.review.reading_commands import KeepAnalyser, Read
from tests.review.examples import new_case, run

COLUMNS = {
    "journal": ("id", "at", "kind", "title", "command", "edit_count", "who"),
    "image": ("entry", "tbl", "row", "before"),
    "seal": ("entry", "hash"),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of two analyses, eight edits, an undo, a signature that was amended and one that stands."""
    folder = tmp_path_factory.mktemp("chain")
    with new_case(folder) as case:
        case.apply(Relabel((1, 2), "basophil"))
        case.apply(Reject((3,)))
        case.undo()
        case.apply(run(content_hash="hash-b", name="b.png"))
        case.apply(Note("é"))
        case.apply(Read((1,), "Bea", "basophil", hid_readers=True, seed=3))
        case.apply(KeepAnalyser("DxH", (("neutrophil", 3.0),)))
        case.apply(Sign("Dr Ada", ("a", "b"), (("number", "few"),)))
        case.apply(Amend("One more look."))
        case.apply(Sign("Dr Ada"))
    return folder / "smear.bvcase"


def tampered(source: Path, folder: Path, *statements: str) -> Path:
    """A copy that was changed by another program, which left no trace in the schema."""
    path = folder / "t.bvcase"
    shutil.copyfile(source, path)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
    finally:
        connection.close()
    return path


def verdict(path: Path) -> Verdict:
    with Case.open(path) as case:
        return case.verify_journal()


def test_an_untouched_journal_is_whole(finished: Path, tmp_path: Path) -> None:
    found = verdict(tampered(finished, tmp_path))
    assert (found.is_whole, found.entries, len(found.head), found.remarks) == (True, 11, 64, ())


def test_an_empty_journal_is_whole(tmp_path: Path) -> None:
    with Case.create(tmp_path / "e.bvcase") as case:
        assert case.verify_journal() == Verdict(0, "")


@pytest.fixture(scope="module")
def in_memory(finished: Path) -> Iterator[sqlite3.Connection]:
    """The case in memory, without what keeps its journal from being changed."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    source = sqlite3.connect(finished)
    source.backup(connection)
    source.close()
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.close()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_single_changed_byte_of_its_rows_is_noticed(in_memory: sqlite3.Connection, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    keys = in_memory.execute(f"SELECT {', '.join(COLUMNS[table])} FROM {table}").fetchall()
    where = " AND ".join(f"{name} IS ?" for name in COLUMNS[table])
    key = data.draw(st.sampled_from(keys))
    kind, value = in_memory.execute(
        f"SELECT typeof({column}), CAST({column} AS BLOB) FROM {table} WHERE {where}", key
    ).fetchone()
    assume(value)
    place = data.draw(st.integers(0, len(value) - 1))
    others = b"123456789" if kind == "integer" else bytes(range(1, 256))
    byte = data.draw(st.sampled_from([b for b in others if b != value[place]]))
    changed = value[:place] + bytes([byte]) + value[place + 1 :]
    new = "CAST(CAST(? AS TEXT) AS INTEGER)" if kind == "integer" else "CAST(? AS TEXT)"
    in_memory.execute("BEGIN")
    try:
        assert chain.verify(in_memory).is_whole
        with suppress(sqlite3.IntegrityError):  # there is another row of that number: no such change can be made
            in_memory.execute(f"UPDATE {table} SET {column} = {new} WHERE {where}", (changed, *key))
            assert not chain.verify(in_memory).is_whole, (table, column, value, changed)
    finally:
        in_memory.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM journal WHERE id = 4", "Entry 4 is missing"),
        ("DELETE FROM image WHERE entry = 2 AND row = 1", "Entry 2"),
        ("INSERT INTO image VALUES (3, 'cell', 1, '{}')", "Entry 3"),
        ("INSERT INTO image VALUES (77, 'cell', 1, '{}')", "no entry"),
        ("UPDATE journal SET edit_count = edit_count + 100", "Entry 2"),
        ("UPDATE journal SET title = CAST(title AS BLOB) WHERE id = 3", "Entry 3"),
        ("UPDATE seal SET hash = upper(hash) WHERE entry = 1", "Entry 1"),
        ("DELETE FROM seal WHERE entry = 11", "Entry 11"),
        ("UPDATE reading SET label = 'monocyte'", "after the case was signed"),
        ("UPDATE analyser SET figures = '[]'", "after the case was signed"),
        ("UPDATE cell SET person_label = 'monocyte' WHERE id = 1", "after the case was signed"),
        ("UPDATE cell SET x0 = x0 + 0.001 WHERE id = 3", "after the case was signed"),
    ],
)
def test_what_was_done_from_outside_is_told(finished: Path, tmp_path: Path, statement: str, said: str) -> None:
    path = tampered(finished, tmp_path, "PRAGMA foreign_keys=OFF", statement)
    try:
        assert said in verdict(path).problem
    except DamagedCaseError:
        assert "title" in statement or "id = 4" in statement


def test_a_journal_cut_short_is_noticed(finished: Path, tmp_path: Path) -> None:
    path = tampered(
        finished,
        tmp_path,
        "PRAGMA foreign_keys=OFF",
        "DELETE FROM image WHERE entry = 11",
        "DELETE FROM seal WHERE entry = 11",
        "DELETE FROM journal WHERE id = 11",
    )
    assert verdict(path).problem == "Entry 11 is missing."


def test_the_chain_goes_on_after_a_change_and_the_change_stays_noticed(finished: Path, tmp_path: Path) -> None:
    path = tampered(finished, tmp_path, "UPDATE journal SET who = 'somebody else' WHERE id = 3")
    with Case.open(path) as case:
        case.undo()
        case.apply(Relabel((2,), "monocyte"))
        assert case.verify_journal().entry == 3


def test_a_clock_that_was_set_back_is_a_remark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_case(tmp_path) as case:
        case.apply(Reject((1,)))
        monkeypatch.setattr("bloodview.review.rows.now", lambda: "1999-12-31T23:59:59.000+00:00")
        case.apply(Reject((2,)))
        found = case.verify_journal()
        assert found.is_whole
        (remark,) = found.remarks
        assert remark == "The clock was set back: 1 entry is dated before the one it follows, first entry 3."
        case.undo()
        assert case.labels()[1] == (2, "monocyte"), "undo goes by the order of the entries, never by their dates"


def test_the_journal_of_an_older_case_is_chained_when_it_is_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.bvcase"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in schema.MIGRATIONS[0]:
        connection.execute(statement)
    for number in (1, 2, 3):
        connection.execute(
            "INSERT INTO journal (at, kind, title, command, edit_count) VALUES (?, 'edit', 'Note written', 'x', ?)",
            (f"2026-11-2{number}T12:00:00.000+00:00", number),
        )
    connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.execute("PRAGMA user_version=1")
    connection.close()
    with Case.open(path) as case:
        assert case.verify_journal().is_whole
        assert case.verify_journal().entries == 3
        assert case.journal(1)[0].who == ""
        case.undo()
        assert case.verify_journal().is_whole
        assert case.journal(1)[0].who == case.who
    assert len(list(tmp_path.glob("old.format1-*.bvcase"))) == 1


def test_the_journal_is_searched_in_what_and_who(case: Case) -> None:
    case.who = "ada"
    case.apply(Relabel((1,), "basophil"))
    case.who = "50%_off"
    case.apply(Reject((2,)))
    assert [e.title for e in case.journal(holding="basoph")] == ["Cell 1 called Basophil"]
    assert [e.who for e in case.journal(holding="50%_o")] == ["50%_off"]
    assert case.journal(holding="%%") == []
