"""The tables of refined detectors."""

from bloodview.models.card import Metric
from tests.training.records import left_out
from training import render_finders
from training.judge import Part
from training.results import Record
from training.tables import Row


def test_a_table_a_laboratory_and_one_of_what_home_loses() -> None:
    plain = left_out("one", "bccd", 0.5)
    own = tuple(Metric(f"{name}", 0.5, 0.4, 0.6, 40) for name in ("wbc before", "wbc gain", "gain"))
    parts = tuple(
        Part(n, False, {"wbc": 20}, own, {}, {}, {}, ()) for n in ("pig_wbc", "bccd test, refined on pig_wbc")
    )
    fields = {"protocol": render_finders.PROTOCOL, "parts": parts, "left_out": ""}
    record = Record(**{f: getattr(plain, f) for f in Record.__slots__} | fields)
    text = render_finders.section([Row("Ours", "one", "one", False, (plain, record))])
    assert "### pig_wbc, boxes\n" in text
    assert "### bccd test, refined on pig_wbc, boxes\n" in text
    assert "chula_wbc, boxes" not in text
    assert "0.500 [0.400, 0.600]" in text
    assert render_finders.section([Row("Ours", "one", "one", False, (plain,))]) == ""
