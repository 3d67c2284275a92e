"""Outlines that persons drew: masks as they lie, what contradicts itself, what is locked away, what is passed over."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.core import outlineset
from bloodview.core.errors import UserError
from tests.training import outlinable
from training import outline_corrections
from training.outline_corrections import filled


def test_an_outline_is_filled_to_half_pixels() -> None:
    inside = filled(((2.0, 1.0), (6.0, 1.0), (6.0, 4.0), (2.0, 4.0)), (6, 8))
    expected = np.zeros((6, 8), bool)
    expected[1:4, 2:6] = True
    np.testing.assert_array_equal(inside, expected)
    assert filled(outlinable.disc(20), (72, 72)).sum() == pytest.approx(np.pi * 400, rel=0.03)


def test_what_was_outlined_is_known_and_nothing_else(tmp_path: Path) -> None:
    one, other, third, *rest = (outlinable.cell(i) for i in range(20))
    own = [one, replace(other, nucleus=()), replace(third, cell=()), *rest]
    found = outline_corrections.read(outlinable.write_set(tmp_path / "set", own=own), None)
    known = [k.target.known for k in found.cells]
    assert known[:4] == [(True, True), (True, False), (False, True), (True, True)]
    values = [sorted(np.unique(k.target.mask)) for k in found.cells[:3]]
    assert values == [[0, 1, 2], [0, 1], [0, 2]]
    assert not any(k.as_anchor.known[0] or k.as_anchor.mask.any() for k in found.drawn)
    both = {"cell": 19, "nucleus": 19}
    counted = [found.counts(locked=x) for x in (False, True)]
    assert {p: sum(c[p] for c in counted) for p in both} == both
    assert found.unit == "picture"
    assert 0 < found.locked.sum() <= 10
    assert not set(found.marks(locked=True)) & set(found.marks(locked=False))


def test_single_cells_judge_those_of_one_picture_and_whole_cases_where_there_are_several(tmp_path: Path) -> None:
    own = [outlinable.cell(i, picture="sha256:one") for i in range(20)]
    found = outline_corrections.read(outlinable.write_set(tmp_path / "one", own=own), None)
    assert (found.unit, 0 < found.locked.sum() < 20) == ("cell", True)
    own = [outlinable.cell(i, case=f"sha256:c{i % 5}") for i in range(40)]
    found = outline_corrections.read(outlinable.write_set(tmp_path / "several", own=own), None)
    assert found.unit == "case"
    sides = {k.source.case: bool(x) for k, x in zip(found.cells, found.locked, strict=True)}
    assert all(sides[k.source.case] == x for k, x in zip(found.cells, found.locked, strict=True))


def test_outlines_that_cannot_both_be_right_neither_train_nor_judge_and_are_pointed_out(tmp_path: Path) -> None:
    beyond = replace(outlinable.cell(0), nucleus=outlinable.disc(8, (55.0, 36.0)))
    twice = [outlinable.cell(i, picture="sha256:same") for i in (1, 2, 3)]
    twice[1] = replace(twice[1], place=twice[0].place)
    empty = replace(outlinable.cell(4), cell=((-9.0, -9.0), (-5.0, -9.0), (-5.0, -5.0)))
    own = [beyond, *twice, empty, *(outlinable.cell(i) for i in range(10, 30))]
    found = outline_corrections.read(outlinable.write_set(tmp_path / "set", own=own), None)
    assert {(d.cell_id, d.why) for d in found.doubts} == {
        (0, "93% of its nucleus lies outside of the cell."),
        (1, "is outlined twice: as cell 2 too."),
        (2, "is outlined twice: as cell 1 too."),
        (4, "its outline holds nothing of the picture."),
    }
    assert {k.source.cell_id for k in found.cells} == {3, *range(10, 30)}
    assert found.notes[0] == "4 cells neither train nor judge: their outlines contradict themselves."
    assert all((tmp_path / "set" / d.file).is_file() for d in found.doubts)


def test_a_missing_and_a_changed_picture_are_passed_over_and_too_few_are_refused(tmp_path: Path) -> None:
    folder = outlinable.write_set(tmp_path / "set", cells=20)
    (folder / "cells" / "0001.png").unlink()
    (folder / "cells" / "0002.png").write_bytes(outlinable.picture(outlinable.cell(77)))
    found = outline_corrections.read(folder, None)
    assert len(found.cells) == 18
    assert found.notes[0].startswith("2 cells were passed over")
    assert outlineset.read(folder).cells[0].cell_id == 0
    with pytest.raises(UserError, match="needed are 10 at least"):
        outline_corrections.read(outlinable.write_set(tmp_path / "few", cells=9), None)
    for file in (folder / "cells").iterdir():
        file.unlink()
    with pytest.raises(UserError, match="no outlined cell that could train"):
        outline_corrections.read(folder, None)
