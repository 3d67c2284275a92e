"""The loss of sub-center ArcFace with dynamic margins, on a tree of classes: the rarer a class, the wider its margin.

Deng et al. 2020 for the sub-centers, Ha et al. 2020 for the margins, Jia et al. 2024 for both on leukocytes. What
differs: truth may be an inner node of the tree.
"""

import math

import torch

from bloodview.models.nets.arcface import SCALE

FACTOR, POWER, LEAST = 0.5, 0.25, 0.05
"""a, lambda and b of the margin a * n^-lambda + b, in radians, of a class with n examples."""


def margins(allowed: torch.Tensor) -> torch.Tensor:
    """Margin of each leaf, float32 [C] radians.

    Args:
        allowed: float32 [N, C], 1 for the leaves that an example's truth, a leaf or an inner node, allows. An example
            counts 1 in all, spread evenly over its leaves; a leaf without any counts as if it had one.
    """
    counts = (allowed / allowed.sum(dim=1, keepdim=True)).sum(dim=0)
    return FACTOR * counts.clamp(min=1) ** -POWER + LEAST


def margin_loss(logits: torch.Tensor, allowed: torch.Tensor, margin: torch.Tensor) -> torch.Tensor:
    """Mean of -log(probability of the true node) after its leaves' angles were widened by their margins.

    All leaves that an inner node allows get their margin: were one spared, its plain logit would carry the sum and the
    margins of the others would bind nothing. A leaf as truth is ArcFace as published. Where angle and margin would
    pass pi, the logit goes on in a straight line, so that it never rises again (Deng et al. 2019).

    Args:
        logits: float32 [N, C], SCALE times cosines.
        allowed: float32 [N, C], 1 for the leaves that the truth allows.
        margin: float32 [C], radians.
    """
    cosine = (logits.float() / SCALE).clamp(-1 + 1e-6, 1 - 1e-6)
    angle = torch.acos(cosine)
    widened = torch.where(angle + margin < math.pi, torch.cos(angle + margin), cosine - margin * torch.sin(margin))
    log_p = (SCALE * torch.where(allowed > 0, widened, cosine)).log_softmax(dim=1)
    return -torch.logsumexp(log_p.masked_fill(allowed == 0, -1e4), dim=1).mean()
