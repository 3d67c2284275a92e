"""Many slides on workers of their own: what comes back, in which order, and what a lost worker or slide costs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bloodview.batch import running as batch
from bloodview.batch.server import start_method
from bloodview.cli import batching
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import StorageError, UserError
from bloodview.core.geometry import Size
from bloodview.review.case import Case
from bloodview.workflows.engine import Engine
from tests.e2e.program import SAMPLE, bloodview
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, draw_field, write_picture
from tests.holding import other_holding

ROOT = Path(__file__).parents[2]
HANDS = Path(__file__).with_name("batch_hands.py")
N = 7


def hands(folder: Path, mishap: str) -> list[dict[str, Any]]:
    """The rows that a batch with a mishap gives, from processes of their own."""
    env = dict(os.environ, HOME=str(folder), PYTHONPATH=str(ROOT))
    command = [sys.executable, str(HANDS), str(folder), mishap, str(N)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def made(folder: Path) -> list[str]:
    return sorted((folder / "cases" / "made.txt").read_text(encoding="utf-8").split())


def test_a_case_lies_by_its_slides_name_and_place() -> None:
    one, other = batch.case_of(Path("/x/a.svs"), Path("/out")), batch.case_of(Path("/y/a.svs"), Path("/out"))
    assert one.name.startswith("a-")
    assert one.suffix == ".bvcase"
    assert one != other
    assert one == batch.case_of(Path("/x/a.svs"), Path("/out"))


def test_a_scheduler_that_is_not_there_is_named_and_nothing_is_lost(tmp_path: Path) -> None:
    answer = bloodview(tmp_path, "batch", SAMPLE, "--out", tmp_path / "o", "--scheduler", "tcp://127.0.0.1:9")
    assert answer.status == 2
    assert "tcp://127.0.0.1:9: No Dask scheduler answers there." in answer.err


def test_inputs_that_are_none_need_no_worker(tmp_path: Path) -> None:
    rows = batch.run([tmp_path / "gone.svs"], tmp_path / "out", tmp_path / "t.csv")
    assert [r.is_done for r in rows] == [False]
    assert "no such file" in rows[0].problem
    assert "gone.svs" in (tmp_path / "t.csv").read_text(encoding="utf-8")


def test_a_table_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no kind of table"):
        batch.run([SAMPLE], tmp_path / "out", tmp_path / "t.xls")
    assert not (tmp_path / "out").exists()


def test_nothing_to_do_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no picture or slide"):
        batch.run([], tmp_path / "out", tmp_path / "t.csv")


def test_inputs_that_are_none_are_told_as_they_come(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    batch.run(
        [tmp_path / "a.svs", tmp_path / "b.svs"],
        tmp_path / "out",
        tmp_path / "t.csv",
        tell=lambda row, done, of: told.append((Path(row.slide).name, done, of)),
    )
    assert told == [("a.svs", 1, 2), ("b.svs", 2, 2)]


def test_in_lines_every_slide_is_a_line_of_json_and_the_end_too(tmp_path: Path) -> None:
    answer = bloodview(tmp_path, "batch", tmp_path / "a.svs", "--out", tmp_path / "o", "--progress", "lines")
    assert answer.status == 2
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert [line["event"] for line in lines] == ["started", "slide", "finished"]
    assert (lines[1]["done"], lines[1]["of"], lines[1]["is_done"]) == (1, 1, False)
    assert "no such file" in lines[1]["problem"]


def listens_to(stream: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether what comes from a handle in place of standard input stops a batch."""
    read, stat = os.read, os.fstat
    token = CancelToken()
    with monkeypatch.context() as patched:
        patched.setattr(batching.os, "read", lambda _fd, n: read(stream, n))
        patched.setattr(batching.os, "fstat", lambda _fd: stat(stream))
        batching._listen(token)
    return token.is_cancelled


@pytest.mark.parametrize(("said", "stops"), [(b"", False), (b"other", False), (b"stop\n", True)])
def test_the_word_on_standard_input_stops_it_and_an_end_of_input_does_not(
    monkeypatch: pytest.MonkeyPatch, said: bytes, stops: bool
) -> None:
    inlet, outlet = os.pipe()
    os.write(outlet, said)
    os.close(outlet)
    assert listens_to(inlet, monkeypatch) is stops
    os.close(inlet)


def test_a_file_in_place_of_standard_input_is_listened_to_as_it_grows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words, looks = tmp_path / "words.txt", iter([b"", b"st", b"", b"op\n"])
    words.touch()

    def wait(_seconds: float) -> None:
        with words.open("ab") as file:
            file.write(next(looks))

    monkeypatch.setattr(batching.time, "sleep", wait)
    with words.open("rb") as file:
        assert listens_to(file.fileno(), monkeypatch)
    assert list(looks) == []


def test_a_list_that_names_what_is_not_there_is_gone_through_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# of tonight\n\ngone.svs\n/nowhere/else.tif\n", encoding="utf-8")
    answer = bloodview(tmp_path, "batch", tmp_path / "list.txt", "--out", tmp_path / "o")
    assert answer.status == 2
    for name in (str(tmp_path / "gone.svs"), "/nowhere/else.tif"):
        assert f"{name}: There is no such file" in answer.err
    assert "0 of 2 done" in answer.err


def test_a_table_that_cannot_be_written_in_the_end_costs_no_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_rows: object, out: Path) -> None:
        raise StorageError("could not be written: No space left on device.", path=out)

    monkeypatch.setattr(batch, "write_rows", full)
    told: list[str] = []
    with pytest.raises(StorageError, match="No space left"):
        batch.run(
            [tmp_path / "gone.svs"],
            tmp_path / "o",
            tmp_path / "t.csv",
            tell=lambda row, _d, _o: told.append(row.problem),
        )
    assert len(told) == 1
    assert "no such file" in told[0]


def test_two_batches_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    out = tmp_path / "o"
    out.mkdir()
    with other_holding(out, batch.LOCK), pytest.raises(UserError, match="Another batch is at work"):
        batch.run([tmp_path / "gone.svs"], out, tmp_path / "t.csv")
    assert not (tmp_path / "t.csv").exists(), "that of the other stays as it is"
    batch.run([tmp_path / "gone.svs"], out, tmp_path / "t.csv")


def test_the_workers_get_all_that_the_reading_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, object] = {}
    names = ("device", "classifier", "batch_size", "tell", "detector", "segmenter")

    def load(*given: object) -> Engine:
        asked.update(zip(names, given, strict=True))
        return Engine(FakeDetector(), FakeSegmenter(), FakeClassifier())

    monkeypatch.setattr(batch, "load_engine", load)
    monkeypatch.setattr(batch.golden, "trust", lambda _engine: None)
    slide = write_picture(tmp_path / "a.png", draw_field(Size(320, 240), []))
    reading = batch.Reading("cpu", "c", 7, detector="d", segmenter="s", who="Dr. Night")
    batch.analyse_here(slide, tmp_path / "a.bvcase", reading)
    asked.pop("tell")
    assert asked == {"device": "cpu", "classifier": "c", "batch_size": 7, "detector": "d", "segmenter": "s"}
    with Case.open(tmp_path / "a.bvcase") as case:
        assert {entry.who for entry in case.journal()} == {"Dr. Night"}


@pytest.mark.slow
def test_rows_come_in_the_order_given_and_each_slide_once(tmp_path: Path) -> None:
    rows = hands(tmp_path, "none")
    assert [r["leukocytes"] for r in rows] == list(range(N))
    assert made(tmp_path) == [f"{i}.png" for i in range(N)]
    if start_method() == "forkserver":
        parents = set((tmp_path / "cases" / "parents.txt").read_text(encoding="utf-8").splitlines())
        (parent,) = parents
        assert parent.endswith(" 1"), "what workers are forked off must have a single thread"


@pytest.mark.slow
def test_slides_that_need_a_gpu_go_to_the_workers_that_offer_one(tmp_path: Path) -> None:
    *rows, refused = hands(tmp_path, "needs")
    assert [row["content_hash"] for row in rows] == ["with a GPU"] * N
    assert "None of the scheduler's workers offers TPU." in refused["problem"]
    assert '--resources "TPU=1"' in refused["problem"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["killed", "busy once"])
def test_a_worker_killed_midway_or_a_case_busy_for_a_while_changes_no_row(tmp_path: Path, kind: str) -> None:
    rows = hands(tmp_path, kind)
    assert [(r["leukocytes"], r["is_done"], r["problem"]) for r in rows] == [(i, True, "") for i in range(N)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "said"),
    [("always killed", "worker was lost"), ("error", "ZeroDivisionError: of the test"), ("busy", "open in")],
)
def test_a_slide_that_cannot_be_done_is_named_and_the_others_are_done(tmp_path: Path, kind: str, said: str) -> None:
    rows = hands(tmp_path, kind)
    assert [i for i, r in enumerate(rows) if not r["is_done"]] == [3]
    assert said in rows[3]["problem"]
    assert [r["leukocytes"] for i, r in enumerate(rows) if i != 3] == [i for i in range(N) if i != 3]


@pytest.mark.slow
def test_models_that_fail_end_the_batch(tmp_path: Path) -> None:
    (row,) = hands(tmp_path, "no models")
    assert row["problem"] == "models: models/x: is missing."


@pytest.mark.slow
def test_when_it_is_stopped_the_table_holds_what_is_done(tmp_path: Path) -> None:
    (row,) = hands(tmp_path, "cancelled")
    assert row["problem"] == "cancelled"
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert 2 <= len(lines) - 1 < N


@pytest.mark.slow
def test_the_program_reads_the_sample_and_the_second_time_finds_it_done(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    pictures = sorted(SAMPLE.glob("*.jpg"))[:2]
    listed.write_text("# of tonight\n\n" + "".join(f"{p}\n" for p in pictures), encoding="utf-8")
    first = bloodview(tmp_path, "batch", "--list", listed, "--out", tmp_path / "o", "--workers", 1)
    assert first.status == 0, first.err
    table = (tmp_path / "o" / "results.csv").read_text(encoding="utf-8")
    assert len(table.splitlines()) == 1 + len(pictures)
    cases = {p: p.stat().st_mtime_ns for p in (tmp_path / "o").glob("*.bvcase")}
    assert len(cases) == len(pictures)
    again = bloodview(tmp_path, "batch", "--list", listed, "--out", tmp_path / "o", "--workers", 1)
    assert again.status == 0, again.err
    assert (tmp_path / "o" / "results.csv").read_text(encoding="utf-8") == table
    assert {p: p.stat().st_mtime_ns for p in cases} == cases
