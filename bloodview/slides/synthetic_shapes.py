"""Shapes and textures of the synthetic smear: outlines, nuclei as chains of discs, noise, granules. Units are um."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Patch:
    """The pixels around one cell.

    Args:
        x, y: float32 [h, w], um from the cell's middle.
        um_per_px: scale.
    """

    x: Float32
    y: Float32
    um_per_px: float

    @classmethod
    def around(cls, center_px: tuple[float, float], radius_um: float, um_per_px: float) -> tuple["Patch", int, int]:
        """The patch that holds a radius around a middle in plane pixels, and the plane pixel of its corner (x0, y0)."""
        half = radius_um / um_per_px + 2
        x0, y0 = (int(np.floor(c - half)) for c in center_px)
        side = int(np.ceil(2 * half)) + 1
        steps = np.arange(side, dtype=np.float32) + 0.5
        x = np.broadcast_to((steps + (x0 - center_px[0])) * um_per_px, (side, side)).astype(np.float32)
        y = np.broadcast_to(((steps + (y0 - center_px[1])) * um_per_px)[:, None], (side, side)).astype(np.float32)
        return cls(x, y, um_per_px), x0, y0

    def coverage(self, distance: Float32, soft_um: float = 0.0) -> Float32:
        """Share of each pixel inside, from a signed distance in um (negative inside); `soft_um` widens the edge."""
        return np.asarray(np.clip(0.5 - distance / (self.um_per_px + soft_um), 0, 1), np.float32)

    def noise(self, rng: Rng, scale_um: float) -> Float32:
        """Smooth noise of zero mean and unit variance whose blobs measure about `scale_um`."""
        h, w = self.x.shape
        step = max(scale_um / 3 / self.um_per_px, 1.0)
        grain = rng.standard_normal((int(h / step) + 4, int(w / step) + 4), np.float32)
        coarse = np.asarray(cv2.GaussianBlur(grain, (0, 0), max(scale_um / 2.6 / self.um_per_px / step, 0.35)))
        coarse = (coarse - coarse.mean()) / max(float(coarse.std()), 1e-6)
        return np.asarray(cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)


def outline(patch: Patch, rng: Rng, radius_um: float, stretch: float, roughness: float) -> Float32:
    """Signed distance to a round, somewhat stretched and dented outline, float32 [h, w], negative inside."""
    turn = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    table = stretch / 2 * np.cos(2 * (turn - rng.uniform(0, np.pi)))
    for k in range(3, 12):
        table += roughness / k * rng.normal() * np.cos(k * turn + rng.uniform(0, 2 * np.pi))
    table = radius_um * np.maximum(1 + table, 0.3)
    far, angle = cv2.cartToPolar(patch.x, patch.y)
    return np.asarray(far - table.astype(np.float32)[(angle * (720 / (2 * np.pi))).astype(np.int32) % 720], np.float32)


def chain(patch: Patch, discs: Float32, round_um: float) -> Float32:
    """Signed distance to a union of discs float32 [N, 3] (x, y, radius), its corners rounded."""
    distance = np.full(patch.x.shape, 1e3, np.float32)
    for x, y, r in discs:
        np.minimum(distance, np.sqrt((patch.x - x) ** 2 + (patch.y - y) ** 2) - r, out=distance)
    return np.asarray(cv2.GaussianBlur(distance, (0, 0), max(round_um / patch.um_per_px, 0.3)), np.float32)


def turned(discs: list[tuple[float, float, float]], angle: float, dx: float = 0.0, dy: float = 0.0) -> Float32:
    """Discs turned about the cell's middle, then shifted; float32 [N, 3]."""
    a = np.asarray(discs, np.float32)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([a[:, 0] * c - a[:, 1] * s + dx, a[:, 0] * s + a[:, 1] * c + dy, a[:, 2]], 1).astype(np.float32)


def arc(radius: float, span: float, thick: Callable[[float], float], n: int = 14) -> list[tuple[float, float, float]]:
    """Discs along an arc about the middle; `thick` gives the half width from place -1 (one end) to 1 (the other)."""
    places = np.linspace(-1, 1, n)
    return [(radius * np.cos(p * span / 2), radius * np.sin(p * span / 2), thick(float(p))) for p in places]


def round_nucleus(rng: Rng, r: float, share: tuple[float, float], off: float) -> Float32:
    """One round to oval body with a radius of `share` of the cell's, moved by up to `off` of the free room."""
    a = r * rng.uniform(*share)
    long = rng.uniform(0.0, 0.16) * a
    way, free = rng.uniform(0, 2 * np.pi), max(r - a - long, 0) * rng.uniform(off / 2, off)
    body = [(t * long, 0.0, a * (1 - 0.04 * abs(t))) for t in (-1.5, -0.75, 0.0, 0.75, 1.5)]
    return turned(body, rng.uniform(0, np.pi), free * np.cos(way), free * np.sin(way))


def oval_nucleus(rng: Rng, r: float) -> Float32:
    """An egg to one side (myelocyte)."""
    a = r * rng.uniform(0.57, 0.68)
    long, way = a * rng.uniform(0.18, 0.34), rng.uniform(0, 2 * np.pi)
    free = max(r - a, 0) * rng.uniform(0.5, 0.85)
    body = [(0.0, t * long, a * (1 - 0.05 * t * t)) for t in np.linspace(-1, 1, 7)]
    return turned(body, way, free * np.cos(way), free * np.sin(way))


def indented_nucleus(rng: Rng, r: float) -> Float32:
    """A kidney with a dent less than half its width (metamyelocyte)."""
    at, half = r * rng.uniform(0.3, 0.38), r * rng.uniform(0.41, 0.48)
    ends = rng.uniform(0.92, 1.05)
    body = arc(at, rng.uniform(2.1, 2.9), lambda p: half * (1 - (1 - ends) * p * p))
    way = rng.uniform(0, 2 * np.pi)
    return turned(body, way, -0.12 * r * np.cos(way), -0.12 * r * np.sin(way))


def folded_nucleus(rng: Rng, r: float) -> Float32:
    """A broad horseshoe or bean (monocyte)."""
    at, half = r * rng.uniform(0.33, 0.43), r * rng.uniform(0.31, 0.38)
    uneven, swell = rng.uniform(-0.15, 0.15), rng.uniform(-0.12, 0.16)
    body = arc(at, rng.uniform(2.6, 4.0), lambda p: half * (1 + uneven * p + swell * p * p))
    way = rng.uniform(0, 2 * np.pi)
    return turned(body, way, -0.08 * r * np.cos(way), -0.08 * r * np.sin(way))


def band_nucleus(rng: Rng, r: float) -> Float32:
    """A curved sausage with parallel sides (band neutrophil)."""
    at, half = r * rng.uniform(0.4, 0.5), r * rng.uniform(0.26, 0.32)
    waist, ends = rng.uniform(0.0, 0.18), rng.uniform(-0.05, 0.15)
    body = arc(at, rng.uniform(2.7, 4.1), lambda p: half * (1 - waist * np.exp(-((p / 0.25) ** 2)) + ends * p * p), 22)
    way = rng.uniform(0, 2 * np.pi)
    return turned(body, way, -0.1 * r * np.cos(way), -0.1 * r * np.sin(way))


def lobed_nucleus(rng: Rng, r: float, lobes: tuple[int, ...], share: tuple[float, float], thread_um: float) -> Float32:
    """Lobes in a row on a bent line, joined by threads (segmented neutrophil, eosinophil, basophil)."""
    n = int(rng.choice(lobes))
    size = r * rng.uniform(*share) * (3.0 / n) ** 0.42
    at = min(r * (0.42 if n < 3 else 0.47), r - size - 0.4)
    step = 2.55 if n == 2 else min(2 * size * rng.uniform(0.95, 1.22) / at, 5.3 / n)
    turns = (np.arange(n) - (n - 1) / 2) * step + rng.normal(0, 0.12, n)
    body: list[tuple[float, float, float]] = []
    middles = []
    for turn in turns:
        here = at * rng.uniform(0.86, 1.1)
        x, y, s = here * np.cos(turn), here * np.sin(turn), size * rng.uniform(0.84, 1.12)
        middles.append((x, y))
        along, long = turn + np.pi / 2 + rng.normal(0, 0.7), s * rng.uniform(0.1, 0.45)
        dx, dy = long * np.cos(along), long * np.sin(along)
        body += [(x + t * dx, y + t * dy, s * (0.94 - 0.1 * t * t)) for t in (-1, 0, 1)]
    for (ax, ay), (bx, by) in zip(middles, middles[1:], strict=False):
        bend = rng.uniform(0.0, 0.25)
        for t in np.linspace(0, 1, 12):
            pull = 1 + bend * 4 * t * (1 - t)
            body.append(((ax + (bx - ax) * t) * pull, (ay + (by - ay) * t) * pull, thread_um * (1 + abs(2 * t - 1))))
    return turned(body, rng.uniform(0, 2 * np.pi))


def granules(patch: Patch, rng: Rng, where: UInt8, diameter_um: tuple[float, float], per_um2: float) -> Float32:
    """Granules strewn over a mask (uint8 [h, w], not 0 = inside), float32 [h, w], 0 none to 1 a deep one."""
    h, w = patch.x.shape
    ys, xs = np.nonzero(where)
    if not len(xs):
        return np.zeros((h, w), np.float32)
    zoom = 3 if diameter_um[0] < 8 * patch.um_per_px else 1
    layer = np.zeros((h * zoom, w * zoom), np.uint8)
    n = int(rng.poisson(per_um2 * len(xs) * patch.um_per_px**2))
    pick = rng.integers(0, len(xs), n)
    places = (np.stack([xs[pick], ys[pick]], 1) * 16 + rng.integers(0, 16, (n, 2))) * zoom
    radii = rng.uniform(*diameter_um, n) / 2 / patch.um_per_px * 16 * zoom
    depths = rng.integers(160, 256, n)
    for (px, py), radius, depth in zip(places.tolist(), radii, depths.tolist(), strict=True):
        cv2.circle(layer, (px, py), max(int(radius), 16), depth, -1, cv2.LINE_AA, 4)
    small = cv2.resize(layer, (w, h), interpolation=cv2.INTER_AREA) if zoom > 1 else layer
    soft = cv2.GaussianBlur(small, (0, 0), max(0.05 / patch.um_per_px, 0.35))
    return np.asarray(soft, np.float32) / np.float32(255)
