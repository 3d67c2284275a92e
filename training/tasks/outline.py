"""Trains the network that outlines any cell at a click or in a box: leukocytes, red cells and platelets.

Clicks and boxes are drawn as a person gives them; half of the prompts are mended by clicks where the network's own
answer was wrong, as in RITM (Sofiiuk et al. 2022). The truth is exact in masks and drawn fields, by rule around red
cells and platelets of which a laboratory gave the box, and only a box where that is all that is known of a leukocyte.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from bloodview.core.training_run import RunFile
from bloodview.models.api import Click, Prompts
from bloodview.models.card import Metric
from bloodview.models.nets.clicks import ARCHITECTURE, STRIDE, Asked, ClickNet, Encoded
from bloodview.models.nets.outlining import ask, padded
from bloodview.models.nets.preprocess import normalised, to_tensor
from training import clicks
from training.augment import Strength, colours, stain
from training.data import Field, check_parts, fields, read_each
from training.evaluate import bootstrap
from training.mask_losses import dice_loss, projected_loss
from training.outlines import UM_PER_PX, Outlined, OutlinedField, outlined
from training.publish import MEAN, STD, Publication

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]

PROMPTS = 4
"""Cells that are pointed at in each picture of a batch."""
_CROP = 1.333
"""Side of a picture over that of the decoder's window."""
_MOST_CLICKS = 5
_MENDED = 0.5
"""Share of the prompts that are mended once or twice before they count."""
_KINDS = (3.0, 1.0, 1.0)
"""How often a leukocyte, a red cell and a platelet is pointed at, a cell."""
_JUDGED = 2
"""So many cells of each kind of a field are asked for where the training is validated."""
_TRUST = {"exact": 1.0, "rough": 0.3, "box": 0.3}
_KNOWN = ("exact", "rough", "box")
_UNKNOWN = 255
LIMITS = (
    "For research use only. Outlines the cell that a person points at; the person looks at the outline. Masks of "
    "leukocytes came from one laboratory; outlines of red cells and platelets from drawn pictures, and by rule inside "
    "boxes. Where cells overlap it may take the wrong one: click again, or away."
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures, and the prompts of some cells in each."""

    images: torch.Tensor
    """float32 [B, 3, H, W], normalised."""
    corners: torch.Tensor
    """int64 [B, P, 2], left and top of each prompt's window."""
    clicks: torch.Tensor
    """float32 [B, P, 5, 3], see nets.clicks.Asked; rows of NaN are none."""
    boxes: torch.Tensor
    """float32 [B, P, 4], window pixels; NaN where there is none."""
    truth: torch.Tensor
    """uint8 [B, P, S, S], 1 inside the cell, 255 where it is not known."""
    known: torch.Tensor
    """int64 [B, P], index into exact, rough, box."""
    extent: torch.Tensor
    """float32 [B, P, 4], the cell's own box in window pixels."""
    mends: torch.Tensor
    """int64 [B, P], so many clicks mend the answer before it counts."""


class OutlineTask:
    """Fields, the network and its loss; see ClassifyTask for the arguments."""

    def __init__(self, run: RunFile, root: Path, cache: Path, device: torch.device) -> None:
        self.run, self.device = run, device
        known = [f for d in run.datasets for f in fields(root, d)]
        read = read_each(trainable(known), outlined)
        self.examples = [(f.dataset, f.path) for f, own in read if own.cells]
        self.fields = [own for _, own in read if own.cells]
        held = read_each((f for f in known if f.split == "val" and (f.mask is not None or f.outlines)), outlined)
        self.held_out = [own for _, own in held if any(c.known == "exact" for c in own.cells)]
        check_parts(self.fields, self.held_out, run.datasets)
        self.weights = torch.tensor([run.data_weights.get(f.dataset, 1.0) for f in self.fields])
        self.net: nn.Module = ClickNet(run.channels, run.layers)

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every field that trains."""
        return self.examples

    def steps_per_epoch(self) -> int:
        """As many batches as the weights add up to."""
        return max(1, int(self.weights.sum()) // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[Batch]:
        """Parts of fields turned, mirrored, zoomed and restained, with prompts for some of their cells."""
        n = self.steps_per_epoch() * self.run.batch_size
        index = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        rng = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
        strength = Strength(mixing=0.08, gain=0.25, tint=0.15, slope=0.12).times(self.run.strength)
        for rows in index.view(-1, self.run.batch_size):
            made = [self._example(self.fields[int(i)], rng) for i in rows]
            raw = torch.from_numpy(np.stack([m[0] for m in made])).to(self.device).permute(0, 3, 1, 2).float() / 255
            images = stain(raw, strength, generator)
            other = (torch.rand(len(rows), generator=generator) < 0.5).to(self.device).view(-1, 1, 1, 1)
            images = torch.where(other, colours(images, strength, generator).clamp(0, 1), images)
            prompts = [torch.from_numpy(np.stack([m[1][k] for m in made])).to(self.device) for k in range(7)]
            yield Batch(normalised(images, MEAN, STD), *prompts)

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """Cross-entropy + Dice where the outline is known; the box's projections where only that is."""
        net = cast(ClickNet, net)
        side, n = batch.truth.shape[-1], batch.truth.shape[1]
        rows = [i for i in range(len(batch.images)) for _ in range(n)]
        corners = [(int(x), int(y)) for x, y in batch.corners.flatten(0, 1)]
        seen = net.encode(batch.images).windows(rows, corners, side)
        asked = self._mended(net, batch, seen)
        logits = net.decode(seen, asked)
        truth, known = batch.truth.flatten(0, 1), batch.known.flatten()
        judged = (truth != _UNKNOWN).float()
        true = (truth == 1).float()
        entropy = functional.binary_cross_entropy_with_logits(logits, true, reduction="none")
        entropy = (entropy * judged).sum((1, 2)) / judged.sum((1, 2)).clamp(min=1)
        p = logits.sigmoid() * judged
        exact = 2 * entropy + dice_loss(p, true * judged, (1, 2))
        boxed = projected_loss(p, batch.extent.flatten(0, 1))
        weight = torch.tensor([_TRUST[k] for k in _KNOWN], device=known.device)[known]
        loss = torch.where(known == _KNOWN.index("box"), boxed, exact) * weight
        return loss.sum() / len(loss)

    @torch.no_grad()
    def _mended(self, net: ClickNet, batch: Batch, seen: Encoded) -> Asked:
        """The prompts after as many mending clicks as each is due; a click that nothing asks for is not given."""
        side = batch.truth.shape[-1]
        given = [own[~own[:, 0].isnan()] for own in batch.clicks.flatten(0, 1)]
        boxes, due = batch.boxes.flatten(0, 1), batch.mends.flatten().tolist()
        truth, known = batch.truth.flatten(0, 1), batch.known.flatten().tolist()
        before = torch.zeros(len(given), 1, side, side, device=batch.images.device)
        for turn in range(max(due, default=0)):
            at = [i for i, d in enumerate(due) if d > turn and _KNOWN[known[i]] == "exact"]
            if not at:
                break
            answer = net.decode(seen.rows(at), Asked([given[i] for i in at], boxes[at], before[at])).sigmoid()
            for i, own in zip(at, answer, strict=True):
                own_truth = truth[i].cpu().numpy()
                click = clicks.correction(
                    (own > 0.5).to(torch.uint8).cpu().numpy(),
                    (own_truth == 1).astype(np.uint8),
                    (own_truth != _UNKNOWN).astype(np.uint8),
                )
                if click is not None and len(given[i]) < _MOST_CLICKS:
                    given[i] = torch.cat([given[i], given[i].new_tensor([click])])
                    before[i, 0] = own
        return Asked(given, boxes, before)

    def _example(self, field: OutlinedField, rng: np.random.Generator) -> tuple[UInt8, list[NDArray[Any]]]:
        """A picture uint8 [px, px, 3], and what Batch holds of its prompts."""
        side = self.run.image_px
        out = -(-round(side * _CROP) // 32) * 32
        main = _pick(field.cells, 1, rng)[0]
        exact = all(c.known != "box" for c in field.cells)
        turn = float(rng.uniform(0, 2 * np.pi)) if exact else float(rng.integers(4)) * np.pi / 2
        mirror = -1.0 if rng.random() < 0.5 else 1.0
        zoom = UM_PER_PX / self.run.um_per_px * float(np.exp(rng.normal(0, 0.16)))
        linear = zoom * np.array([[np.cos(turn) * mirror, -np.sin(turn)], [np.sin(turn) * mirror, np.cos(turn)]])
        shift = out / 2 - linear @ ((main.box[:2] + main.box[2:]) / 2) + rng.uniform(-0.25, 0.25, 2) * out
        matrix = np.concatenate([linear, shift[:, None]], axis=1)
        image = cv2.warpAffine(field.image, matrix, (out, out), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        there = np.full(field.image.shape[:2], 255, np.uint8)
        there = np.asarray(cv2.warpAffine(there, matrix, (out, out), flags=cv2.INTER_NEAREST), dtype=np.uint8)
        image[there == 0] = 255
        near = [c for c in field.cells if _is_inside(c, matrix, out)] or [main]
        made = [self._prompt(c, matrix, there, out, rng) for c in (main, *_pick(near, PROMPTS - 1, rng))]
        return np.asarray(image, dtype=np.uint8), [np.stack(part) for part in zip(*made, strict=True)]

    def _prompt(
        self, cell: Outlined, matrix: NDArray[np.float64], there: UInt8, out: int, rng: np.random.Generator
    ) -> tuple[NDArray[Any], ...]:
        """Of one cell, a row of what Batch holds: corner, clicks, box, truth, known, extent, mends."""
        side = self.run.image_px
        own = matrix.copy()
        own[:, 2] += matrix[:, :2] @ np.array(cell.corner, float)
        mask = np.asarray(cv2.warpAffine(cell.mask, own, (out, out), flags=cv2.INTER_LINEAR), dtype=np.uint8)
        ys, xs = np.nonzero(mask > 127)
        at = clicks.central(cell.free) if rng.random() < 0.25 else clicks.anywhere(cell.free, rng)
        x, y = (float(v) for v in own[:, :2] @ np.array(at) + own[:, 2])
        extent = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] if len(xs) else [0, 0, 1, 1], np.float32)
        boxed = rng.random() < 0.22
        middle = (extent[:2] + extent[2:]) / 2 if boxed or rng.random() < 0.5 else np.array([x, y])
        left, top = (
            int(v) // STRIDE * STRIDE for v in np.round(middle + rng.normal(0, 6, 2) - side / 2).astype(np.int64)
        )
        window = np.array([left, top, left, top], np.float32)
        truth = _cut(mask, left, top, side, 0)
        seen = _cut(there, left, top, side, 0)
        answer = np.where(seen == 0, _UNKNOWN, (truth > 127).astype(np.uint8)).astype(np.uint8)
        if cell.known == "box":
            answer[seen > 0] = 0
        given = np.full((_MOST_CLICKS, 3), np.nan, np.float32)
        box = np.full(4, np.nan, np.float32)
        if boxed:
            box = clicks.shaken(extent, rng) - window
        if not boxed or rng.random() < 0.3:
            given[0] = (x - left, y - top, 1.0)
        mends = int(rng.integers(1, 3)) if rng.random() < _MENDED else 0
        known, corner = np.array(_KNOWN.index(cell.known)), np.array([left, top])
        return corner, given, box, answer, known, np.asarray(extent - window, np.float32), np.array(mends)

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Mean Dice from one central click over held-out cells, of leukocytes with masks and of drawn cells."""
        return {m.name: m.value for m in self._metrics(net)}

    def publication(self, net: nn.Module) -> Publication:
        """Dice from one central click with intervals over held-out cells."""
        return Publication(ARCHITECTURE, ("cell",), {"cell": 0.5}, tuple(self._metrics(net)), LIMITS)

    def _metrics(self, net: nn.Module) -> Iterator[Metric]:
        """Of each data set, and of each kind of a drawn one, the mean Dice from one central click."""
        net.eval()
        found: dict[str, list[float]] = {}
        for field in self.held_out:
            for cell, dice in self._answered(cast(ClickNet, net), field):
                kind = f"{field.dataset} val, {('leukocytes', 'red cells', 'platelets')[cell.kind]}"
                found.setdefault(f"{kind}, Dice from one click", []).append(dice)
        for name, values in sorted(found.items()):
            yield bootstrap(name, np.array(values, np.float32)[:, None], lambda v: float(v.mean()))

    @torch.inference_mode()
    def _answered(self, net: ClickNet, field: OutlinedField) -> Iterator[tuple[Outlined, float]]:
        """Some cells of a field whose outline is exact, each with the Dice of the answer to one central click."""
        zoom = UM_PER_PX / self.run.um_per_px
        h, w = field.image.shape[:2]
        size = round(w * zoom), round(h * zoom)
        image = np.asarray(cv2.resize(field.image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        seen = net.encode(to_tensor(padded(image)[None], MEAN, STD, self.device))
        taken = [0, 0, 0]
        for cell in field.cells:
            taken[cell.kind] += 1
            if cell.known != "exact" or taken[cell.kind] > _JUDGED:
                continue
            whole = np.zeros((h, w), np.uint8)
            x0, y0 = cell.corner
            whole[y0 : y0 + cell.mask.shape[0], x0 : x0 + cell.mask.shape[1]] = cell.mask
            truth = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA)) > 127
            x, y = clicks.central(cell.free)
            click = Click((x + x0 + 0.5) * zoom, (y + y0 + 0.5) * zoom)
            answer = ask(net, seen, Prompts((click,)), None, self.run.image_px, self.device)
            shown = _cut(answer.mask, -answer.x0, -answer.y0, max(size), 0)[: size[1], : size[0]] > 0
            yield cell, float(2 * (shown & truth).sum() / max(1, shown.sum() + truth.sum()))


def trainable(known: list[Field]) -> list[Field]:
    """The fields of the part that trains, without those that show the scene of a field that tests."""
    tested = {(f.dataset, f.group) for f in known if f.split == "test" and f.group}
    return [f for f in known if f.split == "train" and (f.dataset, f.group) not in tested]


def _pick(cells: tuple[Outlined, ...] | list[Outlined], n: int, rng: np.random.Generator) -> list[Outlined]:
    """N of the cells, with replacement, leukocytes the most."""
    weights = np.array([_KINDS[c.kind] * (1.0 if c.known == "exact" else 0.7) for c in cells])
    return [cells[int(i)] for i in rng.choice(len(cells), n, p=weights / weights.sum())]


def _is_inside(cell: Outlined, matrix: NDArray[np.float64], out: int) -> bool:
    """Whether the middle of a cell lies well inside the picture."""
    middle = matrix[:, :2] @ ((cell.box[:2] + cell.box[2:]) / 2) + matrix[:, 2]
    return bool((middle > 0.08 * out).all() and (middle < 0.92 * out).all())


def _cut(whole: UInt8, x: int, y: int, side: int, outside: int) -> UInt8:
    """A square of an array, `outside` where it leaves it."""
    h, w = whole.shape
    out = np.full((side, side), outside, np.uint8)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(w, x + side), min(h, y + side)
    if x1 > x0 and y1 > y0:
        out[y0 - y : y1 - y, x0 - x : x1 - x] = whole[y0:y1, x0:x1]
    return out
