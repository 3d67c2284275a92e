"""The Vision Transformer and the fusion of its blocks."""

import pytest
import torch

from bloodview.core.errors import ModelError
from bloodview.models.nets.classifier import build
from bloodview.models.nets.vit import Fusion, VisionTransformer, positions

PICTURES = torch.rand(2, 3, 24, 36)


@pytest.mark.parametrize("fusion", ["none", "concat", "weights", "attention"])
def test_every_fusion_gives_one_vector_a_picture_and_every_weight_has_a_say(fusion: str) -> None:
    torch.manual_seed(0)
    net = VisionTransformer(32, 3, fusion)
    vector = net.pooled(PICTURES)
    assert vector.shape == (2, 32)
    weights = list(net.parameters())
    slopes = torch.autograd.grad((vector * torch.rand(32)).sum(), weights, allow_unused=True)
    assert all(s is not None for s in slopes)


@pytest.mark.parametrize("fusion", ["concat", "weights", "attention"])
def test_a_fused_vector_depends_on_the_first_block_also_where_the_last_is_given(fusion: str) -> None:
    torch.manual_seed(0)
    fuse = Fusion(8, 2, fusion)
    first, other, last = torch.randn(3, 1, 8)
    assert not torch.allclose(fuse([first, last]), fuse([other, last]))


def test_learned_weights_begin_as_the_plain_mean_of_the_normalised_blocks() -> None:
    fuse = Fusion(8, 2, "weights")
    first, last = torch.randn(2, 4, 8)
    norm = torch.nn.LayerNorm(8)
    assert torch.allclose(fuse([first, last]), (norm(first) + norm(last)) / 2, atol=1e-5)


def test_a_place_has_one_position_whatever_the_size_of_the_picture() -> None:
    small, large = positions(2, 3, 16), positions(5, 3, 16)
    assert torch.equal(small, large[:6])
    assert len(torch.unique(large, dim=0)) == 15


def test_weights_of_one_size_serve_another() -> None:
    net = VisionTransformer(32, 1)
    assert net.pooled(torch.rand(1, 3, 48, 48)).shape == net.pooled(torch.rand(1, 3, 72, 72)).shape


def test_what_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match="divisible by 12 px, not 30 x 24"):
        VisionTransformer(32, 1).pooled(torch.rand(1, 3, 24, 30))
    with pytest.raises(ModelError, match="no fusion 'sum'"):
        build("vit", (32,), (1,), 11, fusion="sum")
    with pytest.raises(ModelError, match="does not fuse"):
        build("resnet-gn", (8, 8, 16, 16), (1, 1, 1, 1), 11, fusion="concat")
    with pytest.raises(ModelError, match="no head 'softmax'"):
        build("vit", (32,), (1,), 11, head="softmax")
