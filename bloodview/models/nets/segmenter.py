"""Outlines the cell in the middle of a window: background, cytoplasm, nucleus."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from torch import nn

from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.pyramid import ConvBlock, TopDown


class SegmenterNet(nn.Module):
    """Backbone and pyramid down to stride 2, then full size; after U-Net (Ronneberger et al. 2015).

    Args:
        channels: widths of the backbone's stages.
        layers: blocks of the backbone's stages.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int]) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers)
        width = 48
        self.pyramid = TopDown((channels[0], *channels), width)
        self.stem = nn.Conv2d(self._stem_channels(), channels[0], 1)
        self.fine = ConvBlock(width + 3, 32)
        self.head = nn.Conv2d(32, 3, 1)

    def _stem_channels(self) -> int:
        with torch.inference_mode():
            return int(self.backbone(torch.zeros(1, 3, 32, 32))[0].shape[1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W], sides divisible by 32 -> logits [N, 3, H, W] of background, cytoplasm, nucleus."""
        stem, *maps = self.backbone(x)
        y = self.pyramid([self.stem(stem), *maps])
        y = F.interpolate(y, size=x.shape[-2:], mode="bilinear", align_corners=False)
        logits: torch.Tensor = self.head(self.fine(torch.cat([y, x], 1)))
        return logits.float()
