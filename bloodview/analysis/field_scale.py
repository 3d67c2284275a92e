"""The scale a picture is analysed at: the file's, else read off its red cells by the ruler and by the detector."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bloodview.analysis.merge import KINDS, Found
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Scale, Size
from bloodview.models.api import UInt8
from bloodview.models.windows import resized
from bloodview.slides import ruler
from bloodview.slides.slide import Slide

PLAUSIBLE_UM = (0.02, 2.0)
"""um/px that a smear under a microscope can have; a file that says otherwise is not believed."""

ASSUMED_UM = 0.1
"""um/px of a 100x objective on a usual camera, where nothing tells."""

_CONFIDENT_RULER = 0.3  # the second ruler finds out where that was rash
_DISAGREE = 1.25
_ENOUGH_RED_CELLS = 6
_PROBE_PX = 1600


@dataclass(frozen=True, slots=True)
class Settled:
    """The scale of a picture.

    Args:
        scale: what is stored with the result.
        seen_um_per_px: what the detector is shown the picture at; differs a little where a rerun would not pay.
        warnings: for a person.
    """

    scale: Scale
    seen_um_per_px: float
    warnings: tuple[str, ...] = ()


def settle(slide: Slide, probe: Callable[[float], Found]) -> Settled:
    """Decide the scale of a slide.

    1. The file's scale, if it is plausible.
    2. Else the ruler's (`slides.ruler`), if it is sure; else 0.1 um/px is assumed.
    3. Then the detector is the second ruler: the median side of at least six red cells that it is sure of and that no
       border cuts is 7.5 um. Where that differs from 2. by more than a quarter, detection is run once more at the
       corrected scale, and the scale at which the detector is surer of its red cells stands. Where 2. was only
       assumed, the second ruler stands.
    4. A scale that stays assumed is told, and windows then follow each cell's own size.

    Args:
        slide: the picture.
        probe: detections of the slide's middle, as seen at a given um/px.
    """
    warnings: tuple[str, ...] = ()
    if slide.scale is not None:
        if PLAUSIBLE_UM[0] <= slide.scale.um_per_px <= PLAUSIBLE_UM[1]:
            return Settled(slide.scale, slide.scale.um_per_px)
        warnings += (f"The file's scale of {slide.scale.um_per_px:g} um/px cannot be right and was not used.",)
    first = _ruled(slide) or Scale(ASSUMED_UM, "assumed")
    found = probe(first.um_per_px)
    second, trust = _second_ruler(found, slide.size)
    if second is None:
        if first.source == "assumed":
            warnings += ("The scale is not known and no red cells tell it: windows follow each cell's own size.",)
        return Settled(first, first.um_per_px, warnings)
    if abs(math.log(second / first.um_per_px)) <= math.log(_DISAGREE):
        scale = Scale(second, "red cells") if first.source == "assumed" else first
        return Settled(scale, first.um_per_px, warnings)
    again, trust_again = _second_ruler(probe(second), slide.size)
    if again is not None and trust_again >= trust:
        return Settled(Scale(again, "red cells"), second, warnings)
    return Settled(Scale(second, "red cells") if first.source == "assumed" else first, first.um_per_px, warnings)


def _ruled(slide: Slide) -> Scale | None:
    """The ruler's scale where it is sure: on the whole of a picture, on three places of a large slide."""
    best: ruler.FieldScale | None = None
    factor = 1.0
    for box in _places(slide.size):
        longer = max(box.width, box.height)
        shrink = max(1.0, longer / _PROBE_PX)
        image = slide.read(box, Size(max(1, round(box.width / shrink)), max(1, round(box.height / shrink))))
        seen = ruler.measure(image)
        if seen is not None and (best is None or seen.confidence > best.confidence):
            best, factor = seen, shrink
    if best is None or best.confidence < _CONFIDENT_RULER:
        return None
    um_per_px = best.um_per_px / factor
    return Scale(um_per_px, "red cells") if PLAUSIBLE_UM[0] <= um_per_px <= PLAUSIBLE_UM[1] else None


def _places(size: Size) -> list[Box]:
    if max(size.width, size.height) <= 3 * _PROBE_PX:
        return [Box(0, 0, size.width, size.height)]
    places = []
    for share in (0.5, 0.35, 0.65):
        clipped = Box.square((size.width * share, size.height * share), _PROBE_PX).clipped(size)
        places += [clipped] if clipped else []
    return places


def _second_ruler(found: Found, size: Size) -> tuple[float | None, float]:
    """um/px from the detector's red cells, or None if there are too few; and how sure it is of them, summed."""
    boxes = found.boxes_l0
    low, high = np.array([2.0, 2.0]), np.array([size.width - 2.0, size.height - 2.0])
    inside = (boxes[:, :2] > low).all(axis=1) & (boxes[:, 2:] < high).all(axis=1)
    chosen = inside & (found.kinds == KINDS.index(Kind.RBC)) & (found.scores >= 0.5)
    if chosen.sum() < _ENOUGH_RED_CELLS:
        return None, 0.0
    sides = np.sqrt((boxes[chosen, 2:] - boxes[chosen, :2]).prod(axis=1))
    um_per_px = ruler.RED_CELL_UM / float(np.median(sides))
    if not PLAUSIBLE_UM[0] <= um_per_px <= PLAUSIBLE_UM[1]:
        return None, 0.0
    return um_per_px, float(found.scores[chosen].sum())


def view(image: UInt8, um_per_px: float, wanted_um_per_px: float) -> UInt8:
    """An image resampled from one scale to another; left alone within 3 %."""
    factor = um_per_px / wanted_um_per_px
    if abs(factor - 1) < 0.03:
        return image
    height, width = image.shape[:2]
    return resized(image, Size(max(16, round(width * factor)), max(16, round(height * factor))))
