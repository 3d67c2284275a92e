"""Losses of masks: soft Dice against a known mask, and a mask's projections where only its box is known."""

import torch


def dice_loss(p: torch.Tensor, truth: torch.Tensor, over: tuple[int, ...]) -> torch.Tensor:
    """Soft Dice loss over these axes."""
    both, total = (p * truth).sum(over), (p + truth).sum(over)
    return 1 - (2 * both + 1) / (total + 1)


def projected_loss(p: torch.Tensor, boxes: torch.Tensor) -> torch.Tensor:
    """How far a mask's projections are from its box's (Tian et al. 2021).

    Args:
        p: float32 [N, H, W], 0 to 1.
        boxes: float32 [N, 4] xyxy px.

    Returns:
        float32 [N], 0 to 1.
    """
    total = torch.zeros(len(p), device=p.device)
    for axis, low, high in ((1, boxes[:, :1], boxes[:, 2:3]), (2, boxes[:, 1:2], boxes[:, 3:])):
        side = torch.arange(p.shape[3 - axis], device=p.device)[None] + 0.5
        true = ((side > low) & (side < high)).float()
        total = total + 0.5 * dice_loss(p.amax(axis), true, (1,))
    return total
