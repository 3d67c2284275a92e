"""Finds cells as points: a heat map a kind at stride 4, and at each point the distances to the box's four sides.

After Objects as Points (Zhou et al. 2019) with the box regression of FCOS (Tian et al. 2019): distances in place of
width, height and offset, trained by the generalised IoU.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from torch import nn

from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.pyramid import ConvBlock, TopDown

STRIDE = 4
REACH_PX = 32.0
"""Unit of the regressed distances, in input pixels: about half a leukocyte."""


class DetectorNet(nn.Module):
    """Backbone, pyramid to stride 4, two heads.

    Args:
        channels: widths of the backbone's stages.
        layers: blocks of the backbone's stages.
        kinds: number of kinds of objects.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int], kinds: int = 3) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers)
        width = 64
        self.pyramid = TopDown(tuple(channels), width)
        self.heat = nn.Sequential(ConvBlock(width, width), nn.Conv2d(width, kinds, 1))
        self.reach = nn.Sequential(ConvBlock(width, width), nn.Conv2d(width, 4, 1))
        nn.init.constant_(self.heat[1].bias, -4.0)  # type: ignore[arg-type] # few pixels are middles (Lin et al. 2017)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """float32 [N, 3, H, W], sides divisible by 32 -> logits [N, K, H/4, W/4] and reach [N, 4, H/4, W/4] in px."""
        x = self.pyramid(self.backbone(x)[1:])
        heat: torch.Tensor = self.heat(x)
        return heat.float(), torch.exp(self.reach(x).float().clamp(-4, 2.5)) * REACH_PX


def centers(height: int, width: int, device: torch.device) -> torch.Tensor:
    """Middle of each output pixel in input pixels, float32 [2, H, W] (x, y)."""
    y, x = torch.meshgrid(
        (torch.arange(height, device=device) + 0.5) * STRIDE,
        (torch.arange(width, device=device) + 0.5) * STRIDE,
        indexing="ij",
    )
    return torch.stack([x, y])


def decode(
    heat: torch.Tensor, reach: torch.Tensor, most: int, score_above: float
) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Peaks of the heat map as boxes.

    Args:
        heat: logits [N, K, h, w].
        reach: distances left, top, right, bottom [N, 4, h, w] in input pixels.
        most: at most so many boxes a picture.
        score_above: peaks below are dropped.

    Returns:
        For each picture boxes [M, 4] xyxy in input pixels, scores [M], kinds [M]; best first.
    """
    n, kinds, h, w = heat.shape
    score = heat.sigmoid()
    score = score * (F.max_pool2d(score, 3, 1, 1) == score)
    at = centers(h, w, heat.device)
    boxes = torch.cat([at[None] - reach[:, :2], at[None] + reach[:, 2:]], 1)
    found = []
    for i in range(n):
        top, index = score[i].flatten().topk(min(most, kinds * h * w))
        index, top = index[top > score_above], top[top > score_above]
        kind, place = index // (h * w), index % (h * w)
        found.append((boxes[i].flatten(1)[:, place].T, top, kind))
    return found
