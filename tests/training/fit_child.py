"""A tiny training in a process of its own, alone or under torchrun: fit_child.py OUT [arguments of the trainer]."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from tests.models.tiny import run
from training.__main__ import emit, main
from training.loop import fit
from training.processes import choose, is_first
from training.publish import Publication


@dataclass(frozen=True)
class Pairs:
    """What a batch may look like."""

    x: torch.Tensor
    y: torch.Tensor


class Plane:
    """Learns y = x W of 15 examples a batch, which two processes cannot halve."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.net: nn.Module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8), nn.Flatten(), nn.Linear(72, 2))
        self.net.register_parameter("idle", nn.Parameter(torch.ones(3)))

    def trained_on(self) -> list[tuple[str, Path]]:
        return []

    def publication(self, net: nn.Module) -> Publication:
        raise NotImplementedError

    def steps_per_epoch(self) -> int:
        return 6

    def batches(self, generator: torch.Generator) -> Iterator[Pairs]:
        for _ in range(6):
            x = torch.randn(15, 3, 5, 5, generator=generator)
            yield Pairs(x, x.mean(dim=(2, 3))[:, :2])

    def loss(self, net: nn.Module, batch: Pairs) -> torch.Tensor:
        return ((net(batch.x) - batch.y) ** 2).mean()

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        return {"processes": float(torch.distributed.is_initialized())}


def fit_plane(out: Path) -> None:
    """Two epochs, then the weights in OUT/weights.pt."""
    settings = run("detect", epochs=2, learning_rate=0.01, precision="fp32", ema_decay=0.9)
    net = fit(Plane(), settings, out, emit, choose("cpu"))
    if is_first():
        torch.save(net.state_dict(), out / "weights.pt")


if __name__ == "__main__":
    fit_plane(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]) if sys.argv[2:] else 0)
