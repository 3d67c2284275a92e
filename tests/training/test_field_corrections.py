"""Fields that persons went through: what is asked for, what is locked away, what is passed over."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core import fieldset
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.fieldset import NONE, UNCLEAR, FieldBox
from tests.training import findable
from training import field_corrections


def test_kinds_that_are_not_marked_throughout_are_not_asked_for_and_drawn_fields_are_not_at_all(tmp_path: Path) -> None:
    found = field_corrections.read(findable.write_set(tmp_path / "set"), None)
    assert {tuple(k.stored.field.complete) for k in found.cases} == {(True, False, False)}
    assert {len(k.stored.field.boxes) for k in found.cases} == {5}
    assert not any(any(k.stored.field.complete) or k.boxes for k in found.drawn)
    assert all(all(k.stored.field.complete) and k.boxes == 6 for k in found.judges)
    assert found.unit == "picture"
    assert 0 < found.locked.sum() < 8
    assert "some of them judge" in " ".join(found.notes)


def test_whole_cases_judge_where_there_are_several(tmp_path: Path) -> None:
    found = field_corrections.read(findable.write_set(tmp_path / "set", pictures=16, cases=4), None)
    assert found.unit == "case"
    sides = {k.source.case: bool(held) for k, held in zip(found.cases, found.locked, strict=True)}
    assert all(sides[k.source.case] == held for k, held in zip(found.cases, found.locked, strict=True))


def test_parts_of_one_slide_judge_the_others(tmp_path: Path) -> None:
    parts = [findable.field(i, picture="sha256:one", place=f"{i},0") for i in range(8)]
    fieldset.write(tmp_path / "set", "1", "now", map(findable.pair, parts))
    found = field_corrections.read(tmp_path / "set", None)
    assert (found.unit, 0 < found.locked.sum() < 8) == ("field", True)
    assert len(found.marks(locked=True)) == found.locked.sum()


def test_what_is_no_cell_is_looked_at_and_what_is_unclear_is_neither(tmp_path: Path) -> None:
    one = findable.field(0)
    marks = (replace(one.boxes[0], mark=NONE), replace(one.boxes[1], mark=UNCLEAR), *one.boxes[2:])
    fieldset.write(
        tmp_path / "set", "1", "now", [findable.pair(replace(one, boxes=(*marks, FieldBox(Kind.RBC, (0, 0, 9, 9)))))]
    )
    known = field_corrections.known(tmp_path / "set", fieldset.read(tmp_path / "set").fields[0])
    assert (known.boxes, len(known.middles)) == (3, 4)
    assert known.stored.field.unclear is not None
    assert known.stored.field.unclear.tolist() == [list(map(float, marks[1].box))]


def test_a_missing_and_a_changed_picture_are_passed_over_and_said(tmp_path: Path) -> None:
    folder = findable.write_set(tmp_path / "set", pictures=10)
    (folder / "fields" / "0001.png").unlink()
    (folder / "fields" / "0002.png").write_bytes(findable.picture(findable.field(77)))
    found = field_corrections.read(folder, None)
    assert len(found.cases) == 8
    assert found.notes[0] == "2 pictures were passed over: they are missing, or are not what the set says."
    for file in (folder / "fields").iterdir():
        file.unlink()
    with pytest.raises(UserError, match="no picture that could train"):
        field_corrections.read(folder, None)
