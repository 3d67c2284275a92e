"""The fit that all tasks share."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch
from torch import nn

from bloodview.core.errors import StorageError
from bloodview.core.training_run import Event
from tests.models.tiny import run
from training import loop
from training.publish import Publication


class Line:
    """Learns y = 2x + 1."""

    def __init__(self, stop_in_epoch: int | None = None) -> None:
        torch.manual_seed(0)
        self.net: nn.Module = nn.Sequential(nn.Linear(1, 8), nn.Dropout(0.2), nn.Linear(8, 1))
        self.stop, self.epoch = stop_in_epoch, 0

    def trained_on(self) -> list[tuple[str, Path]]:
        return []

    def publication(self, net: nn.Module) -> Publication:
        raise NotImplementedError

    def steps_per_epoch(self) -> int:
        return 5

    def batches(self, generator: torch.Generator) -> Iterator[torch.Tensor]:
        for i in range(5):
            if self.epoch == self.stop and i == 3:
                raise KeyboardInterrupt
            yield torch.randn(16, 1, generator=generator)
        self.epoch += 1

    def loss(self, net: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        return ((net(batch) - 2 * batch - 1) ** 2).mean()

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        return {"bias": float(net(torch.zeros(1, 1)).detach())}


RUN = run("detect", epochs=6, learning_rate=0.02, precision="fp32", ema_decay=0.9)
CPU = torch.device("cpu")


def _weights(net: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def test_a_run_that_was_stopped_and_resumed_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = loop.fit(Line(), RUN, tmp_path / "whole", lambda _e: None, CPU)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(Line(stop_in_epoch=3), RUN, tmp_path / "parts", lambda _e: None, CPU)
    events: list[Event] = []
    resumed = loop.fit(Line(), RUN, tmp_path / "parts", events.append, CPU)
    assert torch.equal(_weights(whole), _weights(resumed))
    assert events[0].values["text"] == "resumed after epoch 3"
    assert [e.values["epoch"] for e in events if e.kind == "epoch"] == [4, 5, 6]


def test_it_learns_and_reports_each_epoch(tmp_path: Path) -> None:
    events: list[Event] = []
    loop.fit(Line(), RUN, tmp_path, events.append, CPU)
    losses = [float(e.values["loss"]) for e in events]
    assert len(losses) == 6
    assert losses[-1] < losses[0] / 2
    assert "bias" in events[-1].values


def test_a_full_disk_leaves_the_old_checkpoint_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "checkpoint.pt"
    loop.save_checkpoint(file, {"epoch": 1})

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(StorageError, match=r"checkpoint\.pt: the checkpoint cannot be written: No space left"):
        loop.save_checkpoint(file, {"epoch": 2})
    assert torch.load(file, weights_only=True) == {"epoch": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]
