"""The window of fixed um around a cell, cut from a picture, and the window of a picture that shows one centred cell."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Float32, Scale, Size
from bloodview.models.api import Boxes, Detector, UInt8
from bloodview.models.windows import resized
from bloodview.slides import ruler

WINDOW_BOXES = 1.7
"""Side of the window where no scale is known, in larger sides of the cell's box."""

_SURE_RULER, _LIKELY_RULER = 0.5, 0.3
_SPANS_UM = (36.0, 24.0, 17.0)  # fields of view that a picture of one cell may have: its longer side
_OVERSHOOT = 1.04  # a window may leave the picture by so much and be filled up by reflection
_LEAST_SCORE = 0.1
_LEAST_FIELD_UM = 8.0  # a picture narrower than a leukocyte: what was taken for red cells was something else


def cell_window(box: Box, scale: Scale, window_um: float) -> Box:
    """The square to classify a cell by, in the frame of `box` and `scale`.

    `window_um` wide where the scale was read from something; where it is only assumed, it follows the cell's own size.
    """
    side = WINDOW_BOXES * max(box.width, box.height) if scale.source == "assumed" else scale.px(window_um)
    return Box.square(box.center, max(2.0, side))


@dataclass(frozen=True, slots=True)
class CentredWindow:
    """Where the cell of a one-cell picture lies.

    Args:
        box: square window to classify, pixels of the picture.
        rule: what it was found by: "scale", "red cells", "cell" or "picture".
        um_per_px: scale that follows, or None if only guessed.
        cell: the cell's own box, pixels of the picture, if it was found.
    """

    box: Box
    rule: str
    um_per_px: float | None = None
    cell: Box | None = None


def centred_window(
    image: UInt8,
    detector: Detector,
    window_um: float,
    *,
    scale: Scale | None = None,
    measure: Callable[[UInt8], ruler.FieldScale | None] = ruler.measure,
) -> CentredWindow:
    """Find the window of a picture, uint8 [H, W, 3], that shows one centred cell; its magnification may be anything.

    The first of these that answers:
      1. the file's scale, or the red cells' where the ruler is sure, or where it is likely and the cell at the centre
         is of a cell's size by it: `window_um` around the picture's centre;
      2. the leukocyte or platelet nearest to the centre, looked for as if the picture were 36, 24 and 17 um wide:
         1.7 x its box around the picture's centre, for a platelet `window_um` at the scale at which it was found;
      3. the whole picture.
    The side never exceeds the picture's shorter one by more than 4 %.
    """
    height, width = image.shape[:2]
    middle, limit = (width / 2, height / 2), _OVERSHOOT * min(width, height)
    if scale is not None and scale.source != "assumed":
        return CentredWindow(_square(middle, scale.px(window_um), limit), "scale", scale.um_per_px)
    seen = measure(image)
    trust, um_per_px = (seen.confidence, seen.um_per_px) if seen is not None else (0.0, 0.0)
    trust = trust if um_per_px * min(width, height) >= _LEAST_FIELD_UM else 0.0
    if trust >= _SURE_RULER:
        return CentredWindow(_square(middle, window_um / um_per_px, limit), "red cells", um_per_px)
    central = central_cell(image, detector)
    if central is not None:
        if trust >= _LIKELY_RULER and _is_of_cell_size(central.kind, central.box, um_per_px):
            return CentredWindow(_square(middle, window_um / um_per_px, limit), "red cells", um_per_px, central.box)
        side = WINDOW_BOXES * max(central.box.width, central.box.height)
        if central.kind is Kind.PLATELET:
            side = window_um / central.um_per_px
        return CentredWindow(_square(middle, side, limit), "cell", None, central.box)
    return CentredWindow(_square(middle, float(min(width, height)), limit), "picture")


def _is_of_cell_size(kind: Kind, box: Box, um_per_px: float) -> bool:
    side_um = max(box.width, box.height) * um_per_px
    return 8.0 <= side_um <= 24.0 if kind is Kind.WBC else 1.5 <= side_um <= 7.0


def _square(middle: tuple[float, float], side: float, limit: float) -> Box:
    return Box.square(middle, max(2.0, min(side, limit)))


@dataclass(frozen=True, slots=True)
class Central:
    """The cell at the centre of a picture: its box in pixels of the picture, and the scale at which it was found."""

    box: Box
    kind: Kind
    score: float
    um_per_px: float


def central_cell(image: UInt8, detector: Detector) -> Central | None:
    """The leukocyte or platelet at the centre of a picture of unknown scale, or None.

    The detector looks at the picture as if it were 36, 24 and 17 um wide; the answer with the best score wins, a box
    far from the centre or of no cell's size counting less.
    """
    height, width = image.shape[:2]
    longer = max(height, width)
    views = []
    for span_um in _SPANS_UM:
        factor = span_um / detector.um_per_px / longer
        size = Size(max(16, round(width * factor)), max(16, round(height * factor)))
        views.append((resized(image, size), span_um / longer))
    answers = detector.detect([view for view, _ in views])
    best: tuple[float, Central] | None = None
    for (view, um_per_px), found in zip(views, answers, strict=True):
        for central, merit in _candidates(found, view, width / view.shape[1], um_per_px):
            if merit >= _LEAST_SCORE and (best is None or merit > best[0]):
                best = merit, central
    return best[1] if best else None


def _candidates(found: Boxes, view: UInt8, factor: float, um_per_px: float) -> list[tuple[Central, float]]:
    """Leukocytes and platelets that cover the view's centre, each with its merit."""
    kinds = tuple(Kind)
    middle: Float32 = np.array([view.shape[1] / 2, view.shape[0] / 2], np.float32)
    out = []
    for (x0, y0, x1, y1), score, index in zip(found.boxes.tolist(), found.scores.tolist(), found.kinds, strict=True):
        kind = kinds[int(index)]
        if kind is Kind.RBC or not (x0 <= middle[0] <= x1 and y0 <= middle[1] <= y1):
            continue
        box = Box(x0, y0, x1, y1).scaled(factor)
        likely = _is_of_cell_size(kind, box, um_per_px)
        off = np.hypot(*(np.array([(x0 + x1) / 2, (y0 + y1) / 2]) - middle)) / max(x1 - x0, y1 - y0)
        merit = score * (1.0 if likely else 0.4) * max(0.0, 1.0 - float(off))
        out.append((Central(box, kind, score, um_per_px), merit))
    return out
