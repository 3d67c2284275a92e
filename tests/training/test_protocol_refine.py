"""The protocol of refinement: who refines and who judges."""

from pathlib import Path

from bloodview.models.card import ModelCard
from tests.models import tiny
from tests.training import dataset
from training import protocol_refine
from training.data import CellExample, cells


def cell(i: int, split: str, label: str = "monocyte", group: str = "") -> CellExample:
    return CellExample(
        Path(f"{i}.png"), "bccd" if split != "eval" else "zheng1", split, group or str(i), None, 0.1, label
    )


def test_the_train_part_refines_and_the_others_judge_apart() -> None:
    every = [cell(1, "train"), cell(2, "val"), cell(3, "test"), cell(4, "test", group="1"), cell(5, "test", "basophil")]
    ((train, judging),) = protocol_refine.tasks(every, "bccd")
    assert [e.path.stem for e in train] == ["1"]
    assert [e.path.stem for e in judging] == ["2", "3"], "what shares a group, and a class of one cell, is left out"


def test_a_set_without_parts_is_halved_and_each_half_judges_the_other() -> None:
    every = [cell(i, "eval", group=str(i // 2)) for i in range(40)]
    one, other = protocol_refine.tasks(every, "zheng1")
    assert {e.path for e in one[0]} == {e.path for e in other[1]}
    assert {e.path for e in one[1]} == {e.path for e in other[0]}
    assert not {e.group for e in one[0]} & {e.group for e in one[1]}
    assert {e.path for e in one[0] + one[1]} == {e.path for e in every}


def test_cells_of_a_data_set_are_given_as_corrections(tmp_path: Path) -> None:
    data = dataset.write(tmp_path, 2)
    known = [e for e in cells(data, ["bccd"]) if e.label != "platelet"]
    card = ModelCard.read(tiny.classifier(tmp_path / "models"))
    found = protocol_refine.given(card, known[:3], known[3:])
    assert found.crops.shape == (len(known), 64, 64, 3)
    assert found.locked.tolist() == [False] * 3 + [True] * (len(known) - 3)
    assert found.labels == tuple(e.label for e in known)
