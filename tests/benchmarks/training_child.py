"""Trains in a process of its own and writes what it measured: training_child.py memory|loop OUT."""

import json
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import RunFile
from training import crops
from training.data import CellExample
from training.loop import fit
from training.publish import MEAN, STD, Publication
from training.tasks.classify import ClassifyTask

CELLS = 100_000
CPU = torch.device("cpu")
STEPS, ROUNDS = 24, 4


def settings(**more: object) -> RunFile:
    values = {"task": "classify", "model_id": "bench", "title": "bench", "datasets": ("pbc",), "epochs": 1}
    return RunFile(**(values | more))


def own_mib() -> float:
    """Memory that is this process's own: pages of a mapped file come and go as the system likes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's own memory")


class Peak:
    """Highest of what was seen."""

    def __init__(self) -> None:
        self.mib = own_mib()

    def look(self) -> None:
        self.mib = max(self.mib, own_mib())


def memory(folder: Path) -> dict[str, float]:
    """An epoch over 100,000 cells, whose decoded windows are a sparse file, and what the card asks of each of them."""
    run = settings(
        image_px=112, batch_size=100, channels=(8, 8, 8, 8), layers=(1, 1, 1, 1), precision="fp32", warmup_epochs=0.1
    )
    cells = [CellExample(folder / f"{i}.png", "pbc", "train", "", None, 0.1, FINE[i % len(FINE)]) for i in range(CELLS)]
    held_out = cells[: CELLS // 10]

    def sparse(file: Path, examples: list[CellExample], _window_um: float, out_px: int) -> None:
        with file.open("wb") as stream:
            stream.truncate(len(examples) * out_px**2 * 3)
        file.with_suffix(".json").write_text(json.dumps({"unreadable": {}}))

    crops._build = sparse
    peak = Peak()
    before = peak.mib

    class Watched(ClassifyTask):
        """The task, its memory looked at after every batch."""

        def loss(self, net: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
            peak.look()
            # The network's own work is not what is asked.
            return net(batch[0][:1])[0].mean()

        def batches(self, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
            n = self.steps_per_epoch() * self.run.batch_size
            index = torch.randint(0, len(self.examples), (n,), generator=generator)
            for rows in index.view(-1, self.run.batch_size):
                x = torch.from_numpy(self.crops[rows.numpy()]).permute(0, 3, 1, 2).float().div_(255)
                yield (x - MEAN[0]) / STD[0], self.allowed[rows]

        def answers(self, net: nn.Module, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            peak.look()
            return np.zeros((len(windows), len(FINE)), np.float32), np.zeros((len(windows), 384), np.float32)

        def validate(self, net: nn.Module) -> Mapping[str, float]:
            del net
            return {}

    task = Watched(run, folder, folder / "cache", CPU, cells, held_out)
    begin = time.perf_counter()
    net = fit(task, run, folder, lambda _e: None, CPU)
    epoch = time.perf_counter() - begin
    looks = task._trained(net)
    peak.look()
    assert len(looks.embeddings) == CELLS
    return {"peak": peak.mib, "grown": peak.mib - before, "windows": task.crops.nbytes / 2**20, "seconds": epoch}


class Bench:
    """The classifier's usual network on batches that are there already."""

    def __init__(self, seed: int) -> None:
        from bloodview.models.nets.classifier import build

        torch.manual_seed(seed)
        self.net: nn.Module = build("resnet-gn", (32, 64, 128, 256), (2, 2, 2, 2), len(FINE))
        self.x = [torch.randn(32, 3, 72, 72) for _ in range(STEPS)]
        self.y = torch.arange(32) % len(FINE)

    def trained_on(self) -> list[tuple[str, Path]]:
        return []

    def publication(self, net: nn.Module) -> Publication:
        raise NotImplementedError

    def steps_per_epoch(self) -> int:
        return STEPS

    def batches(self, generator: torch.Generator) -> Iterator[torch.Tensor]:
        del generator
        yield from self.x

    def loss(self, net: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(net(batch)[0], self.y)

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        del net
        return {}


def bare(task: Bench) -> float:
    """Seconds of the least that trains: forward, backward, step."""
    net = task.net.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    begin = time.perf_counter()
    for batch in task.x:
        task.loss(net, batch).backward()
        optimizer.step()
        optimizer.zero_grad()
    return time.perf_counter() - begin


def loop(folder: Path) -> dict[str, float]:
    """An epoch of the loop over one of a bare loop, by turns; the median of the ratios."""
    ratios = []
    for i in range(ROUNDS + 1):
        run = settings(precision="fp32", batch_size=32)
        plain = bare(Bench(i))
        task = Bench(i)
        begin = time.perf_counter()
        fit(task, run, folder / str(i), lambda _e: None, CPU)
        ratios.append((time.perf_counter() - begin) / plain)
    kept = ratios[1:]
    return {"ratio": statistics.median(kept), "worst": max(kept), "least": min(kept), "n": len(kept)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    place = Path(sys.argv[2])
    measured = {"memory": memory, "loop": loop}[sys.argv[1]](place.parent)
    place.write_text(json.dumps(measured))
