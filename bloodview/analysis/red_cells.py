"""Outlines and measurements of red cells: optical density and Otsu's threshold around each box, no network."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Polygon
from bloodview.core.geometry import Box, Float32, Size
from bloodview.core.red_cells import Measured, RedCellShape
from bloodview.models.api import UInt8
from bloodview.models.windows import cut, resized
from bloodview.slides import ruler

Mask = NDArray[np.bool_]

LEAST_AREA, LEAST_PLATELET = 0.4, 0.12
"""Of the ellipse in the box that a red cell or a platelet fills; boxes of platelets are wide."""

_SIDE = 64
"""Pixels of the window that a cell is measured in: every cell at the same size, so that each costs the same."""

_WINDOW_BOXES = 1.5
_LIGHT_PX = 400  # longest side of the picture that the light is read off
_LEAST_CONTRAST = 0.03  # optical density between glass and cell
_MOST_AREA = 1.5  # of the ellipse in the box
_MOST_CONTACT = 0.12  # share of the outline that may be a line drawn between two cells
_MOST_IOU = 0.1
_PALE = 0.8  # density of the pale centre over that of the rim, at most
_DENSEST = 1.6  # over that of the cell: a nucleus beside it must not draw the threshold to itself
_TOLERANCE_PX = 0.3
_SMOOTHING = cv2.getGaussianKernel(7, 1.3).ravel()
_TOUCHING = 0.08  # of a box's side: how far apart two boxes may be whose cells touch

_AT = np.arange(_SIDE, dtype=np.float32)
_BALL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))


@dataclass(frozen=True, slots=True)
class Outlined:
    """A red cell in pixels of the picture given: its shape, and its outline float32 [N, 2] xy, empty if unmeasured."""

    shape: RedCellShape
    outline: Float32


_NO_OUTLINE: Float32 = np.zeros((0, 2), np.float32)


def measure(
    image: UInt8, boxes: Float32, is_cut: Mask, others: Float32, least_area: float = LEAST_AREA
) -> list[Outlined]:
    """Outline and measure red cells, or platelets.

    In a window of one and a half boxes the optical density in green light is parted into glass and cell (Otsu 1979).
    Cells that touch are parted where both boxes' ellipses are equally near; one that shares more than a little of its
    outline with another is overlapping, and not measured, as is one that the border cuts.

    Args:
        image: uint8 [H, W, 3] RGB.
        boxes: float32 [N, 4] xyxy, pixels of the image.
        is_cut: bool [N], whether the border of the picture cuts the cell.
        others: float32 [M, 4], boxes of leukocytes, which a red cell may touch too.
        least_area: of the ellipse in the box that a cell fills; a piece that is smaller is no outline of it.
    """
    green = np.ascontiguousarray(image[..., 1])
    light = _light(image)
    near = np.concatenate([boxes, others]).astype(np.float32)
    found = []
    for i, box in enumerate(boxes):
        if is_cut[i]:
            found.append(_left_out(Measured.CUT))
            continue
        middle = (box[:2] + box[2:]) / 2
        reach = (0.5 + _TOUCHING) * float((box[2:] - box[:2]).max())
        beside = (near[:, 0] < middle[0] + reach) & (near[:, 2] > middle[0] - reach)
        beside &= (near[:, 1] < middle[1] + reach) & (near[:, 3] > middle[1] - reach)
        beside[i] = False
        found.append(_measured(green, box, near[beside], _at(light, middle, green), least_area))
    return found


def _light(image: UInt8) -> Float32:
    """Green light without cells, float32 [h, w], coarser than the image."""
    height, width = image.shape[:2]
    factor = max(1.0, max(height, width) / _LIGHT_PX)
    small = resized(image, Size(max(1, round(width / factor)), max(1, round(height / factor))))
    return np.asarray(ruler.background(small)[..., 1], np.float32)


def _at(light: Float32, middle: Float32, green: UInt8) -> float:
    y = min(light.shape[0] - 1, int(middle[1] * light.shape[0] / green.shape[0]))
    x = min(light.shape[1] - 1, int(middle[0] * light.shape[1] / green.shape[1]))
    return float(light[y, x])


def _left_out(why: Measured) -> Outlined:
    return Outlined(RedCellShape(why), _NO_OUTLINE)


def _measured(green: UInt8, box: Float32, beside: Float32, light: float, least_area: float) -> Outlined:
    """One cell, by the boxes beside it."""
    width, height = float(box[2] - box[0]), float(box[3] - box[1])
    if _overlaps(box, beside):
        return _left_out(Measured.OVERLAPPING)
    side = max(8, round(_WINDOW_BOXES * max(width, height)))
    x0, y0 = round(float(box[0] + box[2]) / 2 - side / 2), round(float(box[1] + box[3]) / 2 - side / 2)
    factor = side / _SIDE  # pixels of the image a pixel of the window is wide
    window = cut(green, Box(x0, y0, x0 + side, y0 + side), _SIDE)
    density = cv2.GaussianBlur(-np.log((window.astype(np.float32) + 1) / (light + 1)), (0, 0), 1.0)
    own = _nearness(box, x0, y0, factor)
    parted = _parted(density, own)
    if parted is None:
        return _left_out(Measured.UNCLEAR)
    allowed = np.ones((_SIDE, _SIDE), np.bool_)
    for other in beside:
        allowed &= own <= _nearness(other, x0, y0, factor)
    mask = _piece(parted & allowed, own)
    area, usual = float(mask.sum()), np.pi / 4 * width * height / factor**2
    if not least_area * usual <= area <= _MOST_AREA * usual:
        return _left_out(Measured.UNCLEAR if area < usual else Measured.OVERLAPPING)
    rim = mask & (cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    beyond = cv2.dilate((parted & ~allowed).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    leaves = rim[0].any() or rim[-1].any() or rim[:, 0].any() or rim[:, -1].any()
    if leaves or (rim & beyond).sum() > _MOST_CONTACT * rim.sum():
        return _left_out(Measured.OVERLAPPING)
    contour, length = _contour(mask)
    shape = RedCellShape(
        Measured.YES,
        2 * float(np.sqrt(area / np.pi)) * factor,
        min(1.0, 4 * np.pi * area / length**2),
        _elongation(mask),
        _pallor(density, mask),
    )
    return Outlined(shape, ((contour + 0.5) * factor + np.array([x0, y0])).astype(np.float32))


def _overlaps(box: Float32, beside: Float32) -> bool:
    """Whether the box of another cell lies over a good part of this one."""
    low, high = np.maximum(box[:2], beside[:, :2]), np.minimum(box[2:], beside[:, 2:])
    both = np.clip(high - low, 0, None).prod(axis=1)
    areas = (beside[:, 2:] - beside[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return bool((both > _MOST_IOU * (areas - both)).any())


def _nearness(box: Float32, x0: int, y0: int, factor: float) -> Float32:
    """How near each pixel of the window is to a box: 0 in its middle, 1 on its ellipse; float32 [_SIDE, _SIDE]."""
    radii = (box[2:] - box[:2]) / 2 / factor
    cx, cy = ((box[:2] + box[2:]) / 2 - (x0, y0)) / factor - 0.5
    x, y = ((_AT - cx) / radii[0]) ** 2, ((_AT - cy) / radii[1]) ** 2
    return np.asarray(x[None] + y[:, None], np.float32)


def _parted(density: Float32, own: Float32) -> Mask | None:
    """Where a cell lies, bool [_SIDE, _SIDE]; None where nothing parts it from glass."""
    most = _DENSEST * _upper(density[own < 1])
    if most < _LEAST_CONTRAST:
        return None
    scaled = np.asarray(np.clip(density / most, 0, 1) * 255, np.uint8)
    level, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    above = scaled > level
    if not above.any() or above.all():
        return None
    contrast = float(density[above].mean() - density[~above].mean())
    return np.asarray(above) if contrast >= _LEAST_CONTRAST else None


def _upper(values: Float32) -> float:
    """What four fifths of the values lie below."""
    at = int(0.8 * len(values))
    return float(np.partition(values, at)[at]) if len(values) else 0.0


def _piece(mask: Mask, own: Float32) -> Mask:
    """The piece in the middle, with its pale centre filled in and threads to what lies beside it taken off."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled: UInt8 = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    opened = cv2.morphologyEx(filled, cv2.MORPH_OPEN, _BALL)
    count, parts = cv2.connectedComponents(opened)
    if count < 2:
        return np.zeros((_SIDE, _SIDE), np.bool_)
    inside = np.bincount(parts[(own < 1) & (opened > 0)], minlength=count)
    inside[0] = 0
    return np.asarray(parts == inside.argmax()) if inside.any() else np.zeros((_SIDE, _SIDE), np.bool_)


def _contour(mask: Mask) -> tuple[Float32, float]:
    """The outline, float32 [N, 2] xy, simplified, and its length: through the outer edge of the rim's pixels."""
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = np.asarray(max(found, key=len), np.float64).reshape(-1, 2)
    half = len(_SMOOTHING) // 2
    # The staircase of pixels is longer than the outline by a tenth: it is smoothed first.
    around = np.concatenate([line[-half:], line, line[:half]]) if len(line) > 2 * half else line
    smooth = np.stack([np.convolve(axis, _SMOOTHING, "valid") for axis in around.T], axis=1)
    steps = np.diff(np.concatenate([smooth, smooth[:1]]), axis=0)
    simple = cv2.approxPolyDP(smooth.astype(np.float32)[:, None], _TOLERANCE_PX, True)
    # From the middle of the rim's pixels to their outer edge it grows by pi, as any closed line half a pixel out.
    return np.asarray(simple, np.float32).reshape(-1, 2), float(np.hypot(*steps.T).sum()) + np.pi


def _elongation(mask: Mask) -> float:
    """Longer over shorter axis of the ellipse with the same second moments."""
    m = cv2.moments(mask.astype(np.uint8), True)
    a, b, c = (m[name] / m["m00"] + extra for name, extra in (("mu20", 1 / 12), ("mu11", 0), ("mu02", 1 / 12)))
    spread = np.hypot(a - c, 2 * b)
    return float(np.sqrt((a + c + spread) / max(1e-9, a + c - spread)))


def _pallor(density: Float32, mask: Mask) -> float:
    """Diameter of the pale centre over that of the cell: where it is less dense than the rim by a fifth or more."""
    smooth = np.asarray(cv2.GaussianBlur(density, (0, 0), 1.0), np.float32)
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    inner = depth > 0.25 * float(depth.max())
    pale = inner & (smooth < _PALE * _upper(smooth[inner]))
    return float(np.sqrt(pale.sum() / mask.sum()))


def placed(outline: Float32, factor: tuple[float, float], offset_l0: tuple[float, float]) -> Polygon:
    """An outline in level-0 pixels, to the hundredth."""
    xy = outline * np.asarray(factor) + np.asarray(offset_l0)
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in xy)
