"""Draws believable blood-smear fields with exact truth, from a seed; any part of a plane comes out the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from bloodview.core.cells import Kind, Polygon
from bloodview.core.geometry import Box, Size
from bloodview.core.taxonomy import FINE
from bloodview.slides.synthetic_cells import Stamp, draw_leukocyte, draw_platelet, draw_red_cell
from bloodview.slides.synthetic_recipes import RECIPES
from bloodview.slides.synthetic_shapes import Rng, UInt8
from bloodview.slides.synthetic_stain import LABORATORIES, Laboratory, compressed, develop, light, margin_px, photograph

ADULT: Mapping[str, float] = {
    "segmented_neutrophil": 0.57,
    "band_neutrophil": 0.04,
    "lymphocyte": 0.28,
    "monocyte": 0.07,
    "eosinophil": 0.03,
    "basophil": 0.01,
}
"""Shares of the leukocytes in healthy blood."""

EVEN: Mapping[str, float] = {name: 1.0 for name in FINE if name != "platelet"}
"""Every nucleated class alike."""

_RED, _WHITE, _PLATELET, _WAVES, _LAMP, _CAMERA = range(6)
_REACH_UM = 14.0
"""No cell reaches further than this from its middle."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """All that decides a field, or a plane of which fields are parts.

    Args:
        width_px, height_px: size of the whole plane.
        um_per_px: scale.
        seed: decides everything drawn.
        laboratory: stain, light and camera.
        mix: weights of the nucleated classes.
        cast: if given, the classes of the leukocytes in turn, in place of the mix.
        leukocytes_per_mm2, red_cells_per_mm2, platelets_per_mm2: mean densities; 900 leukocytes a mm2 are
            7 in 1024 x 768 pixels of 0.1 um.
    """

    width_px: int = 640
    height_px: int = 480
    um_per_px: float = 0.1
    seed: int = 0
    laboratory: Laboratory = LABORATORIES["amber"]
    mix: tuple[tuple[str, float], ...] = field(default=tuple(ADULT.items()))
    cast: tuple[str, ...] = ()
    leukocytes_per_mm2: float = 600.0
    red_cells_per_mm2: float = 12500.0
    platelets_per_mm2: float = 1500.0

    def __post_init__(self) -> None:
        unknown = {name for name, _ in self.mix} | set(self.cast)
        unknown -= set(RECIPES)
        if unknown:
            raise ValueError(f"no recipe for {sorted(unknown)}")

    @property
    def size(self) -> Size:
        """Of the whole plane, px."""
        return Size(self.width_px, self.height_px)


@dataclass(frozen=True, slots=True)
class TrueCell:
    """What was drawn, in pixels of the picture.

    Args:
        label: fine class, or "red_cell".
        box: tight box, cut at the border.
        cell, nucleus: outlines, uncut; the nucleus' largest piece, empty for red cells and platelets.
        touches_edge: whether the border cuts it.
    """

    kind: Kind
    label: str
    box: Box
    cell: Polygon
    nucleus: Polygon
    touches_edge: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A picture and its truth.

    Args:
        image: uint8 [H, W, 3] RGB.
        truth: every cell of which some part is seen.
        mask: uint8 [H, W], leukocytes (erythroblasts too): 0 background, 128 cytoplasm, 255 nucleus.
        spec: what it was drawn from.
    """

    image: UInt8
    truth: tuple[TrueCell, ...]
    mask: UInt8
    spec: FieldSpec


@dataclass(frozen=True, slots=True)
class Site:
    """A cell to be drawn: its middle in um, what it is, and the key of its random numbers."""

    x: float
    y: float
    label: str
    key: tuple[int, ...]


class Plane:
    """Decides which cells lie where; every answer depends on the seed and the place alone."""

    def __init__(self, spec: FieldSpec, given: Sequence[Site] = ()) -> None:
        self.spec, self.given = spec, list(given)

    def rng(self, *key: int) -> Rng:
        return np.random.default_rng([self.spec.seed, *(k % 2**32 for k in key)])

    @cached_property
    def _waves(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = self.rng(_WAVES)
        turn, length = rng.uniform(0, 2 * np.pi, 14), rng.uniform(16, 70, 14)
        k = 2 * np.pi / length[:, None] * np.stack([np.cos(turn), np.sin(turn)], 1)
        push = rng.normal(0, 1, (14, 2)) * (length / 70)[:, None]
        return k, rng.uniform(0, 2 * np.pi, 14), push

    def drift(self, x: float, y: float) -> tuple[float, float]:
        """How far the cells here drifted together or apart, um."""
        k, phase, push = self._waves
        d = np.sin(k @ np.asarray([x, y]) + phase) @ push
        return float(1.3 * d[0]), float(1.3 * d[1])

    def sites(
        self, x0: float, y0: float, x1: float, y1: float, per_mm2: float, hexagonal: bool
    ) -> Iterator[tuple[int, int, float, float]]:
        """Lattice sites of a density in a window, with one site an equal area; (row, column, x, y), um."""
        if per_mm2 <= 0:
            return
        pitch = 1000.0 / per_mm2**0.5 * (1.0746 if hexagonal else 1.0)
        rise = pitch * (0.866 if hexagonal else 1.0)
        for row in range(int(np.floor(y0 / rise)), int(np.ceil(y1 / rise)) + 1):
            shift = 0.5 * (row % 2) if hexagonal else 0.0
            for column in range(int(np.floor(x0 / pitch)) - 1, int(np.ceil(x1 / pitch)) + 1):
                yield row, column, (column + 0.5 + shift) * pitch, (row + 0.5) * rise

    def leukocytes(self, x0: float, y0: float, x1: float, y1: float) -> list[Site]:
        spec, found = self.spec, []
        per_mm2 = spec.leukocytes_per_mm2
        if self.given or per_mm2 <= 0:
            return self.given
        pitch = 1000.0 / per_mm2**0.5
        play = max(pitch / 2 - 7.5, 0.0)
        names = [name for name, _ in spec.mix]
        weights = np.asarray([weight for _, weight in spec.mix], float)
        columns = int(spec.width_px * spec.um_per_px // pitch) + 1
        for row, column, x, y in self.sites(x0 - pitch, y0 - pitch, x1 + pitch, y1 + pitch, per_mm2, False):
            rng = self.rng(_WHITE, row, column)
            x, y = x + rng.uniform(-play, play), y + rng.uniform(-play, play)
            label = str(rng.choice(names, p=weights / weights.sum()))
            if spec.cast:
                label = spec.cast[(row * columns + column) % len(spec.cast)]
            if x0 <= x < x1 and y0 <= y < y1:
                found.append(Site(x, y, label, (_WHITE, row, column, 1)))
        return found

    def red_cells(self, x0: float, y0: float, x1: float, y1: float, white: Sequence[Site]) -> list[Site]:
        found = []
        pitch = 1000.0 / max(self.spec.red_cells_per_mm2, 1e-9) ** 0.5
        for row, column, x, y in self.sites(x0 - 9, y0 - 9, x1 + 9, y1 + 9, self.spec.red_cells_per_mm2 * 1.08, True):
            rng = self.rng(_RED, row, column)
            jitter = rng.normal(0, 0.15 * pitch, 2)
            dx, dy = self.drift(x, y)
            x, y = x + jitter[0] + dx, y + jitter[1] + dy
            gone = rng.random() < 0.08
            for cell in white:
                far = float(np.hypot(x - cell.x, y - cell.y))
                keep = _radius_um(cell.label) + 3.5
                if far < 0.62 * keep:
                    gone = True
                elif far < keep:
                    x, y = cell.x + (x - cell.x) * keep / far, cell.y + (y - cell.y) * keep / far
            if not gone and x0 <= x < x1 and y0 <= y < y1:
                found.append(Site(x, y, "red_cell", (_RED, row, column, 1)))
        return found

    def platelets(self, x0: float, y0: float, x1: float, y1: float, others: Sequence[Site]) -> list[Site]:
        found = []
        places = np.asarray([(c.x, c.y, 3.2 if c.label == "red_cell" else 7.5) for c in others]).reshape(-1, 3)
        per_mm2 = self.spec.platelets_per_mm2
        pitch = 1000.0 / max(per_mm2, 1e-9) ** 0.5
        for row, column, x, y in self.sites(x0 - pitch, y0 - pitch, x1 + pitch, y1 + pitch, per_mm2, False):
            rng = self.rng(_PLATELET, row, column)
            for _ in range(6):
                at = rng.uniform(-0.5, 0.5, 2) * pitch + (x, y)
                gap = np.hypot(places[:, 0] - at[0], places[:, 1] - at[1]) - places[:, 2] if len(places) else np.ones(1)
                if gap.min() > 0.6:
                    break
            else:
                continue
            n = int(rng.integers(3, 7)) if rng.random() < 0.05 else 1
            for i in range(n):
                px, py = at + rng.normal(0, 1.4, 2) * (i > 0)
                if x0 <= px < x1 and y0 <= py < y1:
                    found.append(Site(float(px), float(py), "platelet", (_PLATELET, row, column, 1 + i)))
        return found

    def cells(self, x0: float, y0: float, x1: float, y1: float) -> list[Site]:
        """All cells whose middle lies in a window, um."""
        white = self.leukocytes(x0 - 44, y0 - 44, x1 + 44, y1 + 44)
        red = self.red_cells(x0 - 20, y0 - 20, x1 + 20, y1 + 20, white)
        small = self.platelets(x0, y0, x1, y1, [*white, *red])
        every = [*red, *small, *white]
        return [c for c in every if x0 <= c.x < x1 and y0 <= c.y < y1]

    def stamp(self, site: Site) -> Stamp:
        mpp = self.spec.um_per_px
        center, rng = (site.x / mpp, site.y / mpp), self.rng(*site.key)
        if site.label == "red_cell":
            return draw_red_cell(rng, center, mpp)
        if site.label == "platelet":
            return draw_platelet(rng, center, mpp)
        return draw_leukocyte(site.label, rng, center, mpp)


def _radius_um(label: str) -> float:
    return sum(RECIPES[label].diameter_um) / 4 if label in RECIPES else 1.3


def _kind(label: str) -> Kind:
    return {"red_cell": Kind.RBC, "platelet": Kind.PLATELET}.get(label, Kind.WBC)


def true_cell(stamp: Stamp, label: str, x0: int, y0: int, size: Size) -> TrueCell | None:
    """What of a drawn cell is seen in the part of this size from (x0, y0), px; None if next to nothing."""
    ys, xs = np.nonzero(stamp.cell)
    if not len(xs):
        return None
    dx, dy = stamp.x0 - x0, stamp.y0 - y0
    whole = Box(float(xs.min() + dx), float(ys.min() + dy), float(xs.max() + 1 + dx), float(ys.max() + 1 + dy))
    seen = whole.clipped(size)
    if seen is None or min(seen.width, seen.height) < 3:
        return None
    cell, nucleus = (tuple((x - x0, y - y0) for x, y in stamp.polygon(m)) for m in (stamp.cell, stamp.nucleus))
    return TrueCell(_kind(label), label, seen, cell, nucleus, seen != whole)


def draw_region(spec: FieldSpec, x0: int, y0: int, width: int, height: int) -> Field:
    """The part of a plane from (x0, y0), px; cells and light go on across seams, only the camera's noise does not.

    Boxes and outlines are in pixels of the part. JPEG is left to the caller.
    """
    return draw_part(Plane(spec), x0, y0, width, height)


def draw_part(plane: Plane, x0: int, y0: int, width: int, height: int) -> Field:
    """The part of a plane from (x0, y0), px, with the cells that the plane says lie there."""
    spec, size = plane.spec, Size(width, height)
    mpp, lab = spec.um_per_px, spec.laboratory
    pad = margin_px(lab, mpp)
    left, top, reach = x0 - pad, y0 - pad, _REACH_UM
    canvas = np.zeros((height + 2 * pad, width + 2 * pad, 4), np.float32)
    mask = np.zeros((height, width), np.uint8)
    truth = []
    right, bottom = x0 + width + pad, y0 + height + pad
    window = (left * mpp - reach, top * mpp - reach, right * mpp + reach, bottom * mpp + reach)
    strength = np.asarray([lab.leukocyte_stain] * 3 + [lab.red_cell_stain], np.float32)
    for site in plane.cells(*window):
        stamp = plane.stamp(site)
        amounts = stamp.amounts * strength
        to, of = _overlap(stamp.x0 - left, stamp.y0 - top, stamp.cell.shape, canvas.shape[:2])
        canvas[to] += amounts[of]
        cell = true_cell(stamp, site.label, x0, y0, size)
        if cell is None:
            continue
        truth.append(cell)
        if cell.kind is Kind.WBC:
            to, of = _overlap(stamp.x0 - x0, stamp.y0 - y0, stamp.cell.shape, mask.shape)
            mask[to] = np.maximum(mask[to], np.where(stamp.nucleus[of], 255, stamp.cell[of] * np.uint8(128)))
    x_rel = ((np.arange(left, right) + 0.5) / spec.width_px * 2 - 1).astype(np.float32)
    y_rel = ((np.arange(top, bottom) + 0.5) / spec.height_px * 2 - 1).astype(np.float32)
    lamp = light(lab, x_rel, y_rel, plane.rng(_LAMP).uniform(0, 2 * np.pi)) if lab.vignette or lab.gradient else None
    seen = develop(canvas, lab, mpp, lamp)[pad : pad + height, pad : pad + width]
    return Field(photograph(seen, lab, plane.rng(_CAMERA, x0, y0)), tuple(truth), mask, spec)


def _overlap(
    x: int, y: int, small: Sequence[int], big: Sequence[int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a small array placed at (x, y) meets a big one: the slices of the big one and of the small one."""
    ax, bx = max(x, 0), max(min(x + small[1], big[1]), max(x, 0))
    ay, by = max(y, 0), max(min(y + small[0], big[0]), max(y, 0))
    return (slice(ay, by), slice(ax, bx)), (slice(ay - y, by - y), slice(ax - x, bx - x))


def draw_field(spec: FieldSpec) -> Field:
    """The whole plane as one picture, after the camera's JPEG."""
    whole = draw_region(spec, 0, 0, spec.width_px, spec.height_px)
    return Field(compressed(whole.image, spec.laboratory.jpeg_quality), whole.truth, whole.mask, spec)


def draw_cell(
    label: str,
    seed: int = 0,
    laboratory: Laboratory = LABORATORIES["amber"],
    side_px: int = 360,
    um_per_px: float = 0.1,
) -> Field:
    """One cell of a fine class in the middle of a square picture, among red cells; its truth comes last."""
    spec = FieldSpec(side_px, side_px, um_per_px, seed, laboratory, platelets_per_mm2=800.0)
    middle = side_px * um_per_px / 2
    plane = Plane(spec, [Site(middle, middle, label, (_WHITE, 0, 0, FINE.index(label)))])
    whole = draw_part(plane, 0, 0, side_px, side_px)
    return Field(compressed(whole.image, laboratory.jpeg_quality), whole.truth, whole.mask, spec)
