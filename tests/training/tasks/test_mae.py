"""Masked pre-training, and the classifier that begins with it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.training_run import Event, RunFile
from bloodview.models.nets.vit import VisionTransformer
from bloodview.models.store import load_classifier
from tests.models.tiny import run
from tests.training.dataset import write
from training.data import CellExample, cells
from training.tasks import classify, mae

CPU = torch.device("cpu")
pytestmark = pytest.mark.expects_log  # a class of one example, of which the trainer warns
RUN = run(
    "classify",
    network="vit",
    channels=(32,),
    layers=(2,),
    image_px=24,
    um_per_px=22 / 24,
    epochs=1,
    batch_size=16,
    precision="fp32",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"))


def _parts(data: Path) -> tuple[list[CellExample], list[CellExample]]:
    known = cells(data, ("bccd",))
    return [e for e in known if e.split == "train"][:48], [e for e in known if e.split == "val"][:16]


def _net() -> mae.MaskedAutoencoder:
    torch.manual_seed(0)
    return mae.MaskedAutoencoder(32, 2).eval()


def test_the_patches_to_paint_are_normalised_and_in_the_order_of_the_tokens() -> None:
    x = torch.rand(2, 3, 24, 36)
    patches = mae.patches_of(x)
    assert patches.shape == (2, 6, 3 * 12 * 12)
    assert torch.allclose(patches.mean(2), torch.zeros(2, 6), atol=1e-4)
    assert torch.allclose(patches.std(2), torch.ones(2, 6), atol=1e-3)
    own = x[1, :, 12:24, 24:36].flatten()
    assert torch.allclose(patches[1, 5], (own - own.mean()) / own.std(), atol=1e-3)


def test_what_is_painted_depends_on_visible_patches_alone() -> None:
    net, x = _net(), torch.rand(1, 3, 24, 24)
    visible = torch.tensor([[2]])
    hidden_changed, seen_changed = x.clone(), x.clone()
    hidden_changed[:, :, :12] = 0
    seen_changed[:, :, 12:, :12] = 0
    assert torch.equal(net(x, visible), net(hidden_changed, visible))
    assert not torch.allclose(net(x, visible), net(seen_changed, visible))


def test_the_loss_counts_hidden_patches_alone(data: Path, tmp_path: Path) -> None:
    task = classify.masked(replace(RUN, task="mae"), data, tmp_path, CPU, *_parts(data))
    x, order = torch.rand(2, 3, 24, 24), torch.tensor([[0, 1, 2, 3], [3, 2, 1, 0]])
    truth = mae.patches_of(x)

    class Painter(torch.nn.Module):
        """Right everywhere but in one place."""

        def __init__(self, wrong: int) -> None:
            super().__init__()
            self.wrong = wrong

        def forward(self, _x: torch.Tensor, visible: torch.Tensor) -> torch.Tensor:
            assert visible.tolist() == [[0], [3]]
            painted = truth.clone()
            painted[0, self.wrong] += 3
            return painted

    assert float(task.loss(Painter(0), (x, order))) == 0
    assert float(task.loss(Painter(1), (x, order))) == pytest.approx(9 / 3 / 2)


def test_it_learns_and_reads_no_label(data: Path, tmp_path: Path) -> None:
    train, held_out = _parts(data)
    misnamed = [replace(e, label="lymphocyte") for e in train]
    ends = []
    for number, examples in enumerate((train, misnamed)):
        torch.manual_seed(0)
        task = classify.masked(replace(RUN, task="mae"), data, tmp_path / str(number), CPU, examples, held_out)
        weights, before = list(task.net.parameters()), float(task.errors(task.net).mean())
        for epoch in range(3):
            for batch in task.batches(torch.Generator().manual_seed(epoch)):
                slopes = torch.autograd.grad(task.loss(task.net, batch), weights)
                with torch.no_grad():
                    for weight, slope in zip(weights, slopes, strict=True):
                        weight -= 0.05 * slope
        ends.append(task.validate(task.net)["hidden_mse"])
        assert ends[-1] < before
    assert ends[0] == ends[1]


def test_a_classifier_begins_with_the_encoder_that_its_own_cells_trained(data: Path, tmp_path: Path) -> None:
    train, held_out = _parts(data)
    settings = replace(RUN, mae_epochs=1, fusion="concat", head="arcface", model_id="rows")
    said: list[Event] = []
    learned = classify.learn(settings, data, tmp_path, CPU, train, held_out, said.append)
    whole = len(VisionTransformer(32, 2).state_dict())
    assert any(f"begins with {whole} of" in str(e.values.get("text")) for e in said)
    answers = learned.answer(held_out)
    assert np.allclose(answers.probabilities.sum(1), 1, atol=1e-4)

    model = load_classifier("cpu", tmp_path / "models" / "rows")
    assert (model.input_px, len(model.classes)) == (24, 11)


def test_one_pre_training_serves_runs_on_the_same_cells_and_no_others(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mae, "fit", lambda task, *_: task.net)
    train, held_out = _parts(data)
    settings = replace(RUN, mae_epochs=1)

    def place(settings: RunFile, below: str, examples: list[CellExample]) -> Path:
        return classify.pretrained(settings, data, tmp_path / below, CPU, lambda _e: None, examples, held_out)

    first = place(settings, "", train)
    later = replace(settings, model_id="another", head="arcface", fusion="concat", epochs=9, limit=2)
    assert place(later, "deeper/still", train) == first
    assert place(settings, "", train[:-3]) != first
    assert place(replace(settings, seed=1), "", train) != first
