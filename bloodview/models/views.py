"""The views of a cell that an adaptation learns from and a fitted model asks: turned, mirrored, nearer and farther."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.models.colours import colours
from bloodview.models.shapes import shapes

Float32 = NDArray[np.float32]
UInt8 = NDArray[np.uint8]

_VIEWS = ((1.0, False), (0.8, False), (1.25, True), (1.0, True), (0.8, True), (1.25, False))
"""(magnification, whether it is also turned and mirrored); the first are those that `fewshot.ASKED` counts."""
LEARNED = len(_VIEWS)
"""An adaptation learns from so many views of a cell."""

_UNMOVED = (colours, shapes)
"""What is of the cell as a whole, and the same in all its views."""

Evidence = Callable[[UInt8], tuple[Float32, Float32]]
"""See models.api.AdaptableClassifier.evidence."""


def views(crops: UInt8, many: int = LEARNED) -> UInt8:
    """uint8 [N, S, S, 3] -> uint8 [N, many, S, S, 3], the crop as it is first.

    Cells without a scale, and windows around boxes of various hands, show a cell larger or smaller than another of its
    size; a cell that is named alike at three magnifications is named for better reasons.
    """
    made: dict[float, UInt8] = {1.0: crops}
    found = []
    for zoom, turned in _VIEWS[:many]:
        if zoom not in made:
            made[zoom] = np.stack([_zoomed(c, zoom) for c in crops]) if len(crops) else crops
        found.append(np.rot90(made[zoom], axes=(1, 2))[:, :, ::-1] if turned else made[zoom])
    return np.stack(found, axis=1)


def unmoved(crops: UInt8) -> Float32:
    """Colours and shapes of crops uint8 [N, S, S, 3], as `told` gives them behind the embeddings; float32 [N, F]."""
    return np.concatenate([look(crops) for look in _UNMOVED], axis=1).astype(np.float32)


def _zoomed(crop: UInt8, zoom: float) -> UInt8:
    """A crop seen from nearer or farther, reflected beyond its border."""
    side = crop.shape[0]
    move = (1 - zoom) * (side - 1) / 2
    matrix = np.array([[zoom, 0, move], [0, zoom, move]], np.float32)
    smooth = cv2.GaussianBlur(crop, (0, 0), 0.4) if zoom < 1 else crop
    made = cv2.warpAffine(smooth, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(made, np.uint8)


def told(
    evidence: Evidence, crops: UInt8, many: int, first: tuple[Float32, Float32] | None = None
) -> tuple[Float32, tuple[Float32, ...]]:
    """What can be told of N cells by `many` views of each.

    Args:
        evidence: of crops.
        crops: uint8 [N, S, S, 3].
        many: how many views.
        first: the evidence of the crops as they are, if it is there already.

    Returns:
        float32 [N, many, C], logarithms of the base's probabilities; and float32 [N, many, F] each: embeddings,
        colours and shapes, of which the last two are those of the crop as it is.
    """
    rest = views(crops, many)[:, 1 if first else 0 :]
    found = [block[:, None] for block in first] if first else []
    seen = [b.reshape(*rest.shape[:2], -1) for b in evidence(np.ascontiguousarray(rest.reshape(-1, *crops.shape[1:])))]
    scores, embeddings = (np.concatenate(pair, axis=1) for pair in zip(found, seen, strict=True)) if first else seen
    still = (np.repeat(look(crops)[:, None], many, axis=1) for look in _UNMOVED)
    return scores, (embeddings, *still)
