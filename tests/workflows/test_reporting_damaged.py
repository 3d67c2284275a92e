"""Reports and exports of cases whose values are odd or damaged: written, or refused by the case's name."""

import json
import shutil
from itertools import cycle
from pathlib import Path

import pytest

from bloodview.core.errors import DamagedCaseError, UserError
from bloodview.core.settings import Settings
from bloodview.review.case import Case
from bloodview.workflows import auditing, exporting, reporting
from tests.review.examples import dump
from tests.review.full_case import full_case
from tests.review.test_soundness import columns, damage

ODD = {
    "INTEGER": ("-1", "4294967296", "0.5", "0"),
    "REAL": ("-1e15", "1e15", "0"),
    "TEXT": ("'a' || char(0) || 'b'", "''", "'[[1, 2]]'", "'9999-12-31T23:59:59+00:00'", "'{\"a\": 1}'"),
    "BLOB": ("x'0000c07f0000807f'", "x''", "x'01'"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full_case(tmp_path_factory.mktemp("full"))


def read_all(case: Case, folder: Path) -> None:
    """Whatever a person may ask of a case; nothing but an error that names it may come."""
    reporting.write_report(case, folder / "r.json", Settings())
    for fmt, name in (("coco", "x.json"), ("yolo", "yolo")):
        exporting.export(case, fmt, folder / name)
    auditing.write_journal(case, folder / "j.csv")
    dump(case)
    if case.can_undo:
        case.undo()


def test_odd_values_in_any_column_break_no_report_and_no_export(whole: Path, tmp_path: Path) -> None:
    with Case.open(whole) as case:
        tried = columns(case._connection)
    values = {kind: cycle(odd) for kind, odd in ODD.items()}
    for number, (table, column, kind) in enumerate(tried):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = shutil.copyfile(whole, folder / "smear.bvcase")
        value = next(values[kind])
        damage(path, "PRAGMA foreign_keys=OFF", f"UPDATE OR IGNORE {table} SET {column} = {value}")
        said = ""
        try:
            with Case.open(path) as case:
                read_all(case, folder)
        except UserError as error:
            said = str(error)
        except Exception as error:
            raise AssertionError(f"{table}.{column} = {value}") from error
        assert not said or "smear.bvcase" in said, (table, column, value)


def test_bytes_among_the_words_of_the_journal_break_no_report(whole: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(whole, tmp_path / "smear.bvcase")
    damage(path, "UPDATE journal SET kind = CAST(kind AS BLOB), title = x'ff' || title, who = x'80'")
    with Case.open(path) as case:
        for ending in reporting.REPORT_ENDINGS:
            reporting.write_report(case, tmp_path / f"r{ending}", Settings())
        lines = list(auditing.journal_lines(case))
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert "anisocytosis" in json.dumps(told).lower()
    assert any("Note written" in line for line in lines)


def test_an_outline_without_a_place_is_not_exported(whole: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(whole, tmp_path / "smear.bvcase")
    damage(path, "UPDATE finding SET cell_outline = x'0000807f0000807f0000c07f0000c07f' WHERE cell_id = 2")
    with Case.open(path) as case:
        for fmt, name in (("coco", "x.json"), ("geojson", "g"), ("labelme", "l")):
            with pytest.raises(DamagedCaseError, match=r"smear\.bvcase: is damaged .*outline"):
                exporting.export(case, fmt, tmp_path / name)
