"""The protocol of new classes: who is left out, what is pruned, what is rendered."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from bloodview.core.taxonomy import FINE
from bloodview.models.card import WEIGHTS_NAME, Metric, ModelCard
from tests.models import tiny
from tests.models.drawn_cells import OLD, cells, rest
from tests.training import records
from training import newcomers, references, splits
from training.data import CellExample
from training.judge import Part


def example(label: str, split: str, number: int = 0, dataset: str = "pbc") -> CellExample:
    return CellExample(Path(f"{label}{split}{number}.png"), dataset, split, "", None, 0.1, label)


def test_what_may_be_of_a_class_that_is_left_out_does_not_train() -> None:
    labels = ("myelocyte", "immature_granulocyte", "promyelocyte", "basophil", "monocyte")
    every = [example(x, s) for x in labels for s in ("train", "val", "test")]
    run = tiny.run("classify", datasets=("pbc",))
    setting = newcomers.without(run, every, ("basophil", "myelocyte"))
    assert {e.label for e in (*setting.train, *setting.held_out)} == {"promyelocyte", "monocyte"}
    assert {e.label for e in setting.judged["pbc test"]} == set(labels)
    assert setting.left_out == "basophil+myelocyte"


def test_a_pruned_model_gives_no_name_that_did_not_train(tmp_path: Path) -> None:
    base = tiny.classifier(tmp_path / "models")
    newcomers.pruned(base, ("basophil", "myelocyte"), tmp_path / "pruned")
    card = ModelCard.read(tmp_path / "pruned")
    card.check_weights(tmp_path / "pruned")
    assert card.classes == tuple(c for c in FINE if c not in ("basophil", "myelocyte"))
    old, new = (load_file(f / WEIGHTS_NAME)["head.weight"] for f in (base, tmp_path / "pruned"))
    np.testing.assert_array_equal(new[card.classes.index("platelet")], old[FINE.index("platelet")])


def test_an_episode_measures_recall_and_loss() -> None:
    kinds = list(OLD) * 30
    found = newcomers._episode(
        cells(["new"] * 5, seed=2),
        "new",
        rest(),
        OLD,
        cells(kinds, seed=3),
        np.array([OLD.index(k) for k in kinds]),
        cells(["new"] * 40, seed=4),
    )
    assert found.recall > 0.8
    assert 0 <= found.loss <= 0.05
    assert 0 <= found.alarms <= 0.05


def test_reference_cells_are_held_out_ones_first() -> None:
    train = [example("monocyte", "train", i) for i in range(200)] + [example("neutrophil", "train")]
    held = [example("monocyte", "val", i) for i in range(30)]
    found = references.chosen(train, held, FINE)
    assert len(found) == references.references.MOST
    assert [e.split for e in found[:31]] == ["val"] * 30 + ["train"]
    assert "neutrophil" not in {e.label for e in found}


def test_the_table_tells_recall_and_cost_of_each_class() -> None:
    names = ("recall", "loss", "alarms", "expected", "usable")
    figures = tuple(Metric(f"{n} {s}", 0.5, 0.4, 0.6, 20) for n in names for s in newcomers.SHOTS)
    part = Part("pbc test", True, {"basophil": 101}, figures, {}, {}, {}, ())
    text = newcomers.section([records.record("new-class", "small", "basophil", (part,))])
    assert "| basophil | 5 | 0.500 [0.400, 0.600] |" in text
    assert "| 101 |" in text
    assert newcomers.section([]) == ""


@pytest.mark.parametrize("name", [n for group in newcomers.NEW for n in group])
def test_classes_left_out_are_leaves(name: str) -> None:
    assert name in FINE
    assert splits.coarse_of(name)
