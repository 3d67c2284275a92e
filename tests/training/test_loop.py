"""The fit that all tasks share."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric
from torch import nn

from bloodview.core.errors import StorageError, UserError
from bloodview.core.training_run import Event
from tests.models.tiny import run
from training import loop, processes, progress
from training.lock import locked
from training.publish import Publication


class Line:
    """Learns y = 2x + 1."""

    def __init__(self, stop_in_epoch: int | None = None, width: int = 8) -> None:
        torch.manual_seed(0)
        self.net: nn.Module = nn.Sequential(nn.Linear(1, width), nn.Dropout(0.2), nn.Linear(width, 1))
        self.stop, self.epoch, self.scale = stop_in_epoch, 0, 1.0
        self.pictures: list[tuple[str, Path]] = []

    def trained_on(self) -> list[tuple[str, Path]]:
        return self.pictures

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
        return self.scale * ((net(batch) - 2 * batch - 1) ** 2).mean()

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        return {"bias": float(net(torch.zeros(1, 1)).detach())}


RUN = run("detect", epochs=6, learning_rate=0.02, precision="fp32", ema_decay=0.9)
CPU = torch.device("cpu")


def _weights(net: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def _quiet(_event: Event) -> None:
    pass


def test_a_run_that_was_stopped_and_resumed_ends_with_the_same_weights_and_curves(tmp_path: Path) -> None:
    whole = loop.fit(Line(), RUN, tmp_path / "whole", _quiet, CPU)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(Line(stop_in_epoch=3), RUN, tmp_path / "parts", _quiet, CPU)
    events: list[Event] = []
    resumed = loop.fit(Line(), RUN, tmp_path / "parts", events.append, CPU)
    assert torch.equal(_weights(whole), _weights(resumed))
    assert events[0].values["text"] == "resumed after epoch 3"
    assert [e.values["epoch"] for e in events if e.kind == "epoch"] == [4, 5, 6]
    curves = [(tmp_path / p / "curves.csv").read_text().splitlines() for p in ("whole", "parts")]
    figures = [[row.split(",")[:2] for row in c] for c in curves]
    assert figures[0] == figures[1]
    assert [row[0] for row in figures[0]] == ["epoch", "1", "2", "3", "4", "5", "6"]


def test_it_learns_and_reports_each_epoch(tmp_path: Path) -> None:
    events: list[Event] = []
    loop.fit(Line(), RUN, tmp_path, events.append, CPU)
    losses = [float(e.values["loss"]) for e in events]
    assert len(losses) == 6
    assert losses[-1] < losses[0] / 2
    assert "bias" in events[-1].values
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_long_epoch_tells_in_between_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    events: list[Event] = []
    loop.fit(Line(), replace(RUN, epochs=2), tmp_path, events.append, CPU)
    steps = [e.values for e in events if e.kind == "step"]
    assert [(s["epoch"], s["step"], s["of"]) for s in steps] == [(e, i, 5) for e in (1, 2) for i in range(1, 6)]
    assert all(math.isfinite(float(s["loss"])) and float(s["seconds_left"]) >= 0 for s in steps)


def test_a_finished_training_is_not_trained_again_but_may_be_continued(tmp_path: Path) -> None:
    first = loop.fit(Line(), RUN, tmp_path, _quiet, CPU)
    events: list[Event] = []
    again = loop.fit(Line(), RUN, tmp_path, events.append, CPU)
    assert torch.equal(_weights(first), _weights(again))
    assert [e.kind for e in events] == ["message"]
    loop.fit(Line(), replace(RUN, epochs=8, title="longer", threads=1), tmp_path, events.append, CPU)
    assert [e.values["epoch"] for e in events if e.kind == "epoch"] == [7, 8]


def test_a_checkpoint_of_another_training_is_refused_with_what_differs(tmp_path: Path) -> None:
    loop.fit(Line(), replace(RUN, epochs=2), tmp_path, _quiet, CPU)
    other = replace(RUN, epochs=2, seed=5, learning_rate=0.5)
    with pytest.raises(UserError, match=r"learning_rate was 0\.02, now 0\.5; seed was 0, now 5.*Delete it"):
        loop.fit(Line(), other, tmp_path, _quiet, CPU)
    with pytest.raises(UserError, match=r"epochs was 2, now 1"):
        loop.fit(Line(), replace(RUN, epochs=1), tmp_path, _quiet, CPU)
    more = Line()
    more.pictures = [("bccd", tmp_path / "new.png")]
    with pytest.raises(UserError, match=r"other pictures"):
        loop.fit(more, replace(RUN, epochs=2), tmp_path, _quiet, CPU)
    with pytest.raises(UserError, match=r"another version of the network"):
        loop.fit(Line(width=9), replace(RUN, epochs=2), tmp_path, _quiet, CPU)


def test_a_loss_that_is_no_number_ends_the_training_with_the_checkpoint_before(tmp_path: Path) -> None:
    loop.fit(Line(), replace(RUN, epochs=2), tmp_path, _quiet, CPU)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    task = Line()
    task.scale = math.nan
    with pytest.raises(UserError, match=r"no number any more in epoch 3.*Lower learning_rate"):
        loop.fit(task, RUN, tmp_path, _quiet, CPU)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_two_trainings_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "training.lock"),
        pytest.raises(StorageError, match=r"Another process trains in this folder"),
    ):
        loop.fit(Line(), RUN, tmp_path, _quiet, CPU)


def test_mps_computes_in_float32_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def join(_device: torch.device, *, mixed: bool) -> Fabric:
        asked.append(mixed)
        return processes.join(CPU, mixed=mixed)

    monkeypatch.setattr(loop, "join", join)
    events: list[Event] = []
    loop.fit(Line(), replace(RUN, epochs=1, precision="bf16"), tmp_path, events.append, torch.device("mps"))
    assert asked == [False]
    assert "float32" in str(events[0].values["text"])


def test_bfloat16_is_used_where_the_run_asks_for_it(tmp_path: Path) -> None:
    seen = []

    class Watched(Line):
        def loss(self, net: nn.Module, batch: torch.Tensor) -> torch.Tensor:
            seen.append(net(batch).dtype)
            return super().loss(net, batch).float()

    loop.fit(Watched(), replace(RUN, epochs=1, precision="bf16"), tmp_path, _quiet, CPU)
    assert set(seen) == {torch.bfloat16}
