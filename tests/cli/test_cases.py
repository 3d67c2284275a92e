"""Tests of the commands of a case."""

import json
import sqlite3
from pathlib import Path

import pytest
from pypdf import PdfReader

from bloodview.cli import main as cli
from bloodview.core.cells import Kind
from bloodview.review.case import Case
from bloodview.review.commands import Reject, Relabel
from bloodview.review.reading_commands import Read
from bloodview.workflows import analysing

MonkeyPatch, Capsys = pytest.MonkeyPatch, pytest.CaptureFixture[str]


def test_analyze_report_and_export(fields: Path, tmp_path: Path) -> None:
    case, page = tmp_path / "c.bvcase", tmp_path / "r.html"
    table = tmp_path / "r.csv"
    words = ["--case", str(case), "--report", str(page), "--report", str(table)]
    assert cli.run(["analyze", str(fields), *words]) == 0
    assert page.stat().st_size > 1000
    assert table.exists()
    assert cli.run(["report", str(case), "--out", str(tmp_path / "r.json")]) == 0
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    words = ["--out", str(tmp_path / "r.pdf"), "--laboratory", "Ward 7\\nStreet 1"]
    assert cli.run(["report", str(case), *words]) == 0
    head = PdfReader(tmp_path / "r.pdf").pages[0].extract_text()
    assert "Ward 7" in head
    assert "Street 1" in head
    assert cli.run(["report", str(case), *words, "--logo", str(tmp_path / "gone.png")]) == 2
    for fmt in ("coco", "yolo", "voc", "geojson", "labelme", "csv", "crops", "trainset"):
        assert cli.run(["export", str(case), "--format", fmt, "--out", str(tmp_path / f"out-{fmt}")]) == 0
        assert (tmp_path / f"out-{fmt}").exists()


def test_what_is_left_out_for_privacy_is_said(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    case = tmp_path / "c.bvcase"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    for words, said in (([], "file names of the pictures"), (["--keep-names"], "left out for privacy: folders")):
        assert cli.run(["export", str(case), "--format", "csv", "--out", str(tmp_path / "c.csv"), *words]) == 0
        assert said in capsys.readouterr().err


def test_annotations_are_imported_and_what_fits_nowhere_is_status_1(
    fields: Path, tmp_path: Path, capsys: Capsys
) -> None:
    case, table = tmp_path / "c.bvcase", tmp_path / "c.csv"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    assert cli.run(["export", str(case), "--format", "csv", "--out", str(table)]) == 0
    assert cli.run(["import", str(case), str(table)]) == 0
    assert "0 cells changed" in capsys.readouterr().err
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",red_cell,model,", ",blast,model,", 1), encoding="utf-8")
    assert cli.run(["import", str(case), str(table)]) == 1
    assert "no such class: 'blast'" in capsys.readouterr().err
    table.write_text("hello", encoding="utf-8")
    assert cli.run(["import", str(case), str(table)]) == 2


def test_the_journal_is_shown_searched_exported_and_verified(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    case, table = tmp_path / "c.bvcase", tmp_path / "j.csv"
    assert cli.run(["analyze", str(fields), "--case", str(case)]) == 0
    with Case.open(case) as opened:
        opened.apply(Reject((1,)))
        opened.apply(Reject((2,)))
    capsys.readouterr()
    assert cli.run(["journal", str(case), "--search", "rejected"]) == 0
    assert [line.split("\t")[4] for line in capsys.readouterr().out.splitlines()] == [
        "Cell 1 rejected",
        "Cell 2 rejected",
    ]
    assert cli.run(["journal", str(case), "--out", str(table), "--verify"]) == 0
    assert "The journal is whole" in capsys.readouterr().err
    assert "Cell 2 rejected" in table.read_text(encoding="utf-8")
    connection = sqlite3.connect(case)
    (guard,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'journal_is_append_only'").fetchone()
    connection.execute("DROP TRIGGER journal_is_append_only")
    connection.execute("UPDATE journal SET who = 'nobody' WHERE title = 'Cell 1 rejected'")
    connection.execute(guard)
    connection.commit()
    connection.close()
    assert cli.run(["journal", str(case), "--verify"]) == 1
    assert "NOT as BloodView wrote it" in capsys.readouterr().err


def test_a_case_that_is_none_or_not_there_is_refused(fields: Path, tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "letter.bvcase").write_text("dear reader")
    for words in (["edit"], ["report", "--out", str(tmp_path / "r.html")], ["export", "--format", "csv", "--out", "x"]):
        for name in ("letter.bvcase", "gone.bvcase"):
            assert cli.run([words[0], str(tmp_path / name), *words[1:]]) == 2
            assert name in capsys.readouterr().err
    assert cli.run(["analyze", str(fields), "--case", str(tmp_path / "letter.bvcase")]) == 2


def test_a_strange_stain_is_one_line_with_its_count_and_what_to_do(
    fields: Path, tmp_path: Path, capsys: Capsys, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(analysing.unfamiliar, "FAMILIAR", 0.95)
    assert cli.run(["analyze", str(fields), "--case", str(tmp_path / "c.bvcase")]) == 0
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "unlike" in line]
    assert "2 of 2 pictures" in said
    assert "Adapt to this laboratory" in said


def test_agreement_of_readers_is_printed(case: Path, capsys: Capsys) -> None:
    assert cli.run(["agreement", str(case)]) == 0
    assert "No cell was read twice" in capsys.readouterr().err
    with Case.open(case) as opened:
        opened.who = "Ada"
        ids = tuple(c.id for c in opened.cells() if c.kind is Kind.WBC)
        opened.apply(Relabel(ids, "monocyte"))
        opened.apply(Read(ids[:3], "Bea", "monocyte"))
        opened.apply(Read(ids[3:], "Bea", "basophil"))
    assert cli.run(["agreement", str(case)]) == 0
    told = capsys.readouterr().out
    assert "Two readers: Ada and Bea" in told
    assert "3 of 4 cells called the same" in told
