"""What classify, detect and segment found, as the files that the command line promises."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.analysis.merge import KINDS, Found
from bloodview.core.cells import Prediction
from bloodview.core.errors import StorageError
from bloodview.core.geometry import Size
from bloodview.core.taxonomy import COARSE, DEFAULT_TAXONOMY, Taxonomy, coarse_of
from bloodview.models.api import UInt8

LEVELS = ("fine", "coarse")
"""How finely a cell may be named: leaves of the tree, or the eight classes above them."""

_SURE_AMONG_KIN = 0.9


@dataclass(frozen=True, slots=True)
class Named:
    """One picture of one cell: what it is, or why there is no answer."""

    path: str
    prediction: Prediction | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One field: everything the detector found on it, down to its low score."""

    path: str
    size: Size
    found: Found


def columns(classes: Sequence[str], level: str, taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> tuple[str, ...]:
    """The classes of a level that a model's classes lead to; those that the tree does not know stay as they are."""
    if level == "fine":
        return tuple(classes)
    above = {_above(c, taxonomy) for c in classes}
    return tuple(c for c in COARSE if c in above) + tuple(sorted(above - set(COARSE)))


def at_level(
    prediction: Prediction, level: str, least_familiarity: float = 0.0, taxonomy: Taxonomy = DEFAULT_TAXONOMY
) -> Prediction:
    """A prediction at a level: the probabilities of the leaves below a coarse class are summed.

    A coarse label may stand where the fine label below it may; and, where the doubt is only among the fine labels
    below it, from a confidence of 0.9 up - unless the cell is less familiar than `least_familiarity`.
    """
    if level == "fine":
        return prediction
    sums = dict.fromkeys(columns([c for c, _ in prediction.probabilities], level, taxonomy), 0.0)
    for name, p in prediction.probabilities:
        sums[_above(name, taxonomy)] += p
    label = max(sums, key=lambda c: sums[c])
    same = _above(prediction.label, taxonomy) == label
    among_kin = prediction.label != label and sums[label] >= _SURE_AMONG_KIN
    among_kin = among_kin and prediction.familiarity >= least_familiarity
    return Prediction(
        label=label,
        confidence=min(1.0, sums[label]),
        decided=same and (prediction.decided or among_kin),
        familiarity=prediction.familiarity,
        probabilities=tuple(sums.items()),
        model_id=prediction.model_id,
    )


def _above(name: str, taxonomy: Taxonomy) -> str:
    """The coarse class at or above a class; a class without one is its own."""
    return coarse_of(name, taxonomy) if name in taxonomy and set(taxonomy.path(name)) & set(COARSE) else name


def write_names(file: TextIO, rows: Sequence[Named], classes: Sequence[str]) -> None:
    """One CSV row a picture; `classes` gives the p_ columns in order."""
    out = csv.writer(file, lineterminator="\n")
    head = ["path", "label", "confidence", "decided", "familiarity"]
    out.writerow([*head, *(f"p_{c}" for c in classes), "error"])
    for row in rows:
        p = row.prediction
        if p is None:
            out.writerow([row.path, *[""] * (len(head) - 1 + len(classes)), row.error])
            continue
        values = dict(p.probabilities)
        known = [p.label, f"{p.confidence:.6f}", str(p.decided).lower(), f"{p.familiarity:.6f}"]
        out.writerow([row.path, *known, *(f"{values[c]:.6f}" for c in classes), ""])


def write_boxes(file: TextIO, fields: Sequence[Seen], thresholds: dict[str, float], model_id: str) -> None:
    """COCO: every box with its score, and in `info.threshold` the score from which a kind is shown."""
    images: list[dict[str, object]] = []
    annotations: list[dict[str, object]] = []
    for image_id, field in enumerate(fields, start=1):
        size = {"width": field.size.width, "height": field.size.height}
        images.append({"id": image_id, "file_name": field.path, **size})
        found = field.found
        for (x0, y0, x1, y1), score, kind in zip(found.boxes_l0.tolist(), found.scores, found.kinds, strict=True):
            box = [round(x0, 2), round(y0, 2), round(x1 - x0, 2), round(y1 - y0, 2)]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": int(kind) + 1,
                    "bbox": box,
                    "area": round(box[2] * box[3], 2),
                    "iscrowd": 0,
                    "score": round(min(1.0, max(0.0, float(score))), 5),
                }
            )
    categories = [{"id": i, "name": kind.value} for i, kind in enumerate(KINDS, start=1)]
    info = {"description": "BloodView detections", "model": model_id, "threshold": thresholds}
    json.dump({"info": info, "images": images, "categories": categories, "annotations": annotations}, file)


class MaskCanvas:
    """A mask of a whole picture, uint8 [H, W] of 0, 128 and 255, painted cell by cell."""

    def __init__(self, size: Size) -> None:
        self.mask: UInt8 = np.zeros((size.height, size.width), np.uint8)

    @property
    def is_empty(self) -> bool:
        """Whether no cell was painted."""
        return not self.mask.any()

    def paint(
        self, mask: UInt8, origin: tuple[float, float], factor: tuple[float, float], offset_l0: tuple[float, float]
    ) -> None:
        """Add one cell; the frames are those of `outlines.outlines`. What is nucleus stays nucleus."""
        x0, y0 = (round(o * f + at) for o, f, at in zip(origin, factor, offset_l0, strict=True))
        width, height = (max(1, round(n * f)) for n, f in zip(mask.shape[::-1], factor, strict=True))
        if (width, height) != mask.shape[::-1]:
            mask = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
        left, top = max(0, -x0), max(0, -y0)
        right, bottom = min(width, self.mask.shape[1] - x0), min(height, self.mask.shape[0] - y0)
        if right <= left or bottom <= top:
            return
        part: NDArray[np.uint8] = self.mask[y0 + top : y0 + bottom, x0 + left : x0 + right]
        np.maximum(part, mask[top:bottom, left:right], out=part)

    def write(self, path: Path) -> None:
        """As an 8-bit grey PNG; the bytes go through Python, since OpenCV takes no path outside ASCII on Windows."""
        done, data = cv2.imencode(".png", self.mask)
        if not done:
            raise StorageError("the mask could not be encoded as PNG.", path=path)
        path.write_bytes(data.tobytes())
