"""The tables of adaptation."""

from pathlib import Path

from bloodview.models.card import Metric
from tests.training.records import left_out
from training import render_adapt
from training.judge import Part
from training.results import Record
from training.tables import Row


def measured(method: str, after: float) -> Row:
    plain = left_out(method, "bccd", 0.5)
    figures = (Metric("balanced before", 0.5, 0.4, 0.6, 40), Metric("balanced after", after, after - 0.1, 0.99, 40))
    part = Part("bccd", False, {"monocyte": 20}, figures, {}, {}, {}, ())
    record = Record(**{f: getattr(plain, f) for f in Record.__slots__} | {"protocol": "adapt", "parts": (part,)})
    return Row("Ours", method, method, False, (plain, record))


def test_a_table_a_laboratory_with_the_best_marked(tmp_path: Path) -> None:
    text = render_adapt.section([measured("one", 0.8), measured("two", 0.7)], tmp_path)
    assert "### bccd\n" in text
    assert "zheng1" not in text
    assert "| `one` | 0.500 [0.400, 0.600] | **0.800 [0.700, 0.990]** |" in text
    assert "| `two` | 0.500 [0.400, 0.600] | 0.700 [0.600, 0.990] |" in text


def test_records_of_other_protocols_alone_give_nothing(tmp_path: Path) -> None:
    row = measured("one", 0.8)
    (tmp_path / render_adapt.NOTES).write_text("prose")
    assert render_adapt.section([Row(row.system, row.method, row.title, False, row.records[:1])], tmp_path) == ""


def test_the_notes_stand_before_the_tables(tmp_path: Path) -> None:
    (tmp_path / render_adapt.NOTES).write_text("What helped: prose.")
    text = render_adapt.section([measured("one", 0.8)], tmp_path)
    assert text.index("What helped") < text.index("### bccd")


def test_the_aims_are_read_from_what_was_reached_afterwards() -> None:
    found = [of.of(measured("one", 0.8).records) for _, _, of in render_adapt.AIMS]
    assert [v and v.value for v in found] == [0.8, None]
