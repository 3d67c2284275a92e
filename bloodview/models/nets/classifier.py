"""Names centred cells: backbone, pooled embedding, one logit a leaf of the tree of classes."""

from collections.abc import Sequence

import torch
from torch import nn

from bloodview.models.nets.encoder import Backbone


class ClassifierNet(nn.Module):
    """Backbone, mean over positions, LayerNorm, linear.

    Args:
        channels: widths of the backbone's stages; the last is the embedding's length.
        layers: blocks of the backbone's stages.
        classes: number of leaf classes.
        drop_path: see Backbone; used in training only.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int], classes: int, drop_path: float = 0.0) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers, drop_path)
        self.norm = nn.LayerNorm(channels[-1])
        self.head = nn.Linear(channels[-1], classes)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """float32 [N, 3, H, W] -> logits [N, C] and embeddings [N, D], not yet normalised to length 1."""
        z = self.norm(self.backbone(x)[-1].mean(dim=(2, 3)))
        return self.head(z), z
