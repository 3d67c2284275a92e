"""The backbone all default models share: a residual network with GroupNorm, so that no batch statistics cross labs."""

from collections.abc import Sequence
from functools import partial

import torch
from timm.layers.norm import GroupNorm
from timm.models.resnet import BasicBlock, ResNet
from torch import nn

EARLY = 3
"""The stem and the first two stages, whose maps are kept as looks."""


class Backbone(nn.Module):
    """ResNet (He et al. 2016) with a deep stem and GroupNorm (Wu and He 2018) of 8 groups, built from timm's parts.

    Args:
        channels: widths of the four stages, each divisible by 8.
        layers: residual blocks of the four stages.
        drop_path: highest rate of dropped residual branches, rising with depth (Huang et al. 2016).
        norm: "group", or "batch" for the published networks that are compared with.
    """

    def __init__(
        self, channels: Sequence[int], layers: Sequence[int], drop_path: float = 0.0, norm: str = "group"
    ) -> None:
        super().__init__()
        self.net: nn.Module = ResNet(
            BasicBlock,  # type: ignore[arg-type] # timm annotates the class as an instance
            tuple(layers),
            num_classes=0,
            channels=tuple(channels),
            stem_type="deep",
            stem_width=16,
            avg_down=True,
            norm_layer=nn.BatchNorm2d if norm == "batch" else partial(GroupNorm, num_groups=8),
            drop_path_rate=drop_path,
        )

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        """float32 [N, 3, H, W] -> the stem's map (stride 2) and the four stages' maps (strides 4, 8, 16, 32)."""
        maps = []
        for name in ("conv1", "bn1", "act1", "maxpool", "layer1", "layer2", "layer3", "layer4"):
            x = self.net.get_submodule(name)(x)
            if name == "act1" or name.startswith("layer"):
                maps.append(x)
        return maps

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> float32 [N, D], the mean over positions of the last stage's map."""
        maps: list[torch.Tensor] = self(x)
        return maps[-1].mean(dim=(2, 3))

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The pooled vector [N, D], and the looks [N, L]: mean and deviation of the maps of stem and first stages.

        What the network learned to pass over, since its classes do not differ in it, is still there.
        """
        maps: list[torch.Tensor] = self(x)
        early = [m.float() for m in maps[:EARLY]]
        looks = [part for m in early for part in (m.mean(dim=(2, 3)), m.std(dim=(2, 3)))]
        return maps[-1].mean(dim=(2, 3)), torch.cat(looks, dim=1)
