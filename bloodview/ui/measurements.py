"""Size and shape of an outlined cell in micrometres; pure numbers for the cell panel. No Qt."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Cell, Polygon
from bloodview.core.geometry import Scale
from bloodview.ui.language import tr

_GRID = 64  # side of the grid that lobes are counted on
_LEAST_LOBE = 0.02  # of the nucleus's area


@dataclass(frozen=True, slots=True)
class Measurements:
    """What can be measured on an outline.

    Args:
        area_um2: of the whole cell, um2; None without a scale.
        nucleus_to_cytoplasm: area of the nucleus over that of the cytoplasm; None without both.
        circularity: 4 pi area / perimeter^2 of the cell, 1 for a circle.
        lobes: of the nucleus; None without one.
    """

    area_um2: float | None
    nucleus_to_cytoplasm: float | None
    circularity: float
    lobes: int | None = None


def measure(cell: Cell, scale: Scale | None) -> Measurements | None:
    """Measure a cell; None if it has no outline."""
    area = polygon_area(cell.cell_outline)
    if area <= 0:
        return None
    perimeter = sum(math.dist(a, b) for a, b in _sides(cell.cell_outline))
    nucleus = polygon_area(cell.nucleus_outline)
    return Measurements(
        area_um2=area * scale.um_per_px**2 if scale else None,
        nucleus_to_cytoplasm=nucleus / (area - nucleus) if 0 < nucleus < area else None,
        circularity=min(1.0, 4 * math.pi * area / perimeter**2),
        lobes=lobes(cell.nucleus_outline) if nucleus > 0 else None,
    )


def lobes(nucleus: Polygon) -> int:
    """Lobes of a nucleus outline: the most parts that shrinking it leaves, each of some size.

    Lobes are counted where the thread between them is clearly thinner than they are; a crescent counts as one.
    """
    import cv2  # its hundred milliseconds must not delay the window

    corners = np.array(nucleus)
    low = corners.min(axis=0)
    factor = _GRID / max(float((corners.max(axis=0) - low).max()), 1e-9)
    place = np.round((corners - low) * factor).astype(np.int32) + 2
    shape: NDArray[np.uint8] = np.zeros((_GRID + 5, _GRID + 5), np.uint8)
    cv2.fillPoly(shape, [place], 1)
    depth = cv2.distanceTransform(shape, cv2.DIST_L2, 3)
    most = 1
    for level in np.linspace(0.2, 0.8, 9) * float(depth.max()):
        count, _, stats, _ = cv2.connectedComponentsWithStats((depth > level).astype(np.uint8))
        found = int((stats[1:count, cv2.CC_STAT_AREA] >= _LEAST_LOBE * float(shape.sum())).sum())
        most = max(most, found)
    return most


def in_words(m: Measurements | None, cell: Cell) -> str:
    """What was measured, for people; "" if nothing."""
    parts = []
    if m is not None:
        if m.area_um2 is not None:
            parts.append(f"{m.area_um2:.0f} µm²")
        if m.nucleus_to_cytoplasm is not None:
            parts.append(tr("N:C {number:.2f}", number=m.nucleus_to_cytoplasm))
        if m.lobes is not None:
            parts.append(tr("1 lobe") if m.lobes == 1 else tr("{number} lobes", number=m.lobes))
        parts.append(tr("circularity {number:.2f}", number=m.circularity))
    if cell.touches_edge:
        parts.append(tr("cut by the border"))
    return " · ".join(parts)


def polygon_area(outline: Polygon) -> float:
    """Area inside an outline, in the square of its unit; 0 for fewer than three corners."""
    if len(outline) < 3:
        return 0.0
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in _sides(outline))) / 2


def _sides(outline: Polygon) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(outline, (*outline[1:], outline[0]), strict=True))


def sureness(confidence: float) -> str:
    """A confidence (0 to 1) in whole percent; never "100%", for no model is that sure."""
    return f"{min(confidence, 0.99):.0%}"
