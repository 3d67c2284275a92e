"""Fusing networks and measurements."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, FINE
from bloodview.core.training_run import Event, RunFile
from tests.models import tiny
from tests.training import dataset
from training.data import CellExample, cells
from training.measurements import NAMES
from training.tasks import fuse

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[CellExample], list[CellExample]]:
    root = dataset.write(tmp_path_factory.mktemp("data"))
    known = cells(root, ["bccd"])
    train = [e for e in known if e.split == "train"]
    often = Counter(e.label for e in train)  # a class of a single example would be warned of
    return root, [e for e in train if often[e.label] > 1], [e for e in known if e.split == "val"]


def recipe(folder: Path, name: str = "net", **more: object) -> str:
    run = tiny.run("classify", name, image_px=32, um_per_px=0.7, epochs=1, batch_size=16, precision="fp32", **more)
    file = folder / f"{name}.json"
    file.write_text(json.dumps(run.to_json()))
    return str(file)


def fusion(*parts: str, **more: object) -> RunFile:
    values = {"image_px": 64, "um_per_px": 0.35, "parts": parts, "classical": "logistic"}
    return tiny.run("fuse", "fusion", **(values | more))


def learned(run: RunFile, data: tuple[Path, list[CellExample], list[CellExample]], folder: Path) -> list[Event]:
    events: list[Event] = []
    fuse.learn(run, data[0], folder, CPU, data[1], data[2], events.append)
    return events


def test_networks_and_measurements_answer_together(
    data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path
) -> None:
    run = fusion(recipe(tmp_path), "measurements")
    model = fuse.learn(run, data[0], tmp_path / "out", CPU, data[1], data[2], lambda _: None)
    said = model.answer(data[2])
    n = len(data[2])
    assert said.probabilities.shape == (n, len(FINE))
    assert np.allclose(said.probabilities.sum(axis=1), 1, atol=1e-5)
    assert said.embeddings.shape == (n, tiny.CHANNELS[-1] + len(NAMES))
    assert ((said.familiarity >= 0) & (said.familiarity <= 1)).all()
    assert said.decided.dtype == bool


def test_measurements_alone_name_the_cells_they_learned_from(
    data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path
) -> None:
    model = fuse.learn(fusion("measurements"), data[0], tmp_path, CPU, data[1], data[2], lambda _: None)
    said = model.answer(data[1])
    answers = [FINE[int(k)] for k in said.probabilities.argmax(axis=1)]
    right = [DEFAULT_TAXONOMY.is_below(a, e.label) for a, e in zip(answers, data[1], strict=True)]
    assert np.mean(right) > 0.4  # of eleven names


def test_parts_are_trained_once_and_shared_by_the_runs_below_a_folder(
    data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path
) -> None:
    (tmp_path / "parts").mkdir()
    run = fusion(recipe(tmp_path))
    first = learned(run, data, tmp_path / "a")
    again = learned(replace(run, classical="forest"), data, tmp_path / "b")
    assert [e.kind for e in first].count("epoch") == 1
    assert [e.kind for e in again].count("epoch") == 0
    assert len(list((tmp_path / "parts").iterdir())) == 1


def test_other_cells_train_other_parts(data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path) -> None:
    run = fusion(recipe(tmp_path))
    learned(run, data, tmp_path)
    most = Counter(e.label for e in data[1]).most_common(1)[0][0]
    one = next(e for e in data[1] if e.label == most)
    fewer = (data[0], [e for e in data[1] if e is not one], data[2])
    assert [e.kind for e in learned(run, fewer, tmp_path)].count("epoch") == 1


def test_a_run_without_parts_says_what_they_may_be(
    data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="names no parts to fuse"):
        learned(fusion(), data, tmp_path)


def test_a_part_without_recipe_or_of_another_task_is_named(
    data: tuple[Path, list[CellExample], list[CellExample]], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"nowhere\.json"):
        learned(fusion("nowhere"), data, tmp_path)
    with pytest.raises(UserError, match="'detect'"):
        learned(fusion("detect"), data, tmp_path)


def test_blocks_count_alike_in_distances_whatever_their_width_and_scale() -> None:
    rng = np.random.default_rng(0)
    blocks = [rng.normal(5, 3, (500, 40)).astype(np.float32), rng.normal(0, 0.1, (500, 4)).astype(np.float32)]
    z = fuse.Blocks(blocks)(blocks)
    assert np.allclose([z[:, :40].var(axis=0).sum(), z[:, 40:].var(axis=0).sum()], 1, atol=1e-3)


def test_a_feature_that_never_varies_stays_finite() -> None:
    blocks = [np.ones((5, 3), np.float32)]
    assert np.isfinite(fuse.Blocks(blocks)(blocks)).all()


def test_the_recipes_of_the_fusion_name_parts_that_exist() -> None:
    run = RunFile.read(fuse.RECIPES / "fuse.json")
    networks = [p for p in run.parts if p != fuse.MEASUREMENTS]
    assert {RunFile.read(fuse.RECIPES / f"{p}.json").task for p in networks} == {"classify"}
