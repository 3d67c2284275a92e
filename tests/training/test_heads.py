"""Heads side by side: who trains whom, what holds them, and what counts how much."""

import numpy as np
import pytest
import torch

from bloodview.models import familiarity
from training.heads import FOLDS, NEW_SHARE, STRENGTHS, Cells, Heads, HeadTask, Known, balanced

D, CLASSES = 6, ("a", "b", "c")


def some(labels: str, seed: int, name: str, views: int = 1, apart: float = 3.0) -> Cells:
    rng = np.random.default_rng(seed)
    own = np.array([CLASSES.index(x) for x in labels])
    z = rng.normal(size=(len(labels), views, D)).astype(np.float32)
    z[np.arange(len(labels)), :, own] += apart
    allowed = (own[:, None] == np.arange(3)).astype(np.float32)
    return Cells(z, allowed, tuple(labels), tuple(f"{name}{i // 2}" for i in range(len(labels))))


def task(new: Cells, old: Cells) -> HeadTask:
    flat = old.embeddings[:, 0]
    kind = familiarity.fit(flat, old.allowed.argmax(axis=1), flat)
    return HeadTask(new, old, np.zeros((3, D), np.float32), np.zeros(3, np.float32), Known.of(kind), [])


def test_each_class_counts_alike_whoever_was_corrected() -> None:
    new, old = some("aaaaabbbbb", 0, "n"), some("abc" * 10, 1, "o")
    weights = balanced(new, old)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    allowed = np.concatenate([new.allowed, old.allowed])
    np.testing.assert_allclose((allowed * weights[:, None]).sum(axis=0), 1 / 3, atol=1e-5)
    assert weights[:5].sum() == pytest.approx(NEW_SHARE / 3, abs=1e-5)


def test_a_label_above_the_leaves_counts_for_all_of_them_and_a_rare_one_less() -> None:
    new, old = some("a" * 10, 0, "n"), some("abc" * 10, 1, "o")
    above = Cells(new.embeddings, np.tile(np.array([1, 1, 0], np.float32), (10, 1)), new.labels, new.units)
    weights = balanced(above, old)
    assert weights[:10].sum() == pytest.approx(2 * NEW_SHARE / 3, abs=1e-5)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    one = balanced(some("a", 0, "n"), old)
    assert one[0] == pytest.approx(NEW_SHARE / 3 / 5, abs=1e-5)


def test_whole_units_are_held_out_together() -> None:
    cells = some("ab" * 20, 0, "u")
    folds = cells.fold()
    assert set(folds) == set(range(FOLDS))
    assert all(len(set(folds[[i for i, u in enumerate(cells.units) if u == v]])) == 1 for v in cells.units)


def test_a_head_of_a_fold_never_learns_from_its_cells() -> None:
    new, old = some("ab" * 10, 0, "n", views=3), some("abc" * 10, 1, "o")
    made = task(new, old)
    generator = torch.Generator().manual_seed(0)
    batch = next(made.batches(generator))
    made.loss(made.net, batch).backward()
    first = made.net.weight.grad.clone()
    made.net.zero_grad()
    out = np.flatnonzero(new.fold() == 0)
    new.embeddings[out] += 100
    made.loss(made.net, batch).backward()
    for s in range(len(STRENGTHS)):
        at = s * (FOLDS + 1)
        torch.testing.assert_close(made.net.weight.grad[at], first[at])
        assert not torch.allclose(made.net.weight.grad[at + FOLDS], first[at + FOLDS])


def test_fitting_names_cells_held_out_and_the_chosen_head_saw_all() -> None:
    made = task(some("ab" * 15, 0, "n", views=2), some("abc" * 15, 1, "o"))
    optimizer, generator = torch.optim.Adam(made.net.parameters(), 0.05), torch.Generator().manual_seed(0)
    before = made.validate(made.net)
    for _ in range(20):
        for batch in made.batches(generator):
            optimizer.zero_grad()
            made.loss(made.net, batch).backward()
            optimizer.step()
    after = made.validate(made.net)
    assert after["held-out loss"] < 0.5 * before["held-out loss"]
    assert after["held-out corrections"] > 0.85
    weight, bias, best = made.chosen(made.net)
    assert (weight.shape, bias.shape) == ((3, D), (3,))
    assert 0 <= best < len(STRENGTHS)
    losses, logits = made.held_out(made.net)
    assert logits.shape == (len(STRENGTHS), 75, 3)
    assert losses.argmin() == best


def test_a_head_is_held_where_the_parents_cells_lie_and_free_elsewhere() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(300, D)).astype(np.float32) * np.array([3, 3, 3, 0.1, 0.1, 0.1], np.float32)
    known = Known.of(familiarity.fit(z, rng.integers(0, 3, 300), z))
    net = Heads(torch.zeros(3, D), torch.zeros(3), 2)
    with torch.no_grad():
        net.weight[0, 0, 0] = 1.0
        net.weight[1, 0, 5] = 1.0
    used, unused = net.moved(known).tolist()
    assert used > 1.5 * unused
