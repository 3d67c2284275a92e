"""Shapes of red cells enter a case with their analysis and come back column by column, of those that count."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.cells import FoundCell, Kind
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.review import shapes
from bloodview.review.commands import Reject, Relabel
from tests.review.examples import found, new_case, run


def red(x: float, shape: RedCellShape | None, *, touches_edge: bool = False) -> FoundCell:
    return replace(found(x, kind=Kind.RBC, touches_edge=touches_edge), shape=shape)


def shape(diameter_px: float) -> RedCellShape:
    return RedCellShape(Measured.YES, diameter_px, 0.987, 1.125, 0.333)


CELLS = (
    red(100, shape(71.25)),
    red(200, shape(80)),
    red(300, RedCellShape(Measured.OVERLAPPING)),
    red(400, None),
    red(0, RedCellShape(Measured.CUT), touches_edge=True),
    found(500),
)


def test_they_come_back_as_they_were_written(tmp_path: Path) -> None:
    with new_case(tmp_path, run(*CELLS)) as case:
        (columns,) = case.ask(shapes.columns).values()
        assert sorted(columns.diameter_px) == pytest.approx([71.25, 80])
        assert columns.circularity == pytest.approx([0.987] * 2)
        assert columns.elongation == pytest.approx([1.125] * 2)
        assert columns.pallor == pytest.approx([0.333] * 2)
        assert (columns.n_cut, columns.n_overlapping, columns.n_unclear, columns.n_unmeasured) == (0, 1, 0, 1), (
            "one that the left border cuts does not count"
        )


def test_what_a_person_takes_out_or_calls_otherwise_is_measured_no_more(tmp_path: Path) -> None:
    with new_case(tmp_path, run(*CELLS)) as case:
        ids = [c.id for c in case.cells() if c.kind is Kind.RBC]
        case.apply(Reject((ids[0],)))
        case.apply(Relabel((ids[1],), "artefact"))
        (columns,) = case.ask(shapes.columns).values()
        assert len(columns.diameter_px) == 0
        case.undo()
        case.undo()
        assert len(case.ask(shapes.columns)[1].diameter_px) == 2


def test_another_analysis_puts_its_own_in_their_place(tmp_path: Path) -> None:
    with new_case(tmp_path, run(*CELLS)) as case:
        case.apply(run(red(100, shape(60)), red(200, None)))
        (columns,) = case.ask(shapes.columns).values()
        assert columns.diameter_px == pytest.approx([60])
        assert columns.n_unmeasured == 1


def test_a_case_without_red_cells_has_none(tmp_path: Path) -> None:
    with new_case(tmp_path) as case:
        assert case.ask(shapes.columns) == {}
