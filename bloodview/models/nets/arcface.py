"""Sub-center ArcFace's head: a class is the nearest of a few directions, so that one kind may look in several ways."""

import torch
import torch.nn.functional
from torch import nn

CENTERS = 3
"""Directions a class."""
SCALE = 30.0
"""Factor of the cosines that makes them logits."""


class SubCenters(nn.Module):
    """Cosines to the nearest direction of each class (Deng et al. 2020), times `SCALE`.

    These are the logits as the app uses them; training takes a margin off the true class's first, see training.margins.

    Args:
        width: length of an embedding.
        classes: number of classes.
    """

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(nn.init.xavier_normal_(torch.empty(classes * CENTERS, width)))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Embeddings float [N, D] -> logits float32 [N, C], from -SCALE to SCALE."""
        normal = torch.nn.functional.normalize
        with torch.autocast(z.device.type, enabled=False):  # an angle needs more than eight bits
            cosine = normal(z.float(), dim=1) @ normal(self.weight.float(), dim=1).T
        return SCALE * cosine.view(len(z), -1, CENTERS).amax(dim=2)
