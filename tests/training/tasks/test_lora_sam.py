"""Tuning a SAM on the pictures that train, and on no others."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile
from tests.training.dataset import write
from training.data import CellExample, cells
from training.publish import publish
from training.sam import LowRank
from training.tasks import lora_sam
from training.tasks.lora_sam import LoraSamTask, prepared, shared, tuned

CPU = torch.device("cpu")
RUN = RunFile(
    task="cae", model_id="t", title="t", datasets=("bccd",), epochs=1, batch_size=8, image_px=48, um_per_px=0.45,
    channels=(32, 32, 32), layers=(1, 1, 1), pretrain_epochs=1, tune_epochs=1, precision="fp32",
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"), fields=3)


def _parts(root: Path) -> tuple[list[CellExample], list[CellExample]]:
    known = cells(root, ["bccd"])
    return [e for e in known if e.split == "train"], [e for e in known if e.split == "val"]


def test_a_tuned_sam_is_frozen_changed_by_low_rank_and_found_again(root: Path, tmp_path: Path) -> None:
    train, held_out = _parts(root)
    told: list[Event] = []
    sam = tuned(RUN, root, tmp_path, CPU, train, held_out, told.append)
    assert any("Dice, drawn masks" in str(e.values.get("text")) for e in told)
    assert not any(p.requires_grad for p in sam.parameters())
    changes = [m for m in sam.modules() if isinstance(m, LowRank)]
    assert len(changes) == 1
    assert bool(changes[0].up_q.weight.any())
    again: list[Event] = []
    other = dataclasses.replace(RUN, classical="forest", transductive=True, epochs=9)
    same = tuned(other, root, tmp_path, CPU, train, held_out, again.append)
    assert not again
    x = prepared(np.full((1, 48, 48, 3), 120, np.uint8), sam, "none", CPU)
    assert torch.allclose(sam(x), same(x), atol=1e-4)


def test_only_pictures_that_train_are_opened(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train, held_out = _parts(root)
    opened: list[list[Path]] = []
    real = lora_sam.windows

    def seen(boxed: list, loose: list, *others: object) -> object:
        opened.append([f.path for f in boxed])
        return real(boxed, loose, *others)

    monkeypatch.setattr(lora_sam, "windows", seen)
    tuned(RUN, root, tmp_path, CPU, train, held_out, lambda _: None)
    assert [set(paths) for paths in opened] == [{e.path for e in train}, {e.path for e in held_out}]


def test_a_run_without_pictures_to_outline_says_so(root: Path, tmp_path: Path) -> None:
    train, held_out = _parts(root)
    with pytest.raises(UserError, match="no leukocyte to learn an outline from"):
        tuned(RUN, root, tmp_path, CPU, [], held_out, lambda _: None)


def test_without_boxes_cells_lend_rough_masks(root: Path, tmp_path: Path) -> None:
    train, held_out = _parts(root)
    (root / "bccd" / "boxes.json").rename(tmp_path / "away")
    try:
        told: list[Event] = []
        tuned(RUN, root, tmp_path, CPU, train, held_out, told.append)
    finally:
        (tmp_path / "away").rename(root / "bccd" / "boxes.json")
    text = " ".join(str(e.values.get("text")) for e in told)
    assert "Dice, rough masks" in text
    assert "drawn" not in text


def test_as_a_task_of_its_own_it_publishes_its_dice(root: Path, tmp_path: Path) -> None:
    run = dataclasses.replace(RUN, task="lora_sam", channels=(32,), layers=(1,))
    task = LoraSamTask(run, root, tmp_path / "cache", CPU)
    batch = next(iter(task.batches(torch.Generator().manual_seed(0))))
    assert batch.boxes is None
    assert batch.masks.shape == (8, 24, 24)
    assert torch.isfinite(task.loss(task.net, batch))
    what = task.publication(task.net)
    assert [m.name for m in what.metrics] == ["val, Dice, drawn masks"]
    assert (publish(task.net, run, what, [], tmp_path / "models") / "card.json").is_file()


def test_trainings_are_shared_by_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    deep = tmp_path / "learned" / "a"
    assert shared(deep) == deep / "dorl"
    (tmp_path / "dorl").mkdir()
    assert shared(deep) == tmp_path / "dorl"


def test_boxes_follow_their_pictures_when_these_are_turned(root: Path) -> None:
    train, _ = _parts(root)
    source = lora_sam._windows(RUN, root, train)
    source = source.part(source.drawn)
    for seed in range(8):
        generator = torch.Generator().manual_seed(seed)
        images, masks, boxes = lora_sam._turned(source, np.arange(len(source)), 48, generator)
        assert images.shape[1:] == (3, 48, 48)
        for mask, box in zip(masks, boxes, strict=True):
            ys, xs = torch.nonzero(mask, as_tuple=True)
            inside = (xs >= box[0] - 5) & (xs <= box[2] + 5) & (ys >= box[1] - 5) & (ys <= box[3] + 5)
            assert float(inside.float().mean()) > 0.97
