"""Picture to tensor, the ONE room that app and trainer share; what is done comes from the card."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

DYE = (0.8, 1.15, 0.55)
"""Optical density over the ground, of R, G and B, that the darkest tenth of a cell's window is brought to by "dye"."""
_WIDEST = 5.0  # factor that a channel's density is multiplied or divided by at most


def to_tensor(
    images: NDArray[np.uint8],
    mean: Sequence[float],
    std: Sequence[float],
    device: torch.device | str = "cpu",
    stain: str = "none",
) -> torch.Tensor:
    """uint8 [N, H, W, 3] RGB -> float32 [N, 3, H, W], channels last in memory: stain referred, then normalised."""
    x = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float().div_(255.0)
    return normalised(referred(x, stain), mean, std)


def normalised(x: torch.Tensor, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """float32 [N, 3, H, W] of 0 to 1 -> zero mean, unit deviation by the card's figures."""
    shape = (1, 3, 1, 1)
    m, s = (torch.tensor(list(v), dtype=x.dtype, device=x.device).view(shape) for v in (mean, std))
    return ((x - m) / s).contiguous(memory_format=torch.channels_last)


def referred(x: torch.Tensor, stain: str) -> torch.Tensor:
    """Refer float32 [N, 3, H, W] of 0 to 1 to what each picture itself shows of light and dye.

    "ground" divides by the empty glass, the median of the lightest fifth of the pixels. "dye" also scales the optical
    density of each channel so that the darkest tenth, in a cell's window the nucleus, has the density `DYE`. "none"
    changes nothing.
    """
    if stain == "none":
        return x
    n, _, h, w = x.shape
    density = -torch.log(x.clamp(1 / 255, 1))
    seen = density[:, :, ::2, ::2].flatten(2)
    order = seen.sum(1).argsort(1)
    pixels = order.shape[1]

    def median(rows: torch.Tensor) -> torch.Tensor:
        return seen.gather(2, rows[:, None].expand(-1, 3, -1)).median(2).values

    ground = median(order[:, : max(1, pixels // 5)])
    density = density.flatten(2) - ground[:, :, None]
    if stain == "dye":
        dye = median(order[:, -max(1, pixels // 10) :]) - ground
        factor = torch.tensor(DYE).to(x) / dye.clamp(min=0.05)
        density = density * factor.clamp(1 / _WIDEST, _WIDEST)[:, :, None]
    return torch.exp(-density).clamp(max=1).view(n, 3, h, w)
