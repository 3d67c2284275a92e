"""Outlines the cell that clicks and a box point at: a view is encoded once, a light decoder answers each prompt.

After SAM (Kirillov et al. 2023) in its parting, and RITM (Sofiiuk et al. 2022) in its prompts: clicks are maps beside
the picture's features, and so is the mask of the answer before. What differs: a residual network of the detector's
shape in place of a transformer, and a decoder that looks at a window of fixed size around the prompt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from bloodview.models.nets.encoder import Backbone
from bloodview.models.nets.pyramid import ConvBlock, TopDown

ARCHITECTURE = "resnet-gn-clicks"
STRIDE = 4
"""Of the coarse map; windows begin at multiples of it."""
WIDTH, FINE = 64, 16
_NEAR_PX, _WIDE_PX = 5.0, 26.0
"""Deviations of a click's bumps, in input pixels: its place, and the cell around it."""
_COARSE_PROMPTS, _FINE_PROMPTS = 7, 3


@dataclass(frozen=True, slots=True)
class Encoded:
    """What is kept of a batch of pictures.

    Args:
        coarse: [N, 64, H/4, W/4].
        fine: [N, 16, H/2, W/2].
        image: [N, 3, H, W], the normalised pictures.
    """

    coarse: torch.Tensor
    fine: torch.Tensor
    image: torch.Tensor

    def windows(self, rows: Sequence[int], corners: Sequence[tuple[int, int]], side: int) -> "Encoded":
        """A window a prompt; what lies outside the picture is 0.

        Args:
            rows: of which picture each is.
            corners: left and top of each, input pixels, multiples of 4; may lie outside.
            side: of all of them, a multiple of 32.
        """
        maps = []
        for whole, stride in ((self.coarse, STRIDE), (self.fine, 2), (self.image, 1)):
            cut = [
                _window(whole[row], x // stride, y // stride, side // stride)
                for row, (x, y) in zip(rows, corners, strict=True)
            ]
            maps.append(torch.stack(cut).contiguous(memory_format=torch.channels_last))
        return Encoded(*maps)

    def to(self, device: torch.device) -> "Encoded":
        """The same in single precision on a device."""
        coarse, fine, image = (m.to(device).float() for m in (self.coarse, self.fine, self.image))
        return Encoded(coarse, fine, image)

    def rows(self, index: Sequence[int]) -> "Encoded":
        """Those of the batch."""
        chosen = list(index)
        return Encoded(self.coarse[chosen], self.fine[chosen], self.image[chosen])


@dataclass(frozen=True, slots=True)
class Asked:
    """Prompts of N windows, in input pixels of each window.

    Args:
        clicks: for each window float32 [K, 3]: x, y, and 1 where the cell is or 0 where it is not.
        boxes: float32 [N, 4] xyxy; rows of NaN where there is no box.
        before: float32 [N, 1, S, S], the mask of the answer before, 0 to 1; all 0 where there is none.
    """

    clicks: Sequence[torch.Tensor]
    boxes: torch.Tensor
    before: torch.Tensor


class ClickNet(nn.Module):
    """Encoder of a view, and decoder of a window.

    Args:
        channels: widths of the backbone's stages.
        layers: blocks of the backbone's stages.
    """

    def __init__(self, channels: Sequence[int], layers: Sequence[int]) -> None:
        super().__init__()
        self.backbone = Backbone(channels, layers)
        self.pyramid = TopDown(tuple(channels), WIDTH)
        self.stem = nn.Conv2d(self._stem_channels(), FINE, 1)
        self.joined = ConvBlock(WIDTH + _COARSE_PROMPTS, WIDTH)
        deep = (WIDTH, 96, 128)
        self.down = nn.ModuleList(
            nn.Sequential(nn.AvgPool2d(2), ConvBlock(a, b), ConvBlock(b, b))
            for a, b in zip((WIDTH, *deep[:-1]), deep, strict=True)
        )
        self.near = ConvBlock(FINE + _FINE_PROMPTS, 32)
        self.up = TopDown((32, WIDTH, *deep), 40)
        self.narrow = nn.Conv2d(40, 13, 1)  # full size costs most
        self.last = ConvBlock(13 + 3, 16)
        self.head = nn.Conv2d(16, 1, 3, padding=1)

    def _stem_channels(self) -> int:
        with torch.inference_mode():
            return int(self.backbone(torch.zeros(1, 3, 32, 32))[0].shape[1])

    def encode(self, x: torch.Tensor) -> Encoded:
        """float32 [N, 3, H, W], sides divisible by 32 -> what the decoder asks for."""
        stem, *maps = self.backbone(x)
        return Encoded(self.pyramid(maps), self.stem(stem), x)

    def decode(self, seen: Encoded, asked: Asked) -> torch.Tensor:
        """Windows and their prompts -> logits float32 [N, S, S] of the cell that is meant."""
        coarse, fine = prompt_maps(asked)
        joined = self.joined(torch.cat([seen.coarse, coarse.to(seen.coarse)], 1))
        maps = [self.near(torch.cat([seen.fine, fine.to(seen.fine)], 1)), joined]
        for down in self.down:
            maps.append(down(maps[-1]))
        x: torch.Tensor = self.narrow(self.up(maps))
        x = functional.interpolate(x, size=seen.image.shape[-2:], mode="bilinear", align_corners=False)
        x = self.head(self.last(torch.cat([x, seen.image.to(x)], 1)))
        return x[:, 0].float()

    def forward(
        self, x: torch.Tensor, rows: Sequence[int], corners: Sequence[tuple[int, int]], asked: Asked
    ) -> torch.Tensor:
        """Pictures and the windows of prompts -> logits; as `encode` and `decode` after each other."""
        return self.decode(self.encode(x).windows(rows, corners, asked.before.shape[-1]), asked)


def prompt_maps(asked: Asked) -> tuple[torch.Tensor, torch.Tensor]:
    """The prompts as maps: float32 [N, 7, S/4, S/4] and [N, 3, S/2, S/2].

    Coarse: clicks on the cell near and wide, clicks off it near and wide, inside of the box, whether there is a box,
    the answer before. Fine: clicks on and off the cell, the answer before.
    """
    side, device = asked.before.shape[-1], asked.before.device
    coarse = [torch.zeros(len(asked.clicks), 0, side // STRIDE, side // STRIDE, device=device)]
    fine = [torch.zeros(len(asked.clicks), 0, side // 2, side // 2, device=device)]
    for wanted in (1.0, 0.0):
        own = [c[c[:, 2] == wanted, :2] for c in asked.clicks]
        coarse += [_bumps(own, side, STRIDE, s, device) for s in (_NEAR_PX, _WIDE_PX)]
        fine.append(_bumps(own, side, 2, _NEAR_PX, device))
    at = (torch.arange(side // STRIDE, device=device) + 0.5) * STRIDE
    low, high = asked.boxes[:, :2, None], asked.boxes[:, 2:, None]  # comparisons with NaN are False
    inside = ((at > low) & (at < high)).float()
    box = (inside[:, 1, :, None] * inside[:, 0, None, :])[:, None]
    there = (~asked.boxes[:, :1, None, None].isnan()).float().expand_as(box)
    coarse += [box, there, functional.avg_pool2d(asked.before, STRIDE)]
    fine.append(functional.avg_pool2d(asked.before, 2))
    return torch.cat(coarse, 1), torch.cat(fine, 1)


def _bumps(clicks: Sequence[torch.Tensor], side: int, stride: int, px: float, device: torch.device) -> torch.Tensor:
    """Of each window the highest of its clicks' Gaussian bumps, float32 [N, 1, side/stride, side/stride]."""
    at = (torch.arange(side // stride, device=device) + 0.5) * stride
    maps = []
    for own in clicks:
        if not len(own):
            maps.append(torch.zeros(len(at), len(at), device=device))
            continue
        x, y = (torch.exp(-0.5 * ((at[None] - own[:, k, None].to(device)) / px) ** 2) for k in (0, 1))
        maps.append((y[:, :, None] * x[:, None, :]).amax(0))
    return torch.stack(maps)[:, None]


def _window(whole: torch.Tensor, x: int, y: int, side: int) -> torch.Tensor:
    """[C, H, W] -> [C, side, side] from (x, y), 0 outside."""
    h, w = whole.shape[-2:]
    x0, y0, x1, y1 = (min(max(v, 0), most) for v, most in ((x, w), (y, h), (x + side, w), (y + side, h)))
    left, top = min(max(-x, 0), side), min(max(-y, 0), side)
    right, bottom = side - left - (x1 - x0), side - top - (y1 - y0)
    return functional.pad(whole[:, y0:y1, x0:x1], (left, right, top, bottom))
