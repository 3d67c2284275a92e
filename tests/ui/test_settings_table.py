"""The table of settings and the record agree."""

from dataclasses import fields
from typing import get_type_hints

from bloodview.core import settings as store
from bloodview.core.settings import Settings
from bloodview.ui.settings_table import PAGES, REMEMBERED, ROWS, Kind, default


def test_every_setting_is_in_the_table_once_or_remembered_by_itself() -> None:
    named = [row.field for row in ROWS]
    assert len(named) == len(set(named))
    assert {*named, *REMEMBERED} == {f.name for f in fields(Settings)}
    assert not REMEMBERED & set(named)


def test_every_page_has_rows_and_every_row_a_page() -> None:
    assert {row.page for row in ROWS} == set(PAGES)


def test_choices_are_those_that_the_record_allows() -> None:
    for row in ROWS:
        offered = {value for value, _ in row.choices}
        assert offered == set(store.choices(row.field)), row.field
        assert bool(offered) is (row.kind is Kind.CHOICE), row.field


def test_kinds_fit_the_types_of_the_record() -> None:
    types = get_type_hints(Settings)
    for row in ROWS:
        if row.kind is Kind.SWITCH:
            assert types[row.field] is bool
        elif row.kind is Kind.NUMBER:
            low, high = store.limits(row.field) or (0, 0)
            assert types[row.field] is int
            assert low <= row.limits[0] < row.limits[1] <= high
            assert row.limits[0] <= int(str(default(row.field))) <= row.limits[1]
        elif row.kind in (Kind.LINES, Kind.PICTURE, Kind.MODEL, Kind.PERSON):
            assert types[row.field] is str
        if row.kind is not Kind.KEYS:
            assert row.help.endswith(".")
