"""The Siamese network."""

import torch

from bloodview.models.nets.siamese import WIDTH, SiameseNet

CHANNELS, LAYERS = (8, 8, 16, 16), (1, 1, 1, 1)


def _net() -> SiameseNet:
    torch.manual_seed(0)
    return SiameseNet(CHANNELS, LAYERS).eval()


def test_embeddings_have_length_one() -> None:
    with torch.inference_mode():
        found = _net()(torch.rand(3, 3, 64, 64))
    assert found.shape == (3, WIDTH)
    assert torch.allclose(found.norm(dim=1), torch.ones(3), atol=1e-5)


def test_an_embedding_points_where_the_mean_of_its_positions_does() -> None:
    net, x = _net(), torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        middle = net.positions(x).mean(dim=(2, 3))
        assert torch.allclose(net(x) * middle.norm(dim=1, keepdim=True), middle, atol=1e-5)
