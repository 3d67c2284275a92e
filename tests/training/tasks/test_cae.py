"""DoRL from data to answers: shared stages, unlabelled domains only where asked for."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import Event, RunFile
from tests.training.dataset import write
from training.data import CellExample, cells
from training.sam import SmallSam, add_low_rank
from training.tasks import LEARN, cae

CPU = torch.device("cpu")
RUN = RunFile(
    task="cae", model_id="t", title="t", datasets=("bccd",), epochs=1, batch_size=8, image_px=48, um_per_px=0.45,
    channels=(32, 32, 32), layers=(1, 1, 1), pretrain_epochs=1, tune_epochs=1, precision="fp32", classical="logistic",
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"), fields=3)


def _parts(root: Path) -> tuple[list[CellExample], list[CellExample]]:
    known = cells(root, ["bccd"])
    return [e for e in known if e.split == "train"], [e for e in known if e.split == "val"]


def _sam() -> SmallSam:
    torch.manual_seed(0)
    sam = SmallSam(48, 32, 1)
    add_low_rank(sam, 2)
    return sam.eval().requires_grad_(False)


def _task(run: RunFile, root: Path, tmp_path: Path, train: Sequence[CellExample]) -> cae.CaeTask:
    return cae.CaeTask(run, root, tmp_path, CPU, list(train), _parts(root)[1], _sam())


def test_it_answers_in_probabilities_and_shares_all_but_the_classifier(root: Path, tmp_path: Path) -> None:
    train, held_out = _parts(root)
    (tmp_path / "dorl").mkdir()
    first = LEARN["cae"](RUN, root, tmp_path / "a", CPU, train, held_out, lambda _: None).answer(held_out)
    assert first.probabilities.shape == (len(held_out), len(FINE))
    assert np.allclose(first.probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.isnan(first.familiarity).all()
    assert first.decided.dtype == np.bool_
    told: list[Event] = []
    other = dataclasses.replace(RUN, classical="forest", model_id="u")
    second = LEARN["cae"](other, root, tmp_path / "b", CPU, train, held_out, told.append).answer(held_out)
    assert not told
    assert np.array_equal(first.embeddings, second.embeddings)
    assert not np.allclose(first.probabilities, second.probabilities)


def test_a_killed_training_ends_with_the_same_representation(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, held_out = _parts(root)
    run = dataclasses.replace(RUN, epochs=2)
    monkeypatch.setattr(cae, "tuned", lambda *_: _sam())
    whole = cae.learn(run, root, tmp_path / "a", CPU, train, held_out, lambda _: None).answer(held_out)

    def dies(event: Event) -> None:
        if event.kind == "epoch" and event.values["epoch"] == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cae.learn(run, root, tmp_path / "b", CPU, train, held_out, dies)
    told: list[Event] = []
    resumed = cae.learn(run, root, tmp_path / "b", CPU, train, held_out, told.append).answer(held_out)
    assert any(e.values.get("text") == "resumed after epoch 1" for e in told)
    assert np.allclose(whole.embeddings, resumed.embeddings, atol=1e-6)


def test_unlabelled_pictures_are_looked_at_in_a_transductive_run_only(root: Path, tmp_path: Path) -> None:
    train, held_out = _parts(root)
    elsewhere = [dataclasses.replace(e, dataset="home") for e in train]
    inductive = _task(RUN, root, tmp_path, elsewhere)
    assert inductive.domains == ["home"]
    assert {d for d, _ in inductive.trained_on()} == {"home"}
    run = dataclasses.replace(RUN, transductive=True, datasets=("home", "bccd"))
    transductive = _task(run, root, tmp_path, elsewhere)
    assert transductive.domains == ["home", "bccd"]
    assert len(transductive.unlabelled) == min(len(train), len(train) + len(held_out))
    assert {e.label for e in transductive.examples} == {e.label for e in train}


def test_the_anchor_is_the_largest_data_set_and_every_batch_holds_both_domains(root: Path, tmp_path: Path) -> None:
    train, _ = _parts(root)
    mixed = [dataclasses.replace(e, dataset="few") for e in train[:6]] + train[6:]
    task = _task(dataclasses.replace(RUN, batch_size=16), root, tmp_path, mixed)
    assert task.domains == ["bccd", "few"]
    batches = list(task.batches(torch.Generator().manual_seed(0)))
    assert len(batches) == task.steps_per_epoch()
    assert all(set(b.domains.tolist()) == {0, 1} for b in batches)
    assert torch.isfinite(task.loss(task.net, batches[0]))


def test_tokens_are_standardised_and_the_ground_of_a_picture_is_grey(root: Path, tmp_path: Path) -> None:
    train, _ = _parts(root)
    task = _task(RUN, root, tmp_path, train)
    features = next(task.batches(torch.Generator().manual_seed(0))).features
    assert abs(float(features.mean())) < 0.3
    assert 0.7 < float(features.std()) < 1.3

    class _Blind(SmallSam):
        def masks(self, tokens: torch.Tensor, boxes: torch.Tensor | None = None) -> torch.Tensor:
            return torch.full((len(tokens), 24, 24), -50.0)

    grey = cae.maps(_Blind(48, 32, 1), np.full((2, 48, 48, 3), 250, np.uint8), "none", CPU)
    assert (grey.pictures == 128).all()


def test_the_publication_names_the_classifier(root: Path, tmp_path: Path) -> None:
    task = _task(RUN, root, tmp_path, _parts(root)[0])
    what = task.publication(task.net)
    assert what.metrics[0].name == "val, accuracy, fine, logistic"
    assert set(task.validate(task.net)) == {"ssim", "token_error"}
