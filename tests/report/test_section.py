"""Further parts stand in every form of a report, with their texts escaped."""

import io
import json

from pypdf import PdfReader

from bloodview.core.differential import Interval
from bloodview.report import html, pdf, table
from bloodview.report.content import Appendix
from bloodview.report.section import Figure, Section
from tests.report.sample import report

PART = Section(
    "Two readers: <Ada> & Bea",
    ("Class", "Ada", "Bea"),
    (("Lymphocyte", "12", "14"),),
    ("They mostly agree.",),
    (Figure("kappa", 0.81, Interval(0.7, 0.9)), Figure("read by both", 26, unit="cells")),
)


def test_a_part_stands_in_every_form() -> None:
    made = report(appendix=Appendix(sections=(PART,)))
    assert "Two readers: &lt;Ada&gt; &amp; Bea" in html.render(made)
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(made))).pages)
    assert "Two readers: <Ada> & Bea" in words
    assert "They mostly agree." in words
    assert "Two readers: <Ada> & Bea,kappa,0.81,0.7,0.9," in table.render_csv(made)
    (told,) = json.loads(table.render_json(made))["further"]
    assert told["rows"] == [["Lymphocyte", "12", "14"]]
    assert told["figures"][1] == {"item": "read by both", "value": 26, "low_95": None, "high_95": None, "unit": "cells"}
