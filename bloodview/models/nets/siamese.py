"""The Siamese twin network: pictures to embeddings whose similarity is an exact sum over positions of the pictures."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from torch import nn

from bloodview.models.nets.encoder import Backbone

ARCHITECTURE = "resnet-gn-siamese"
WIDTH = 128
"""Length of the embedding."""


class SiameseNet(nn.Module):
    """Both branches of the twin, since their weights are shared: backbone, a linear map of each position, their mean.

    Tummala and Suresh 2023 take an EfficientNet-B3 for backbone. Nothing but the division by the length stands after
    the mean over positions, so that the similarity of two pictures can be told exactly by position (Zhu et al. 2019).

    Args:
        channels: widths of the backbone's four stages.
        layers: residual blocks of the four stages.
        drop_path: highest rate of dropped residual branches.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int], drop_path: float = 0.0) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers, drop_path)
        self.project = nn.Conv2d(channels[-1], WIDTH, 1)

    def positions(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> float32 [N, E, h, w], whose mean over h and w is the embedding's direction."""
        found: torch.Tensor = self.project(self.backbone(x)[-1])
        return found

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> embeddings float32 [N, E] of length 1."""
        return F.normalize(self.positions(x).float().mean(dim=(2, 3)), dim=1)
