"""The Siamese network, and the similarity of two pictures told by position."""

import torch

from bloodview.models.nets.siamese import WIDTH, SiameseNet, similarity

CHANNELS, LAYERS = (8, 8, 16, 16), (1, 1, 1, 1)


def _net() -> SiameseNet:
    torch.manual_seed(0)
    return SiameseNet(CHANNELS, LAYERS).eval()


def test_embeddings_have_length_one() -> None:
    with torch.inference_mode():
        found = _net()(torch.rand(3, 3, 64, 64))
    assert found.shape == (3, WIDTH)
    assert torch.allclose(found.norm(dim=1), torch.ones(3), atol=1e-5)


def test_the_map_sums_exactly_to_the_similarity_of_each_support_picture() -> None:
    net, x = _net(), torch.rand(4, 3, 64, 64)
    with torch.inference_mode():
        positions, z = net.positions(x), net(x)
        shared = similarity(positions[0], positions[1:])
    assert shared.shape == (3, 2, 2, 2, 2)
    assert torch.allclose(shared.sum(dim=(1, 2, 3, 4)), z[1:] @ z[0], atol=1e-5)


def test_the_map_is_signed_and_says_where_in_the_query_the_support_is_met() -> None:
    query, support = torch.zeros(2, 1, 2), torch.zeros(1, 2, 1, 1)
    query[:, 0, 0] = torch.tensor([3.0, 0.0])
    query[:, 0, 1] = torch.tensor([-1.0, 0.0])
    support[0, :, 0, 0] = torch.tensor([5.0, 0.0])
    own = similarity(query, support)[0].sum(dim=(2, 3))
    assert torch.allclose(own, torch.tensor([[1.5, -0.5]]))


def test_a_map_of_nothing_is_nothing_instead_of_no_number() -> None:
    shared = similarity(torch.zeros(4, 2, 2), torch.rand(1, 4, 2, 2))
    assert torch.equal(shared, torch.zeros(1, 2, 2, 2, 2))
