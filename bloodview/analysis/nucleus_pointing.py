"""What a person points at inside a cell becomes its nucleus: all of the cell that is as dense, lobe by lobe.

The model at clicks outlines cells, so density decides here: dyes of a nucleus take red away, haemoglobin takes blue.
One threshold parts the cell (Otsu 1979, here a little lower, for the blurred border is the nucleus's); clicks move it,
and tell which pieces are none of the nucleus.
"""

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.analysis.cell_masks import CellMask
from bloodview.analysis.pointing import Answer, Pointed, Scene
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Size
from bloodview.models.api import Float32, Outlined, UInt8

_BLUR_UM, _SMOOTH_UM = 0.15, 0.2
_LEAST_PIECE = 0.05
"""Share of the largest piece, from which another one is part of the nucleus without a click."""
_BLUE = 0.5
"""How much of the density in blue is taken off that in red."""
_EASE = 0.08
"""How far below Otsu's the threshold lies, as a share of what the cell's densities span."""
_MARGIN = 0.06
"""How far from the density at a click the threshold stays, as a share of what the cell's densities span."""

Mask = NDArray[np.bool_]


def nucleus(scene: Scene, cell: CellMask, pointed: Pointed, before: Answer | None = None) -> Answer:
    """The nucleus that is pointed at, on the cell's own grid; what was painted over the answer before stands."""
    room = cell.inside > 0
    if pointed.box_l0 is not None:
        room &= _inside(pointed.box_l0, cell)
    density, seen = _density(scene, cell)
    fresh = _found(density, room & seen, cell, pointed, _SMOOTH_UM / scene.um_per_px / cell.step)
    now = fresh
    if before is not None and before.found.mask.shape == fresh.shape:
        painted, was = before.mask.inside > 0, before.found.mask > 0
        now = (fresh | (painted & ~was)) & ~(was & ~painted)
    h, w = fresh.shape
    part = Box(cell.x0, cell.y0, cell.x0 + w * cell.step, cell.y0 + h * cell.step)
    found = Outlined(0, 0, fresh.astype(np.uint8), fresh.astype(np.float32))
    return Answer(replace(cell, inside=(now & (cell.inside > 0)).astype(np.uint8)), Kind.WBC, part, found, "")


def _density(scene: Scene, cell: CellMask) -> tuple[Float32, Mask]:
    """Optical density in red above that in blue, on the cell's grid, and where the picture is."""
    h, w = cell.inside.shape
    size = scene.slide.size
    left, top = (max(0, math.ceil(-o / cell.step)) for o in (cell.x0, cell.y0))
    right = min(w, math.floor((size.width - cell.x0) / cell.step))
    bottom = min(h, math.floor((size.height - cell.y0) / cell.step))
    density, seen = np.zeros((h, w), np.float32), np.zeros((h, w), np.bool_)
    if right <= left or bottom <= top:
        return density, seen
    x0, y0 = cell.x0 + left * cell.step, cell.y0 + top * cell.step
    box = Box(x0, y0, x0 + (right - left) * cell.step, y0 + (bottom - top) * cell.step)
    image = scene.slide.read(box, Size(right - left, bottom - top))
    red, blue = (-np.log((image[..., channel].astype(np.float32) + 1) / 256) for channel in (0, 2))
    sigma = max(0.5, _BLUR_UM / scene.um_per_px / cell.step)
    density[top:bottom, left:right] = cv2.GaussianBlur(red - _BLUE * blue, (0, 0), sigma)
    seen[top:bottom, left:right] = True
    return density, seen


def _found(density: Float32, room: Mask, cell: CellMask, pointed: Pointed, smooth_px: float) -> Mask:
    """The pieces of the nucleus."""
    wanted, unwanted = (_places(cell, pointed, room, wanted) for wanted in (True, False))
    if np.count_nonzero(room) < 9:
        return np.zeros_like(room)
    dense = room & (density > _threshold(density, room, wanted, unwanted))
    for place in wanted:
        dense[place] = True
    whole = _filled(_smoothed(dense.astype(np.uint8), smooth_px)) & room
    _, labels, stats, _ = cv2.connectedComponentsWithStats(whole.astype(np.uint8), connectivity=4)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = set((1 + np.flatnonzero(areas >= _LEAST_PIECE * max(areas, default=0))).tolist())
    own = {int(labels[place]) for place in wanted} - {0}
    kept = (kept | own) - ({int(labels[place]) for place in unwanted} - own)
    nucleus = np.isin(labels, sorted(kept - {0}))
    return nucleus & ~_nearer(unwanted, wanted, nucleus)


def _threshold(density: Float32, room: Mask, wanted: list[tuple[int, int]], unwanted: list[tuple[int, int]]) -> float:
    """The density from which a pixel is the nucleus's: Otsu's, moved to have the clicks on their sides."""
    values = density[room]
    low, high = (float(v) for v in np.quantile(values, (0.01, 0.99)))
    span = max(high - low, 1e-6)
    scaled = np.clip((values - low) / span * 255, 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(scaled.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    cut = low + ((float(level) + 0.5) / 255 - _EASE) * span
    if unwanted:
        cut = max(cut, max(float(density[place]) for place in unwanted) + _MARGIN * span)
    if wanted:
        cut = min(cut, min(float(density[place]) for place in wanted) - _MARGIN * span)
    return cut


def _places(cell: CellMask, pointed: Pointed, room: Mask, wanted: bool) -> list[tuple[int, int]]:
    """Clicks of one sign as row and column, those inside the cell."""
    h, w = room.shape
    found = []
    for x, y, is_wanted in pointed.clicks:
        row, column = math.floor((y - cell.y0) / cell.step), math.floor((x - cell.x0) / cell.step)
        if is_wanted == wanted and 0 <= row < h and 0 <= column < w and room[row, column]:
            found.append((row, column))
    return found


def _inside(box: Box, cell: CellMask) -> Mask:
    """Where a box lies on the cell's grid."""
    h, w = cell.inside.shape
    x, y = (o + (np.arange(n) + 0.5) * cell.step for o, n in ((cell.x0, w), (cell.y0, h)))
    return np.asarray(((y >= box.y0) & (y <= box.y1))[:, None] & ((x >= box.x0) & (x <= box.x1))[None])


def _smoothed(mask: UInt8, radius_px: float) -> UInt8:
    """Without what is thinner than a brush of this radius, and without such gaps."""
    side = 2 * max(1, round(radius_px)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel), np.uint8)


def _filled(mask: UInt8) -> Mask:
    """With its holes filled: an outline has none."""
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole: UInt8 = np.zeros_like(mask)
    cv2.drawContours(whole, contours, -1, 1, thickness=cv2.FILLED)
    return whole > 0


def _nearer(unwanted: list[tuple[int, int]], wanted: list[tuple[int, int]], nucleus: Mask) -> Mask:
    """Where a click that takes away is nearer than every one that adds; nowhere if it fell beside the nucleus."""
    there = [place for place in unwanted if nucleus[place]]
    if not there or not wanted:
        return np.zeros_like(nucleus)
    rows, columns = np.indices(nucleus.shape)

    def away(places: list[tuple[int, int]]) -> NDArray[np.float64]:
        return np.asarray(np.min([np.hypot(rows - r, columns - c) for r, c in places], axis=0), np.float64)

    return away(there) < away(wanted)
