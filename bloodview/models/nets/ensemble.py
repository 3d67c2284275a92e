"""Several trained backbones side by side, each at its own resolution; their embeddings are joined."""

from collections.abc import Sequence
from typing import cast

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from torch import nn

from bloodview.models.nets.encoder import Backbone

STAGES = 4


class Member(nn.Module):
    """One backbone and the LayerNorm of its embedding.

    Args:
        channels: widths of the backbone's stages.
        layers: blocks of the backbone's stages.
        side: pixels that its input is resampled to.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int], side: int) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers)
        self.norm = nn.LayerNorm(channels[-1])
        self.side = side

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, H] -> float32 [N, D]."""
        z: torch.Tensor = self.norm(self.backbone.pooled(self._sized(x)))
        return z

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The embedding [N, D] and the looks [N, L]; see Backbone."""
        pooled, looks = self.backbone.looked(self._sized(x))
        return self.norm(pooled), looks

    def _sized(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[-1] == self.side:
            return x
        return F.interpolate(x, size=self.side, mode="bilinear", antialias=True)


class Ensemble(nn.Module):
    """Members whose embeddings are joined; a linear head on them can give the mean of the members' logits.

    A network of fine detail is the better one at home, one of coarse detail in another laboratory, where sharpness
    and grain are others; the mean keeps most of both.

    Args:
        channels: widths of the stages, member after member.
        layers: blocks of the stages, member after member.
        sides: input pixels of each member.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int], sides: Sequence[int]) -> None:
        super().__init__()
        starts = range(0, STAGES * len(sides), STAGES)
        self.members = nn.ModuleList(
            Member(channels[i : i + STAGES], layers[i : i + STAGES], side)
            for i, side in zip(starts, sides, strict=True)
        )
        self.width = sum(channels[i + STAGES - 1] for i in starts)

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, H] -> float32 [N, D], the members' embeddings one after another."""
        return torch.cat([member(x) for member in self.members], dim=1)

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and the members' looks [N, L]; see Backbone."""
        seen = [cast(Member, member).looked(x) for member in self.members]
        return torch.cat([z for z, _ in seen], dim=1), torch.cat([looks for _, looks in seen], dim=1)
