"""Names centred cells: a backbone's embedding, one logit a leaf of the tree of classes."""

from collections.abc import Sequence
from typing import Protocol, cast

import torch
from torch import nn

from bloodview.core.errors import ModelError
from bloodview.models.nets.arcface import SubCenters
from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.ensemble import Ensemble
from bloodview.models.nets.vit import VisionTransformer

SUFFIX = "-classifier"
"""A card's architecture is the network's name and this."""


class Pooled(Protocol):
    """What a backbone must give."""

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> float32 [N, D], one vector a picture."""

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and float32 [N, L] of what earlier stages saw."""


class ClassifierNet(nn.Module):
    """Backbone, its pooled vector, LayerNorm, head.

    Args:
        backbone: network with a `pooled` method.
        width: length of the pooled vector, which is the embedding's.
        classes: number of leaf classes.
        head: "linear", or "arcface" for cosines to sub-centers.
    """

    def __init__(self, backbone: nn.Module, width: int, classes: int, head: str = "linear") -> None:
        super().__init__()
        self.backbone = backbone
        self.norm: nn.Module = nn.LayerNorm(width)
        self.head: nn.Module = SubCenters(width, classes) if head == "arcface" else nn.Linear(width, classes)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """float32 [N, 3, H, W] -> logits [N, C] and embeddings [N, D], not yet normalised to length 1."""
        z = self.norm(cast(Pooled, self.backbone).pooled(x))
        return self.head(z), z

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The same, and the looks [N, L] of earlier stages."""
        pooled, looks = cast(Pooled, self.backbone).looked(x)
        z = self.norm(pooled)
        return self.head(z), z, looks


def build(
    network: str,
    channels: Sequence[int],
    layers: Sequence[int],
    classes: int,
    drop_path: float = 0.0,
    *,
    fusion: str = "none",
    head: str = "linear",
    sides: Sequence[int] = (),
) -> ClassifierNet:
    """The classifier of a run file or card, with random weights; see core.training_run for the names.

    Raises:
        ModelError: if this version knows no such network, fusion or head.
    """
    if head not in ("linear", "arcface"):
        raise ModelError(f"this version of BloodView knows no head {head!r}")
    if network == "vit":
        return ClassifierNet(VisionTransformer(channels[0], layers[0], fusion, drop_path), channels[0], classes, head)
    if fusion != "none":
        raise ModelError(f"the network {network!r} does not fuse the outputs of its blocks, a vit does")
    if network == "resnet-gn-ensemble":
        together = Ensemble(channels, layers, sides)
        net = ClassifierNet(together, together.width, classes, head)
        net.norm = nn.Identity()  # each member has its own
        return net
    if network in ("resnet-gn", "resnet-bn"):
        norm = "batch" if network == "resnet-bn" else "group"
        return ClassifierNet(Backbone(channels, layers, drop_path, norm), channels[-1], classes, head)
    raise ModelError(f"this version of BloodView knows no network {network!r}")
