"""Trains the detector on fields with boxes; kinds that a set does not label throughout are left out of its loss."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.geometry import iou_matrix, non_maximum_suppression
from bloodview.core.training_run import RunFile
from bloodview.models.nets.detector import STRIDE, DetectorNet, centers, decode
from bloodview.models.nets.preprocess import normalised, to_tensor
from training.augment import Strength, stain
from training.data import Field, check_parts, fields, read_each, read_image
from training.evaluate import best_f1_score, bootstrap
from training.publish import MEAN, STD, Publication

STORE_UM = 0.12
"""Scale at which fields are held in memory, finer than the network's."""
ZOOM = 0.18
"""Standard deviation of the logarithm of the zoom: scales read off red cells err by about 10 %."""
KINDS = ("wbc", "rbc", "platelet")
THRESHOLD_SET = "bccd"
"""The set whose validation part gives the thresholds: labelled for all kinds, by people."""
LIMITS = (
    "For research use only. Red cells that overlap heavily are found as fewer; platelet clumps count as one or few; "
    "smudge cells, precipitate of stain and parasites are no kind of its own."
)


Answer = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]
"""Boxes [M, 4] xyxy, scores [M], kinds [M]."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures and targets; h, w are the sides over STRIDE."""

    images: torch.Tensor
    """float32 [N, 3, H, W], normalised."""
    heat: torch.Tensor
    """float32 [N, 3, h, w], 1 at middles, falling off around."""
    judged: torch.Tensor
    """float32 [N, 3, h, w], 0 where a kind is not labelled."""
    boxes: torch.Tensor
    """float32 [N, 4, h, w], the box that a pixel belongs to, xyxy in input pixels."""
    weight: torch.Tensor
    """float32 [N, 1, h, w], weight of the pixel's box."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A field in memory at STORE_UM, or coarser if the field is."""

    image: NDArray[np.uint8]
    field: Field
    factor: float
    """Stored pixels a field pixel."""


class FieldsTask:
    """Fields, the network and its loss, wherever the fields come from.

    Args:
        run: windows, scale, batches and network.
        train: fields that train.
        held_out: fields that are looked at meanwhile.
        device: where it trains.
    """

    def __init__(self, run: RunFile, train: list[Stored], held_out: list[Stored], device: torch.device) -> None:
        self.run, self.device = run, device
        self.fields, self.held_out = train, held_out
        self.examples = [s.field for s in train]
        weights = [run.data_weights.get(s.field.dataset, 1.0) for s in train]
        self.weights = torch.tensor(weights)
        self.net: nn.Module = DetectorNet(run.channels, run.layers)

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""
        return [(e.dataset, e.path) for e in self.examples]

    def steps_per_epoch(self) -> int:
        """As many batches as the weights add up to."""
        return max(1, int(self.weights.sum()) // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[Batch]:
        """Windows at random places, turned by quarters, mirrored, zoomed, restained."""
        n = self.steps_per_epoch() * self.run.batch_size
        index = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        rng = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
        strength = Strength(mixing=0.06, gain=0.2, tint=0.12, slope=0.12)
        for rows in index.view(-1, self.run.batch_size):
            made = [self._window(self.fields[int(i)], rng) for i in rows]
            raw = torch.from_numpy(np.stack([m[0] for m in made])).to(self.device).permute(0, 3, 1, 2).float() / 255
            images = normalised(stain(raw, strength, generator), MEAN, STD)
            targets = [torch.from_numpy(np.stack([m[k] for m in made])).to(self.device) for k in (1, 2, 3, 4)]
            yield Batch(images, *targets)

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """Focal loss of the heat map (Zhou et al. 2019) + generalised IoU of the boxes (Rezatofighi et al. 2019)."""
        return self.loss_of(net(batch.images), batch)

    def loss_of(self, answer: tuple[torch.Tensor, torch.Tensor], batch: Batch) -> torch.Tensor:
        """The same of what a network answered: heat and reach."""
        heat, reach = answer
        p = heat.sigmoid().clamp(1e-5, 1 - 1e-5)
        middle = (batch.heat > 0.999).float() * batch.judged
        found = -((1 - p) ** 2) * torch.log(p) * middle
        empty = -((1 - batch.heat) ** 4) * p**2 * torch.log(1 - p) * (1 - middle) * batch.judged
        focal = (found.sum() + empty.sum()) / middle.sum().clamp(min=1)
        at = centers(heat.shape[2], heat.shape[3], heat.device)[None]
        boxes = torch.cat([at - reach[:, :2], at + reach[:, 2:]], 1)
        overlap = 1 - _generalised_iou(boxes, batch.boxes)
        sides: torch.Tensor = (overlap * batch.weight).sum() / batch.weight.sum().clamp(min=1e-3)
        total: torch.Tensor = focal + 2 * sides
        return total

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """AP at IoU 0.5 of each kind that a set labels throughout."""
        net.eval()
        figures = {}
        for dataset in sorted({s.field.dataset for s in self.held_out}):
            own = [s for s in self.held_out if s.field.dataset == dataset]
            answers = [self.answer(net, s) for s in own]
            for k, kind in enumerate(KINDS):
                if own[0].field.complete[k]:
                    matches = [match(s.field, a, k) for s, a in zip(own, answers, strict=True)]
                    figures[f"{dataset}_{kind}"] = average_precision(matches).area
        return figures

    @torch.inference_mode()
    def answer(self, net: nn.Module, stored: Stored) -> Answer:
        """Boxes [M, 4] in the field's own pixels, scores, kinds."""
        image = stored.image
        zoom = stored.field.um_per_px / stored.factor / self.run.um_per_px
        size = (round(image.shape[1] * zoom), round(image.shape[0] * zoom))
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        h, w = (-(-s // 32) * 32 for s in small.shape[:2])
        padded = np.full((h, w, 3), 255, dtype=np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        heat, reach = net(to_tensor(padded[None], MEAN, STD, self.device))
        boxes, scores, kinds = (t.cpu().numpy() for t in decode(heat, reach, 400, 0.02)[0])
        boxes[:, 0::2] = boxes[:, 0::2].clip(0, small.shape[1])
        boxes[:, 1::2] = boxes[:, 1::2].clip(0, small.shape[0])
        kept = np.concatenate(
            [
                np.flatnonzero(kinds == k)[non_maximum_suppression(boxes[kinds == k], scores[kinds == k], 0.55)]
                for k in range(3)
            ]
        ).astype(int)
        return boxes[kept] / (stored.factor * zoom), scores[kept], kinds[kept]

    def _window(
        self, stored: Stored, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """A training window of a field: image, heat, judged, boxes, weight (see Batch)."""
        side, field = self.run.image_px, stored.field
        zoom = (
            field.um_per_px
            / stored.factor
            / self.run.um_per_px
            * float(np.exp(np.clip(rng.normal(0, ZOOM), -0.5, 0.5)))
        )
        h, w = stored.image.shape[:2]
        turn, mirror = int(rng.integers(4)), rng.random() < 0.5
        linear = (
            zoom
            * np.linalg.matrix_power(np.array([[0.0, -1.0], [1.0, 0.0]]), turn)
            @ np.diag([-1.0 if mirror else 1.0, 1.0])
        )
        offset = side / 2 - linear @ self._middle(stored, (w, h), side / zoom, rng)
        matrix = np.concatenate([linear, offset[:, None]], axis=1)
        flags = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
        image = cv2.warpAffine(
            stored.image, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
        )

        def placed(xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
            corners = xyxy.reshape(-1, 2, 2) * stored.factor @ linear.T + offset
            return np.concatenate([corners.min(1), corners.max(1)], 1).astype(np.float32)

        unclear = None if field.unclear is None else placed(field.unclear)
        return np.asarray(image, dtype=np.uint8), *targets(
            placed(field.boxes), field.kinds, field.complete, side, unclear
        )

    def _middle(
        self, stored: Stored, size: tuple[int, int], span: float, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Where a window lies on a stored picture: anywhere, or at a leukocyte where not all kinds are known."""
        middle = np.array([_place(size[0], span, rng), _place(size[1], span, rng)])
        leukocytes = stored.field.boxes[stored.field.kinds == 0] * stored.factor
        if not all(stored.field.complete) and len(leukocytes):
            b = leukocytes[rng.integers(len(leukocytes))]
            middle = (b[:2] + b[2:]) / 2 + rng.uniform(-0.35, 0.35, 2) * span
        return middle


class DetectTask(FieldsTask):
    """The fields of data sets; see ClassifyTask for the arguments."""

    def __init__(self, run: RunFile, root: Path, cache: Path, device: torch.device) -> None:
        known = [f for d in run.datasets for f in fields(root, d) if f.boxes.size]
        train = [s for _, s in read_each((f for f in known if f.split == "train"), stored)]
        held_out = [s for _, s in read_each((f for f in known if f.split == "val"), stored)]
        check_parts(train, held_out, run.datasets)
        super().__init__(run, train, held_out, device)

    def publication(self, net: nn.Module) -> Publication:
        """Thresholds of the best F1 on a validation part; average precision with intervals over fields."""
        net.eval()
        thresholds, metrics = {}, []
        for dataset in sorted({s.field.dataset for s in self.held_out}):
            own = [s for s in self.held_out if s.field.dataset == dataset]
            answers = [self.answer(net, s) for s in own]
            for k, kind in enumerate(KINDS):
                if not own[0].field.complete[k]:
                    continue
                matches = [match(s.field, a, k) for s, a in zip(own, answers, strict=True)]

                def area(rows: NDArray[np.float32], matches: list[Matches] = matches) -> float:
                    return average_precision([matches[int(i)] for i in rows]).area

                index = np.arange(len(own), dtype=np.float32)
                metrics.append(bootstrap(f"{dataset} val, AP50, {kind}, fields", index, area))
                if dataset == THRESHOLD_SET:
                    curve = average_precision(matches)
                    thresholds[kind] = best_f1_score(curve.precision, curve.recall, curve.scores)
        return Publication("resnet-gn-points", KINDS, thresholds, tuple(metrics), LIMITS)


def targets(
    boxes: NDArray[np.float32],
    kinds: NDArray[np.int64],
    complete: tuple[bool, bool, bool],
    side: int,
    unclear: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Heat, judged, boxes and weight (see Batch) of boxes float32 [N, 4] xyxy in input pixels.

    Boxes are clipped to the window; one of which less than two fifths is left is neither asked for nor punished, as
    are places that are unclear, float32 [M, 4].
    """
    n = side // STRIDE
    heat, judged = np.zeros((3, n, n), np.float32), np.ones((3, n, n), np.float32)
    own, weight = np.zeros((4, n, n), np.float32), np.zeros((1, n, n), np.float32)
    judged[[k for k in range(3) if not complete[k]]] = 0
    for x0, y0, x1, y1 in () if unclear is None else unclear.clip(0, side):
        if x1 > x0 and y1 > y0:
            judged[:, int(y0 / STRIDE) : int(y1 / STRIDE) + 1, int(x0 / STRIDE) : int(x1 / STRIDE) + 1] = 0
    at = (np.arange(n, dtype=np.float32) + 0.5) * STRIDE
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    for i in np.argsort(-area):
        x0, y0, x1, y1 = boxes[i].clip(0, side)
        if x1 - x0 < 2 or y1 - y0 < 2:
            continue
        k, (cx, cy) = kinds[i], ((x0 + x1) / 2, (y0 + y1) / 2)
        sx, sy = max(x1 - x0, 6) * 0.09, max(y1 - y0, 6) * 0.09
        bump = np.exp(-((at[None, :] - cx) ** 2) / (2 * sx**2) - (at[:, None] - cy) ** 2 / (2 * sy**2))
        px, py = min(n - 1, int(cx / STRIDE)), min(n - 1, int(cy / STRIDE))
        if (x1 - x0) * (y1 - y0) < 0.4 * area[i]:
            judged[k, int(y0 / STRIDE) : int(y1 / STRIDE) + 1, int(x0 / STRIDE) : int(x1 / STRIDE) + 1] = 0
            continue
        bump[py, px] = 1
        heat[k] = np.maximum(heat[k], bump)
        judged[k, py, px] = float(complete[k])
        inside = bump > 0.3
        own[:, inside] = np.array([x0, y0, x1, y1], np.float32)[:, None]
        weight[0, inside] = bump[inside] / bump[inside].sum()
    return heat, judged, own, weight


@dataclass(frozen=True, slots=True)
class Matches:
    """The detections of one kind on one field: score and whether each is a hit at IoU 0.5; and how many are true."""

    scores: NDArray[np.float32]
    hits: NDArray[np.bool_]
    true: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall along the ranking by score, and the area under the interpolated curve (AP50)."""

    area: float
    precision: NDArray[np.float32]
    recall: NDArray[np.float32]
    scores: NDArray[np.float32]


def match(field: Field, answer: Answer, kind: int) -> Matches:
    """Give each true box to the best detection that overlaps it by half or more."""
    boxes, scores, kinds = answer
    true, mine, own = field.boxes[field.kinds == kind], boxes[kinds == kind], scores[kinds == kind]
    free, hits = np.ones(len(true), bool), np.zeros(len(mine), bool)
    overlap = iou_matrix(mine, true)
    for j in np.argsort(-own, kind="stable") if len(true) else ():
        row = np.where(free, overlap[j], 0)
        if row.max() >= 0.5:
            free[row.argmax()] = False
            hits[j] = True
    return Matches(own.astype(np.float32), hits, len(true))


def average_precision(matches: Sequence[Matches]) -> Curve:
    """The curve over all fields together."""
    scores = np.concatenate([m.scores for m in matches])
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(np.concatenate([m.hits for m in matches])[order])
    recall = found / max(1, sum(m.true for m in matches))
    precision = found / np.arange(1, len(found) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    area = float((envelope * np.diff(recall, prepend=0.0)).sum())
    return Curve(area, precision.astype(np.float32), recall.astype(np.float32), scores[order])


def stored(field: Field) -> Stored:
    """Read a field and bring it to STORE_UM."""
    image = read_image(field.path)
    factor = min(1.0, field.um_per_px / STORE_UM)
    if factor < 1:
        size = (round(image.shape[1] * factor), round(image.shape[0] * factor))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Stored(image, field, factor)


def _place(length: int, span: float, rng: np.random.Generator) -> float:
    """Middle of a window of this span along a side: inside the picture, or the picture inside the window."""
    low, high = sorted((span / 2, length - span / 2))
    margin = 0.1 * span
    return float(rng.uniform(low - margin, high + margin))


def _generalised_iou(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Of boxes [N, 4, h, w] xyxy, pixel by pixel -> [N, 1, h, w]."""
    both = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(1, keepdim=True)
    area_a, area_b = ((x[:, 2:] - x[:, :2]).clamp(min=0).prod(1, keepdim=True) for x in (a, b))
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).clamp(min=0).prod(1, keepdim=True)
    union = (area_a + area_b - both).clamp(min=1e-3)
    return both / union - (hull - union) / hull.clamp(min=1e-3)
