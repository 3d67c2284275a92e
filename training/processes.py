"""Several processes of one training, started by torchrun: Lightning Fabric joins them, they share every batch."""

import dataclasses
import datetime
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar, cast

import numpy as np
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment
from lightning_fabric.strategies.ddp import DDPStrategy
from lightning_fabric.strategies.single_device import SingleDeviceStrategy
from numpy.typing import NDArray
from torch import distributed, nn

from bloodview.core.errors import UserError
from bloodview.models.nets import device as devices

B = TypeVar("B")

PATIENCE = datetime.timedelta(hours=2)
"""How long a process waits for the others: the first one validates while they wait."""


def launched() -> bool:
    """Whether torchrun started this process as one of several."""
    return TorchElasticEnvironment.detect() and TorchElasticEnvironment().world_size() > 1


def is_first() -> bool:
    """Whether this process speaks and writes for all."""
    return not launched() or TorchElasticEnvironment().global_rank() == 0


def choose(name: str) -> torch.device:
    """As models.nets.device.choose, each process of a launch its own GPU.

    Raises:
        UserError: if there is no such device, or too few of them for the processes of this machine.
    """
    device = devices.choose(name)
    if not launched() or device.type == "cpu":
        return device
    local = TorchElasticEnvironment().local_rank()
    there = torch.cuda.device_count() if device.type == "cuda" else 1
    if local >= there:
        raise UserError(
            f"There are more processes than {device.type} devices, which are {there}.",
            hint="Start as many processes as there are devices, or use --device cpu.",
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)


def join(device: torch.device, *, mixed: bool) -> Fabric:
    """What carries the loop: precision, and the other processes of the launch if there are any.

    Args:
        device: where this process computes.
        mixed: bfloat16 where it is safe.
    """
    # It would tell on standard error what the events tell.
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    precision: Literal["bf16-mixed", "32-true"] = "bf16-mixed" if mixed else "32-true"
    if not launched():
        # Named, so that nothing is guessed from the environment of a cluster's queue.
        return Fabric(
            accelerator=device.type,
            strategy=SingleDeviceStrategy(device),
            devices=1,
            precision=precision,
            plugins=[LightningEnvironment()],
        )
    here = int(os.environ["LOCAL_WORLD_SIZE"])
    fabric = Fabric(
        accelerator=device.type,
        strategy=DDPStrategy(timeout=PATIENCE),
        devices=here,
        num_nodes=TorchElasticEnvironment().world_size() // here,
        precision=precision,
        plugins=[TorchElasticEnvironment()],
    )
    fabric.launch()
    return fabric


def share(batch: B, rank: int, world: int) -> tuple[B, float]:
    """This process's rows of a batch, and the factor of its mean loss.

    With the factor the mean over processes of a loss that is a mean over examples equals the whole batch's.

    Args:
        batch: a tensor, or tensors in tuples, lists, mappings or dataclasses; the first axis of each is the examples,
            but one of no axis is for all.
        rank: which process.
        world: of how many.

    Raises:
        UserError: if there are fewer examples than processes.
    """
    n = len(next(_arrays(batch), ()))
    if n < world:
        raise UserError(
            f"field 'batch_size': a batch of {n} cannot be shared by {world} processes.",
            hint="Raise it or start fewer processes.",
        )
    begin, end = rank * n // world, (rank + 1) * n // world
    return cast(B, _part(batch, slice(begin, end))), (end - begin) * world / n


def average_gradients(net: nn.Module) -> None:
    """Replace each gradient by its mean over the processes, in one message; one that no process has stays None.

    Plain, where DistributedDataParallel wraps the network: tasks call more of it than `forward`.
    """
    parameters = [p for p in net.parameters() if p.requires_grad]
    pieces = [torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in parameters]
    has = torch.tensor([float(p.grad is not None) for p in parameters]).to(pieces[0])
    flat = torch.cat([*pieces, has])
    over_processes(flat)
    at = 0
    for p, there in zip(parameters, flat[-len(parameters) :].tolist(), strict=True):
        if there:
            p.grad = flat[at : at + p.numel()].view_as(p)
        at += p.numel()


def over_processes(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor, now the mean over the processes."""
    distributed.all_reduce(tensor)
    tensor /= distributed.get_world_size()
    return tensor


def with_common_batch_statistics(net: nn.Module) -> nn.Module:
    """The network with each BatchNorm reckoning over the whole batch; torch can do it on CUDA alone."""
    convert: Callable[[nn.Module], nn.Module] = nn.SyncBatchNorm.convert_sync_batchnorm
    return convert(net)


def alike(net: nn.Module) -> None:
    """Give every process the first one's weights."""
    for tensor in net.state_dict().values():
        distributed.broadcast(tensor, 0)


def _arrays(batch: object) -> Iterator[torch.Tensor | NDArray[Any]]:
    """Every tensor or array of a batch."""
    if isinstance(batch, torch.Tensor | np.ndarray):
        if batch.ndim:
            yield batch
    elif isinstance(batch, Mapping):
        for value in batch.values():
            yield from _arrays(value)
    elif isinstance(batch, tuple | list):
        for value in batch:
            yield from _arrays(value)
    elif dataclasses.is_dataclass(batch):
        for field in dataclasses.fields(batch):
            yield from _arrays(getattr(batch, field.name))


def _part(batch: object, rows: slice) -> object:
    """The same with these rows of every tensor or array."""
    if isinstance(batch, torch.Tensor | np.ndarray):
        return batch[rows] if batch.ndim else batch
    if isinstance(batch, Mapping):
        return {key: _part(value, rows) for key, value in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(_part(value, rows) for value in batch)
    if dataclasses.is_dataclass(batch) and not isinstance(batch, type):
        names = [f.name for f in dataclasses.fields(batch)]
        return dataclasses.replace(batch, **{name: _part(getattr(batch, name), rows) for name in names})
    raise TypeError(f"a batch cannot be shared that holds a {type(batch).__name__}")
