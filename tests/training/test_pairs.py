"""The contrastive loss and the pairs it is asked about."""

import torch

from training.pairs import contrastive, distances, hard_pairs, pair_loss, random_pairs

LABELS = torch.tensor([0, 0, 0, 1, 1, 1])
ANGLES = torch.tensor([0.0, 0.2, 1.0, 1.1, 2.0, 3.0])
UNIT = torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)


def test_distances_are_those_of_the_chords() -> None:
    assert torch.allclose(distances(UNIT)[0, 5], 2 * torch.sin(torch.tensor(1.5)), atol=1e-4)


def test_the_loss_draws_a_class_together_and_drives_classes_apart_up_to_the_margin() -> None:
    d = torch.tensor([0.4, 0.4, 1.5])
    loss = contrastive(d, torch.tensor([True, False, False]), 1.0)
    assert torch.allclose(loss, torch.tensor([0.16, 0.36, 0.0]), atol=1e-6)


def test_hard_pairs_are_the_furthest_of_a_class_and_the_nearest_of_others() -> None:
    same, other = hard_pairs(distances(UNIT), LABELS, 2)
    assert same[0].nonzero().flatten().tolist() == [2]
    assert other[0].nonzero().flatten().tolist() == [3]
    assert same[4].nonzero().flatten().tolist() == [5]
    assert other[4].nonzero().flatten().tolist() == [2]


def test_a_class_gives_no_more_pairs_than_it_has_and_no_cell_is_paired_with_itself() -> None:
    torch.manual_seed(0)
    for same, other in (hard_pairs(distances(UNIT), LABELS, 20), random_pairs(LABELS, 20)):
        assert same.sum(dim=1).tolist() == [2] * 6
        assert other.sum(dim=1).tolist() == [3] * 6
        assert not same.diagonal().any()


def test_random_pairs_follow_the_seed() -> None:
    torch.manual_seed(1)
    first = random_pairs(LABELS, 2)
    torch.manual_seed(1)
    again = random_pairs(LABELS, 2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_hard_pairs_cost_more_than_random_ones_and_descent_lowers_the_loss() -> None:
    torch.manual_seed(0)
    z = torch.nn.functional.normalize(torch.randn(24, 8), dim=1).requires_grad_()
    labels = torch.arange(24) % 4
    hard, plain = (pair_loss(z, labels, 1.0, 2, hard=h) for h in (True, False))
    assert float(hard.detach()) > float(plain.detach())
    hard.backward()
    assert z.grad is not None
    assert torch.isfinite(z.grad).all()
    moved = torch.nn.functional.normalize(z.detach() - 0.05 * z.grad, dim=1)
    assert float(pair_loss(moved, labels, 1.0, 2, hard=True)) < float(hard.detach())


def test_one_class_alone_has_pairs_of_one_kind_only() -> None:
    z = torch.nn.functional.normalize(torch.randn(4, 3), dim=1)
    assert torch.isfinite(pair_loss(z, torch.zeros(4, dtype=torch.long), 1.0, 4, hard=True))
