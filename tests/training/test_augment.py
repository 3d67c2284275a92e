"""Augmentation."""

import torch

from training.augment import Strength, camera, coarsened, colours, geometry, regained, stain, surrounded, warp

NONE = Strength(0, 0, 0, 0, 0, 0, blur_px=0.3, noise=0, saturation=0, colour=0, gamma=0, coarsening=1)


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


def test_coarsening_takes_detail_from_about_half_of_the_pictures_and_none_without_strength() -> None:
    x = torch.rand(64, 3, 24, 24, generator=_generator())
    changed = (coarsened(x, Strength(coarsening=4), _generator()) != x).flatten(1).any(1)
    assert 0.3 < changed.float().mean() < 0.7
    assert torch.equal(coarsened(x, NONE, _generator()), x)


def test_a_strange_surrounding_leaves_the_middle_and_only_the_asked_share_gets_one() -> None:
    x = torch.arange(8.0).view(8, 1, 1, 1).expand(8, 3, 33, 33)
    out = surrounded(x, 1.0, _generator())
    assert torch.allclose(out[:, :, 16, 16], x[:, :, 16, 16], atol=1e-2)
    assert torch.allclose(out[1:, :, 0, 0], x[:-1, :, 0, 0], atol=0.05)
    assert torch.equal(surrounded(x, 0.0, _generator()), x)


def test_a_camera_changes_colours_and_keeps_grey_nearly_grey_without_a_colour_matrix() -> None:
    grey = torch.full((8, 3, 4, 4), 0.5)
    assert torch.equal(colours(grey, NONE, _generator()), grey)
    out = colours(grey, Strength(colour=0), _generator())
    assert torch.allclose(out.amax(1), out.amin(1), atol=1e-6)
    assert not torch.allclose(out, grey, atol=0.01)


def test_a_gain_of_density_leaves_white_white() -> None:
    x = torch.ones(3, 3, 4, 4)
    assert torch.equal(regained(x, 0.5, _generator()), x)
    assert not torch.allclose(regained(0.5 * x, 0.5, _generator()), 0.5 * x, atol=0.01)
