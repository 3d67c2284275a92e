"""Text in a table is never a formula, and numbers stay numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.sheet import escaped, write_table


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_compute_is_marked_as_text(text: str) -> None:
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-3, "-3"), (-0.5, "-0.5"), (None, ""), (True, "true"), (False, "false"), ("a=b", "a=b"), (0, "0")],
)
def test_other_values_stay_what_they_are(value: object, text: str) -> None:
    assert escaped(value) == text


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=4))
def test_every_text_comes_back_from_a_table_but_for_the_mark(row: list[str]) -> None:
    file = io.StringIO(newline="")
    write_table(file, [f"c{i}" for i in range(len(row))], [row])
    back = list(csv.reader(io.StringIO(file.getvalue(), newline="")))[1]
    assert back == [escaped(text) for text in row]
