"""The protocol of refined detectors: who refines, who judges, and figures that can be checked by hand."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from bloodview.core.errors import UserError
from bloodview.core.fieldset import DRAWN
from bloodview.models.api import Boxes
from tests.training import dataset
from training import protocol_finders
from training.data import Field, fields
from training.protocol_finders import Answers


def field(i: int, split: str = "eval", group: str = "") -> Field:
    """A leukocyte on a picture."""
    box = np.array([[0, 0, 10, 10]], np.float32)
    return Field(
        Path(f"{i}.png"), "pig_wbc", split, group or str(i), box, np.zeros(1, np.int64), ("",), ("",),
        (True, False, False), 0.6, None,
    )  # fmt: skip


def test_the_train_part_refines_and_another_judges() -> None:
    every = [field(i, "train") for i in range(50)] + [field(60, "val"), field(61, "test")]
    train, judging = protocol_finders.split(every, "val")
    assert len(train) == protocol_finders.CORRECTED
    assert {f.split for f in train} == {"train"}
    assert [f.path.stem for f in judging] == ["60"]


def test_of_a_set_without_parts_one_half_of_whole_groups_refines_and_the_other_judges() -> None:
    every = [field(i, group=str(i // 3)) for i in range(30)]
    train, judging = protocol_finders.split(every, "val")
    assert not {f.group for f in train} & {f.group for f in judging}
    assert len(train) + len(judging) == 30
    assert min(len(train), len(judging)) > 5


def test_a_part_tells_what_was_gained_over_all_fields() -> None:
    found = Boxes(np.array([[0, 0, 10, 10]], np.float32), np.array([0.9], np.float32), np.zeros(1, np.int64))
    wrong = dataclasses.replace(found, boxes=found.boxes + 20)
    said = Answers((field(1), field(2)), (wrong, found), (found, found))
    part = protocol_finders._part("pig_wbc", False, said, {"pictures": 30.0, "processor seconds": 8.0})
    told = {f.name: f.value for f in part.figures}
    assert (told["before"], told["after"], told["gain"], told["wbc gain"]) == (0.25, 1.0, 0.75, 0.75)
    assert (part.cells, told["pictures"], told["processor seconds"]) == ({"wbc": 2}, 30, 8.0)


def test_fields_of_a_data_set_are_pictures_that_a_person_went_through(tmp_path: Path) -> None:
    own = fields(dataset.write(tmp_path, 2), "bccd")
    found = protocol_finders.given(own, [], [])
    assert not found.locked.any()
    assert [k.boxes for k in found.cases] == [len(f.boxes) for f in own]


def test_without_drawn_fields_it_says_how_to_draw_them(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"bloodview\.slides\.synthetic_outlines .*drawn/synthetic 36 7100"):
        protocol_finders._drawn(tmp_path, DRAWN, 36, 7100)
