"""Magnification as on a microscope: an objective of 1x shows 10 um as one screen pixel, so 0.1 um a pixel is 100x.

That is the convention of slide scanners, by which 0.25 um a pixel is 40x. It speaks of screen pixels, not of
millimetres on a screen.
"""

from bloodview.core.geometry import Scale

STEPS = (5, 10, 20, 40, 63, 100)
"""Objectives that one key each goes to."""
UM_PER_PX_AT_1X = 10.0


def zoom_for(magnification: float, scale: Scale) -> float:
    """Screen pixels per level-0 pixel at a magnification."""
    return magnification * scale.um_per_px / UM_PER_PX_AT_1X


def magnification_at(zoom: float, scale: Scale) -> float:
    """The magnification at a zoom (screen pixels per level-0 pixel)."""
    return zoom * UM_PER_PX_AT_1X / scale.um_per_px


def in_words(zoom: float, scale: Scale | None) -> str:
    """A zoom as people read it: as a magnification, or in percent of the pixels where there is no scale."""
    if scale is None:
        return f"{zoom:.0%}" if zoom >= 0.05 else f"{100 * zoom:.2g}%"
    times = magnification_at(zoom, scale)
    return f"{times:.0f}×" if times >= 9.95 else f"{times:.2g}×"
