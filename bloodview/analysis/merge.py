"""Tile pixels to level-0 pixels, one cell once across seams, and which cells the picture's border cuts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Detection, Kind
from bloodview.core.geometry import Box, Float32, Size, iou_matrix, non_maximum_suppression
from bloodview.models.api import Boxes

KINDS = tuple(Kind)
"""Kind of a detector's index."""

_SAME_CELL_IOU = 0.5
_CONTAINED = 0.8  # share of the smaller box from which it is a part of the other


@dataclass(frozen=True, slots=True)
class Found:
    """Objects of a picture.

    Args:
        boxes_l0: float32 [N, 4] xyxy, level-0 px, inside the picture.
        scores: float32 [N], 0 to 1.
        kinds: int64 [N], index into KINDS.
    """

    boxes_l0: Float32
    scores: Float32
    kinds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Found":
        """Some of them, by a mask or by indices."""
        return Found(self.boxes_l0[chosen], self.scores[chosen], self.kinds[chosen])

    @property
    def centers_l0(self) -> Float32:
        """float32 [N, 2] x, y."""
        return np.asarray((self.boxes_l0[:, :2] + self.boxes_l0[:, 2:]) / 2, np.float32)


def nothing() -> Found:
    """No object."""
    return Found(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))


def together(parts: list[Found]) -> Found:
    """Several as one."""
    parts = [nothing(), *parts]
    return Found(
        np.concatenate([p.boxes_l0 for p in parts]),
        np.concatenate([p.scores for p in parts]),
        np.concatenate([p.kinds for p in parts]),
    )


def to_level0(found: Boxes, tile_l0: Box, seen: Size, picture: Size) -> Found:
    """Detections of a tile that was seen with `seen` pixels -> level-0 pixels, clipped to the picture."""
    factor = np.array([tile_l0.width / seen.width, tile_l0.height / seen.height] * 2, np.float32)
    origin = np.array([tile_l0.x0, tile_l0.y0] * 2, np.float32)
    boxes = np.asarray(found.boxes, np.float32).reshape(-1, 4) * factor + origin
    limit = np.array([picture.width, picture.height] * 2, np.float32)
    boxes = np.clip(boxes, 0, limit).astype(np.float32)
    real = ((boxes[:, 2:] - boxes[:, :2]) > 0.5).all(axis=1)
    return Found(boxes, np.asarray(found.scores, np.float32), np.asarray(found.kinds, np.int64)).take(real)


class Seams:
    """Lets each cell of a tiled picture through once.

    A tile owns the detections whose centre lies in its core. Two tiles may place one centre on different sides of a
    seam, so a tile may also give those up to `margin_l0` outside, and what is a cell let through before is dropped.
    Each of those explains one detection of the tile, the one that fits best, so that two cells that lie on each other
    are two at a seam as they are inside. What is below its kind's threshold, and so is not shown, never drops what is
    shown.

    Args:
        margin_l0: level-0 px.
        thresholds: of the detector, by kind; without them everything counts as shown.
        known: cells let through before, such as by an analysis that goes on.
    """

    def __init__(
        self, margin_l0: float, thresholds: Mapping[str, float] | None = None, known: Found | None = None
    ) -> None:
        self._margin = margin_l0
        limits = [(thresholds or {}).get(k.value, 0.0) for k in KINDS]
        self._limits = np.array(limits, np.float32)
        self._near = known or nothing()

    def admit(self, found: Found, core_l0: Box) -> Found:
        """The detections of a tile that it owns and no tile before it gave."""
        is_own = self._depth(found, core_l0) >= -self._margin
        if is_own.any() and len(self._near):
            known = self._near.take(self._meets(self._near, core_l0))
            is_shown = self._is_shown(found)
            # All that the tile shows takes part: what another tile owns must not be explained by a neighbour of it.
            explained = np.zeros(len(found), np.bool_)
            pairs = explains(found.take(is_shown), known.take(self._is_shown(known)))
            explained[np.flatnonzero(is_shown)[pairs]] = True
            explained |= repeats(found, known) & ~is_shown
            is_own &= ~explained
        own = found.take(is_own)
        close = own.take(self._depth(own, core_l0) <= 2 * self._margin)
        self._near = together([self._near, close])
        return own

    def _is_shown(self, found: Found) -> NDArray[np.bool_]:
        return np.asarray(found.scores >= self._limits[found.kinds], np.bool_)

    @staticmethod
    def _depth(found: Found, core_l0: Box) -> Float32:
        """How far inside the core each centre lies, level-0 px; negative outside."""
        c = found.centers_l0
        sides = np.stack([c[:, 0] - core_l0.x0, core_l0.x1 - c[:, 0], c[:, 1] - core_l0.y0, core_l0.y1 - c[:, 1]])
        return np.asarray(sides.min(axis=0), np.float32)

    @staticmethod
    def _meets(found: Found, box: Box) -> NDArray[np.bool_]:
        b = found.boxes_l0
        met = (b[:, 2] > box.x0) & (b[:, 0] < box.x1) & (b[:, 3] > box.y0) & (b[:, 1] < box.y1)
        return np.asarray(met, np.bool_)


def repeats(found: Found, known: Found) -> NDArray[np.bool_]:
    """Say, bool [N], whether an object is one of the known ones of its kind, or part of one, or holds one."""
    return np.asarray(_sameness(found, known).any(axis=1), np.bool_)


def explains(found: Found, known: Found) -> NDArray[np.intp]:
    """Indices of the objects that are known ones, one for each known one: best overlap first."""
    likeness = _sameness(found, known)
    rows, columns = np.nonzero(likeness)
    free_rows, free_columns = np.ones(len(found), np.bool_), np.ones(len(known), np.bool_)
    for k in np.argsort(-likeness[rows, columns], kind="stable"):
        i, j = rows[k], columns[k]
        if free_rows[i] and free_columns[j]:
            free_rows[i] = free_columns[j] = False
    return np.flatnonzero(~free_rows)


def _sameness(found: Found, known: Found) -> Float32:
    """How likely two objects are one, float32 [N, M]: their overlap, above 0 where they can be one at all."""
    if not len(found) or not len(known):
        return np.zeros((len(found), len(known)), np.float32)
    a, b = found.boxes_l0, known.boxes_l0
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    area_a, area_b = (x[:, 2:] - x[:, :2] for x in (a, b))
    smaller = np.minimum(area_a.prod(axis=1)[:, None], area_b.prod(axis=1)[None, :])
    iou = iou_matrix(a, b)
    same = (iou > _SAME_CELL_IOU) | (both > _CONTAINED * smaller)
    same &= found.kinds[:, None] == known.kinds[None, :]
    return np.asarray(np.where(same, np.maximum(iou, 1e-6), 0), np.float32)


def shown(found: Found, thresholds: dict[str, float]) -> Found:
    """What is shown: from its kind's threshold up, and of two kinds at one place the surer."""
    limits = np.array([thresholds[k.value] for k in KINDS], np.float32)
    kept = found.take(found.scores >= limits[found.kinds])
    return kept.take(non_maximum_suppression(kept.boxes_l0, kept.scores, 0.6))


def detections(found: Found, picture: Size, border_l0: float = 1.0) -> list[Detection]:
    """As values; a box that comes within `border_l0` px of the picture's border is drawn out to it and marked."""
    out = []
    for (x0, y0, x1, y1), score, kind in zip(found.boxes_l0.tolist(), found.scores.tolist(), found.kinds, strict=True):
        snapped = (
            0.0 if x0 <= border_l0 else x0,
            0.0 if y0 <= border_l0 else y0,
            float(picture.width) if x1 >= picture.width - border_l0 else x1,
            float(picture.height) if y1 >= picture.height - border_l0 else y1,
        )
        cut = snapped[0] == 0 or snapped[1] == 0 or snapped[2] == picture.width or snapped[3] == picture.height
        out.append(Detection(KINDS[int(kind)], Box(*snapped), min(1.0, max(0.0, score)), touches_edge=cut))
    return out
