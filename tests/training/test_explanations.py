"""Explanations are scored on drawn cells with masks, kept as records and rendered."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.models.card import Metric, ModelCard
from tests.models import tiny
from tests.training import dataset
from training import explanation_table, explanations
from training.explanations import FIGURES, Explanations, Score
from training.results import Code

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = dataset.write(tmp_path_factory.mktemp("data"))
    manifest = root / "manifest.csv"
    manifest.write_text(manifest.read_text().replace(",val,", ",test,"))
    boxes = root / "bccd" / "boxes.json"
    boxes.write_text(boxes.read_text().replace('"split": "val"', '"split": "test"'))
    return root


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.classifier(tmp_path_factory.mktemp("models"))


def score(judged: str, method: str, value: float) -> Score:
    return Score(judged, method, tuple(Metric(name, value, value - 0.1, value + 0.1, 20) for name in FIGURES))


def test_cells_of_the_test_part_are_cut_out_with_their_masks(data: Path, model: Path) -> None:
    found = explanations.masked(data, ModelCard.read(model), 0)
    assert list(found) == ["bccd test"]
    for cell in found["bccd test"]:
        assert cell.crop.shape == (64, 64, 3)
        assert cell.inside.shape == (64, 64)
        if cell.inside.mean() < 0.9:  # the cell is the dark thing
            assert cell.crop[cell.inside].mean() < cell.crop[~cell.inside].mean()
    assert len(explanations.masked(data, ModelCard.read(model), 1)["bccd test"]) <= 1


def test_a_method_is_measured_against_chance_and_random_weights(data: Path, model: Path) -> None:
    found = explanations.measure(model, data, ["layercam", "similarity"], 2, CPU, lambda _: None)
    assert found.model.startswith("tiny-classify@")
    for one in found.scores:
        values = {m.name: m for m in one.figures}
        assert tuple(values) == FIGURES
        assert 0 <= values["energy"].value <= 1
        assert -1 <= values["randomised"].value <= 1
        assert all(m.low <= m.value <= m.high for m in one.figures)
    assert found.scores[0].method == "layercam"


def test_an_unknown_method_is_refused(data: Path, model: Path) -> None:
    with pytest.raises(UserError, match="no method 'magic'"):
        explanations.measure(model, data, ["magic"], 1, CPU, lambda _: None)


def test_a_record_is_read_back_and_keeps_methods_measured_before(tmp_path: Path) -> None:
    first = Explanations("m@1", Code("abc", False), (score("bccd test", "lime", 0.4), score("zheng1", "lime", 0.3)))
    file = explanations.write(first, tmp_path)
    assert file.name == "explanations--m-1.json"
    assert explanations.read(file) == first
    newer = replace(first, scores=(score("bccd test", "gradcam", 0.6), score("bccd test", "lime", 0.5)))
    explanations.write(newer, tmp_path)
    kept = explanations.read(file).scores
    assert [(s.judged, s.method, s.figures[0].value) for s in kept] == [
        ("bccd test", "gradcam", 0.6),
        ("bccd test", "lime", 0.5),
        ("zheng1", "lime", 0.3),
    ]
    file.write_text("{}")
    with pytest.raises(UserError, match="no record of explanations"):
        explanations.read(file)


def test_the_table_marks_the_best_and_is_nothing_without_a_record(tmp_path: Path) -> None:
    assert explanation_table.section(tmp_path) == ""
    scores = (score("bccd test", "gradcam", 0.2), score("bccd test", "lime", 0.5))
    explanations.write(Explanations("m@1", Code("abc", False), scores), tmp_path)
    rows = {line.split(" | ")[0].strip("| "): line for line in explanation_table.section(tmp_path).splitlines()}
    assert "**0.500 [0.400, 0.600]**" in rows["lime"]
    assert rows["gradcam"].count("**") == 2  # deletion alone: there low is good
    assert "### bccd test, `m@1`" in explanation_table.section(tmp_path)


def test_maps_in_the_same_order_are_alike_and_in_the_opposite_one_are_not() -> None:
    a = np.random.default_rng(0).random((8, 8)).astype(np.float32)
    assert explanations._alike(a, 3 * a + 1) == pytest.approx(1)
    assert explanations._alike(a, -a) == pytest.approx(-1)
