"""Feature pyramid: the backbone's maps joined top-down to one map of a fine stride."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from torch import nn


class ConvBlock(nn.Sequential):
    """3 x 3 convolution, GroupNorm of 8 groups, GELU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.GroupNorm(8, outputs), nn.GELU())


class TopDown(nn.Module):
    """Joins maps from coarse to fine (Lin et al. 2017), with a convolution after each join.

    Args:
        inputs: channels of the maps, fine to coarse, each of half the size of the one before.
        width: channels of the joined map, divisible by 8.
    """

    def __init__(self, inputs: Sequence[int], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(c, width, 1) for c in inputs)
        self.smooth = nn.ModuleList(ConvBlock(width, width) for _ in inputs[:-1])

    def forward(self, maps: Sequence[torch.Tensor]) -> torch.Tensor:
        """Maps [N, C_i, H_i, W_i], fine to coarse -> [N, width, H_0, W_0]."""
        x: torch.Tensor = self.lateral[-1](maps[-1])
        for i in range(len(maps) - 2, -1, -1):
            x = F.interpolate(x, size=maps[i].shape[-2:], mode="bilinear", align_corners=False)
            x = self.smooth[i](x + self.lateral[i](maps[i]))
        return x
