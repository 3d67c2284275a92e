"""The small SAM, its prompts, and low-rank changes to a frozen encoder."""

import torch
from torch import nn

from training.sam import LowRank, SmallSam, add_low_rank, mask_loss


def _sam() -> SmallSam:
    torch.manual_seed(0)
    return SmallSam(32, 32, 2)


def test_a_map_of_tokens_and_a_mask_of_four_times_its_side_come_out() -> None:
    sam = _sam()
    x = torch.randn(3, 3, 32, 32)
    assert sam.tokens(x).shape == (3, 32, 4, 4)
    assert sam(x).shape == (3, 16, 16)


def test_a_box_changes_the_mask() -> None:
    sam, x = _sam().eval(), torch.randn(2, 3, 32, 32)
    here, there = torch.tensor([[2.0, 2, 10, 10]]), torch.tensor([[18.0, 18, 30, 30]])
    prompted = sam(x, here.expand(2, 4))
    assert not torch.allclose(prompted, sam(x), atol=1e-6)
    assert not torch.allclose(prompted, sam(x, there.expand(2, 4)), atol=1e-6)


def test_low_rank_changes_begin_with_the_frozen_answer_and_alone_learn_in_the_encoder() -> None:
    sam, x = _sam().eval(), torch.randn(2, 3, 32, 32)
    before = sam(x)
    assert add_low_rank(sam, 4) == 2
    assert torch.allclose(sam(x), before, atol=1e-6)
    learning = [name for name, p in sam.encoder.named_parameters() if p.requires_grad]
    assert len(learning) == 2 * 4
    assert all(".qkv.down_" in name or ".qkv.up_" in name for name in learning)
    assert all(p.requires_grad for p in sam.neck.parameters())


def test_k_is_never_changed_while_q_and_v_are() -> None:
    torch.manual_seed(0)
    linear = nn.Linear(8, 24)
    changed = LowRank(linear, 2)
    x = torch.randn(5, 8)
    nn.init.ones_(changed.up_q.weight)
    nn.init.ones_(changed.up_v.weight)
    q, k, v = (changed(x) - linear(x)).chunk(3, dim=-1)
    assert torch.equal(k, torch.zeros_like(k))
    assert q.abs().min() > 0
    assert v.abs().min() > 0
    assert torch.linalg.matrix_rank(q.detach()) <= 2


def test_the_loss_falls_as_the_mask_comes_near_the_truth() -> None:
    truth = torch.zeros(1, 8, 8)
    truth[:, 2:6, 2:6] = 1
    right, wrong, unsure = 20 * (2 * truth - 1), -20 * (2 * truth - 1), torch.zeros(1, 8, 8)
    losses = [float(mask_loss(z, truth)) for z in (right, unsure, wrong)]
    assert losses == sorted(losses)
    assert losses[0] < 0.01


def test_tuning_steps_move_the_changes_but_not_the_frozen_weights() -> None:
    sam, x = _sam(), torch.randn(2, 3, 32, 32)
    add_low_rank(sam, 2)
    frozen = {k: v.clone() for k, v in sam.encoder.named_parameters() if not v.requires_grad}
    optimizer = torch.optim.AdamW([p for p in sam.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(2):
        loss = mask_loss(sam(x), torch.ones(2, 16, 16))
        loss.backward()
        optimizer.step()
    now = dict(sam.encoder.named_parameters())
    assert all(torch.equal(now[k], v) for k, v in frozen.items())
    assert all(bool(p.any()) for k, p in now.items() if ".up_" in k)
