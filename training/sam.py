"""A segment-anything model of one's own, small enough for a CPU, and low-rank changes to the attention of any.

Kirillov et al. 2023 (SAM): an image encoder makes a map of tokens, a two-way decoder turns it and a prompt into a
mask. What differs here: few and narrow blocks with plain attention, boxes as the only prompt, one mask, no estimate
of its quality. `training.sam_checkpoint` puts a user's SAM behind the same face, `Sam`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from training.publish import MEAN, STD

PATCH = 8
UPSCALING = 4
"""Side of the mask's logits over that of the token map, as in SAM."""
ENTROPY, DICE = 0.2, 0.8
"""Shares of the loss (Li et al. 2025)."""


class Sam(nn.Module, ABC):
    """What is asked of a SAM, be it the small one or a user's.

    Args:
        image_px: side of the pictures it takes.
        grid: side of its token map.
        width: channels of its token map before the neck.
        mean: of RGB, of a full scale of 1, that its input is normalised by.
        std: likewise.
    """

    def __init__(
        self, image_px: int, grid: int, width: int, mean: Sequence[float] = MEAN, std: Sequence[float] = STD
    ) -> None:
        super().__init__()
        self.image_px, self.grid, self.width = image_px, grid, width
        self.mean, self.std = tuple(mean), tuple(std)

    @property
    @abstractmethod
    def encoder(self) -> nn.Module:
        """The part that is frozen and gets low-rank changes."""

    @abstractmethod
    def tokens(self, images: torch.Tensor) -> torch.Tensor:
        """float32 [N, 3, image_px, image_px], normalised -> the map before the neck, float32 [N, width, grid, grid]."""

    @abstractmethod
    def masks(self, tokens: torch.Tensor, boxes: torch.Tensor | None = None) -> torch.Tensor:
        """Logits of one mask, float32 [N, 4 grid, 4 grid], of a token map and boxes [N, 4] xyxy px, or no prompt."""

    def forward(self, images: torch.Tensor, boxes: torch.Tensor | None = None) -> torch.Tensor:
        """Pictures, with boxes or without, to the logits of their masks."""
        return self.masks(self.tokens(images), boxes)


class Block(nn.Module):
    """A pre-norm transformer block; q, k and v come from one linear map called `qkv`, as in SAM."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """float32 [N, T, width] -> the same shape."""
        n, t, width = x.shape
        qkv = self.qkv(self.before_attention(x)).view(n, t, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        x = x + self.out(functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, width))
        return x + torch.as_tensor(self.mlp(self.before_mlp(x)))


class LowRank(nn.Module):
    """A frozen map to q, k and v whose q and v get a change of low rank (Hu et al. 2022), nought at first.

    Args:
        qkv: the map; its parameters stop learning.
        rank: of each of the two changes.
    """

    def __init__(self, qkv: nn.Linear, rank: int) -> None:
        super().__init__()
        self.qkv = qkv.requires_grad_(False)
        self.down_q, self.down_v = (nn.Linear(qkv.in_features, rank, bias=False) for _ in range(2))
        self.up_q, self.up_v = (nn.Linear(rank, qkv.out_features // 3, bias=False) for _ in range(2))
        nn.init.zeros_(self.up_q.weight)
        nn.init.zeros_(self.up_v.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[..., width] -> [..., 3 width]."""
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return torch.cat([q + self.up_q(self.down_q(x)), k, v + self.up_v(self.down_v(x))], dim=-1)


def add_low_rank(sam: Sam, rank: int) -> int:
    """Freeze the encoder and change q and v of every one of its blocks by low rank; how many blocks there are."""
    sam.encoder.requires_grad_(False)
    found = [(m, q) for m in sam.encoder.modules() if isinstance(q := getattr(m, "qkv", None), nn.Linear)]
    for module, qkv in found:
        module.add_module("qkv", LowRank(qkv, rank))
    return len(found)


def mask_loss(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """0.2 cross-entropy + 0.8 Dice of logits float32 [N, h, w] and masks of 0 to 1 of the same shape; a scalar."""
    p = logits.sigmoid()
    both, total = (p * truth).sum((1, 2)), (p + truth).sum((1, 2))
    dice = 1 - (2 * both + 1) / (total + 1)
    return ENTROPY * functional.binary_cross_entropy_with_logits(logits, truth) + DICE * dice.mean()


class SmallSam(Sam):
    """Patches of 8 px, blocks of plain attention, a neck of half the width and a two-way decoder of two layers.

    Args:
        image_px: side of the input, a multiple of 8.
        width: of the encoder; the decoder has half of it.
        depth: blocks of the encoder.
    """

    def __init__(self, image_px: int, width: int, depth: int) -> None:
        super().__init__(image_px, image_px // PATCH, width)
        inner = width // 2
        self.image_encoder = _Encoder(self.grid, width, depth)
        self.neck = nn.Sequential(
            nn.Conv2d(width, inner, 1, bias=False),
            nn.GroupNorm(1, inner),
            nn.Conv2d(inner, inner, 3, padding=1, bias=False),
            nn.GroupNorm(1, inner),
        )
        self.place = _Fourier(inner)
        self.mask_token = nn.Parameter(0.02 * torch.randn(1, 1, inner))
        self.corners = nn.Parameter(0.02 * torch.randn(1, 2, inner))
        self.layers = nn.ModuleList(_TwoWay(inner) for _ in range(2))
        self.upscaling = nn.Sequential(
            nn.ConvTranspose2d(inner, inner // 2, 2, 2),
            nn.GroupNorm(1, inner // 2),
            nn.GELU(),
            nn.ConvTranspose2d(inner // 2, inner // 4, 2, 2),
            nn.GELU(),
        )
        self.weighing = nn.Sequential(nn.Linear(inner, inner), nn.GELU(), nn.Linear(inner, inner // 4))

    @property
    def encoder(self) -> nn.Module:
        """See Sam."""
        return self.image_encoder

    def tokens(self, images: torch.Tensor) -> torch.Tensor:
        """See Sam."""
        return torch.as_tensor(self.image_encoder(images))

    def masks(self, tokens: torch.Tensor, boxes: torch.Tensor | None = None) -> torch.Tensor:
        """See Sam."""
        n, g = len(tokens), self.grid
        image = self.neck(tokens).flatten(2).transpose(1, 2)
        ticks = (torch.arange(g, device=tokens.device, dtype=image.dtype) + 0.5) / g
        places = self.place(torch.cartesian_prod(ticks, ticks).flip(1))[None]
        queries = self.mask_token.expand(n, -1, -1)
        if boxes is not None:
            corners = self.place(boxes.view(n, 2, 2) / self.image_px) + self.corners
            queries = torch.cat([queries, corners.to(queries)], dim=1)
        first = queries
        for layer in self.layers:
            queries, image = layer(queries, image, first, places)
        fine = self.upscaling(image.transpose(1, 2).reshape(n, -1, g, g))
        return torch.einsum("nc,nchw->nhw", self.weighing(queries[:, 0]), fine)


class _Encoder(nn.Module):
    """Pictures [N, 3, H, W] to a map of tokens [N, width, grid, grid]."""

    def __init__(self, grid: int, width: int, depth: int) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, PATCH, PATCH)
        self.places = nn.Parameter(0.02 * torch.randn(1, grid * grid, width))
        self.blocks = nn.Sequential(*(Block(width, max(1, width // 32)) for _ in range(depth)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """See the class."""
        x = self.patches(images)
        n, width, h, w = x.shape
        x = self.blocks(x.flatten(2).transpose(1, 2) + self.places)
        return torch.as_tensor(x).transpose(1, 2).reshape(n, width, h, w)


class _Fourier(nn.Module):
    """Places of 0 to 1 on random waves (Tancik et al. 2020), as SAM writes them."""

    waves: torch.Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("waves", torch.randn(2, width // 2))

    def forward(self, places: torch.Tensor) -> torch.Tensor:
        """[..., 2] x and y -> [..., width]."""
        angle = 2 * math.pi * (2 * places - 1) @ self.waves
        return torch.cat([angle.sin(), angle.cos()], dim=-1)


class _TwoWay(nn.Module):
    """The prompt looks at itself and at the picture, then the picture looks at the prompt."""

    def __init__(self, width: int) -> None:
        super().__init__()
        heads = max(1, width // 16)
        self.own, self.to_image, self.to_prompt = (
            nn.MultiheadAttention(width, heads, batch_first=True) for _ in range(3)
        )
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))

    def forward(
        self, queries: torch.Tensor, image: torch.Tensor, first: torch.Tensor, places: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Queries [N, Q, width] and picture [N, T, width], each with what tells its places -> both, changed."""
        asked = queries + first
        queries = self.norms[0](queries + self.own(asked, asked, queries, need_weights=False)[0])
        seen = self.to_image(queries + first, image + places, image, need_weights=False)[0]
        queries = self.norms[1](queries + seen)
        queries = self.norms[2](queries + self.mlp(queries))
        told = self.to_prompt(image + places, queries + first, queries, need_weights=False)[0]
        return queries, self.norms[3](image + told)
