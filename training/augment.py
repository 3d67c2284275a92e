"""Augmentation on batches: geometry, then stain, light and camera in optical density, where dyes add up."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name


@dataclass(frozen=True, slots=True)
class Strength:
    """How far augmentation goes; every figure is a standard deviation unless it says otherwise.

    Args:
        scale: of the logarithm of the zoom.
        shift: of the middle, as a share of the window.
        mixing: of the entries of the 3 x 3 matrix that mixes optical densities.
        gain: of the logarithm of each channel's density.
        tint: of each channel's background density.
        slope: of the density across the window (uneven light).
        blur_px: highest Gaussian blur, drawn uniformly, for every third picture.
        noise: highest camera noise, as a share of full scale, for every third picture.
        saturation: of the logarithm of the camera's saturation.
        colour: of the entries of the camera's 3 x 3 colour matrix.
        gamma: of the logarithm of the camera's tone curve, an exponent.
        coarsening: highest factor by which half of the pictures lose resolution, as out of focus or from afar.
    """

    scale: float = 0.12
    shift: float = 0.025
    mixing: float = 0.05
    gain: float = 0.15
    tint: float = 0.08
    slope: float = 0.06
    blur_px: float = 1.2
    noise: float = 0.03
    saturation: float = 0.2
    colour: float = 0.04
    gamma: float = 0.12
    coarsening: float = 1.75

    def times(self, factor: float) -> "Strength":
        """The same with the spreads of dyes, light, colour and focus multiplied; geometry and noise stay."""
        spreads = ("mixing", "gain", "tint", "slope", "blur_px", "saturation", "colour", "gamma")
        more = {k: getattr(self, k) * factor for k in spreads}
        return replace(self, **more, coarsening=1 + (self.coarsening - 1) * factor)


def geometry(n: int, zoom: float, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Random maps for affine_grid, float32 [n, 2, 3]: rotation, mirror, zoom, shift.

    Args:
        n: number of maps.
        zoom: share of the source's side that the window shows without augmentation.
        strength: spreads of zoom and shift.
        generator: source of chance.
    """
    angle = torch.rand(n, generator=generator) * 2 * torch.pi
    size = zoom * torch.exp(strength.scale * torch.randn(n, generator=generator)).clamp(0.6, 1.7)
    mirror = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) * size, torch.sin(angle) * size
    shift = strength.shift * torch.randn(n, 2, generator=generator)
    return torch.stack(
        [torch.stack([cos * mirror, -sin, shift[:, 0]], 1), torch.stack([sin * mirror, cos, shift[:, 1]], 1)], 1
    )


def warp(x: torch.Tensor, maps: torch.Tensor, out_px: int) -> torch.Tensor:
    """float32 [N, C, H, W] through maps [N, 2, 3] -> [N, C, out, out], bilinear, reflected at the border."""
    grid = F.affine_grid(maps, [x.shape[0], x.shape[1], out_px, out_px], align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def stain(x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Another laboratory's stain, light and camera over float32 [N, 3, H, W] of 0 to 1.

    Dyes add in optical density (Beer and Lambert), so the random mixing, gains and slopes act there; see Tellez et
    al. 2019 for the idea. What differs: a random 3 x 3 mixing in place of a fixed stain basis.
    """
    n, _, h, w = x.shape
    how = (1.5 * torch.rand(n, 1, 1, generator=generator)).to(x)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator).to(x)

    density = -torch.log(x.clamp(1 / 255, 1))
    mixing = torch.eye(3).to(x) + strength.mixing * how * normal(n, 3, 3)
    gain = torch.exp(strength.gain * how * normal(n, 3, 1))
    density = torch.bmm(mixing, density.flatten(2)) * gain
    tint = strength.tint * how * normal(n, 3, 1).abs()
    ramp_y = torch.linspace(-1, 1, h).to(x).view(1, 1, h, 1)
    ramp_x = torch.linspace(-1, 1, w).to(x).view(1, 1, 1, w)
    slope = (strength.slope * how * normal(n, 2, 1)).view(n, 2, 1, 1)
    light = slope[:, :1] * ramp_x + slope[:, 1:] * ramp_y
    x = torch.exp(-((density + tint).view(n, 3, h, w) + light)).clamp(0, 1)
    return camera(x, strength, generator)


def colours(x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Another camera's saturation, colour matrix and tone curve over float32 [N, 3, H, W] of 0 to 1.

    Cameras mix light, not density: a saturated one shows a blue nucleus brighter in blue than the empty glass, which no
    mixing of dyes does.
    """
    n = len(x)
    saturation = torch.exp(strength.saturation * torch.randn(n, 1, 1, 1, generator=generator)).clamp(0.4, 2.5).to(x)
    matrix = (torch.eye(3) + strength.colour * torch.randn(n, 3, 3, generator=generator)).to(x)
    curve = torch.exp(strength.gamma * torch.randn(n, 1, 1, 1, generator=generator)).to(x)
    grey = x.mean(1, keepdim=True)
    return torch.einsum("nij,njhw->nihw", matrix, grey + saturation * (x - grey)).clamp(1 / 255, 1) ** curve


def regained(x: torch.Tensor, spread: float, generator: torch.Generator) -> torch.Tensor:
    """Each channel's density times a random gain whose logarithm has this spread: what `referred` leaves over."""
    gain = torch.exp(spread * torch.randn(len(x), x.shape[1], 1, 1, generator=generator)).to(x)
    return x.clamp(1 / 255, 1) ** gain


def tinted(x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Brightness, contrast and tint of float32 [N, 3, H, W] in RGB, as the published networks were trained with.

    Kept to be compared with `stain`; the spreads are those of common colour jitter (0.2), times the strength's gain
    over its default.
    """
    n, spread = len(x), 0.2 * strength.gain / Strength().gain

    def factor(channels: int, width: float) -> torch.Tensor:
        return (1 + width * torch.randn(n, channels, 1, 1, generator=generator)).to(x)

    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    x = (x - mean) * factor(1, spread) + mean
    return camera((x * factor(1, spread) * factor(3, spread / 4)).clamp(0, 1), strength, generator)


def camera(x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Defocus and noise, each on every third picture."""
    n = x.shape[0]
    pick = torch.rand(n, generator=generator) < 1 / 3
    if pick.any():
        sigma = (0.3 + (strength.blur_px - 0.3) * torch.rand(int(pick.sum()), generator=generator)).to(x)
        x = torch.where(pick.to(x.device).view(n, 1, 1, 1), _blurred(x, pick, sigma), x)
    noisy = (torch.rand(n, generator=generator) < 1 / 3).float() * torch.rand(n, generator=generator)
    if noisy.any():
        amount = (strength.noise * noisy).to(x).view(n, 1, 1, 1)
        x = x + amount * _grain(x, generator)
    return x.clamp(0, 1)


def coarsened(x: torch.Tensor, strength: Strength, generator: torch.Generator) -> torch.Tensor:
    """Half of float32 [N, 3, H, W] shrunk by up to the strength's factor and enlarged again, in four groups."""
    out, side = x.clone(), x.shape[-1]
    group = torch.randint(0, 8, (len(x),), generator=generator)
    for k in range(4):
        factor = 1 + (strength.coarsening - 1) * float(torch.rand(1, generator=generator))
        chosen = (group == k).to(x.device)
        if factor > 1 and chosen.any():
            small = max(8, round(side / factor))
            shrunk = F.interpolate(x[chosen], size=(small, small), mode="bilinear", antialias=True)
            out[chosen] = F.interpolate(shrunk, size=(side, side), mode="bicubic").clamp(0, 1)
    return out


def surrounded(x: torch.Tensor, share: float, generator: torch.Generator) -> torch.Tensor:
    """Float32 [N, 3, H, W] with the outer part of a share of them taken from the next picture of the batch.

    What lies around a cell tells the laboratory, not the cell. In place of a mask a soft-edged disc of 0.62 to 1.12
    half sides keeps the middle, which in a window of 22 um holds the leukocyte.
    """
    n, _, h, w = x.shape
    y, across = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    away = torch.sqrt(y**2 + across**2)[None, None]
    radius = 0.62 + 0.5 * torch.rand(n, 1, 1, 1, generator=generator)
    replaced = (torch.rand(n, 1, 1, 1, generator=generator) < share).float()
    outside = (torch.sigmoid((away - radius) * h / 3) * replaced).to(x)
    return x * (1 - outside) + x.roll(1, 0) * outside


def _grain(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Normal noise of x's shape, drawn where x is: the processor takes longer over it than a GPU over a whole step."""
    if x.device.type == "cuda":
        seed = int(torch.randint(2**62, (1,), generator=generator))
        return torch.randn(x.shape, generator=torch.Generator(x.device).manual_seed(seed), device=x.device)
    return torch.randn(x.shape, generator=generator).to(x)


def _blurred(x: torch.Tensor, pick: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """The picked pictures blurred, each by its own sigma in pixels; the others as they are."""
    own = x[pick.to(x.device)]
    m, c, h, w = own.shape
    at = torch.arange(-3, 4).to(x)
    kernel = torch.exp(-0.5 * (at / sigma.view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(c, 0)
    flat = own.reshape(1, m * c, h, w)
    flat = F.conv2d(F.pad(flat, (3, 3, 0, 0), mode="reflect"), kernel.view(m * c, 1, 1, 7), groups=m * c)
    flat = F.conv2d(F.pad(flat, (0, 0, 3, 3), mode="reflect"), kernel.view(m * c, 1, 7, 1), groups=m * c)
    out = x.clone()
    out[pick.to(x.device)] = flat.view(m, c, h, w)
    return out
