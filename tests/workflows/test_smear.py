"""A case to the figures of its red cells and platelets."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.cells import FoundCell, Kind
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.core.settings import Settings
from bloodview.review.case import Case
from bloodview.review.commands import Grade, Relabel
from bloodview.workflows.smear import smear
from tests.review.examples import found, new_case, run


def red(x: float, diameter_px: float) -> FoundCell:
    return replace(found(x, kind=Kind.RBC), shape=RedCellShape(Measured.YES, diameter_px, 1, 1, 0.3))


def case_of_two(folder: Path) -> Case:
    """Two slides at 0.25 um/px of 1000 x 800 pixels, 100 of which failed."""
    first = run(red(100, 28), red(200, 32), *(found(100 * i, 300, kind=Kind.PLATELET, side=12) for i in range(5)))
    return new_case(folder, first, run(red(100, 30), content_hash="hash-b", name="b.png"))


def test_the_figures_are_those_of_the_case(tmp_path: Path) -> None:
    with case_of_two(tmp_path) as case:
        case.apply(Grade((("rouleaux", 2),)))
        made = smear(case, Settings(platelet_factor=20, platelet_field_um=100))
        assert made.red_cells.mean_um == pytest.approx(7.5)
        assert made.red_cells.is_own_ruler
        assert [(s.name, s.n_red_cells, s.n_platelets) for s in made.slides] == [("a.png", 2, 5), ("b.png", 1, 0)]
        assert made.slides[0].red_cells.cv == pytest.approx(0.0943, abs=1e-4)
        area = 2 * (1000 * 800 - 100) * (0.25 / 1000) ** 2
        assert made.platelets.area_mm2 == pytest.approx(area)
        assert made.platelets.estimate == pytest.approx(20 * 5 / (area / made.platelets.field_mm2))
        assert made.grading.grades == {"rouleaux": 2}


def test_it_follows_what_a_person_decides(tmp_path: Path) -> None:
    with case_of_two(tmp_path) as case:
        chosen = next(c.id for c in case.cells() if c.kind is Kind.PLATELET)
        case.apply(Relabel((chosen,), "artefact"))
        assert smear(case, Settings()).platelets.n == 4
