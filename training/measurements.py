"""Hand-made measurements of nucleus and cytoplasm from a crop and its scale alone; numpy and OpenCV.

They are the quantities by which people tell leukocytes apart, and complement what networks learn (Alammar et al. 2023
fuse features of several sources). A crop is brought to one scale, its optical density (Beer and Lambert: -log of the
transmitted light, natural logarithm) is taken over that of the empty glass, and densities are told as multiples of
the nucleus's own, or of the red cells' around it, so that the strength of the stain cancels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Bool = NDArray[np.bool_]

UM = 0.2
"""Scale in um/px at which everything is measured."""
RINGS_UM = ((0.0, 0.8), (0.8, 1.8), (1.8, 3.2))
"""Distances from the nucleus's edge between which the surroundings are averaged."""
GRAINS_UM = (0.25, 0.5, 1.0)
"""Sizes of the grains whose contrast is measured: spreads of the Gaussians whose differences are taken."""
_REACH_UM = 3.5  # the cytoplasm ends at most so far from the nucleus's hull
_RED = np.array([0.10, 0.50, 0.55])  # of the nucleus's density: a typical red cell's, where the crop shows none
_NUCLEAR = (1.0, 0.5, -0.75)  # weights of the densities of R, G and B that let nuclei stand out
_LEAST_UM2 = 0.8  # smaller pieces are crumbs
_FLOOR = 0.05  # densities below this are noise, and nothing is divided by less

NAMES = (
    "nucleus_area",
    "cell_area",
    "cytoplasm_area",
    "nucleus_share",
    *(f"{part}_{what}" for part in ("nucleus", "cell") for what in ("circularity", "solidity", "eccentricity")),
    "lobes",
    "pieces",
    "holes_share",
    "thickness",
    "span",
    "slenderness",
    "offset",
    *(f"nucleus_{what}_{c}" for what in ("hue", "spread") for c in "rgb"),
    *(f"cytoplasm_{what}_{c}" for what in ("density", "spread", "to_red") for c in "rgb"),
    *(f"ring{k}_{c}" for k in range(len(RINGS_UM)) for c in "rgb"),
    *(f"{part}_grain{k}_{c}" for part in ("nucleus", "cytoplasm") for k in range(len(GRAINS_UM)) for c in "rgb"),
    "dark_share",
    "nucleus_edge",
    "cell_edge",
    "surroundings",
)
"""What `measure` gives, in its order. Areas are log(1 + um2), thickness (of the thickest part), span (largest distance
within the nucleus's hull) and offset (of the nucleus's middle from the cell's) um, slenderness the area over the
squared thickness; hues are shares of the three densities, densities and spreads (standard deviations) multiples of the
nucleus's, "to_red" of the red cells'; grains are root mean squares of a band, edges falls of density a um, both
multiples of the nucleus's; dark_share is the share of the cytoplasm at least half as dense as the nucleus,
surroundings the covered share of the window outside the cell."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A cell taken apart at UM um/px.

    Args:
        density: float32 [h, w, 3] over the ground, of R, G and B; may be slightly negative.
        nucleus: bool [h, w].
        cell: bool [h, w], the nucleus included.
        covered: bool [h, w], all that is not empty glass.
    """

    density: Float32
    nucleus: Bool
    cell: Bool
    covered: Bool


def measure(crop: NDArray[np.uint8], um_per_px: float, mask: NDArray[np.uint8] | None = None) -> Float32:
    """Measure the central cell.

    Args:
        crop: uint8 [h, w, 3] RGB, the cell in its middle.
        um_per_px: its scale.
        mask: uint8 [h, w], 0 ground, 1 cytoplasm, 2 nucleus, if one is known; None finds the parts by thresholds.

    Returns:
        float32 [len(NAMES)], finite; 0 where a part is missing.
    """
    parts = _parts(crop, um_per_px, mask)
    cytoplasm = parts.cell & ~parts.nucleus
    dye = np.maximum(_mean(parts.density, parts.nucleus), _FLOOR)
    relative = np.asarray(parts.density / dye, dtype=np.float32)
    values = [
        *_areas(parts.nucleus, parts.cell),
        *_shape(parts.nucleus),
        *_shape(parts.cell),
        *_lobes(parts.nucleus),
        _offset(parts.nucleus, parts.cell),
        *(dye / dye.sum()),
        *_spread(relative, parts.nucleus),
        *_mean(relative, cytoplasm),
        *_spread(relative, cytoplasm),
        *(_mean(relative, cytoplasm) / _red_cells(relative, parts)),
        *_rings(relative, parts),
        *_grains(relative, parts.nucleus),
        *_grains(relative, cytoplasm),
        float((relative.mean(axis=2)[cytoplasm] > 0.5).mean()) if cytoplasm.any() else 0.0,
        _edge(relative, parts.nucleus),
        _edge(relative, parts.cell),
        float(parts.covered[~parts.cell].mean()) if not parts.cell.all() else 0.0,
    ]
    return np.asarray(np.nan_to_num(np.array(values, dtype=np.float64), posinf=0.0, neginf=0.0), dtype=np.float32)


def measure_all(crops: NDArray[np.uint8], um_per_px: float) -> Float32:
    """Of crops uint8 [N, h, w, 3] of one scale: float32 [N, len(NAMES)]."""
    rows = np.zeros((len(crops), len(NAMES)), np.float32)
    for row, crop in zip(rows, crops, strict=True):
        row[:] = measure(np.asarray(crop), um_per_px)
    return rows


def find_parts(density: Float32) -> tuple[Bool, Bool, Bool]:
    """Nucleus, cell and covered ground of a crop: bool [h, w] each, from float32 [h, w, 3] at UM um/px.

    Nuclei are dense in red and green and less so in blue, red cells the other way round, and rims that refract are so
    in all alike; so Otsu's threshold of a difference of densities over what is covered at all finds nuclei. The central
    one is the pieces that reach the middle third of the window or lie within 1 um of such a one; the cell is what is
    covered around its hull.
    """
    smooth = cv2.GaussianBlur(density, (0, 0), 0.3 / UM)
    covered = np.asarray(smooth.max(axis=2) > max(2 * _FLOOR, 0.15 * float(np.quantile(smooth.max(axis=2), 0.95))))
    stands_out = smooth @ np.array(_NUCLEAR, np.float32)
    empty = np.zeros(stands_out.shape, bool)
    if covered.sum() * UM**2 < _LEAST_UM2:
        return empty, empty, covered
    top = max(float(np.quantile(stands_out, 0.995)), 2 * _FLOOR)
    eight = np.clip(stands_out / top * 255, 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(eight[covered][None], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = _opened(eight > max(threshold, 64), 0.5)
    h, w = stands_out.shape
    y, x = np.ogrid[:h, :w]
    middle = (abs(y - (h - 1) / 2) <= h / 6) & (abs(x - (w - 1) / 2) <= w / 6)
    nucleus = _touching(dark, 1.0, middle)
    if not nucleus.any():
        return empty, empty, covered
    near = _grown(_hull(nucleus), _REACH_UM) & covered
    cell = _touching(_opened(near | nucleus, 1.4), 0.0, nucleus) | nucleus
    return nucleus, _filled(cell), covered


def _parts(crop: NDArray[np.uint8], um_per_px: float, mask: NDArray[np.uint8] | None) -> Parts:
    size = tuple(max(8, round(n * um_per_px / UM)) for n in (crop.shape[1], crop.shape[0]))
    way = cv2.INTER_AREA if um_per_px < UM else cv2.INTER_LINEAR
    image = cv2.resize(crop, size, interpolation=way) if size != crop.shape[1::-1] else crop
    light = -np.log((image.astype(np.float32) + 1) / 256)
    pixels = light[::2, ::2].reshape(-1, 3)
    order = np.argsort(pixels.sum(axis=1), kind="stable")
    density = np.asarray(light - np.median(pixels[order[: max(1, len(order) // 5)]], axis=0), dtype=np.float32)
    nucleus, cell, covered = find_parts(density)
    if mask is not None:
        known = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
        nucleus, cell = np.asarray(known == 2), np.asarray(known > 0)
    return Parts(density, nucleus, cell, covered)


def _areas(nucleus: Bool, cell: Bool) -> Sequence[float]:
    own, whole = nucleus.sum() * UM**2, cell.sum() * UM**2
    return math.log1p(own), math.log1p(whole), math.log1p(whole - own), own / max(whole, UM**2)


def _shape(region: Bool) -> Sequence[float]:
    """Circularity 4 pi area / perimeter^2, solidity (share of the hull), eccentricity of the ellipse of inertia."""
    area = float(region.sum())
    if area < 4:
        return 0.0, 0.0, 0.0
    outlines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    perimeter = sum(cv2.arcLength(o, True) for o in outlines)
    m = cv2.moments(region.astype(np.uint8), True)
    a, b, c = m["mu20"] / area, m["mu11"] / area, m["mu02"] / area
    root = math.sqrt((a - c) ** 2 + 4 * b * b)
    short, long = (a + c - root) / 2, (a + c + root) / 2
    eccentricity = math.sqrt(max(0.0, 1 - max(0.0, short) / max(long, 1e-6)))
    return min(1.0, 4 * math.pi * area / max(perimeter, 1.0) ** 2), area / max(1, _hull(region).sum()), eccentricity


def _lobes(nucleus: Bool) -> Sequence[float]:
    """Lobes, separate pieces, share of holes, thickness um, span um, slenderness.

    Lobes are the parts into which the nucleus falls when all that is thinner than a share of its thickest is taken off.
    """
    if not nucleus.any():
        return (0.0,) * 6
    padded = np.pad(nucleus, 1).astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    deepest = float(depth.max())
    lobes = max(_count(depth > share * deepest, 0.2) for share in (0.4, 0.55, 0.7, 0.8))
    filled = _filled(nucleus)
    points = cv2.convexHull(cv2.findNonZero(padded))[:, 0].astype(np.float32)
    span = float(np.linalg.norm(points[:, None] - points[None], axis=2).max()) + 1
    area, thickness = float(nucleus.sum()), 2 * deepest
    return (
        float(lobes),
        float(_count(nucleus, _LEAST_UM2)),
        1 - area / float(filled.sum()),
        thickness * UM,
        span * UM,
        area / thickness**2,
    )


def _offset(nucleus: Bool, cell: Bool) -> float:
    if not nucleus.any() or not cell.any():
        return 0.0
    a, b = (np.argwhere(r).mean(axis=0) for r in (nucleus, cell))
    return float(np.linalg.norm(a - b)) * UM


def _mean(values: Float32, region: Bool) -> NDArray[np.float64]:
    """Of [h, w, 3] over a region; 0 without one."""
    return values[region].mean(axis=0, dtype=np.float64) if region.any() else np.zeros(3)


def _spread(values: Float32, region: Bool) -> NDArray[np.float64]:
    return values[region].std(axis=0, dtype=np.float64) if region.any() else np.zeros(3)


def _red_cells(relative: Float32, parts: Parts) -> NDArray[np.float64]:
    """Densities of the red cells: covered, away from the cell, and little dense in red."""
    away = parts.covered & ~_grown(parts.cell, 0.6) & (relative[:, :, 0] < 0.4)
    seen = np.median(relative[away], axis=0) if away.sum() * UM**2 > 6 else _RED
    return np.maximum(np.asarray(seen, dtype=np.float64), _FLOOR)


def _rings(relative: Float32, parts: Parts) -> list[float]:
    """Mean densities between distances from the nucleus's edge, the covered ground alone."""
    if not parts.nucleus.any():
        return [0.0] * (3 * len(RINGS_UM))
    distance = cv2.distanceTransform((~parts.nucleus).astype(np.uint8), cv2.DIST_L2, 5) * UM
    rings = (_mean(relative, (distance > a) & (distance <= b) & parts.cell) for a, b in RINGS_UM)
    return [float(v) for ring in rings for v in ring]


def _grains(relative: Float32, region: Bool) -> list[float]:
    """Contrast of grains of each size within a region, its edge left out; nought outside does not count."""
    inner = region & ~_grown(~region, 0.3)
    if inner.sum() < 9:
        return [0.0] * (3 * len(GRAINS_UM))
    inside = inner.astype(np.float32)
    found: list[float] = []
    for size in GRAINS_UM:
        fine, coarse = (_blurred_within(relative, inside, s / UM) for s in (0.6 * size, 1.2 * size))
        found += [float(v) for v in np.sqrt(np.square(fine - coarse)[inner].mean(axis=0))]
    return found


def _blurred_within(values: Float32, inside: Float32, sigma: float) -> Float32:
    """Gaussian mean of [h, w, 3] over the pixels inside."""
    weight = cv2.GaussianBlur(inside, (0, 0), sigma)
    total = cv2.GaussianBlur(values * inside[:, :, None], (0, 0), sigma)
    return np.asarray(total / np.maximum(weight, 1e-3)[:, :, None], dtype=np.float32)


def _edge(relative: Float32, region: Bool) -> float:
    """Mean fall of density, a um, across a region's edge."""
    border = region & _grown(~region, UM)
    if not border.any() or region.all():
        return 0.0
    grey = np.ascontiguousarray(relative.mean(axis=2))
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / (8 * UM)
    return float(slope[border].mean())


def _disc(radius_um: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius_um / UM)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def _grown(region: Bool, radius_um: float) -> Bool:
    return np.asarray(cv2.dilate(region.astype(np.uint8), _disc(radius_um)) > 0)


def _opened(region: Bool, radius_um: float) -> Bool:
    return np.asarray(cv2.morphologyEx(region.astype(np.uint8), cv2.MORPH_OPEN, _disc(radius_um)) > 0)


def _touching(region: Bool, gap_um: float, seed: Bool) -> Bool:
    """The pieces of a region, those nearer than the gap counted as one, that reach the seed."""
    joined = _grown(region, gap_um / 2) if gap_um else region
    _, labels = cv2.connectedComponents(joined.astype(np.uint8))
    kept = np.unique(labels[seed & region])
    return region & np.isin(labels, kept[kept > 0])


def _filled(region: Bool) -> Bool:
    outlines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros(region.shape, np.uint8), outlines, -1, 1, -1) > 0)


def _hull(region: Bool) -> Bool:
    canvas = np.zeros(region.shape, np.uint8)
    points = cv2.findNonZero(region.astype(np.uint8))
    return np.asarray(cv2.fillConvexPoly(canvas, cv2.convexHull(points), 1) > 0) if points is not None else region


def _count(region: Bool, least_um2: float) -> int:
    """Pieces that are no crumbs, at least 1."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8))
    return max(1, int((stats[1:, cv2.CC_STAT_AREA] * UM**2 >= least_um2).sum()))
