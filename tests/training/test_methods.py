"""What a trained method answers, and when a training is found done."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import ModelError
from bloodview.core.training_run import Event
from tests.models import tiny
from tests.training import dataset
from training import methods
from training.data import cells
from training.tasks import LEARN

CPU = torch.device("cpu")


@pytest.mark.expects_log  # of classes with one example
def test_a_classifier_is_learned_once_and_answers_as_the_app_would_ask_it(tmp_path: Path) -> None:
    root = dataset.write(tmp_path / "data", fields=2)
    known = cells(root, ["bccd"])
    train, held_out = ([e for e in known if e.split == s] for s in ("train", "val"))
    run = tiny.run("classify", um_per_px=0.4, epochs=1, batch_size=4, precision="fp32")
    heard: list[Event] = []
    first = LEARN["classify"](run, root, tmp_path / "out", CPU, train, held_out, heard.append)
    answers = first.answer(held_out)
    assert answers.probabilities.shape == (len(held_out), 11)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-4)
    assert len(answers.embeddings) == len(answers.familiarity) == len(answers.decided) == len(held_out)
    assert "epoch" in {e.kind for e in heard}
    heard.clear()
    again = LEARN["classify"](run, root, tmp_path / "out", CPU, train, held_out, heard.append).answer(held_out)
    assert "epoch" not in {e.kind for e in heard}
    np.testing.assert_array_equal(again.probabilities, answers.probabilities)


def test_a_folder_holds_a_run_only_if_the_run_is_the_same(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path)
    run = tiny.run("classify", folder.name)
    assert methods.holds(folder, run)
    assert not methods.holds(folder, replace(run, epochs=run.epochs + 1))
    assert not methods.holds(tmp_path / "none", run)


def test_a_field_that_came_later_and_is_at_its_default_changes_nothing() -> None:
    values = tiny.run("classify").to_json()
    before = {k: v for k, v in values.items() if k != "fusion"}
    assert methods.chosen(before) == methods.chosen(values)
    assert methods.chosen(values | {"fusion": "concat"}) != methods.chosen(values)


def test_a_model_of_another_task_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no classifier of the eleven classes"):
        methods.ModelFolder(tiny.segmenter(tmp_path), CPU, tmp_path)
