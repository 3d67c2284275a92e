"""The tables of refinement."""

from bloodview.models.card import Metric
from tests.training.records import left_out
from training import render_refine
from training.judge import Part
from training.results import Record
from training.tables import Row


def measured(method: str, left: str = "bccd") -> Row:
    plain = left_out(method, "bccd", 0.5)
    figures = (Metric("balanced before", 0.5, 0.4, 0.6, 40), Metric("balanced after", 0.7, 0.6, 0.8, 40))
    parts = tuple(Part(n, False, {"monocyte": 20}, figures, {}, {}, {}, ()) for n in ("bccd", "zheng1"))
    fields = {"protocol": "refine", "parts": parts, "left_out": left}
    record = Record(**{f: getattr(plain, f) for f in Record.__slots__} | fields)
    return Row("Ours", method, method, False, (plain, record))


def test_a_table_a_laboratory_says_what_trained_before() -> None:
    text = render_refine.section([measured("one"), measured("two", "")])
    assert "### bccd, left out\n" in text
    assert "### zheng1, bccd left out too\n" in text
    assert "### bccd, which trained before\n" in text
    assert "### zheng1, which never trained\n" in text
    assert "chula_wbc, " not in text.split("###", 1)[1]
    assert "| `one` | 0.500 [0.400, 0.600] | 0.700 [0.600, 0.800] |" in text


def test_records_of_other_protocols_alone_give_nothing() -> None:
    row = measured("one")
    assert render_refine.section([Row(row.system, row.method, row.title, False, row.records[:1])]) == ""
