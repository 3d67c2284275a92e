"""The columns of a case are those of its cells, in pages and by id."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from bloodview.core.cell_columns import CellColumns, Names
from bloodview.core.cells import Kind, LearnedAnswer
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import CellClass
from bloodview.review import columns
from bloodview.review.case import Case
from bloodview.review.commands import AddCell, AddClass, MarkUndecided, MoveBox, RecordAnswers, Reject, Relabel
from tests.review.examples import SQUARE, found, new_case, run

CLAIM = LearnedAnswer("own", 0.75, False)


def decide(case: Case) -> None:
    """Something of everything."""
    ids = [c.id for c in case.cells() if c.kind is Kind.WBC]
    case.apply(Relabel((ids[0],), "monocyte"))
    case.apply(Reject((ids[1],)))
    case.apply(MarkUndecided((ids[2],)))
    case.apply(MoveBox(ids[0], Box(10, 10, 40, 50)))
    case.apply(AddCell(1, Kind.WBC, Box(200, 200, 260, 250), "basophil"))
    case.apply(AddClass(CellClass("own", "Own", "leukocyte", "k", "#e377c2", "OW"), learns=True))
    case.apply(RecordAnswers({ids[0]: CLAIM, ids[2]: CLAIM}, ()))


def assert_same(got: CellColumns, expected: CellColumns) -> None:
    for field in fields(CellColumns):
        if field.name in ("names", "labels", "said", "outlined"):
            continue
        a, b = getattr(got, field.name), getattr(expected, field.name)
        np.testing.assert_allclose(a.astype(float), b.astype(float), err_msg=field.name)
    labels = [[c.names[i] if i >= 0 else None for i in (*c.labels, *c.said)] for c in (got, expected)]
    assert labels[0] == labels[1]
    assert (got.outlined >= expected.outlined).all(), "an outline may be none any more, and is then asked for in vain"


def test_all_columns_in_pages_are_those_of_the_cells(case: Case) -> None:
    decide(case)
    names = Names()
    pages = list(columns.pages(case._connection, names, size=2))
    assert all(len(page) <= 2 for page in pages)
    assert len(pages) > 1
    whole = pages[0].joined(pages[1:])
    assert_same(whole, CellColumns.of(case.cells()))
    assert whole.claimed.tolist() == [True, False, True, False]


def test_columns_of_some_ids_are_those_that_there_are(case: Case) -> None:
    decide(case)
    ids = [c.id for c in case.cells()][1:4]
    assert_same(case.cell_columns([*ids, 9999], Names()), CellColumns.of(case.cells(ids=ids)))
    assert len(case.cell_columns([], Names())) == 0
    assert case.cell_count() >= len(case.cells())


def test_a_red_cell_that_no_model_named_may_be_outlined_too(tmp_path: Path) -> None:
    drawn = replace(found(100, kind=Kind.RBC), cell_outline=SQUARE)
    with new_case(tmp_path, run(drawn, found(300, kind=Kind.RBC), found(500))) as case:
        (page,) = columns.pages(case._connection, Names())
        assert page.outlined.tolist() == [True, False, True]
        assert case.cell_columns([1, 2], Names()).outlined.tolist() == [True, False]
