"""Which cell of a case is which detection of a new analysis: one to one, by overlap."""

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Float32, iou_matrix

MATCH_IOU = 0.3
"""Overlap from which two boxes can mean the same cell, if also the middle of each lies in the other.

A person's box is often drawn loosely, hence low; a neighbour that touches has its middle outside.
"""

_STRIP = 256
"""Old boxes compared at once; keeps the matrices small at any number of cells."""


def match(old: Float32, new: Float32) -> dict[int, int]:
    """Pair boxes of the case with boxes of the analysis, best overlap first, each at most once.

    Args:
        old: float32 [N, 4] xyxy, level-0 px.
        new: float32 [M, 4] xyxy, level-0 px.

    Returns:
        Index into `old` -> index into `new`.
    """
    if not len(old) or not len(new):
        return {}
    olds, news, overlaps = _candidates(old, new)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for k in np.lexsort((news, olds, -overlaps)):
        i, j = int(olds[k]), int(news[k])
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _candidates(old: Float32, new: Float32) -> tuple[NDArray[np.intp], NDArray[np.intp], Float32]:
    """All pairs that may mean the same cell, with their overlap."""
    by_x = np.argsort(old[:, 0], kind="stable")
    found_old: list[NDArray[np.intp]] = []
    found_new: list[NDArray[np.intp]] = []
    found_iou: list[Float32] = []
    for start in range(0, len(by_x), _STRIP):
        strip = by_x[start : start + _STRIP]
        near = np.flatnonzero((new[:, 2] > old[strip, 0].min()) & (new[:, 0] < old[strip, 2].max()))
        iou = iou_matrix(old[strip], new[near])
        i, j = np.nonzero(iou >= MATCH_IOU)
        mutual = _holds_middle(old[strip[i]], new[near[j]]) & _holds_middle(new[near[j]], old[strip[i]])
        i, j = i[mutual], j[mutual]
        found_old.append(strip[i])
        found_new.append(near[j])
        found_iou.append(iou[i, j])
    return np.concatenate(found_old), np.concatenate(found_new), np.concatenate(found_iou)


def _holds_middle(outer: Float32, inner: Float32) -> NDArray[np.bool_]:
    """Whether each box holds the middle of its partner; float32 [K, 4] twice -> bool [K]."""
    middle = (inner[:, :2] + inner[:, 2:]) / 2
    inside: NDArray[np.bool_] = np.logical_and.reduce((middle >= outer[:, :2]) & (middle <= outer[:, 2:]), axis=1)
    return inside
