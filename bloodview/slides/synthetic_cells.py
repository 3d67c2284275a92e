"""Draws single cells of the synthetic smear as amounts of dye with exact masks."""

from dataclasses import dataclass

import cv2
import numpy as np

from bloodview.core.cells import Polygon
from bloodview.slides.synthetic_recipes import RECIPES, Recipe
from bloodview.slides.synthetic_shapes import Float32, Patch, Rng, UInt8, chain, granules, outline


@dataclass(frozen=True, slots=True)
class Stamp:
    """A drawn cell on its patch of the plane.

    Args:
        x0, y0: plane pixel of the patch's corner.
        amounts: float32 [h, w, 4], dye in the order of synthetic_stain.DYES.
        cell, nucleus: bool [h, w].
    """

    x0: int
    y0: int
    amounts: Float32
    cell: UInt8
    nucleus: UInt8

    def polygon(self, mask: UInt8) -> Polygon:
        """The outline of the largest piece of a mask in plane pixels; empty for an empty mask."""
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not contours:
            return ()
        largest = max(contours, key=cv2.contourArea)
        corners = cv2.approxPolyDP(largest, 0.6, True)[:, 0, :]
        return tuple((float(x + self.x0 + 0.5), float(y + self.y0 + 0.5)) for x, y in corners)


def chromatin(patch: Patch, rng: Rng, recipe: Recipe, distance: Float32) -> Float32:
    """Purple in the nucleus, float32 [h, w]: dense strands, small winding gaps, a dense seam along the membrane."""
    fine, coarse = patch.noise(rng, recipe.gap_um), patch.noise(rng, 3 * recipe.gap_um)
    winding = np.exp(-((patch.noise(rng, 1.7 * recipe.gap_um) / 0.5) ** 2))
    gap = np.clip(0.16 + 0.42 * winding + 0.36 * fine + 0.14 * coarse, 0, 1.1)
    seam = np.exp(-(((distance + 0.15) / 0.2) ** 2))
    inner = np.clip(-distance / 0.45, 0, 1)
    return np.asarray(recipe.chromatin * (1 - recipe.gaps * gap * inner * (1 - 0.5 * seam) + 0.1 * seam), np.float32)


def draw_leukocyte(label: str, rng: Rng, center_px: tuple[float, float], um_per_px: float) -> Stamp:
    """A nucleated cell of a fine class (also the erythroblast) around a middle in plane pixels."""
    recipe = RECIPES[label]
    radius = rng.uniform(*recipe.diameter_um) / 2
    discs = recipe.nucleus(rng, radius)
    patch, x0, y0 = Patch.around(center_px, radius * 1.3 + 0.6, um_per_px)
    cell_far = outline(patch, rng, radius, recipe.stretch * rng.uniform(0.2, 1), recipe.roughness)
    body = chain(patch, discs, 0.16)
    nucleus_far = np.maximum(body + recipe.wavy * patch.noise(rng, 1.7), cell_far + 0.12)
    cell, nucleus = patch.coverage(cell_far, 0.08), patch.coverage(nucleus_far, 0.05)

    texture = 1 + recipe.grain * (0.55 * patch.noise(rng, 0.45) + 0.6 * patch.noise(rng, 2.0))
    texture += recipe.rim * np.exp(-(((cell_far + 0.3) / 0.35) ** 2))
    texture += 0.25 * recipe.rim * np.exp(nucleus_far.clip(0) / -0.6)
    for _ in range(rng.poisson(recipe.vacuoles)):
        at, turn, size = radius * rng.uniform(0.3, 0.85), rng.uniform(0, 2 * np.pi), rng.uniform(0.25, 0.6)
        bubble = np.hypot(patch.x - at * np.cos(turn), patch.y - at * np.sin(turn)) - size
        texture *= 1 - 0.85 * patch.coverage(bubble, 0.25)
    texture = np.maximum(texture, 0.05)
    plain = (texture * (1 - nucleus)).astype(np.float32)
    tint = np.asarray(recipe.cytoplasm, np.float32) * rng.uniform([0.6, 0.7, 0.8, 0.7], [1.4, 1.3, 1.2, 1.1])
    amounts: Float32 = (plain[..., None] * tint).astype(np.float32)

    dense = chromatin(patch, rng, recipe, nucleus_far)
    for _ in range(rng.poisson(recipe.nucleoli)):
        x, y, r = discs[rng.integers(len(discs))]
        at, turn = 0.6 * r * np.sqrt(rng.random()), rng.uniform(0, 2 * np.pi)
        spot = np.hypot(patch.x - x - at * np.cos(turn), patch.y - y - at * np.sin(turn)) - rng.uniform(0.6, 1.1)
        cover = patch.coverage(spot, 0.5)
        dense *= 1 - 0.28 * cover
        amounts[..., 0] += 0.25 * cover * nucleus
    dense *= rng.uniform(0.88, 1.06)
    amounts[..., 2] += dense * nucleus
    amounts[..., 0] += 0.06 * dense * nucleus

    inside = (cell_far < -0.2).astype(np.uint8)
    for grains in recipe.grains:
        layer = granules(patch, rng, inside, grains.diameter_um, grains.per_um2 * rng.uniform(0.7, 1.25))
        layer *= 1 - (1 - grains.over_nucleus) * nucleus
        amounts += layer[..., None] * np.asarray(grains.dye, np.float32)
    amounts *= cell[..., None]
    return Stamp(x0, y0, amounts, (cell > 0.5).astype(np.uint8), (nucleus * cell > 0.5).astype(np.uint8))


def draw_red_cell(rng: Rng, center_px: tuple[float, float], um_per_px: float) -> Stamp:
    """A red cell: 7.5 um on average, paler in its middle, most round, some long, flat or of target kind."""
    radius = float(np.clip(rng.normal(7.5, 0.5), 5.6, 9.6)) / 2
    long = rng.random() < 0.07
    stretch = rng.uniform(0.3, 0.5) if long else abs(rng.normal(0, 0.09))
    kind = rng.random()
    depth = rng.uniform(0.0, 0.25) if kind < 0.16 else rng.uniform(0.6, 1.0)
    wide = rng.normal(0.41, 0.08)
    patch, x0, y0 = Patch.around(center_px, radius * 1.4, um_per_px)
    far = outline(patch, rng, radius, stretch, rng.uniform(0.01, 0.06))
    rho = np.clip(1 + far / radius, 0, None)
    shift = rng.normal(0, 0.16, 2)
    hollow_far = outline(
        Patch(patch.x - np.float32(shift[0]), patch.y - np.float32(shift[1]), um_per_px),
        rng,
        radius * max(wide, 0.16),
        1.2 * stretch + 0.1,
        0.1,
    )
    hollow = 1 / (1 + np.exp(np.clip(hollow_far / (0.13 + 0.1 * rng.random()), -30, 30)))
    slope = np.clip((0.86 - rho) / 0.6, 0, 1)
    thick = 1 - depth * (0.84 * hollow + 0.26 * slope * (1 - hollow))
    if kind > 0.96:
        thick += 0.5 * depth * np.exp(-((rho / 0.16) ** 2))
    thick += 0.09 * np.exp(-(((rho - 0.93) / 0.05) ** 2)) + 0.012 * patch.noise(rng, 1.2)
    cell = patch.coverage(far, 0.22)
    amounts = np.zeros((*far.shape, 4), np.float32)
    amounts[..., 3] = cell * thick * rng.normal(1.0, 0.07)
    amounts[..., 1] = 0.012 * cell * rng.normal(1.0, 0.5)
    amounts[..., 0] = 0.06 * cell * float(rng.random() < 0.06)
    return Stamp(x0, y0, amounts, (cell > 0.5).astype(np.uint8), np.zeros(far.shape, np.uint8))


def draw_platelet(rng: Rng, center_px: tuple[float, float], um_per_px: float) -> Stamp:
    """A platelet: 2 to 3 um, pale edge, purple grains towards its middle; a few are giants."""
    radius = rng.uniform(1.1, 1.7) if rng.random() > 0.07 else rng.uniform(1.8, 2.5)
    patch, x0, y0 = Patch.around(center_px, radius * 1.6, um_per_px)
    far = outline(patch, rng, radius, rng.uniform(0.0, 0.3), 0.1)
    far += 0.08 * patch.noise(rng, 0.7)
    cell = patch.coverage(far, 0.15)
    core = np.clip(-(far + rng.uniform(0.05, 0.35) * radius) / (0.3 * radius), 0, 1)
    strength, blue = rng.uniform(0.7, 1.25), rng.uniform(0.12, 0.35)
    layer = granules(patch, rng, (far < -0.15).astype(np.uint8), (0.25, 0.5), 7.0)
    amounts = np.zeros((*far.shape, 4), np.float32)
    amounts[..., 0] = cell * (blue + 0.1 * patch.noise(rng, 0.4).clip(-1, 1))
    amounts[..., 2] = cell * strength * (0.16 + core * (0.35 + 1.5 * layer))
    return Stamp(x0, y0, amounts, (cell > 0.5).astype(np.uint8), np.zeros(far.shape, np.uint8))
