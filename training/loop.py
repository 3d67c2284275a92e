"""The seeded fit that all tasks share: schedule, averaged weights, atomic checkpoints, resume, events.

An epoch is a function of the seed, its number and the state before it, and a checkpoint is written after each; so a
run that was killed and resumed ends with the same weights as one that was not.
"""

import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from bloodview.core.errors import StorageError
from bloodview.core.training_run import Event, RunFile
from training.publish import Publication

Emit = Callable[[Event], None]


class Task(Protocol):
    """Forward and loss of one kind of training; the loop knows nothing else."""

    net: nn.Module

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""

    def publication(self, net: nn.Module) -> Publication:
        """What the card says of the result, measured on the validation part."""

    def steps_per_epoch(self) -> int:
        """Number of batches that `batches` yields."""

    def batches(self, generator: torch.Generator) -> Iterator[Any]:
        """One epoch's batches, augmented, drawn by the generator alone."""

    def loss(self, net: nn.Module, batch: Any) -> torch.Tensor:  # noqa: ANN401 - the task's own
        """Mean loss of a batch; a scalar."""

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Figures on the validation part."""


def fit(task: Task, run: RunFile, folder: Path, emit: Emit, device: torch.device) -> nn.Module:
    """Train, resuming from the folder's checkpoint if there is one; return the network with its averaged weights.

    Raises:
        StorageError: if a checkpoint cannot be written; the one before is intact.
    """
    if run.threads:
        torch.set_num_threads(run.threads)
    net = task.net.to(device).to(memory_format=torch.channels_last)
    average = AveragedModel(net, multi_avg_fn=_ema(0.0))
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": run.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        lr=run.learning_rate,
        betas=(0.9, 0.98),
    )
    file = folder / "checkpoint.pt"
    begin = 0
    if file.is_file():
        state = torch.load(file, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        begin = int(state["epoch"])
        emit(Event("message", {"text": f"resumed after epoch {begin}"}))
    steps = task.steps_per_epoch()
    total, warmup = run.epochs * steps, max(1, round(run.warmup_epochs * steps))
    amp = torch.autocast(device.type, torch.bfloat16, enabled=run.precision == "bf16")
    for epoch in range(begin, run.epochs):
        started, summed = time.monotonic(), 0.0
        generator = torch.Generator().manual_seed(run.seed * 1_000_003 + epoch)
        torch.manual_seed(run.seed * 1_000_003 + epoch)
        net.train()
        for i, batch in enumerate(task.batches(generator)):
            step = epoch * steps + i
            for group in optimizer.param_groups:
                group["lr"] = run.learning_rate * _rate(step, warmup, total)
            with amp:
                loss = task.loss(net, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            decay = min(run.ema_decay, (1 + step) / (10 + step))
            average.multi_avg_fn = _ema(decay)
            average.update_parameters(net)
            summed += float(loss.detach())
        figures = {"epoch": epoch + 1, "of": run.epochs, "loss": round(summed / max(1, steps), 5)}
        if (epoch + 1) % 5 == 0 or epoch + 1 == run.epochs:
            average.eval()
            figures |= {k: round(v, 5) for k, v in task.validate(average.module).items()}
        save_checkpoint(
            file,
            {
                "net": net.state_dict(),
                "average": average.state_dict(),
                "optimizer": optimizer.state_dict(),
                "epoch": epoch + 1,
            },
        )
        emit(Event("epoch", figures | {"seconds": round(time.monotonic() - started, 1)}))
    average.eval()
    return average.module


def save_checkpoint(file: Path, state: Mapping[str, Any]) -> None:
    """Write beside, flush to the disk, then rename: the old checkpoint stays until the new one is whole."""
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            torch.save(dict(state), stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"the checkpoint cannot be written: {error.strerror}", path=file, hint="The one before is intact."
        ) from error


def _ema(decay: float) -> Any:  # noqa: ANN401 - torch gives the function no type
    """Torch's update of an exponential moving average of the weights."""
    return get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]


def _rate(step: int, warmup: int, total: int) -> float:
    """Linear rise, then cosine to zero; 0 to 1."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))
