"""The cells of a field with what is known of their outlines: exact masks, rough ones by rule, or a box alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data import Field
from training.masks import rough
from training.pictures import cut, read_image

UInt8 = NDArray[np.uint8]
Known = Literal["exact", "rough", "box"]

UM_PER_PX = 0.12
"""Scale at which fields are kept: finer than any network of outlines sees them."""
SMALLEST = 0.25
"""Objects of a mask whose larger side is below this share of the field's largest are crumbs."""
_LEAST_PX = 24
"""Objects of fewer pixels are none."""
_ROUGH_PX = 128


@dataclass(frozen=True, slots=True)
class Outlined:
    """A cell of a field.

    Args:
        kind: 0 wbc, 1 rbc, 2 platelet.
        known: how well its outline is known.
        box: float32 [4] xyxy, field pixels.
        corner: left and top of `mask` in the field.
        mask: uint8 [h, w], 255 inside; filled throughout where only the box is known.
        free: uint8 [h, w], 1 where no other cell lies too, so that a click means this one.
    """

    kind: int
    known: Known
    box: NDArray[np.float32]
    corner: tuple[int, int]
    mask: UInt8
    free: UInt8


@dataclass(frozen=True, slots=True)
class OutlinedField:
    """A picture at UM_PER_PX, uint8 [h, w, 3], and its cells."""

    path: Path
    dataset: str
    image: UInt8
    cells: tuple[Outlined, ...]


def leukocytes(mask_file: Path) -> list[tuple[NDArray[np.float32], UInt8]]:
    """Of each leukocyte of a mask file its box, float32 [4] xyxy, and the field's mask of it alone, 0/1/2."""
    mask = np.digitize(read_image(mask_file)[:, :, 0], (64, 192)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8))
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) if len(stats) > 1 else np.zeros(0)
    found = []
    for i, side in enumerate(sides, start=1):
        x, y, w, h = (float(v) for v in stats[i, :4])
        own = np.where(labels == i, mask, 0).astype(np.uint8)
        if side >= SMALLEST * sides.max() and (own == 2).any():
            found.append((np.array([x, y, x + w, y + h], np.float32), own))
    return found


def outlined(field: Field) -> OutlinedField:
    """The picture of a field and its cells, resampled to UM_PER_PX."""
    image = read_image(field.path)
    zoom = field.um_per_px / UM_PER_PX
    size = max(1, round(image.shape[1] * zoom)), max(1, round(image.shape[0] * zoom))
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)
    found = []
    over = np.zeros(small.shape[:2], np.uint8)
    for kind, known, box, mask in _cells(field, image):
        x, y, w, h = cv2.boundingRect(mask)
        if not w:
            continue
        left, top = max(0, int((x - 2) * zoom)), max(0, int((y - 2) * zoom))
        side = min(size[0] - left, int((w + 4) * zoom) + 3), min(size[1] - top, int((h + 4) * zoom) + 3)
        into = np.array([[zoom, 0, zoom / 2 - 0.5 - left], [0, zoom, zoom / 2 - 0.5 - top]])  # middles of pixels
        own = np.asarray(cv2.warpAffine(mask, into, side, flags=cv2.INTER_LINEAR), dtype=np.uint8)
        if int((own > 127).sum()) >= _LEAST_PX:
            found.append((kind, known, box * np.float32(zoom), (left, top), own))
            over[top : top + side[1], left : left + side[0]] += own > 127
    cells = []
    for kind, known, box, corner, own in found:
        alone = over[corner[1] : corner[1] + own.shape[0], corner[0] : corner[0] + own.shape[1]] < 2
        free = ((own > 127) & alone).astype(np.uint8)
        cells.append(Outlined(kind, known, box, corner, own, free if free.any() else (own > 127).astype(np.uint8)))
    return OutlinedField(field.path, field.dataset, small, tuple(cells))


def _cells(field: Field, image: UInt8) -> Iterator[tuple[int, Known, NDArray[np.float32], UInt8]]:
    """Kind, what is known, box and the field's mask, 0 or 255, of each cell."""
    h, w = image.shape[:2]
    masked = leukocytes(field.mask) if field.mask is not None else []
    for box, own in masked:
        yield 0, "exact", box, (own > 0).astype(np.uint8) * np.uint8(255)
    for i, (box, kind) in enumerate(zip(field.boxes, field.kinds, strict=True)):
        if kind == 0 and masked:
            continue
        mask = np.zeros((h, w), np.uint8)
        if i < len(field.outlines) and len(field.outlines[i]) >= 3:
            corners = np.round(field.outlines[i] - 0.5).astype(np.int32)  # the outline runs through pixels' middles
            cv2.fillPoly(mask, [corners], 255)
            yield int(kind), "exact", box, mask
            continue
        x0, y0, x1, y1 = (int(round(float(v))) for v in box)
        inside = x0 > 1 and y0 > 1 and x1 < w - 1 and y1 < h - 1
        if not inside:
            continue  # cut by the border: its box tells neither its middle nor its size
        if kind == 0:
            mask[y0:y1, x0:x1] = 255
            yield 0, "box", box, mask
        elif (drawn := _by_rule(image, box)) is not None:
            yield int(kind), "rough", box, drawn


def _by_rule(image: UInt8, box: NDArray[np.float32]) -> UInt8 | None:
    """A field's mask, 0 or 255, of what is dyed within the box's ellipse; None where that is too little of it."""
    side = 1.6 * float((box[2:] - box[:2]).max())
    x, y = (float(v) for v in (box[:2] + box[2:]) / 2)
    zoom = _ROUGH_PX / side
    own = ((box.reshape(2, 2) - (x, y)) * zoom + _ROUGH_PX / 2).reshape(4).astype(np.float32)
    window = rough(cut(image, (x, y), side, _ROUGH_PX), own)
    area = float((own[2] - own[0]) * (own[3] - own[1]))
    if float(window.sum()) < 0.45 * area:
        return None
    back = np.array([[1 / zoom, 0, x - _ROUGH_PX / 2 / zoom], [0, 1 / zoom, y - _ROUGH_PX / 2 / zoom]])
    size = image.shape[1], image.shape[0]
    return np.asarray(cv2.warpAffine(window * np.uint8(255), back, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
