"""Windows with masks for the SAM: masks of a laboratory where it has them, rough ones from boxes and dye where not."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data import CellExample, Field, cut, read_image

OTHERS = 2
"""So many red cells and platelets of a field are outlined beside its leukocytes: anything with a box is an object."""
_HULL = 0.3  # what is added around a nucleus for the cytoplasm, as a share of the nucleus's own width
_LOOSE = 0.06  # of a box's larger side: as far as a drawn mask may reach outside
_LEAST_CONTRAST = 20  # of 60 times the optical density, below which a window holds nothing
_JITTER = 0.06  # of the window's side, by which a window that need not be centred is moved at most

UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows and the outline of one object in each.

    Args:
        images: uint8 [N, px, px, 3] RGB.
        masks: uint8 [N, px, px], 1 inside the object.
        boxes: float32 [N, 4] xyxy of the object, px of the window.
        central: bool [N], whether the object is the leukocyte in the window's middle, to be found without a prompt.
        drawn: bool [N], whether a person's mask told the outline, not a rule.
    """

    images: UInt8
    masks: UInt8
    boxes: NDArray[np.float32]
    central: NDArray[np.bool_]
    drawn: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.images)

    def part(self, rows: NDArray[np.bool_]) -> "Windows":
        """Those of the rows that are True."""
        return Windows(self.images[rows], self.masks[rows], self.boxes[rows], self.central[rows], self.drawn[rows])


def windows(fields: Sequence[Field], loose: Sequence[CellExample], window_um: float, px: int, seed: int) -> Windows:
    """One window for each leukocyte of the fields, for a few other objects of each, and for cells without a box.

    Args:
        fields: pictures with boxes, perhaps with masks.
        loose: centred cells of which neither is known.
        window_um: side of a window.
        px: its side in pixels.
        seed: of which other objects are taken and where they lie in their windows.
    """
    rng = np.random.default_rng(seed)
    images: list[UInt8] = []
    masks: list[UInt8] = []
    boxes: list[NDArray[np.float32]] = []
    central: list[bool] = []
    drawn: list[bool] = []

    def add(image: UInt8, mask: UInt8, box: NDArray[np.float32], middle: bool, person: bool) -> None:
        if mask.any():
            images.append(image)
            masks.append(mask)
            boxes.append(box)
            central.append(middle)
            drawn.append(person)

    for field in fields:
        picture = read_image(field.path)
        outlines = None if field.mask is None else read_image(field.mask)
        side, leukocytes = window_um / field.um_per_px, np.flatnonzero(field.kinds == 0)
        others = np.flatnonzero(field.kinds != 0)
        others = rng.permutation(others)[:OTHERS]
        for i in (*leukocytes, *others):
            box, is_central = field.boxes[i], bool(field.kinds[i] == 0)
            middle = (box[:2] + box[2:]) / 2
            if not is_central:
                middle = middle + rng.uniform(-_JITTER, _JITTER, 2) * side
            where = float(middle[0]), float(middle[1])
            image = cut(picture, where, side, px)
            own = ((box.reshape(2, 2) - middle) * (px / side) + px / 2).reshape(4).astype(np.float32)
            if is_central and outlines is not None:
                inside = (cut(outlines, where, side, px)[:, :, 0] >= 64).astype(np.uint8)
                add(image, _central(_within(inside, own)), own, True, True)
            else:
                add(image, rough(image, own), own, is_central, False)
    for example in loose:
        picture = read_image(example.path)
        where = example.center or (picture.shape[1] / 2, picture.shape[0] / 2)
        image = cut(picture, where, window_um / example.um_per_px, px)
        mask = rough(image)
        x, y, w, h = cv2.boundingRect(mask)
        add(image, mask, np.array([x, y, x + w, y + h], np.float32), True, False)
    shape = (0, px, px)
    return Windows(
        np.stack(images) if images else np.zeros((*shape, 3), np.uint8),
        np.stack(masks) if masks else np.zeros(shape, np.uint8),
        np.stack(boxes) if boxes else np.zeros((0, 4), np.float32),
        np.array(central, bool),
        np.array(drawn, bool),
    )


def rough(window: UInt8, box: NDArray[np.float32] | None = None) -> UInt8:
    """A mask by rule where nobody drew one: uint8 [px, px], 1 inside.

    With a box: what is dyed within the box's ellipse, its holes filled. Without: the nucleus nearest to the middle
    (Otsu 1979 on the optical density), its convex hull widened by a margin for the cytoplasm, as far as it is dyed.
    What is dyed is told by a second Otsu threshold among the pixels lighter than nuclei: glass from all else. The
    cytoplasm of a pale cell is cut short, and a red cell that touches the leukocyte inside the ellipse or the margin is
    taken along.

    Args:
        window: uint8 [px, px, 3] RGB.
        box: float32 [4] xyxy px, or None.
    """
    density = -np.log(np.maximum(window, 1).astype(np.float32) / 255).sum(axis=2)
    grey = np.asarray(np.clip(density * 60, 0, 255), dtype=np.uint8)
    if int(grey.max()) - int(grey.min()) < _LEAST_CONTRAST:
        return np.zeros_like(grey)
    high, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = grey[grey <= high]
    low, _ = cv2.threshold(light.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dyed = (grey > low).astype(np.uint8)
    if box is not None:
        shape = np.zeros_like(dyed)
        x0, y0, x1, y1 = (float(v) for v in box)
        cv2.ellipse(shape, (((x0 + x1) / 2, (y0 + y1) / 2), (max(1.0, x1 - x0), max(1.0, y1 - y0)), 0.0), 1, -1)
    else:
        nucleus = _central((grey > high).astype(np.uint8))
        if not nucleus.any():
            return nucleus
        shape = np.zeros_like(dyed)
        cv2.fillConvexPoly(shape, cv2.convexHull(cv2.findNonZero(nucleus)), 1)
        reach = max(1, round(_HULL * float(np.sqrt(shape.sum()))))
        shape = np.asarray(cv2.dilate(shape, _disc(reach)), dtype=np.uint8)
    return _filled(np.asarray(cv2.morphologyEx(dyed & shape, cv2.MORPH_OPEN, _disc(1)), dtype=np.uint8))


def _central(mask: UInt8) -> UInt8:
    """The connected part of a mask that lies nearest to its middle, the smallest crumbs left out."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    ys, xs = np.mgrid[: mask.shape[0], : mask.shape[1]]
    far = np.hypot(xs - mask.shape[1] / 2, ys - mask.shape[0] / 2)
    best, least = 0, np.inf
    for k in range(1, count):
        if stats[k, cv2.CC_STAT_AREA] >= 0.005 * mask.size and (near := float(far[labels == k].min())) < least:
            best, least = k, near
    return (labels == best).astype(np.uint8) if best else np.zeros_like(mask)


def _within(mask: UInt8, box: NDArray[np.float32]) -> UInt8:
    """A mask without what lies well outside a box: a leukocyte that touches this one is another object."""
    reach = _LOOSE * float((box[2:] - box[:2]).max())
    x0, y0 = (int(v) for v in np.floor(box[:2] - reach).clip(0))
    x1, y1 = (int(v) for v in np.ceil(box[2:] + reach).clip(0))
    out = np.zeros_like(mask)
    out[y0:y1, x0:x1] = mask[y0:y1, x0:x1]
    return out


def _filled(mask: UInt8) -> UInt8:
    """A mask with the holes of its parts filled."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(mask), outlines, -1, 1, -1), dtype=np.uint8)


def _disc(reach: int) -> UInt8:
    """Kernel of a round neighbourhood."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(kernel, dtype=np.uint8)
