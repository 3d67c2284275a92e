import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from bloodview.core.errors import CaseInUseError, DamagedCaseError, StorageError
from bloodview.review import schema, storage
from bloodview.review.case import Case
from bloodview.review.commands import Note, Reject, Relabel
from tests.review.examples import dump, found, new_case, run
from tests.review.restless_editor import plan

ROOT = Path(__file__).parents[2]


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A case of 300 cells, closed."""
    new_case(tmp_path, run(*(found(30 * (i % 30), 70 * (i // 30), side=20) for i in range(300)))).close()
    return tmp_path / "smear.bvcase"


def refused(path: Path, why: str = "is ") -> None:
    """Opening says which file and why, and leaves the folder as it was."""
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with pytest.raises(DamagedCaseError, match=why) as told:
        Case.open(path)
    assert str(path) in str(told.value)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def raw(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"dear diary\n" * 500, b"SQLite format 3\0", b"\x89PNG\r\n\x1a\n" * 99]
)
def test_what_is_no_case_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.bvcase").write_bytes(content)
    refused(tmp_path / "x.bvcase", "no case")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    raw(tmp_path / "x.bvcase", "CREATE TABLE cell (id INTEGER)")
    refused(tmp_path / "x.bvcase", "no case")


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999])
def test_a_truncated_case_is_refused(closed: Path, share: float) -> None:
    content = closed.read_bytes()
    closed.write_bytes(content[: int(len(content) * share)])
    refused(closed)


def test_a_case_with_a_page_of_zeros_is_refused(closed: Path) -> None:
    content = bytearray(closed.read_bytes())
    content[4096 * 20 : 4096 * 21] = bytes(4096)
    closed.write_bytes(content)
    refused(closed, "damaged")


@pytest.mark.parametrize("seed", [3, 5, 8, 13, 16, 21, 25, 27])
def test_a_case_with_damaged_bytes_is_refused_or_read_but_never_crashes(closed: Path, seed: int) -> None:
    rng, content = random.Random(seed), bytearray(closed.read_bytes())
    for _ in range(20):
        content[rng.randrange(len(content))] = rng.randrange(256)
    closed.write_bytes(content)
    with suppress(DamagedCaseError), Case.open(closed) as case:
        dump(case)


def test_a_newer_case_is_refused_politely(closed: Path) -> None:
    raw(closed, f"PRAGMA user_version={schema.VERSION + 1}")
    refused(closed, "newer version of BloodView .*Update BloodView")


def test_a_case_that_lacks_a_table_is_refused(closed: Path) -> None:
    raw(closed, "DROP TABLE note")
    refused(closed, "lacks note")


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO journal (at, kind, title, command, edit_count) VALUES ('', 'dance', '', '', 1)",
        "INSERT INTO journal (at, kind, title, command, edit_count) VALUES ('', 'undo', '', '', 1)",
        "UPDATE class SET parent = 'nobody' WHERE class_id = 'basophil'",
        "UPDATE model SET classes = '['",
    ],
)
def test_rows_that_make_no_sense_are_a_damage(closed: Path, damage: str) -> None:
    raw(closed, damage)
    with pytest.raises(DamagedCaseError, match="damaged"):
        Case.open(closed)


@pytest.mark.parametrize(
    "damage",
    ["UPDATE cell SET x1 = x0", "UPDATE cell SET kind = 'cat'", "UPDATE finding SET probabilities = x'00'",
     "UPDATE finding SET cell_outline = x'0001'"],
)  # fmt: skip
def test_cells_that_make_no_sense_are_a_damage(closed: Path, damage: str) -> None:
    raw(closed, damage)
    with Case.open(closed) as case, pytest.raises(DamagedCaseError, match="damaged"):
        case.cells()


@pytest.mark.parametrize(
    "damage",
    ["width = ''", "width = 1e308", "width = 4294967296", "um_per_px = 1e308", "um_per_px = 'x'", "device = x'00'",
     "content_hash = x'00'", "model_ids = '[[1]]'", "analysed_at = '[['",
     "model_ids = '" + "[" * 100_000 + "'"],
)  # fmt: skip
def test_a_slide_that_makes_no_sense_is_a_damage(closed: Path, damage: str) -> None:
    raw(closed, f"UPDATE slide SET {damage}")
    with pytest.raises(DamagedCaseError, match="damaged"), Case.open(closed) as case:
        case.slides()


def test_cells_of_a_slide_that_is_not_there_are_a_damage(closed: Path) -> None:
    raw(closed, "UPDATE slide SET id = 7")
    refused(closed, "a slide that it lacks")


def test_a_journal_that_names_other_columns_is_not_obeyed(closed: Path) -> None:
    with Case.open(closed) as case:
        case.apply(Reject((1,)))
    raw(closed, """UPDATE image SET before = '{"machine_label": "basophil"}'""")
    with Case.open(closed) as case:
        with pytest.raises(DamagedCaseError):
            case.undo()
        assert case.labels()[0] == (1, "rejected")


def test_the_journal_cannot_be_rewritten(closed: Path) -> None:
    for statement in ("UPDATE journal SET title = ''", "DELETE FROM journal"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(closed, statement)


def test_a_missing_case_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no such case"):
        Case.open(tmp_path / "gone.bvcase")
    with pytest.raises(StorageError, match="folder"):
        Case.open(tmp_path)


def test_a_closed_case_is_one_file(closed: Path) -> None:
    with Case.open(closed) as case:
        case.apply(Note("x"))
        assert case.storage_note == ""
    assert [file.name for file in closed.parent.iterdir()] == ["smear.bvcase"]


def test_every_commit_waits_for_the_disk(case: Case) -> None:
    assert case._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert case._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_case_checked_beforehand_opens_without_another_check(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert storage.is_whole(closed)
    asked: list[str] = []
    checked = storage._checked_version
    monkeypatch.setattr(storage, "_checked_version", lambda *a, **k: asked.append(k) or checked(*a, **k))
    Case.open(closed, is_known_whole=True).close()
    assert [k["is_known_whole"] for k in asked] == [True]


def test_a_damaged_case_and_one_that_is_open_are_not_known_to_be_whole(closed: Path, tmp_path: Path) -> None:
    assert not storage.is_whole(tmp_path / "missing.bvcase")
    with Case.open(closed) as case:
        assert not storage.is_whole(closed), "its lock would be lost"
        case.apply(Note("x"))
    assert storage.is_whole(closed)
    content = bytearray(closed.read_bytes())
    content[4096 * 20 : 4096 * 21] = bytes(4096)
    closed.write_bytes(content)
    assert not storage.is_whole(closed)
    refused(closed, "damaged")


def test_a_network_share_gets_no_write_ahead_log_and_the_case_says_so(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_on_network", lambda path: True)
    with Case.open(closed) as case:
        assert "network" in case.storage_note
        assert case._connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert case._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        case.apply(Reject((1,)))
        with pytest.raises(CaseInUseError):
            Case.open(closed)
    with Case.open(closed) as case:
        assert case.labels()[0] == (1, "rejected")


def test_a_full_disk_is_told_and_leaves_nothing_half_written(closed: Path) -> None:
    with Case.open(closed) as case:
        case.apply(Relabel((1,), "basophil"))
        before, journal = dump(case), case.journal()
        (pages,) = case._connection.execute("PRAGMA page_count").fetchone()
        case._connection.execute(f"PRAGMA max_page_count={pages + 2}")
        for command in (run(*(found(9 * i) for i in range(90)), content_hash="b"), Note("long " * 9000)):
            with pytest.raises(StorageError, match=r"smear\.bvcase: the disk is full.*Free some space"):
                case.apply(command)
            assert (dump(case), case.journal(), case.edit_count) == (before, journal, 1)
        case._connection.execute("PRAGMA max_page_count=1000000")
        case.apply(Note("room again"))
        assert case.edit_count == 2
    with Case.open(closed) as case:
        case.undo()
        assert dump(case) == before


@pytest.fixture
def write_protected(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system says that nothing can be written, as it does to everybody but root after chmod."""
    real = os.access
    monkeypatch.setattr(
        "bloodview.review.storage.os.access", lambda path, mode: not mode & os.W_OK and real(path, mode)
    )


@pytest.mark.usefixtures("write_protected")
def test_a_case_that_cannot_be_written_is_open_for_reading_only(closed: Path) -> None:
    content = closed.read_bytes()
    with Case.open(closed) as case:
        assert case.is_read_only
        assert "reading only" in case.storage_note
        before = dump(case)
        with pytest.raises(StorageError, match="cannot be written"):
            case.apply(Reject((1,)))
        assert dump(case) == before
    assert closed.read_bytes() == content
    assert [file.name for file in closed.parent.iterdir()] == ["smear.bvcase"]


@pytest.mark.usefixtures("write_protected")
def test_a_case_that_was_killed_and_cannot_be_written_is_not_read_without_its_log(closed: Path) -> None:
    closed.with_name("smear.bvcase-wal").write_bytes(b"the last edits")
    with pytest.raises(StorageError, match="not closed properly"):
        Case.open(closed)


def test_a_case_is_not_made_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="case.bvcase"):
        Case.create(tmp_path / "file" / "case.bvcase")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def editor(path: Path, seed: int = 0) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.review.restless_editor", str(path), str(seed)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> list[int]:
    """End it at once; what it had told and was not read yet."""
    process.kill()
    assert process.stdout
    late = [int(line) for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    process.wait()
    assert process.returncode in (-getattr(signal, "SIGKILL", 9), 1)
    return late


def test_a_second_program_is_told_and_a_killed_one_leaves_no_lock(closed: Path) -> None:
    process = editor(closed)
    assert process.stdout
    process.stdout.readline()
    with pytest.raises(CaseInUseError, match=r"smear\.bvcase: is open in another window"):
        Case.open(closed)
    last = kill(process)[-1:]
    with Case.open(closed) as case:
        assert case.edit_count >= max(last, default=1)


def test_a_second_program_may_read_what_the_first_has_written_and_says_so(closed: Path) -> None:
    process = editor(closed)
    assert process.stdout
    for _ in range(20):
        process.stdout.readline()
    with Case.open(closed, or_read=True) as case:
        assert case.is_read_only
        assert "open in another window or program" in case.storage_note
        assert case.edit_count >= 20, "what stands in the write-ahead log alone is read too"
        assert case.verify_journal().is_whole
        with pytest.raises(CaseInUseError, match="only be read"):
            case.apply(Reject((1,)))
        assert case.path == closed
        copy = Path(case._connection.execute("PRAGMA database_list").fetchone()[2])
        assert copy.exists()
    assert not copy.parent.exists()
    assert process.poll() is None, "the first goes on"
    kill(process)
    with Case.open(closed, or_read=True) as case:
        assert not case.is_read_only


def test_the_same_program_never_copies_what_it_has_open(closed: Path) -> None:
    with Case.open(closed) as case:
        with pytest.raises(CaseInUseError):
            Case.open(closed, or_read=True)
        case.apply(Reject((1,)))
    with Case.open(closed, or_read=True) as case:
        case.apply(Reject((2,)))


def test_a_second_window_of_the_same_program_is_told_and_the_first_goes_on(closed: Path) -> None:
    with Case.open(closed) as case:
        with pytest.raises(CaseInUseError):
            Case.open(closed)
        case.apply(Reject((1,)))
        process = subprocess.run(
            [sys.executable, "-m", "tests.review.restless_editor", str(closed), "0"], cwd=ROOT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert "CaseInUseError" in process.stderr
        assert process.stdout == ""


@pytest.mark.parametrize("seed", range(6))
def test_no_acknowledged_edit_is_lost_when_the_program_is_killed(closed: Path, seed: int) -> None:
    with Case.open(closed) as case:
        start = dict(case.labels())
    process = editor(closed, seed)
    assert process.stdout
    told = [int(process.stdout.readline()) for _ in range(random.Random(seed).randint(1, 60))]
    told += kill(process)
    states = [start, *(state for _, state in islice(plan(start, seed), told[-1] + 1))]
    with Case.open(closed) as case:
        assert told[-1] <= case.edit_count <= told[-1] + 1  # one may be on the disk and not be told yet
        assert dict(case.labels()) == states[case.edit_count]
        while case.can_undo:
            case.undo()
        assert dict(case.labels()) == start


def test_a_case_in_a_folder_that_may_not_be_entered_is_named(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", locked)
    with pytest.raises(StorageError, match=f"{closed.name}.*Permission denied"):
        Case.open(closed)


def test_a_damage_is_told_in_one_line(closed: Path) -> None:
    data = bytearray(closed.read_bytes())
    data[5 * 4096 : 5 * 4096 + 3000] = bytes(range(250)) * 12
    closed.write_bytes(data)
    with pytest.raises(DamagedCaseError) as caught:
        Case.open(closed)
    assert str(caught.value).count("\n") == 0
    assert "***" not in str(caught.value)


@pytest.mark.parametrize(
    ("crafted", "what"),
    [
        ("CREATE TRIGGER sly AFTER INSERT ON journal BEGIN UPDATE cell SET person_label = 'basophil'; END", "trigger"),
        ("CREATE VIEW sly AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n", "view"),
        ("CREATE INDEX sly ON cell (upper(kind))", "index"),
        ("ALTER TABLE cell ADD COLUMN sly TEXT", "table"),
        ("DROP TRIGGER journal_keeps_its_lines", "lacks"),
    ],
)
def test_a_case_that_would_act_on_its_own_is_refused(closed: Path, crafted: str, what: str) -> None:
    raw(closed, crafted)
    refused(closed, f"damaged .*{what}")


def test_a_table_that_is_a_view_over_another_is_refused(closed: Path) -> None:
    raw(closed, "ALTER TABLE note RENAME TO hidden", "CREATE VIEW note AS SELECT * FROM hidden")
    refused(closed, "lacks note")


def test_a_value_larger_than_any_is_not_read(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw(closed, "UPDATE finding SET cell_outline = zeroblob(2000000) WHERE cell_id = 1")
    monkeypatch.setattr(storage, "_LONGEST_VALUE", 2**20)
    with pytest.raises(DamagedCaseError, match="too big"):
        Case.open(closed)


def test_a_case_of_a_name_too_long_for_the_system_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="xxx.*could not be used"):
        Case.create(tmp_path / ("x" * 300 + ".bvcase"))


def test_the_journal_is_searched_for_what_is_no_text_too(closed: Path) -> None:
    with Case.open(closed) as case:
        assert case.journal(holding="\udcff") == []
