"""Reports of a whole case: the same numbers in every form, whatever was typed, with all that they rest on."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from hl7apy.parser import parse_message
from openpyxl import load_workbook
from pypdf import PdfReader

from bloodview.core.cells import FoundCell, Kind
from bloodview.core.errors import StorageError
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.core.settings import Settings
from bloodview.report import hl7, workbook
from bloodview.report.content import Report
from bloodview.review.case import Case
from bloodview.review.commands import Amend, Grade, NoteGrading, Relabel
from bloodview.workflows import auditing, reporting
from bloodview.workflows.smear import smear
from tests.review.examples import found, new_case, run

ODD = (
    '=HYPERLINK("http://x","y")',
    "P|17^~\\&",
    "<script>alert(1)</script>",
    "李雷 Ünal \u202eabc",
    "-1980-02-29",
    "a" * 200,
)


def red(x: float, diameter_px: float) -> FoundCell:
    return replace(found(x, kind=Kind.RBC), shape=RedCellShape(Measured.YES, diameter_px, 0.97, 1.1, 0.3))


@pytest.fixture
def smeared(tmp_path: Path) -> Iterator[Case]:
    """Three leukocytes, five red cells, four platelets that touch, and some grades."""
    cells = (
        found(100), found(300, label="monocyte"), found(500, label="eosinophil"),
        *(red(80 * i, 28 + i) for i in range(1, 6)),
        *(found(12.5 * i, 400, kind=Kind.PLATELET, side=12) for i in range(1, 5)),
    )  # fmt: skip
    with new_case(tmp_path, run(*cells)) as case:
        case.who = "ada"
        case.apply(Grade((("anisocytosis", 2), ("rouleaux", 0))))
        case.apply(NoteGrading("=two <populations> & more"))
        yield case


def sign(case: Case, first: str = "P 17", second: str = "1980-02-29") -> None:
    reasons = {check.id: "a test" for check in auditing.checks(case) if not check.passed}
    auditing.sign(case, "Dr Ada", (first, second), reasons)


def written(case: Case, folder: Path, ending: str) -> bytes:
    out = folder / f"r{ending}"
    reporting.write_report(case, out, Settings())
    return out.read_bytes()


def figures(case: Case, folder: Path) -> dict[tuple[str, str, str], str]:
    """(section, item, unit) -> value, as the table has them."""
    rows = csv.DictReader(io.StringIO(written(case, folder, ".csv").decode("utf-8")))
    return {(row["section"], row["item"], row["unit"]): row["value"] for row in rows}


def test_every_form_has_the_numbers_of_the_case(smeared: Case, tmp_path: Path) -> None:
    made = smear(smeared, Settings())
    r, p = made.red_cells, made.platelets
    assert (r.n_measured, p.n, p.clumps) == (5, 4, 1)
    pages = PdfReader(io.BytesIO(written(smeared, tmp_path, ".pdf"))).pages
    pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
    page = " ".join(written(smeared, tmp_path, ".html").decode("utf-8").split())
    assert p.estimate is not None
    for said in (
        f"{r.mean_um:.2f} µm mean",
        f"{100 * (r.cv or 0):.1f} % of the diameters",
        f"{p.estimate:.0f} × 10^9/L",
    ):
        assert said in pdf
        assert said in page
    assert "Anisocytosis 2+" in pdf
    assert "1 clump of 3 or more" in pdf
    table = figures(smeared, tmp_path)
    assert table["Red cells", "measured", "red cells"] == "5"
    assert float(table["Red cells", "mean diameter", "um"]) == pytest.approx(r.mean_um, rel=1e-4)
    assert float(table["Platelets", "estimate", "10^9/L, factor 15"]) == pytest.approx(p.estimate, rel=1e-4)
    told = json.loads(written(smeared, tmp_path, ".json"))["smear"]
    assert told["red_cells"]["cv"] == r.cv
    assert told["grades"] == {"anisocytosis": 2, "rouleaux": 0}
    book = load_workbook(io.BytesIO(written(smeared, tmp_path, ".xlsx")))
    assert {row[0]: row[1] for row in book["Red cells"].iter_rows(values_only=True)}["measured"] == 5
    message = written(smeared, tmp_path, ".hl7").decode("utf-8")
    assert f"|{100 * (r.cv or 0):.1f}|%^percent^UCUM|" in message
    assert "702-1^Anisocytosis [Presence] in Blood by Light microscopy^LN||2+|" in message


@pytest.mark.parametrize("odd", ODD)
def test_whatever_identifies_a_smear_stays_text_in_every_form(smeared: Case, tmp_path: Path, odd: str) -> None:
    smeared.apply(Relabel((1,), "lymphocyte"))
    sign(smeared, odd)
    assert odd in json.loads(written(smeared, tmp_path, ".json"))["review"]["signing"][0]["value"]
    page = written(smeared, tmp_path, ".html").decode("utf-8")
    assert "<script>alert" not in page
    assert written(smeared, tmp_path, ".pdf").startswith(b"%PDF")
    for row in csv.reader(io.StringIO(written(smeared, tmp_path, ".csv").decode("utf-8"))):
        assert not any(field.startswith(("=", "+", "-", "@")) and not _is_number(field) for field in row)
    for sheet in load_workbook(io.BytesIO(written(smeared, tmp_path, ".xlsx"))):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    message = written(smeared, tmp_path, ".hl7").decode("utf-8")
    assert {line[:3] for line in message.split("\r") if line} == {"MSH", "PID", "OBR", "OBX", "NTE"}
    assert parse_message(message).msh.msh_12.value == "2.5.1"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_the_json_tells_what_everything_rests_on(smeared: Case, tmp_path: Path) -> None:
    sign(smeared)
    told = json.loads(written(smeared, tmp_path, ".json"))
    assert told["version"]
    assert [m["id"] for m in told["model_files"]] == ["finder-1", "wbc-1"]
    assert told["area_mm2"] == pytest.approx((1000 * 800 - 100) * (0.25 / 1000) ** 2)
    assert "15 x 10^9/L for one in a field of 200 um" in told["settings"]["Platelets"]
    assert "Otsu" in told["settings"]["Red cells"]
    edits = [(step["who"], step["what"]) for step in told["journal"]]
    assert ("ada", "2 findings of the red cells graded") in edits
    assert all(step["at"] and step["number"] for step in told["journal"])
    assert {"Identifiers confirmed", "Seal of the journal"} <= {s["what"] for s in told["review"]["signing"]}


def test_the_status_of_the_message_follows_the_signatures(smeared: Case, tmp_path: Path) -> None:
    def status() -> set[str]:
        lines = written(smeared, tmp_path, ".hl7").decode("utf-8").split("\r")
        return {line.split("|")[11] for line in lines if line.startswith("OBX")}

    assert status() == {"P"}
    sign(smeared)
    assert status() == {"F"}
    smeared.apply(Amend("one more look"))
    assert status() == {"P"}
    sign(smeared)
    assert status() == {"C"}


@pytest.mark.parametrize(("ending", "form"), [(".xlsx", workbook), (".hl7", hl7)])
def test_a_report_that_breaks_half_way_leaves_the_old_one(
    smeared: Case, tmp_path: Path, ending: str, form: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "reports" / f"r{ending}"
    out.parent.mkdir()
    out.write_bytes(b"old")

    def render(_: Report) -> str:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(form, "render", render)
    with pytest.raises(StorageError):
        reporting.write_report(smeared, out, Settings())
    assert out.read_bytes() == b"old"
    assert [p.name for p in out.parent.iterdir()] == [out.name]


def test_the_factor_of_the_settings_is_used(smeared: Case, tmp_path: Path) -> None:
    def estimate(factor: int) -> float:
        made = reporting.prepare(smeared, settings=Settings(platelet_factor=factor)).report.smear
        assert made is not None
        assert made.platelets.estimate is not None
        return made.platelets.estimate

    assert estimate(20) == pytest.approx(2 * estimate(10))
