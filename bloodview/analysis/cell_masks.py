"""The mask of a cell or its nucleus on a small grid of its own: painted on, split, joined with others, outlined."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.analysis import outlines as contours
from bloodview.core.cells import Polygon
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.models.api import UInt8

MOST_PX = 640
"""Longest side of a grid; a cell that would need more is drawn on a coarser one."""
_TOLERANCE = 0.6
"""Grid pixels by which an outline may leave the mask, so that it has tens of corners and not hundreds."""
_LEAST_PART = 0.03
"""Share of a cell that a part must have to be one."""
_FINER = 6
"""Times as fine as its grid an outline is filled."""
_MARGIN = 0.35
"""Room around a cell on its grid, as a share of its larger side: what a brush may add."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CellMask:
    """A mask on a grid over the picture.

    Args:
        x0, y0: where the grid's corner lies, level-0 px.
        step: level-0 px a grid pixel is wide and high.
        inside: uint8 [h, w], 1 inside the cell.
    """

    x0: float
    y0: float
    step: float
    inside: UInt8

    @property
    def is_empty(self) -> bool:
        """Whether there is no cell."""
        return not self.inside.any()

    @property
    def area_l0(self) -> float:
        """Of the cell, level-0 px."""
        return float(self.inside.sum()) * self.step**2

    @property
    def box_l0(self) -> Box | None:
        """The cell's bounds; None if there is no cell."""
        x, y, w, h = cv2.boundingRect(self.inside)
        if not w:
            return None
        x0, y0 = self.x0 + x * self.step, self.y0 + y * self.step
        return Box(x0, y0, x0 + w * self.step, y0 + h * self.step)

    def holds(self, x_l0: float, y_l0: float) -> bool:
        """Whether a point lies in the cell."""
        x, y = math.floor((x_l0 - self.x0) / self.step), math.floor((y_l0 - self.y0) / self.step)
        h, w = self.inside.shape
        return 0 <= x < w and 0 <= y < h and bool(self.inside[y, x])


def drawn(outline: Polygon, step: float) -> CellMask:
    """The mask of an outline, with room around it.

    Args:
        outline: level-0 px.
        step: level-0 px a grid pixel shall be wide; wider where the grid would be too large.
    """
    xs, ys = zip(*outline, strict=True)
    room = _MARGIN * max(max(xs) - min(xs), max(ys) - min(ys)) + 4 * step
    box = Box(min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room)
    return _on(box, step, [outline])


def blank(box: Box, step: float) -> CellMask:
    """An empty mask on a grid over a box; see `drawn`."""
    return _on(box, step, ())


def filled(outline: Polygon, cell: CellMask) -> CellMask:
    """The mask of a nucleus on its cell's grid, cut at the cell's border; empty for ()."""
    h, w = cell.inside.shape
    box = Box(cell.x0, cell.y0, cell.x0 + w * cell.step, cell.y0 + h * cell.step)
    inside = np.zeros_like(cell.inside)
    if outline:
        drawn_ = _on(box, cell.step, [outline]).inside
        rows, columns = min(h, drawn_.shape[0]), min(w, drawn_.shape[1])
        inside[:rows, :columns] = drawn_[:rows, :columns]
    return cut(replace(cell, inside=inside), cell)


def cut(mask: CellMask, cell: CellMask) -> CellMask:
    """What of a mask lies in a cell, both on the cell's grid."""
    return replace(mask, inside=mask.inside & cell.inside)


def ellipse(box: Box) -> Polygon:
    """The ellipse in a box: what is known of a cell's shape where nobody outlined it."""
    cx, cy = box.center
    turns = [2 * math.pi * i / 48 for i in range(48)]
    return tuple((cx + box.width / 2 * math.cos(t), cy + box.height / 2 * math.sin(t)) for t in turns)


def outline_of(mask: CellMask) -> Polygon:
    """The outline of the mask's largest piece, level-0 px; () if there is no cell."""
    found, _ = cv2.findContours(mask.inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return ()
    largest = max(found, key=cv2.contourArea)
    corners = np.asarray(cv2.approxPolyDP(largest, _TOLERANCE, True)).reshape(-1, 2)
    if len(corners) < 3:
        return ()
    # Contours run through the middles of the outermost pixels: the border lies half a pixel further out along the grid,
    # and less across it.
    grown = _grown(corners.astype(np.float64) + 0.5)
    return tuple((round(mask.x0 + x * mask.step, 2), round(mask.y0 + y * mask.step, 2)) for x, y in grown.tolist())


def lobes_of(mask: CellMask) -> Polygon:
    """The outline of all pieces of a nucleus but for specks, joined into one, level-0 px; () if there is none."""
    pieces = [_grown(piece.astype(np.float64) + 0.5) for piece in contours.pieces(mask.inside > 0)]
    if not pieces:
        return ()
    corners = contours.joined(pieces).tolist()
    return tuple((round(mask.x0 + x * mask.step, 2), round(mask.y0 + y * mask.step, 2)) for x, y in corners)


def painted(mask: CellMask, line: Sequence[Point], radius: float, *, adds: bool) -> CellMask:
    """The mask after a round brush of this radius went along a line, level-0 px; what lies off the grid is lost."""
    inside = mask.inside.copy()
    points = _placed(mask, line)
    width = max(1, round(2 * radius / mask.step))
    cv2.polylines(inside, [points], False, int(adds), thickness=width)
    for x, y in (points[0], points[-1]):
        cv2.circle(inside, (int(x), int(y)), max(0, round(radius / mask.step)), int(adds), thickness=-1)
    return replace(mask, inside=inside)


def split(mask: CellMask, line: Sequence[Point]) -> tuple[CellMask, CellMask]:
    """Both parts of a cell that a line cuts, the larger first; the line is drawn on to the cell's border at both ends.

    Raises:
        UserError: the line does not part the cell in two.
    """
    points = _prolonged(_placed(mask, line).astype(np.float64), float(max(mask.inside.shape)))
    rest = mask.inside.copy()
    cv2.polylines(rest, [np.round(points).astype(np.int32)], False, 0, thickness=2)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=4)
    order = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable") if count > 1 else np.zeros(0, int)
    least = _LEAST_PART * float(mask.inside.sum())
    if len(order) < 2 or stats[order[1], cv2.CC_STAT_AREA] < least:
        raise UserError("The line does not part the cell in two.", hint="Draw it from border to border of the cell.")
    nearest = _nearest(np.asarray(labels, np.int32), order[:2])
    parts = [replace(mask, inside=((nearest == k) & (mask.inside > 0)).astype(np.uint8)) for k in (1, 2)]
    return parts[0], parts[1]


def merged(outlines: Sequence[Polygon], step: float) -> CellMask:
    """One mask of several outlines; a gap between them is bridged.

    Raises:
        UserError: they lie too far apart to be one cell.
    """
    corners = np.concatenate([np.asarray(o, np.float64) for o in outlines])
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    room = 8 * step
    mask = _on(Box(x0 - room, y0 - room, x1 + room, y1 + room), step, outlines)
    sides = [max(np.ptp(np.asarray(o, np.float64), axis=0)) for o in outlines]
    reach = max(2, round(0.12 * float(min(sides)) / mask.step))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    padded = cv2.copyMakeBorder(mask.inside, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    closed = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel), dtype=np.uint8)
    whole = replace(mask, inside=closed[reach:-reach, reach:-reach].copy())
    if cv2.connectedComponents(whole.inside)[0] != 2:
        raise UserError("The cells do not touch: they lie too far apart to be one.", hint="Choose cells that touch.")
    return whole


def _on(box: Box, step: float, outlines: Sequence[Polygon]) -> CellMask:
    """Outlines filled on a grid over a box."""
    step = max(step, max(box.width, box.height) / MOST_PX)
    height, width = math.ceil(box.height / step), math.ceil(box.width / step)
    fine = np.zeros((_FINER * height, _FINER * width), np.uint8)
    for outline in outlines:
        # The middle of a pixel has a whole number in OpenCV, and the border's own pixels are filled too.
        corners = (np.asarray(outline, np.float64) - (box.x0, box.y0)) / step * _FINER - 0.5
        cv2.fillPoly(fine, [np.round(corners).astype(np.int32)], 255)
    small = np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA))
    return CellMask(box.x0, box.y0, step, (small > 127).astype(np.uint8))


def _placed(mask: CellMask, line: Sequence[Point]) -> NDArray[np.int32]:
    """A line in grid pixels, int32 [N, 2]."""
    xy = (np.asarray(line, np.float64).reshape(-1, 2) - (mask.x0, mask.y0)) / mask.step - 0.5
    return np.clip(np.round(xy), -(2**14), 2**14).astype(np.int32)


def _prolonged(points: NDArray[np.float64], far: float) -> NDArray[np.float64]:
    """A line drawn on at both ends in the direction it has there."""
    span = np.linalg.norm(points - points[0], axis=1)
    if span.max() < 1:
        return points
    reach = max(2.0, 0.25 * float(span.max()))
    near_start = points[int(np.argmax(np.linalg.norm(points - points[0], axis=1) >= reach))]
    near_end = points[::-1][int(np.argmax(np.linalg.norm(points[::-1] - points[-1], axis=1) >= reach))]

    def on(end: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
        away = end - inner
        length = float(np.linalg.norm(away))
        return end if length < 1e-6 else end + away / length * far

    return np.concatenate([[on(points[0], near_start)], points, [on(points[-1], near_end)]])


def _nearest(labels: NDArray[np.int32], chosen: NDArray[np.intp]) -> NDArray[np.int32]:
    """1 where the first of two pieces is the nearer one, 2 where the second is: the line's own pixels find a part."""
    away = [cv2.distanceTransform((labels != k).astype(np.uint8), cv2.DIST_L2, 3) for k in chosen]
    return np.where(away[0] <= away[1], 1, 2).astype(np.int32)


def _grown(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each corner of a closed line moved outwards, along the mean of its sides' normals, to where the border is."""
    before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
    along = _unit(corners - before) + _unit(after - corners)
    normal = _unit(np.stack([along[:, 1], -along[:, 0]], axis=1))
    area = float(np.sum(corners[:, 0] * after[:, 1] - after[:, 0] * corners[:, 1]))
    return np.asarray(corners + 0.42 * (normal if area > 0 else -normal), np.float64)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float64)
