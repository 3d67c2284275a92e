"""A Vision Transformer, and the fusion of the outputs of all its blocks: low ones tell colour, high ones meaning.

After Dosovitskiy et al. 2021 in blocks that are timm's, and Jia et al. 2024 in the fusion, of which the operator was
not found: three are here to be compared. What differs: no class token (the tokens' mean stands for the picture), and
positions are fixed sines, so that weights fit any side that the patches divide.
"""

from collections.abc import Sequence

import torch
from timm.models.vision_transformer import Block
from torch import nn

from bloodview.core.errors import ModelError
from bloodview.models.nets.encoder import EARLY

PATCH_PX = 12
"""Side of a patch in input pixels."""
HEAD_WIDTH = 32
"""Channels of an attention head, at least."""


class VisionTransformer(nn.Module):
    """Patches, blocks, and one vector a picture.

    Args:
        width: channels of a token, divisible by 4.
        depth: number of blocks.
        fusion: "none" takes the last block's tokens; see `Fusion` for the others.
        drop_path: highest rate of dropped residual branches, rising with depth (Huang et al. 2016).
    """

    def __init__(self, width: int, depth: int, fusion: str = "none", drop_path: float = 0.0) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, width, PATCH_PX, PATCH_PX)
        self.blocks = transformer(width, depth, drop_path)
        self.fusion = None if fusion == "none" else Fusion(width, depth, fusion)

    def tokens(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> float [N, T, D], a token a patch with its position, row by row.

        Raises:
            ModelError: if the sides are not made of whole patches.
        """
        if x.shape[2] % PATCH_PX or x.shape[3] % PATCH_PX:
            raise ModelError(f"a vit's picture has sides divisible by {PATCH_PX} px, not {x.shape[3]} x {x.shape[2]}")
        maps: torch.Tensor = self.embed(x)
        at = positions(maps.shape[2], maps.shape[3], maps.shape[1]).to(maps)
        return maps.flatten(2).transpose(1, 2) + at

    def outputs(self, tokens: torch.Tensor) -> list[torch.Tensor]:
        """Of float [N, T, D], any of the patches, what each block makes of them, the last block's last."""
        found = []
        for block in self.blocks:
            tokens = block(tokens)
            found.append(tokens)
        return found

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, H, W] -> float [N, D], the mean token of the last block, or all blocks' fused."""
        return self._fused(self.outputs(self.tokens(x)))

    def looked(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, and the looks [N, L]: mean and deviation of the tokens of the first blocks."""
        outputs = self.outputs(self.tokens(x))
        early = [t.float() for t in outputs[:EARLY]]
        looks = [part for t in early for part in (t.mean(dim=1), t.std(dim=1))]
        return self._fused(outputs), torch.cat(looks, dim=1)

    def _fused(self, outputs: Sequence[torch.Tensor]) -> torch.Tensor:
        means = [t.mean(dim=1) for t in outputs]
        if self.fusion is None:
            return means[-1]
        fused: torch.Tensor = self.fusion(means)
        return fused


class Fusion(nn.Module):
    """One vector from the mean tokens of all blocks, each through its own LayerNorm first.

    Args:
        width: channels of a token.
        depth: number of blocks.
        operator: "concat" joins them end to end and maps the whole back to one width; "weights" adds them by learned
            weights that sum to 1, the same for all pictures; "attention" lets a learned query choose the weights by
            what the picture's blocks say.

    Raises:
        ModelError: if this version knows no such operator.
    """

    def __init__(self, width: int, depth: int, operator: str) -> None:
        super().__init__()
        if operator not in ("concat", "weights", "attention"):
            raise ModelError(f"this version of BloodView knows no fusion {operator!r}")
        self.operator = operator
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(depth))
        if operator == "concat":
            self.joined = nn.Linear(width * depth, width)
        if operator == "weights":
            self.weights = nn.Parameter(torch.zeros(depth))
        if operator == "attention":
            self.query = nn.Parameter(0.02 * torch.randn(width))
            self.key = nn.Linear(width, width)

    def forward(self, means: Sequence[torch.Tensor]) -> torch.Tensor:
        """One float [N, D] a block -> float [N, D]."""
        layers = torch.stack([norm(m) for norm, m in zip(self.norms, means, strict=True)], dim=1)
        if self.operator == "concat":
            whole: torch.Tensor = self.joined(layers.flatten(1))
            return whole
        if self.operator == "weights":
            share = self.weights.softmax(0)[None]
        else:
            score: torch.Tensor = self.key(layers) @ self.query
            share = (score / layers.shape[2] ** 0.5).softmax(1)
        return (share[:, :, None] * layers).sum(1)


def transformer(width: int, depth: int, drop_path: float = 0.0) -> nn.ModuleList:
    """Blocks with pre-norm, as timm builds them."""
    rates = [drop_path * i / max(1, depth - 1) for i in range(depth)]
    return nn.ModuleList(Block(width, max(1, width // HEAD_WIDTH), qkv_bias=True, drop_path=rate) for rate in rates)


def positions(rows: int, columns: int, width: int) -> torch.Tensor:
    """Sines and cosines of row and column, float32 [rows * columns, width] (Vaswani et al. 2017, in two directions)."""
    wave = 1.0 / 10000 ** (torch.arange(width // 4) / (width / 4))
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    angles = [at.flatten()[:, None] * wave[None] for at in (y, x)]
    return torch.cat([part for a in angles for part in (a.sin(), a.cos())], dim=1)
