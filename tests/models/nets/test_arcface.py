"""The head of sub-centers."""

import torch

from bloodview.models.nets.arcface import CENTERS, SCALE, SubCenters


def test_a_logit_is_the_scaled_cosine_to_the_nearest_center_of_a_class() -> None:
    torch.manual_seed(0)
    head = SubCenters(6, 4)
    z = torch.randn(3, 6)
    centers = head.weight.detach().view(4, CENTERS, 6)
    for row, logits in zip(z, head(z), strict=True):
        cosines = torch.cosine_similarity(row[None, None], centers, dim=2)
        assert torch.allclose(logits, SCALE * cosines.max(dim=1).values, atol=1e-4)


def test_only_the_direction_of_an_embedding_counts() -> None:
    head, z = SubCenters(6, 4), torch.randn(3, 6)
    assert torch.allclose(head(z), head(7 * z), atol=1e-4)


def test_each_center_of_a_class_answers_for_its_class() -> None:
    head = SubCenters(40, 4)
    answers = head(head.weight.detach())
    assert answers.argmax(1).tolist() == [c for c in range(4) for _ in range(CENTERS)]
    assert torch.allclose(answers.max(1).values, torch.full((4 * CENTERS,), SCALE), atol=1e-3)
