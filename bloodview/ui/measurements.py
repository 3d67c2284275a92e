"""Size and shape of an outlined cell in micrometres; pure numbers for the cell panel. No Qt."""

import math
from dataclasses import dataclass

from bloodview.core.cells import Cell, Polygon
from bloodview.core.geometry import Scale


@dataclass(frozen=True, slots=True)
class Measurements:
    """What can be measured on an outline.

    Args:
        area_um2: of the whole cell, um2; None without a scale.
        nucleus_to_cytoplasm: area of the nucleus over that of the cytoplasm; None without both.
        circularity: 4 pi area / perimeter^2 of the cell, 1 for a circle.
    """

    area_um2: float | None
    nucleus_to_cytoplasm: float | None
    circularity: float


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
    )


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
