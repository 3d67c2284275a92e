"""What a person points at on a slide becomes an outline: a part of the slide embedded once, then every click."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from bloodview.analysis.cell_masks import CellMask
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Size
from bloodview.models.api import Click, Embedding, Float32, Outlined, Prompts, PromptSegmenter, UInt8

CACHE_BYTES = 160 * 2**20
"""Of embeddings that are kept: about six of the largest parts."""
REACH_UM = 18.0
"""So far around a click the model must have seen the slide, unless the slide ends."""
_FINER = 2
"""Times as fine as the model's answer an outline is drawn."""
_PLATELET_UM = 4.8
"""Diameter of a disc of the same area, below which a cell is taken for a platelet."""
_NUCLEUS = 0.25
"""Optical density in red above that in blue, over the ground, that the fifth of a cell which is densest in red has on
average if that is a nucleus: its dyes take red away, haemoglobin takes blue."""


class Readable(Protocol):
    """What of a slide is needed here."""

    size: Size

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """See slides.slide.Slide."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a person looks at.

    Args:
        slide: the picture; may be read from any thread.
        key: its identity.
        um_per_px: its scale, level 0.
        visible_l0: what is in sight; may leave the picture.
    """

    slide: Readable
    key: str
    um_per_px: float
    visible_l0: Box


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a person pointed out of one cell, level-0 px.

    Args:
        clicks: x, y, and whether the cell is there; in their order.
        box_l0: a box around it, if one was drawn.
    """

    clicks: tuple[tuple[float, float, bool], ...] = ()
    box_l0: Box | None = None

    @property
    def middle(self) -> tuple[float, float]:
        """About where the cell lies."""
        if self.box_l0 is not None:
            return self.box_l0.center
        own = [(x, y) for x, y, wanted in self.clicks if wanted] or [(x, y) for x, y, _ in self.clicks]
        return sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own)


@dataclass(frozen=True, slots=True)
class Answer:
    """The cell that is meant.

    Args:
        mask: where it lies.
        kind: what it seems to be.
        part: of the slide, that was looked at.
        found: the model's own answer in that part.
        model_id: which model said so.
    """

    mask: CellMask
    kind: Kind
    part: Box
    found: Outlined
    model_id: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a slide that the model has seen.

    Args:
        box_l0: where it lies.
        step: level-0 px a model px is wide.
        image: uint8 [h, w, 3], as the model saw it.
    """

    box_l0: Box
    step: float
    image: UInt8
    embedding: Embedding

    @property
    def nbytes(self) -> int:
        return self.image.nbytes + self.embedding.nbytes


class Pointer:
    """Answers prompts; keeps the parts of slides that it has seen, the oldest go first. For one thread at a time."""

    def __init__(self, model: PromptSegmenter, cache_bytes: int = CACHE_BYTES) -> None:
        self.model, self._cache_bytes = model, cache_bytes
        self._parts: OrderedDict[tuple[str, float, Box], _Part] = OrderedDict()

    @property
    def kept_bytes(self) -> int:
        """Bytes of all parts that are kept."""
        return sum(p.nbytes for p in self._parts.values())

    def prepare(self, scene: Scene) -> bool:
        """Embed what is in sight, unless it has been; whether there was work."""
        middle = _clamped(scene.visible_l0.center, scene.slide.size)
        before = len(self._parts), next(reversed(self._parts), None)
        self._part(scene, middle)
        return before != (len(self._parts), next(reversed(self._parts), None))

    def answer(self, scene: Scene, pointed: Pointed, before: Answer | None = None) -> Answer:
        """The cell that is pointed at; `before` is the answer to all prompts but the last, perhaps painted over."""
        part = self._part(scene, _clamped(pointed.middle, scene.slide.size))
        given = tuple(
            Click((x - part.box_l0.x0) / part.step, (y - part.box_l0.y0) / part.step, wanted)
            for x, y, wanted in pointed.clicks
        )
        box = None
        if (b := pointed.box_l0) is not None:
            x0, y0, x1, y1 = (
                (v - o) / part.step
                for v, o in zip((b.x0, b.y0, b.x1, b.y1), 2 * (part.box_l0.x0, part.box_l0.y0), strict=True)
            )
            box = (x0, y0, x1, y1)
        last = _continued(before) if before is not None and before.part == part.box_l0 else None
        found = self.model.outline(part.embedding, Prompts(given, box), last)
        mask = _placed(found, part)
        return Answer(mask, kind_of(part.image, found, self.model.um_per_px), part.box_l0, found, self.model.model_id)

    def _part(self, scene: Scene, at: tuple[float, float]) -> _Part:
        """A part that shows enough around a point: one that is kept, else what is in sight."""
        reach = REACH_UM / scene.um_per_px
        asked = Box.square(at, 2 * reach).clipped(scene.slide.size) or Box.square(at, 2)
        for key, part in reversed(self._parts.items()):
            if key[:2] == (scene.key, scene.um_per_px) and _holds(part.box_l0, asked):
                self._parts.move_to_end(key)
                return part
        part = self._embedded(scene, at, reach)
        self._parts[scene.key, scene.um_per_px, part.box_l0] = part
        while self.kept_bytes > self._cache_bytes and len(self._parts) > 1:
            self._parts.popitem(last=False)
        return part

    def _embedded(self, scene: Scene, at: tuple[float, float], reach: float) -> _Part:
        """The part in sight with its surroundings, or as much of it around a point as the model takes at once."""
        size, step = scene.slide.size, self.model.um_per_px / scene.um_per_px
        most = self.model.most_px * step
        view = scene.visible_l0
        wanted = Box(view.x0 - reach, view.y0 - reach, view.x1 + reach, view.y1 + reach)
        x0, x1 = _span(wanted.x0, wanted.x1, at[0], most, size.width)
        y0, y1 = _span(wanted.y0, wanted.y1, at[1], most, size.height)
        width, height = (min(self.model.most_px, max(1, round(v / step))) for v in (x1 - x0, y1 - y0))
        box = Box(x0, y0, x0 + width * step, y0 + height * step)
        image = scene.slide.read(box, Size(width, height))
        return _Part(box, step, image, self.model.embed(image))


def kind_of(image: UInt8, found: Outlined, um_per_px: float) -> Kind:
    """What an outlined cell seems to be, by its size and by whether something in it has the colour of a nucleus.

    Args:
        image: uint8 [H, W, 3] that the model saw.
        found: the cell.
        um_per_px: of the image.
    """
    area = float(found.mask.sum()) * um_per_px**2
    if 2 * (area / np.pi) ** 0.5 < _PLATELET_UM:
        return Kind.PLATELET
    h, w = image.shape[:2]
    ys, xs = np.nonzero(found.mask)
    ys, xs = ys + found.y0, xs + found.x0
    there = (ys >= 0) & (xs >= 0) & (ys < h) & (xs < w)
    if not there.any():
        return Kind.RBC
    ground = np.percentile(image[::4, ::4].reshape(-1, 3), 80, axis=0)
    density = np.log(np.maximum(ground, 1) / np.maximum(image[ys[there], xs[there]], 1))
    densest = density[density[:, 0] >= np.percentile(density[:, 0], 80)]
    return Kind.WBC if float((densest[:, 0] - densest[:, 2]).mean()) > _NUCLEUS else Kind.RBC


def _continued(before: Answer) -> Outlined:
    """What the model goes on from: its own answer, with what a person painted over it since."""
    found = before.found
    small = cv2.resize(before.mask.inside * np.uint8(255), found.mask.shape[::-1], interpolation=cv2.INTER_AREA)
    mask = (np.asarray(small) > 127).astype(np.uint8)
    same = mask == found.mask
    probability = np.where(same, found.probability, mask.astype(np.float32)).astype(np.float32)
    return replace(found, mask=mask, probability=probability)


def _placed(found: Outlined, part: _Part) -> CellMask:
    """The model's answer on a finer grid over the slide, its border smooth."""
    probability = found.probability.copy()
    probability[(found.mask == 0) & (probability > 0.5)] = 0.49
    probability[(found.mask == 1) & (probability <= 0.5)] = 0.51
    h, w = probability.shape
    fine: Float32 = np.asarray(
        cv2.resize(probability, (_FINER * w, _FINER * h), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )
    x0, y0 = part.box_l0.x0 + found.x0 * part.step, part.box_l0.y0 + found.y0 * part.step
    return CellMask(x0, y0, part.step / _FINER, (fine > 0.5).astype(np.uint8))


def _span(low: float, high: float, at: float, most: float, size: float) -> tuple[float, float]:
    """One side of a part: what is wanted, or as much around a point as fits, moved onto the picture."""
    low, high = max(0.0, low), min(size, high)
    if high - low > most:
        low = min(max(low, at - most / 2), high - most)
        high = low + most
    return low, max(high, low + 1)


def _holds(outer: Box, inner: Box) -> bool:
    """Whether a box lies in another, to a pixel."""
    return (
        inner.x0 >= outer.x0 - 1 and inner.y0 >= outer.y0 - 1 and inner.x1 <= outer.x1 + 1 and inner.y1 <= outer.y1 + 1
    )


def _clamped(at: tuple[float, float], size: Size) -> tuple[float, float]:
    """A point moved onto the picture."""
    return min(max(at[0], 0.0), float(size.width)), min(max(at[1], 0.0), float(size.height))
