"""Scale and stain of a field read off its red cells, which are 7.5 um wide and everywhere."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]

RED_CELL_UM = 7.5
"""Median diameter of a human red cell on a dried smear, um."""

_WORK_PX = (400, 800)  # longest side that is looked at: first the cheap one, which is enough for most fields
_ENOUGH_PX = 20.0  # diameter from which a red cell is measured well
_SURE = 0.5
_RADII = 5 * 1.065 ** np.arange(18)  # px, 5 to 14.6 at each level of the pyramid
_LEVELS = 4  # halvings: red cells of 10 to 190 px at the working resolution
_RAYS = 32
_MIN_COVERAGE = 0.45  # share of a circle's rim that must be seen as an edge


@dataclass(frozen=True, slots=True)
class FieldScale:
    """What the red cells tell of a field.

    Args:
        um_per_px: micrometres per pixel of the image given.
        red_cell_px: median diameter of the red cells, pixels of the image given.
        red_cells: number of red cells that were measured.
        confidence: 0 to 1, probability-like: how far the scale may be relied upon.
        background_rgb: colour of the empty glass, 0 to 255 each.
        red_cell_rgb: median colour of the red cells, 0 to 255 each.
    """

    um_per_px: float
    red_cell_px: float
    red_cells: int
    confidence: float
    background_rgb: tuple[int, int, int]
    red_cell_rgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Circles:
    """Candidates: centres and radii in working pixels, share of the rim seen, rays' scatter, inner optical density."""

    x: Float32
    y: Float32
    r: Float32
    coverage: Float32
    density: Float32

    def take(self, chosen: NDArray[np.generic]) -> "_Circles":
        return _Circles(*(getattr(self, f)[chosen] for f in ("x", "y", "r", "coverage", "density")))


def measure(image: UInt8) -> FieldScale | None:
    """Read the scale of a field, uint8 [H, W, 3] RGB, off its red cells; None if no usable red cells are seen.

    Edges vote for the centres of dark discs (after Loy and Zelinsky, Fast radial symmetry, 2003; here on thinned edges,
    in a pyramid, and the rim is measured again along rays), so touching and cut cells count as well as free ones.
    """
    best: FieldScale | None = None
    height, width = image.shape[:2]
    if max(height, width) > 2 * _WORK_PX[-1]:
        # From so far, crowds of small cells can look like large ones: the middle third has a say of its own.
        y, x = height // 3, width // 3
        best = measure(np.ascontiguousarray(image[y : height - y, x : width - x]))
    for work_px in _WORK_PX:
        factor = max(1.0, max(height, width) / work_px)
        seen = _measure(image, factor)
        best = max((m for m in (best, seen) if m is not None), key=lambda m: m.confidence, default=None)
        if factor == 1 or (best and best.confidence >= _SURE and best.red_cell_px >= _ENOUGH_PX * factor):
            break
    return best


def _measure(image: UInt8, factor: float) -> FieldScale | None:
    """The same at one resolution; a working pixel spans `factor` pixels of the image."""
    work = _shrunk(image, factor)
    if min(work.shape[:2]) < 24:
        return None
    light = background(work)
    density = -np.log((work.astype(np.float32) + 1) / (light + 1))
    green = np.clip(density[..., 1], -0.2, 2.5)
    valid = work.max(axis=2) > 40
    threshold, nuclear, contrast = _contrast(green[valid]) if valid.mean() > 0.2 else (0.0, np.inf, 0.0)
    if threshold < 0.015 or contrast <= 0:
        return None
    dark = _nuclei(green, density[..., 0], valid & (green > threshold), nuclear, contrast)
    chosen = None
    for step in (contrast, 0.4 * contrast):  # rims of crowded cells are fainter than the cells are dense
        circles = _refined(_candidates(green, step), green, density[..., 0], dark, step)
        found = _population(circles)
        if found is not None and (chosen is None or found[1] > chosen[1]):
            chosen = found
        if chosen is not None and chosen[1] >= 0.65:
            break
    if chosen is None:
        return None
    cells, confidence = chosen
    red_cell_px = 2 * _weighted_median(cells.r, cells.coverage - 0.3) * factor
    empty = valid & (green < threshold / 2)
    glass = np.median(work[empty], axis=0) if empty.any() else np.median(light.reshape(-1, 3), axis=0)
    return FieldScale(
        um_per_px=RED_CELL_UM / red_cell_px,
        red_cell_px=red_cell_px,
        red_cells=len(cells.r),
        confidence=confidence,
        background_rgb=_rgb(glass),
        red_cell_rgb=_rgb(_colour(work, cells)),
    )


def _rgb(colour: NDArray[np.generic]) -> tuple[int, int, int]:
    r, g, b = (int(round(float(c))) for c in colour)
    return r, g, b


def _shrunk(image: UInt8, factor: float) -> UInt8:
    """The image with each pixel `factor` times as wide; as it is for 1."""
    if factor <= 1:
        return image
    size = (max(1, round(image.shape[1] / factor)), max(1, round(image.shape[0] / factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def background(work: UInt8) -> Float32:
    """Light without cells, float32 [H, W, 3]: a quadratic surface that most of the brighter pixels lie on."""
    height, width = work.shape[:2]
    small = cv2.resize(work, (64, 48), interpolation=cv2.INTER_AREA).astype(np.float32).reshape(-1, 3)

    def terms(w: int, h: int) -> Float32:
        y, x = np.meshgrid(
            np.linspace(-1, 1, h, dtype=np.float32), np.linspace(-1, 1, w, dtype=np.float32), indexing="ij"
        )
        return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)

    basis = terms(64, 48)
    lit = (small.max(axis=1) > 40).astype(np.float32)
    surfaces = []
    for channel in small.T:
        weight = lit * (channel >= np.percentile(channel[lit > 0], 60) if lit.any() else 1)
        for _ in range(10):
            gram = (basis * weight[:, None]).T @ basis + 1e-2 * np.diag([0, 1, 1, 1, 1, 1]).astype(np.float32)
            fit = basis @ np.linalg.solve(
                gram + 1e-4 * np.eye(6, dtype=np.float32), (basis * weight[:, None]).T @ channel
            )
            weight = lit * np.where(channel > fit, 1.0, 0.03).astype(np.float32)
        surfaces.append(cv2.resize(fit.reshape(48, 64), (width, height), interpolation=cv2.INTER_LINEAR))
    return np.clip(np.stack(surfaces, axis=-1), 20, 255).astype(np.float32)


def _contrast(values: Float32) -> tuple[float, float, float]:
    """Thresholds glass | red cells | nuclei, and the red cells' density; infinity stands for "no nuclei apart"."""
    threshold = _otsu(values)
    lower, above = values[values <= threshold], values[values > threshold]
    if not (lower.size and above.size):
        return threshold, np.inf, 0.0
    share = above.size / values.size
    if share < 0.2 and threshold > 0.3 or share < 0.3 and threshold > 0.5:  # few and very dense: nuclei
        second = _otsu(lower)
        body, glass = lower[lower > second], lower[lower <= second]
        spread = np.sqrt((body.var() * body.size + glass.var() * glass.size) / lower.size) + 1e-6
        if body.size > 0.03 * values.size and (body.mean() - glass.mean()) / spread > 2.4:
            return second, threshold, float(np.median(body))
        return threshold, np.inf, 0.0
    return threshold, np.inf, float(np.median(above))


def _nuclei(green: Float32, red: Float32, cells: NDArray[np.bool_], nuclear: float, contrast: float) -> Float32:
    """1 where a nucleus lies, 0 elsewhere, float32 [H, W]: far denser than red cells, and in red light as well."""
    if np.isfinite(nuclear):
        return (green > nuclear).astype(np.float32)
    usual = float(np.median(red[cells])) if cells.any() else 0.0
    return ((green > 1.6 * contrast) & (red > max(2.2 * usual, usual + 0.15))).astype(np.float32)


def _otsu(values: Float32) -> float:
    """Threshold between two heaps of values."""
    scaled = np.clip((values + 0.2) * 100, 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(scaled.reshape(1, -1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(level) / 100 - 0.2


def _candidates(green: Float32, contrast: float) -> _Circles:
    """Dark discs at every level of a pyramid."""
    found: list[Float32] = []
    level = green
    for power in range(_LEVELS):
        if power:
            level = _half(level)
        if min(level.shape) < 16:
            break
        found.append(_vote(level, contrast) * np.array([2**power, 2**power, 2**power, 1], np.float32))
    x, y, r, coverage = np.concatenate(found).T if found else np.zeros((4, 0), np.float32)
    order = np.argsort(-coverage)[:1500]
    return _Circles(x[order], y[order], r[order], coverage[order], np.zeros_like(x[order]))


def _half(values: Float32) -> Float32:
    """Values at half the resolution."""
    return np.asarray(cv2.resize(values, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)


def _vote(level: Float32, contrast: float) -> Float32:
    """Centres, radius and rim share of dark discs of one level, float32 [N, 4], level pixels."""
    height, width = level.shape
    smooth = cv2.GaussianBlur(level, (0, 0), 1.0) * (1000 / contrast)
    smooth = np.clip(smooth, -1000, 3000)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    edges = cv2.Canny(dx.astype(np.int16), dy.astype(np.int16), 250, 600, L2gradient=True)
    ey, ex = np.nonzero(edges)
    if not len(ex):
        return np.zeros((0, 4), np.float32)
    gx, gy = dx[ey, ex], dy[ey, ex]
    norm = np.hypot(gx, gy) + 1e-6
    gx, gy = gx / norm, gy / norm  # towards the denser side
    pad = 15
    shape = (height + 2 * pad, width + 2 * pad)
    stack = np.empty((len(_RADII), *shape), np.float32)
    for i, radius in enumerate(_RADII):
        cx = np.rint(ex + radius * gx).astype(np.int64) + pad
        cy = np.rint(ey + radius * gy).astype(np.int64) + pad
        inside = (cx >= 0) & (cy >= 0) & (cx < shape[1]) & (cy < shape[0])
        votes = np.bincount(cy[inside] * shape[1] + cx[inside], minlength=shape[0] * shape[1])
        sigma = 0.16 * radius
        side = 2 * int(np.ceil(2.2 * sigma)) + 1
        blurred = cv2.GaussianBlur(votes.reshape(shape).astype(np.float32), (side, side), sigma)
        stack[i] = blurred * (2 * np.pi * sigma * sigma / (2 * np.pi * radius))
    best = stack.max(axis=0)
    peak = (best >= cv2.dilate(best, np.ones((5, 5), np.uint8))) & (best > 0.25)
    peak[:pad] = peak[-pad:] = False
    peak[:, :pad] = peak[:, -pad:] = False
    py, px = np.nonzero(peak)
    which = stack[:, py, px].argmax(axis=0)
    return np.stack([px - pad, py - pad, _RADII[which], best[py, px]], axis=1).astype(np.float32)


def _refined(circles: _Circles, green: Float32, red: Float32, dark: Float32, contrast: float) -> _Circles:
    """Rims measured along rays; discs that are no discs dropped; of two at one place the better kept."""
    if not len(circles.r):
        return circles
    angles = np.arange(_RAYS, dtype=np.float32) * (2 * np.pi / _RAYS)
    steps = np.linspace(0.5, 1.6, 34, dtype=np.float32)
    smooth = np.asarray(cv2.GaussianBlur(green, (0, 0), 1.0), np.float32)
    coarse = [smooth]
    for _ in range(_LEVELS - 1):
        coarse.append(_half(coarse[-1]))
    x, y, r = circles.x.copy(), circles.y.copy(), circles.r.copy()
    for _ in range(2):
        profile = _profiles(coarse, x, y, r, angles, steps)
        drop = profile[..., :-4] - profile[..., 4:]  # dense inside, light outside
        prior = np.exp(-0.5 * ((steps[2:-2] - 1) / 0.35) ** 2)
        at = (drop * prior).argmax(axis=2)
        rim = steps[2:-2][at] * r[:, None]
        seen = np.take_along_axis(drop, at[..., None], axis=2)[..., 0] > 0.3 * contrast
        middle = _masked_median(rim, seen, r)
        rim_x = x[:, None] + middle[:, None] * np.cos(angles)
        rim_y = y[:, None] + middle[:, None] * np.sin(angles)
        known = (rim_x > 1) & (rim_y > 1) & (rim_x < green.shape[1] - 2) & (rim_y < green.shape[0] - 2)
        fits = seen & known & (np.abs(rim - middle[:, None]) < 0.25 * middle[:, None])
        coverage = (fits.sum(axis=1) / np.maximum(0.45 * _RAYS, known.sum(axis=1))).astype(np.float32)
        weight = fits / np.maximum(1, fits.sum(axis=1, keepdims=True))
        shift_x = 2 * (weight * (rim - middle[:, None]) * np.cos(angles)).sum(axis=1)
        shift_y = 2 * (weight * (rim - middle[:, None]) * np.sin(angles)).sum(axis=1)
        radius = (weight * rim).sum(axis=1)
        radius = np.where(fits.any(axis=1), radius, r)
        x, y, r = (
            (x + np.clip(shift_x, -0.3 * r, 0.3 * r)).astype(np.float32),
            (y + np.clip(shift_y, -0.3 * r, 0.3 * r)).astype(np.float32),
            radius.astype(np.float32),
        )
    ring = _profiles([red], x, y, r, angles, np.array([0.3, 0.5, 0.7, 0.85], np.float32))
    inner = _profiles([green], x, y, r, angles, np.array([0.7, 0.8, 0.9], np.float32))
    solid = (inner.max(axis=2) > 0.4 * contrast).mean(axis=1) > 0.8
    nuclear = _profiles([dark], x, y, r, angles, np.array([0.3, 0.5, 0.7, 0.85], np.float32)).mean(axis=(1, 2))
    density = np.median(ring.reshape(len(x), -1), axis=1).astype(np.float32)
    refined = _Circles(x, y, r, coverage, density)
    refined = refined.take(solid & (nuclear < 0.2) & (coverage >= _MIN_COVERAGE) & (r > 3.5))
    return _apart(refined)


def _masked_median(values: Float32, mask: NDArray[np.bool_], otherwise: Float32) -> Float32:
    """Median along axis 1 of the masked values; `otherwise` where fewer than four are there."""
    ordered = np.sort(np.where(mask, values, np.inf), axis=1)
    count = mask.sum(axis=1)
    middle = ordered[np.arange(len(values)), np.maximum(0, (count - 1) // 2)]
    return np.where(count >= 4, middle, otherwise).astype(np.float32)


def _profiles(levels: list[Float32], x: Float32, y: Float32, r: Float32, angles: Float32, steps: Float32) -> Float32:
    """Values along rays, float32 [N, rays, steps]; each circle is read at a level where it is 8 to 16 px in radius."""
    reach = r[:, None, None] * steps
    map_x = x[:, None, None] + reach * np.cos(angles)[:, None]
    map_y = y[:, None, None] + reach * np.sin(angles)[:, None]
    out = np.empty(map_x.shape, np.float32)
    power = np.clip(np.floor(np.log2(np.maximum(r, 1) / 8)), 0, len(levels) - 1).astype(int)
    for p in np.unique(power):
        own = power == p
        scale = np.float32(0.5**p)
        mx = ((map_x[own] + 0.5) * scale - 0.5).reshape(own.sum(), -1)
        my = ((map_y[own] + 0.5) * scale - 0.5).reshape(own.sum(), -1)
        values = cv2.remap(
            levels[p], mx.astype(np.float32), my.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        out[own] = values.reshape(own.sum(), len(angles), -1)
    return out


def _apart(circles: _Circles) -> _Circles:
    """Of circles whose middles lie within half a radius of each other, the one that shows most of its rim."""
    order = np.argsort(-circles.coverage * np.sqrt(circles.r), kind="stable")
    kept: list[int] = []
    for i in order:
        if kept:
            k = np.array(kept)
            distance = np.hypot(circles.x[k] - circles.x[i], circles.y[k] - circles.y[i])
            if (distance < 0.6 * np.maximum(circles.r[k], circles.r[i])).any():
                continue
        kept.append(int(i))
    return circles.take(np.array(kept, dtype=np.intp))


def _population(circles: _Circles) -> tuple[_Circles, float] | None:
    """The circles that are red cells: the size that explains most of the field's area; and the confidence."""
    if not len(circles.r):
        return None
    weight = (circles.coverage - 0.3) ** 2 * circles.r**1.5
    size = np.log(circles.r)
    density_middle = _weighted_median(circles.density, weight)
    usual = circles.density < max(2.2 * density_middle, density_middle + 0.25)
    weight = np.where(usual, weight, 0)
    grid = np.linspace(size.min() - 0.1, size.max() + 0.1, 200)
    heap = (weight * np.exp(-0.5 * ((grid[:, None] - size) / 0.12) ** 2)).sum(axis=1)
    mode = grid[heap.argmax()]
    own = usual & (np.abs(size - mode) < 0.3)
    cells = circles.take(own)
    if len(cells.r) < 2:
        return None
    share = float(weight[own].sum() / weight.sum())
    spread = float(np.std(size[own]))
    enough = 1 - np.exp(-len(cells.r) / 4)
    rim = float(np.clip((np.median(cells.coverage) - 0.35) / 0.4, 0, 1))
    confidence = float(np.clip(enough * share * rim * np.exp(-spread), 0, 1))
    return cells, confidence


def _weighted_median(values: Float32, weight: Float32) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _colour(work: UInt8, cells: _Circles) -> NDArray[np.generic]:
    """Median colour of the red cells' bodies."""
    angles = np.arange(8, dtype=np.float32) * (np.pi / 4)
    body = [
        _profiles(
            [work[..., c].astype(np.float32)], cells.x, cells.y, cells.r, angles, np.array([0.5, 0.7], np.float32)
        )
        for c in range(3)
    ]
    return np.array([np.median(channel) for channel in body])
