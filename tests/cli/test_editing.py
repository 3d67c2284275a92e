"""Tests of the lines of `edit`."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bloodview.cli import main as cli
from bloodview.review.case import Case

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


def talk(case: Path, lines: list[str], monkeypatch: MonkeyPatch, capsys: Capsys) -> list[str]:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    capsys.readouterr()
    assert cli.run(["edit", str(case)]) == 0
    return capsys.readouterr().out.splitlines()


def listed(answer: list[str]) -> dict[str, str]:
    assert answer[-1] == "ok"
    return dict(line.split(None, 1) for line in answer[:-1])


def test_edits_are_answered_in_order_and_counted(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cells = listed(talk(case, ["list"], monkeypatch, capsys))
    cell = next(c for c, label in cells.items() if label == "monocyte")
    lines = [f"relabel {cell} basophil", "undo", "redo", f"reject {cell}", "undo"]
    assert talk(case, lines, monkeypatch, capsys) == ["ok 1", "ok 2", "ok 3", "ok 4", "ok 5"]
    assert listed(talk(case, ["list"], monkeypatch, capsys))[cell] == "basophil"
    assert talk(case, [f"reject {cell}"], monkeypatch, capsys) == ["ok 6"]
    assert listed(talk(case, ["list"], monkeypatch, capsys))[cell] == "rejected"


def test_findings_of_the_red_cells_are_graded(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    lines = ["grade spherocytes 2", "grade rouleaux 0", "grade spherocytes none", "undo"]
    assert talk(case, lines, monkeypatch, capsys) == ["ok 1", "ok 2", "ok 3", "ok 4"]
    with Case.open(case) as opened:
        assert opened.grading().grades == {"spherocytes": 2, "rouleaux": 0}


def test_an_edit_after_undo_forgets_what_could_be_redone(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cell = next(iter(listed(talk(case, ["list"], monkeypatch, capsys))))
    answers = talk(case, [f"relabel {cell} basophil", "undo", f"relabel {cell} monocyte", "redo"], monkeypatch, capsys)
    assert answers[:3] == ["ok 1", "ok 2", "ok 3"]
    assert answers[3].startswith("error ")


@pytest.mark.parametrize(
    "line",
    ["nonsense", "", "relabel", "relabel 1", "relabel x basophil", "relabel 999999 basophil", "relabel 1 zebra",
     "relabel 1 basophil now", "reject", "reject 1 2", "undo 3", "list all", "sign", "relabel -1 basophil",
     "relabel 99999999999999999999999 basophil", "relabel \u0661 basophil", "undo", "redo",
     "grade spherocytes 4", "grade zebra 1", "grade spherocytes"],
)  # fmt: skip
def test_anything_else_is_one_line_of_error_and_changes_nothing(
    case: Path, line: str, monkeypatch: MonkeyPatch, capsys: Capsys
) -> None:
    before = listed(talk(case, ["list"], monkeypatch, capsys))
    (answer,) = talk(case, [line], monkeypatch, capsys)
    assert answer.startswith("error ")
    assert listed(talk(case, ["list"], monkeypatch, capsys)) == before
    with Case.open(case) as opened:
        assert opened.edit_count == 0


def test_bytes_that_are_no_text_end_neither_the_edits_nor_the_program(case: Path) -> None:
    lines = [
        b"\xef\xbb\xbflist",
        b"sign \xff\xfe",
        b"\x80",
        b"relabel 1 " + b"x" * 100_000,
        b"",
        b"undo\r",
        b"reject 1\r",
    ]
    program = [sys.executable, "-m", "bloodview", "edit", str(case)]
    for encoding in ("utf-8:strict", "ascii:strict"):
        how = {"cwd": ROOT, "env": {**os.environ, "PYTHONIOENCODING": encoding}, "input": b"\n".join(lines)}
        done = subprocess.run(program, capture_output=True, timeout=60, check=False, **how)
        assert done.returncode == 0, done.stderr
        answers = done.stdout.decode("utf-8").splitlines()
        after = answers[answers.index("ok") + 1 :]
        assert [a.split()[0] for a in after[:4]] == ["error"] * 4
        assert max(map(len, after)) < 400
        assert after[-1].startswith("ok ")


def test_signing_closes_the_case_until_it_is_undone(case: Path, monkeypatch: MonkeyPatch, capsys: Capsys) -> None:
    cell = next(iter(listed(talk(case, ["list"], monkeypatch, capsys))))
    lines = ["sign Dr. A. Reader", f"relabel {cell} basophil", "undo", f"relabel {cell} basophil"]
    answers = talk(case, lines, monkeypatch, capsys)
    assert answers[0] == "ok 1"
    assert answers[1].startswith("error ")
    assert answers[2:] == ["ok 2", "ok 3"]


def test_an_answer_comes_before_the_next_line_is_sent(case: Path) -> None:
    command = [sys.executable, "-m", "bloodview", "edit", str(case)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("list\n")
        process.stdin.flush()
        rows = iter(process.stdout.readline, "ok\n")
        cell = [row.split()[0] for row in rows][0]
        process.stdin.write(f"relabel {cell} basophil\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ok 1\n"
        process.kill()
    with Case.open(case) as opened:
        assert opened.cell(int(cell)).label == "basophil"
