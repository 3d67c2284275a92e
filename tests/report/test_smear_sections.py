"""Red cells, grades and platelets in every form of the report, with one and the same numbers."""

import io
import json
from dataclasses import replace

from pypdf import PdfReader

from bloodview.core.grading import Grading
from bloodview.core.smear import Smear
from bloodview.report import html, pdf, smear_sections, table
from bloodview.report.content import Appendix, Report
from tests.report.sample import report, smear


def made(of: Smear) -> Report:
    return report(smear=of, appendix=Appendix(findings=smear_sections.sections(of)))


def words(of: Smear) -> str:
    pages = PdfReader(io.BytesIO(pdf.render(made(of)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_numbers_of_the_pdf_are_those_of_the_smear() -> None:
    of = smear()
    r, p, found = of.red_cells, of.platelets, words(of)
    assert f"Measured {r.n_measured} of {r.n_measured + r.n_left_out} that count" in found
    assert "5 overlapping, 3 cut by the border, 1 without a clear outline" in found
    assert f"{r.mean_um:.2f} µm mean, {r.sd_um:.2f} µm standard deviation" in found
    assert f"{100 * (r.cv or 0):.1f} % of the diameters" in found
    assert f"{100 * (r.small or 0):.1f} %, {100 * (r.large or 0):.1f} %" in found
    assert "Anisocytosis 2+ Schistocytes 1+ Agglutination not seen" in found
    assert "Two populations <b>&" in found
    assert p.estimate is not None
    assert p.estimate_limits is not None
    low, high = p.estimate_limits.low, p.estimate_limits.high
    assert f"{p.estimate:.0f} × 10^9/L, 95 % interval {low:.0f} – {high:.0f}" in found
    assert f"{p.large} of {p.n_measured} measured" in found
    assert "a field of 200 µm across, 31416 µm²" in found
    assert "no analyser's RDW" in found
    assert "To look at. Red cells: anisocytosis 2+, schistocytes 1+." in found


def test_the_html_and_the_tables_say_the_same() -> None:
    of = smear()
    page = " ".join(html.render(made(of)).split())
    assert f"{of.red_cells.mean_um:.2f} µm mean" in page
    assert "Two populations &lt;b&gt;&amp;" in page
    assert page.count("<rect") >= len(of.red_cells.bins)
    csv = table.render_csv(made(of))
    assert f"Red cells,measured,{of.red_cells.n_measured},,,red cells" in csv
    assert "Grading of the red cells,Anisocytosis,2" in csv
    assert "'=field 2.png: measured" in csv, "a name that looks like a formula stays text"
    told = json.loads(table.render_json(made(of)))["smear"]
    assert told["grades"] == {"anisocytosis": 2, "schistocytes": 1, "agglutination": 0}
    assert told["red_cells"]["mean_um"] == of.red_cells.mean_um
    assert sum(b["count"] for b in told["red_cells"]["bins"]) == of.red_cells.n_measured
    assert told["platelets"]["estimate"] == of.platelets.estimate


def test_a_mean_that_is_so_by_construction_is_told() -> None:
    of = smear()
    found = words(replace(of, red_cells=replace(of.red_cells, is_own_ruler=True)))
    assert "7.5 µm by construction" in found
    assert "by construction" not in words(of)


def test_what_is_withheld_is_said() -> None:
    of = smear()
    bare = replace(of.red_cells, mean_um=None, sd_um=None, small=None, large=None, bins=())
    none = replace(of.platelets, area_mm2=None, per_field=None, per_field_limits=None, large=None)
    found = words(replace(of, red_cells=bare, platelets=none))
    assert f"Diameter {smear_sections.NO_SCALE}" in found
    assert f"For a field, and a litre {smear_sections.NO_SCALE}" in found
    assert "10^9/L, 95 %" not in found


def test_what_was_not_graded_is_told_from_what_was_not_seen() -> None:
    of = smear()
    assert "Nobody graded the red cells." in words(replace(of, grading=Grading()))
    assert "Not graded: Microcytosis" in words(of)


def test_pictures_beyond_the_sixtieth_are_for_programs() -> None:
    of = replace(smear(), slides=smear().slides * 35)
    assert "10 more pictures are in the tables for programs." in words(of)
    assert table.render_csv(made(of)).count(": measured,") == 70
