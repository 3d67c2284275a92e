"""Picture to tensor, the ONE function that app and trainer share; mean and standard deviation come from the card."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray


def to_tensor(
    images: NDArray[np.uint8], mean: Sequence[float], std: Sequence[float], device: torch.device | str = "cpu"
) -> torch.Tensor:
    """uint8 [N, H, W, 3] RGB -> float32 [N, 3, H, W], channels last in memory, (value / 255 - mean) / std."""
    x = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float().div_(255.0)
    return normalised(x, mean, std)


def normalised(x: torch.Tensor, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """float32 [N, 3, H, W] of 0 to 1 -> zero mean, unit deviation by the card's figures."""
    shape = (1, 3, 1, 1)
    m, s = (torch.tensor(list(v), dtype=x.dtype, device=x.device).view(shape) for v in (mean, std))
    return ((x - m) / s).contiguous(memory_format=torch.channels_last)
