"""The last stage of a classifier's backbones apart from what lies below it: what enters it, and what comes of that."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.func import functional_call

from bloodview.core.errors import ModelError
from bloodview.models.nets.classifier import ClassifierNet
from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.ensemble import Ensemble, Member

STAGE = "layer4"
_BELOW = "backbone.net."


class Last(nn.Module):
    """Copies of the last stages of a classifier, each with the norm of its embedding.

    Args:
        net: a classifier; it is not changed.

    Raises:
        ModelError: its backbone has no stages.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.prefixes = tuple(f"{place}{_BELOW}{STAGE}" for place, _, _ in _tops(net))
        self.stages = nn.ModuleList(deepcopy(b.net.get_submodule(STAGE)) for _, b, _ in _tops(net))
        self.norms = nn.ModuleList(deepcopy(norm) for _, _, norm in _tops(net))
        self.requires_grad_(False)

    def forward(
        self, maps: Sequence[torch.Tensor], changed: Sequence[Mapping[str, torch.Tensor]] | None = None
    ) -> torch.Tensor:
        """What enters each stage, float32 [N, C, H, W] -> float32 [N, D], the embeddings one after another.

        Args:
            maps: one a stage.
            changed: for each stage weights that stand in for its own, by their names in it.
        """
        found = []
        for i, (stage, norm, x) in enumerate(zip(self.stages, self.norms, maps, strict=True)):
            top = functional_call(stage, dict(changed[i]), (x,)) if changed is not None else stage(x)
            found.append(norm(top.mean(dim=(2, 3))))
        return torch.cat(found, dim=1)

    def convolutions(self) -> list[dict[str, torch.Tensor]]:
        """Of each stage the weights of its convolutions, [out, in, h, w], by their names in it."""
        return [
            {f"{n}.weight": m.weight.detach() for n, m in stage.named_modules() if isinstance(m, nn.Conv2d)}
            for stage in self.stages
        ]

    def named(self, changed: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
        """Weights of the stages by their names in the classifier."""
        pairs = zip(self.prefixes, changed, strict=True)
        return {f"{prefix}.{name}": value for prefix, own in pairs for name, value in own.items()}


class Entered:
    """What entered the last stages since it was made, batch by batch.

    Args:
        stages: how many there are.
    """

    def __init__(self, stages: int) -> None:
        self._held: list[list[torch.Tensor]] = [[] for _ in range(stages)]

    def add(self, stage: int, x: torch.Tensor) -> None:
        """Keep a batch of a stage."""
        self._held[stage].append(x.half().cpu())

    def maps(self, number: int) -> list[NDArray[np.float16]]:
        """All of it, of so many crops, float16 [N, C, H, W] a stage.

        Raises:
            ModelError: some crops were seen twice, since the memory was too small for a batch.
        """
        found = [torch.cat(parts).contiguous().numpy() for parts in self._held]
        if any(len(m) != number for m in found):
            raise ModelError(
                "The memory is too small for what was asked.", hint="Close other programs, or take the CPU."
            )
        return found


@contextmanager
def entering(net: nn.Module) -> Iterator[Entered]:
    """While it lasts, what enters the last stages of a classifier is kept.

    Raises:
        ModelError: its backbone has no stages.
    """
    tops = _tops(net)
    held, hooks = Entered(len(tops)), []
    for i, (_, backbone, _) in enumerate(tops):

        def keep(_stage: nn.Module, given: tuple[torch.Tensor], i: int = i) -> None:
            held.add(i, given[0])

        hooks.append(backbone.net.get_submodule(STAGE).register_forward_pre_hook(keep))
    try:
        yield held
    finally:
        for hook in hooks:
            hook.remove()


def has_stages(net: nn.Module) -> bool:
    """Whether a classifier has last stages, with a linear head on what comes of them."""
    return (
        isinstance(net, ClassifierNet)
        and isinstance(net.backbone, Backbone | Ensemble)
        and isinstance(net.head, nn.Linear)
    )


def _tops(net: nn.Module) -> list[tuple[str, Backbone, nn.Module]]:
    """Where in the classifier each backbone lies (a prefix), the backbone, and the norm of its embedding."""
    backbone = net.backbone if isinstance(net, ClassifierNet) else None
    if isinstance(net, ClassifierNet) and isinstance(backbone, Backbone):
        return [("", backbone, net.norm)]
    if isinstance(backbone, Ensemble):
        members = [m for m in backbone.members if isinstance(m, Member)]
        return [(f"backbone.members.{i}.", m.backbone, m.norm) for i, m in enumerate(members)]
    raise ModelError("has no last stage of convolutions, so only its head can be refined.")
