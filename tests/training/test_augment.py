"""Augmentation."""

import torch

from training.augment import Strength, camera, geometry, stain, warp

NONE = Strength(scale=0, shift=0, mixing=0, gain=0, tint=0, slope=0, blur_px=0.3, noise=0)


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_without_strength_the_stain_stays() -> None:
    x = torch.rand(4, 3, 16, 16, generator=_generator()).clamp(0.05, 1)
    quiet = Strength(mixing=0, gain=0, tint=0, slope=0, blur_px=0.0, noise=0)
    out = stain(x, quiet, _generator())
    unblurred = (out - x).abs().amax(dim=(1, 2, 3)) < 1e-5
    assert unblurred.any()


def test_a_stain_is_a_function_of_its_seed_and_stays_between_black_and_white() -> None:
    x = torch.rand(6, 3, 16, 16, generator=_generator())
    a, b = (stain(x, Strength(), _generator()) for _ in range(2))
    assert torch.equal(a, b)
    assert a.min() >= 0
    assert a.max() <= 1
    assert not torch.allclose(a, x, atol=0.02)


def test_upright_maps_turn_by_quarters_only() -> None:
    maps = geometry(50, 1.0, NONE, _generator(), upright=True)[:, :, :2]
    assert torch.allclose(maps.abs().sum(-1), torch.ones(50, 2), atol=1e-5)


def test_zoom_one_without_strength_gives_back_the_picture_turned() -> None:
    x = torch.rand(3, 3, 12, 12, generator=_generator())
    out = warp(x, geometry(3, 1.0, NONE, _generator(), upright=True), 12)
    for a, b in zip(x, out, strict=True):
        turned = [torch.rot90(m, k, (1, 2)) for k in range(4) for m in (a, a.flip(2))]
        assert min(float((t - b).abs().max()) for t in turned) < 1e-4


def test_blur_and_noise_touch_some_pictures_only() -> None:
    x = torch.full((60, 3, 9, 9), 0.5)
    x[:, :, 4, 4] = 1
    changed = (camera(x, Strength(), _generator()) != x).flatten(1).any(1)
    assert 0.3 < changed.float().mean() < 0.8
