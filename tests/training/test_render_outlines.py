"""The tables of refined segmenters."""

from bloodview.models.card import Metric
from tests.training.records import left_out
from training import render_outlines
from training.judge import Part
from training.protocol_outlines import PROTOCOL, titled
from training.results import Record
from training.tables import Row


def test_a_table_a_number_of_cells_and_one_of_what_home_loses() -> None:
    plain = left_out("one", "bccd", 0.5)
    own = tuple(Metric(f"{name}", 0.9, 0.8, 0.95, 40) for name in ("cell before", "cell gain", "nucleus after"))
    parts = tuple(
        Part(n, False, {"wbc": 20}, own, {}, {}, {}, ()) for n in (titled(0), f"bccd test, after {titled(0)}")
    )
    fields = {"protocol": PROTOCOL, "parts": parts, "left_out": ""}
    record = Record(**{f: getattr(plain, f) for f in Record.__slots__} | fields)
    text = render_outlines.section([Row("Ours", "one", "one", False, (plain, record))])
    assert "### zheng1, by half of it, outlines\n" in text
    assert "### bccd test, after zheng1, by half of it, outlines\n" in text
    assert "by 30 cells" not in text
    assert "0.900 [0.800, 0.950]" in text
    assert render_outlines.section([Row("Ours", "one", "one", False, (plain,))]) == ""
