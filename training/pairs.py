"""The contrastive loss of a Siamese network, and which pairs of a batch it is asked about: random ones or hard ones."""

import torch


def distances(embeddings: torch.Tensor) -> torch.Tensor:
    """Euclidean distances float32 [N, N] between embeddings float32 [N, E] of length 1; 0 to 2."""
    with torch.autocast(embeddings.device.type, enabled=False):  # half precision has no digits for small distances
        cosine = embeddings.float() @ embeddings.float().T
    # The root has no slope at nought, where every cell meets itself.
    return (2 - 2 * cosine).clamp(min=1e-8).sqrt()


def contrastive(distance: torch.Tensor, same: torch.Tensor, margin: float) -> torch.Tensor:
    """Loss of each pair, y * d^2 + (1 - y) * max(0, m - d)^2 (Hadsell et al. 2006), y 1 for those of one class."""
    return torch.where(same, distance**2, (margin - distance).clamp(min=0) ** 2)


def hard_pairs(distance: torch.Tensor, labels: torch.Tensor, each: int) -> tuple[torch.Tensor, torch.Tensor]:
    """For each cell its `each // 2` furthest of its own class and as many nearest of the others.

    Args:
        distance: float32 [N, N].
        labels: int64 [N].
        each: pairs a cell; a class with fewer others gives what it has.

    Returns:
        Two masks, bool [N, N]: pairs of one class, pairs of two.
    """
    same, other = _kinds(labels)
    wanted = max(1, each // 2)
    return _highest(distance, same, wanted), _highest(-distance, other, wanted)


def random_pairs(labels: torch.Tensor, each: int) -> tuple[torch.Tensor, torch.Tensor]:
    """As hard_pairs, but drawn by chance from torch's own generator, which the loop seeds an epoch."""
    same, other = _kinds(labels)
    dice = torch.rand(len(labels), len(labels), device=labels.device)
    wanted = max(1, each // 2)
    return _highest(dice, same, wanted), _highest(dice, other, wanted)


def pair_loss(embeddings: torch.Tensor, labels: torch.Tensor, margin: float, each: int, *, hard: bool) -> torch.Tensor:
    """Mean contrastive loss over the chosen pairs of a batch; both kinds of pairs weigh the same."""
    distance = distances(embeddings)
    same, other = hard_pairs(distance.detach(), labels, each) if hard else random_pairs(labels, each)
    loss = contrastive(distance, same, margin)
    parts = [loss[kind].mean() for kind in (same, other) if kind.any()]
    return torch.stack(parts).mean() if parts else 0 * loss.sum()


def _kinds(labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Pairs of one class, without a cell and itself, and pairs of two classes, bool [N, N] each."""
    same = labels[:, None] == labels[None, :]
    return same & ~torch.eye(len(labels), dtype=torch.bool, device=labels.device), ~same


def _highest(score: torch.Tensor, among: torch.Tensor, wanted: int) -> torch.Tensor:
    """The `wanted` highest of each row of those among, as a mask."""
    ranked = score.masked_fill(~among, -torch.inf).argsort(dim=1, descending=True)
    chosen = torch.zeros_like(among)
    chosen.scatter_(1, ranked[:, :wanted], torch.ones_like(ranked[:, :wanted], dtype=torch.bool))
    return chosen & among
