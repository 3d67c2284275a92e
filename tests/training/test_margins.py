"""Dynamic margins on the tree of classes."""

import math

import pytest
import torch

from bloodview.models.nets.arcface import SCALE
from training.margins import margin_loss, margins

NONE = torch.zeros(3)


def test_a_margin_follows_the_published_law_and_is_wider_for_a_rarer_class() -> None:
    allowed = torch.eye(3)[[0] * 81 + [1] * 16]
    common, rare, absent = margins(allowed).tolist()
    assert common == pytest.approx(0.5 * 81**-0.25 + 0.05)
    assert rare == pytest.approx(0.5 * 16**-0.25 + 0.05)
    assert absent == pytest.approx(0.55)


def test_an_inner_node_counts_for_its_leaves_in_equal_parts() -> None:
    allowed = torch.tensor([[1.0, 1.0, 0.0]]).repeat(32, 1)
    assert margins(allowed)[:2].tolist() == pytest.approx([0.5 * 16**-0.25 + 0.05] * 2)


def test_a_leaf_as_truth_is_arcface() -> None:
    angles = torch.tensor([[0.6, 1.2, 2.0]])
    margin = torch.tensor([0.3, 0.2, 0.1])
    logits = SCALE * torch.cos(torch.tensor([[0.6 + 0.3, 1.2, 2.0]]))
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor([0]))
    loss = margin_loss(SCALE * torch.cos(angles), torch.tensor([[1.0, 0.0, 0.0]]), margin)
    assert float(loss) == pytest.approx(float(expected), rel=1e-3)


def test_an_inner_node_takes_the_margin_off_each_of_its_leaves() -> None:
    logits = SCALE * torch.cos(torch.tensor([[0.9, 1.4, 0.9]]))
    allowed = torch.tensor([[1.0, 1.0, 0.0]])
    plain = margin_loss(logits, allowed, NONE)
    one = margin_loss(logits, allowed, torch.tensor([0.2, 0.0, 0.0]))
    both = margin_loss(logits, allowed, torch.tensor([0.2, 0.2, 0.0]))
    other = margin_loss(logits, allowed, torch.tensor([0.0, 0.0, 0.2]))
    assert plain < one < both
    assert float(other) == pytest.approx(float(plain))


def test_the_loss_falls_all_the_way_from_the_opposite_direction_to_the_true_one() -> None:
    allowed, margin = torch.tensor([[1.0, 0.0]]), torch.tensor([0.5, 0.5])
    losses = [
        float(margin_loss(SCALE * torch.cos(torch.tensor([[angle, 0.0]])), allowed, margin))
        for angle in torch.linspace(math.pi - 0.01, 0.0, 50).tolist()
    ]
    assert losses == sorted(losses, reverse=True)


def test_an_answer_that_is_exactly_right_has_a_finite_slope() -> None:
    logits = torch.tensor([[SCALE, -SCALE]], requires_grad=True)
    loss = margin_loss(logits, torch.tensor([[1.0, 0.0]]), torch.tensor([0.2, 0.2]))
    (slope,) = torch.autograd.grad(loss, logits)
    assert slope.isfinite().all()
