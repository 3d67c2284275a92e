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


def test_maps_without_strength_turn_and_mirror_and_keep_the_size() -> None:
    linear = geometry(50, 0.7, NONE, _generator())[:, :, :2]
    assert torch.allclose(linear @ linear.mT, 0.49 * torch.eye(2).expand(50, 2, 2), atol=1e-5)
    assert {round(float(d), 2) for d in torch.linalg.det(linear)} == {-0.49, 0.49}


def test_a_window_of_half_the_side_shows_the_middle_turned() -> None:
    disc = ((torch.arange(24) - 11.5) ** 2)[:, None] + ((torch.arange(24) - 11.5) ** 2)[None]
    x = torch.exp(-disc / 20).expand(4, 3, 24, 24)  # the same whichever way it is turned
    out = warp(x, geometry(4, 0.5, NONE, _generator()), 12)
    assert torch.allclose(out, x[:, :, 6:18, 6:18], atol=0.02)


def test_blur_and_noise_touch_some_pictures_only() -> None:
    x = torch.full((60, 3, 9, 9), 0.5)
    x[:, :, 4, 4] = 1
    changed = (camera(x, Strength(), _generator()) != x).flatten(1).any(1)
    assert 0.3 < changed.float().mean() < 0.8
