"""The training of the Siamese network, from pictures to embeddings."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.taxonomy import COARSE, FINE, coarse_of
from bloodview.core.training_run import Event
from tests.models.tiny import run
from tests.training.dataset import write
from training.data import CellExample, cells
from training.tasks import siamese
from training.tasks.siamese import SiameseTask

CPU = torch.device("cpu")
RUN = run(
    "siamese", image_px=32, um_per_px=22 / 32, epochs=1, batch_size=16, precision="fp32", pairs_per_image=4, threads=1
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"))


def _parts(data: Path) -> tuple[list[CellExample], list[CellExample]]:
    known = cells(data, ("bccd",))
    return [e for e in known if e.split == "train"][:40], [e for e in known if e.split == "val"][:12]


def test_a_batch_holds_every_class_alike_and_follows_the_generator(data: Path, tmp_path: Path) -> None:
    task = SiameseTask(RUN, data, tmp_path, CPU, *_parts(data))
    first, again = (list(task.batches(torch.Generator().manual_seed(3))) for _ in range(2))
    assert len(first) == task.steps_per_epoch()
    for (x, labels), (y, _) in zip(first, again, strict=True):
        assert torch.equal(x, y)
        counts = torch.bincount(labels)[torch.bincount(labels) > 0]
        assert set(counts.tolist()) == {task.per_class}
        assert len(counts) == len(task.classes)


def test_hard_and_random_pairs_are_two_trainings(data: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    task = SiameseTask(RUN, data, tmp_path, CPU, *_parts(data))
    plain = SiameseTask(replace(RUN, pairs="random"), data, tmp_path, CPU, *_parts(data))
    batch = next(iter(task.batches(torch.Generator().manual_seed(0))))
    with torch.no_grad():
        assert float(task.loss(task.net.eval(), batch)) > float(plain.loss(task.net.eval(), batch))


def test_what_was_trained_is_published_found_again_and_answers_by_prototypes(data: Path, tmp_path: Path) -> None:
    told: list[Event] = []
    train, held_out = _parts(data)
    learned = siamese.learn(RUN, data, tmp_path, CPU, train, held_out, told.append)
    assert any(e.kind == "epoch" for e in told)
    told.clear()
    again = siamese.learn(RUN, data, tmp_path, CPU, train, held_out, told.append)
    assert not told
    first, second = learned.answer(held_out), again.answer(held_out)
    assert np.array_equal(first.embeddings, second.embeddings)
    assert first.probabilities.shape == (len(held_out), len(FINE))
    assert np.allclose(first.probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(first.embeddings, axis=1), 1, atol=1e-4)
    assert set(again.card.classes) == {coarse_of(e.label) for e in train} <= set(COARSE)
