"""The autoencoder's network and the parts of its loss."""

import torch

from training.cae import CrossDomainAutoencoder, apart, drawn, similarity


def _net() -> CrossDomainAutoencoder:
    torch.manual_seed(0)
    return CrossDomainAutoencoder(16, 4, 32, 1, 32, 1)


def test_a_quarter_of_the_tokens_is_shown_each_once() -> None:
    shown = drawn(5, 16, torch.Generator().manual_seed(0))
    assert shown.shape == (5, 4)
    assert all(len(set(row.tolist())) == 4 for row in shown)


def test_it_gives_class_tokens_features_and_pictures() -> None:
    net = _net()
    tokens = torch.randn(3, 16, 4, 4)
    summary, made, picture = net(net.standardised(tokens), drawn(3, 16, torch.Generator().manual_seed(0)))
    assert summary.shape == net.represent(tokens).shape == (3, 32)
    assert made.shape == (3, 16, 16)
    assert picture.shape == (3, 3, 16, 16)
    assert ((picture >= 0) & (picture <= 1)).all()


def test_hidden_tokens_do_not_reach_what_is_made() -> None:
    net, shown = _net().eval(), torch.tensor([[0, 5, 10, 15]])
    a = torch.randn(1, 16, 16)
    b = a.clone()
    b[:, [1, 2, 3]] += 1.0
    assert torch.allclose(net(a, shown)[1], net(b, shown)[1])
    b[:, 5] += 1.0
    assert not torch.allclose(net(a, shown)[1], net(b, shown)[1])


def test_tokens_are_standardised_by_what_is_stored() -> None:
    net = _net()
    net.mean.fill_(2.0)
    net.deviation.fill_(4.0)
    assert torch.allclose(net.standardised(torch.full((1, 16, 4, 4), 6.0)), torch.ones(1, 16, 16))


def test_pictures_are_alike_by_structure() -> None:
    a = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    assert float(similarity(a, a)) > 0.999
    assert float(similarity(a, 0.9 * a)) > float(similarity(a, a.flip(-1)))
    assert float(similarity(a, 1 - a)) < 0


def test_domains_are_apart_by_their_means_from_the_anchor_alone() -> None:
    z = torch.tensor([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [1.0, 3.0], [1.0, 0.0]])
    assert float(apart(z, torch.tensor([0, 0, 1, 1, 2]))) == 4.5
    assert float(apart(z, torch.zeros(5, dtype=torch.long))) == 0
    assert float(apart(z, torch.ones(5, dtype=torch.long))) == 0
