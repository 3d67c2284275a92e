"""The seeded fit that all tasks share: schedule, averaged weights, atomic checkpoints, resume, events.

An epoch is a function of the seed, its number and the state before it, and a checkpoint is written after each; so a
run that was killed and resumed ends with the same weights as one that was not.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from lightning_fabric import Fabric
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from bloodview.core.errors import UserError
from bloodview.core.training_run import Event, RunFile
from training import checkpoint
from training.lock import locked
from training.processes import alike, average_gradients, join, over_processes, share, with_common_batch_statistics
from training.progress import Emit as Emit
from training.progress import Progress, Row
from training.publish import Publication

VALIDATE_EVERY = 5
"""Epochs between two looks at the validation part; after the last there is always one."""


class Fitted(Protocol):
    """Forward and loss of one kind of training; the loop knows nothing else."""

    net: nn.Module

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""

    def steps_per_epoch(self) -> int:
        """Number of batches that `batches` yields."""

    def batches(self, generator: torch.Generator) -> Iterator[Any]:
        """One epoch's batches, augmented, drawn by the generator alone; each tensor's first axis is the examples."""

    def loss(self, net: nn.Module, batch: Any) -> torch.Tensor:  # noqa: ANN401 - the task's own
        """Mean loss over a batch's examples; a scalar.

        Of several processes each asks it for its own rows. A loss that divides by something else than the number of
        examples is then divided by the share's own, and the result differs a little from one process's.
        """

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Figures on the validation part."""


class Task(Fitted, Protocol):
    """A training that is published by itself."""

    def publication(self, net: nn.Module) -> Publication:
        """What the card says of the result, measured on the validation part."""


def _nothing() -> None:
    """Nobody asks for anything."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the loop shows itself, which does not change what it fits.

    Args:
        attend: called before each step; it may wait, or end the loop by an exception.
        validate_every: epochs between two looks at the validation part.
        draws: whether the curves are drawn as a picture too.
    """

    attend: Callable[[], None] = _nothing
    validate_every: int = VALIDATE_EVERY
    draws: bool = True


def fit(
    task: Fitted, run: RunFile, folder: Path, emit: Emit, device: torch.device, manner: Manner = Manner()
) -> nn.Module:
    """Train, resuming from the folder's checkpoint if there is one; return the network with its averaged weights.

    Under torchrun every process takes its rows of each batch, and the first alone validates, writes and tells. `device`
    must then be what processes.choose gave, and the folder one that all processes see.

    Raises:
        StorageError: if a checkpoint or the curves cannot be written; the checkpoint before is intact.
        UserError: if the checkpoint is damaged or of another training, or the loss is no number any more.
    """
    if run.threads:
        torch.set_num_threads(run.threads)
    mixed = run.precision == "bf16" and device.type != "mps"
    fabric = join(device, mixed=mixed)
    tell = emit if fabric.is_global_zero else _nobody
    if mixed != (run.precision == "bf16"):
        tell(Event("message", {"text": "bfloat16 is not safe on MPS: computing in float32"}))
    if not fabric.is_global_zero:
        return _fit(task, run, folder, tell, fabric, manner)
    with locked(folder / "training.lock", busy="Another process trains in this folder."):
        return _fit(task, run, folder, tell, fabric, manner)


def _fit(task: Fitted, run: RunFile, folder: Path, tell: Emit, fabric: Fabric, manner: Manner) -> nn.Module:
    """See `fit`."""
    world, rank, device = fabric.world_size, fabric.global_rank, fabric.device
    net = task.net.to(device).to(memory_format=torch.channels_last)
    if world > 1:
        alike(net)
        if device.type == "cuda":
            net = with_common_batch_statistics(net)
    average = AveragedModel(net, multi_avg_fn=_ema(0.0))
    optimizer = _optimizer(net, run)
    file, source = folder / checkpoint.NAME, checkpoint.Source(run, checkpoint.data_of(task.trained_on()))
    begin, rows = _resume(file, source, net, average, optimizer, device)
    if begin != fabric.broadcast(begin):
        raise UserError("is not the same for all processes.", path=folder, hint="Take a folder that all of them see.")
    if begin:
        tell(Event("message", {"text": f"resumed after epoch {begin}"}))
    steps = task.steps_per_epoch()
    total, warmup = run.epochs * steps, max(1, round(run.warmup_epochs * steps))
    progress = Progress(folder, tell, run.epochs, steps, rows, draws=manner.draws)
    for epoch in range(begin, run.epochs):
        generator = torch.Generator().manual_seed(run.seed * 1_000_003 + epoch)
        # Rows of one batch lie in several processes: each drops branches by dice of its own.
        torch.manual_seed(run.seed * 1_000_003 + epoch + rank * 1_000_000_000_039)
        summed = torch.zeros((), device=device)
        net.train()
        for i, whole in enumerate(task.batches(generator)):
            manner.attend()
            batch, factor = share(whole, rank, world) if world > 1 else (whole, 1.0)
            step = epoch * steps + i
            for group in optimizer.param_groups:
                group["lr"] = run.learning_rate * _rate(step, warmup, total)
            with fabric.autocast():
                loss = task.loss(net, batch)
            fabric.backward(loss if world == 1 else loss * factor)
            if world > 1:
                average_gradients(net)
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            average.multi_avg_fn = _ema(min(run.ema_decay, (1 + step) / (10 + step)))
            average.update_parameters(net)
            summed += loss.detach() * factor
            progress.step(i + 1, summed)
        mean = float(over_processes(summed) if world > 1 else summed) / max(1, steps)
        if not math.isfinite(mean):
            raise UserError(
                f"The loss is no number any more in epoch {epoch + 1}: the training went astray.",
                hint="Lower learning_rate, or take precision fp32; the checkpoint before is intact.",
            )
        if fabric.is_global_zero:
            figures: Mapping[str, float] = {}
            if (epoch + 1) % manner.validate_every == 0 or epoch + 1 == run.epochs:
                average.eval()
                figures = task.validate(average.module)
            progress.epoch(mean, figures)
            state = {"net": net.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()}
            checkpoint.save(file, source, state | {"epoch": epoch + 1, "rows": [dict(r) for r in progress.rows]})
            progress.tell()
    average.eval()
    return average.module


def _optimizer(net: nn.Module, run: RunFile) -> torch.optim.AdamW:
    """AdamW that lets the weights of norms and biases alone."""
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": run.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        lr=run.learning_rate,
        betas=(0.9, 0.98),
    )


def _resume(
    file: Path,
    source: checkpoint.Source,
    net: nn.Module,
    average: AveragedModel,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> tuple[int, list[Row]]:
    """Take up a checkpoint if there is one: epochs done and their rows."""
    state = checkpoint.load(file, source, device)
    if state is None:
        return 0, []
    try:
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        return int(state["epoch"]), list(state["rows"])
    except (RuntimeError, ValueError, KeyError) as error:
        raise UserError("fits another version of the network.", path=file, hint=checkpoint.ANEW) from error


def _nobody(_event: Event) -> None:
    """The other processes of a launch say nothing."""


def _ema(decay: float) -> Callable[..., None]:
    """Torch's update of an exponential moving average of the weights."""
    update: Callable[..., None] = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return update


def _rate(step: int, warmup: int, total: int) -> float:
    """Linear rise, then cosine to zero; 0 to 1."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))
