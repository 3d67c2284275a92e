"""Trains the segmenter on masks of leukocytes, and on boxes alone where a laboratory has no masks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's usual name
from numpy.typing import NDArray
from torch import nn

from bloodview.core.training_run import RunFile
from bloodview.models.nets.preprocess import normalised, to_tensor
from bloodview.models.nets.segmenter import SegmenterNet
from training.augment import Strength, stain
from training.data import Field, check_parts, fields, read_each, read_image
from training.evaluate import bootstrap
from training.mask_losses import dice_loss, projected_loss
from training.outlines import leukocytes
from training.publish import MEAN, STD, Publication

WINDOW = 1.6
"""Side of the window over the larger side of the cell's box."""

LIMITS = (
    "For research use only. Outlines leukocytes of the usual stains; touching leukocytes may be outlined as one, and a "
    "pale cytoplasm on a pale ground is cut short. Masks of one laboratory trained it, boxes of two others."
)


@dataclass(frozen=True, slots=True)
class Target:
    """A leukocyte to outline.

    Args:
        image: uint8 [h, w, 3], a piece of the field around it.
        mask: uint8 [h, w] 0/1/2 background, cytoplasm, nucleus; None where only the box is known.
        box: float32 [4] xyxy in pixels of the piece.
        dataset: where it comes from.
        known: whether the mask tells the cell, and whether it tells the nucleus.
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.uint8] | None
    box: NDArray[np.float32]
    dataset: str
    known: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows and what is known of them."""

    images: torch.Tensor
    """float32 [N, 3, H, W], normalised."""
    classes: torch.Tensor
    """int64 [N, H, W], 0 to 2; meaningless where `masked` is False."""
    boxes: torch.Tensor
    """float32 [N, 4] xyxy of the cell, in window pixels."""
    masked: torch.Tensor
    """bool [N], whether `classes` is known."""
    known: torch.Tensor
    """bool [N, 2], see `Target`; meaningless where `masked` is False."""


class WindowsTask:
    """Windows around leukocytes and the network that outlines what lies in their middle.

    Args:
        run: the run file.
        cells: what trains.
        device: where it trains.
    """

    def __init__(self, run: RunFile, cells: list[Target], device: torch.device) -> None:
        self.run, self.device, self.cells = run, device, cells
        self.weights = torch.tensor([run.data_weights.get(c.dataset, 1.0) for c in cells])
        self.net: nn.Module = SegmenterNet(run.channels, run.layers)

    def steps_per_epoch(self) -> int:
        """As many batches as the weights add up to."""
        return max(1, int(self.weights.sum()) // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[Batch]:
        """Windows turned, mirrored, zoomed and shifted (as boxes and clicks are inexact), restained."""
        n = self.steps_per_epoch() * self.run.batch_size
        index = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        rng = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
        strength = Strength(mixing=0.08, gain=0.25, tint=0.15, slope=0.12)
        for rows in index.view(-1, self.run.batch_size):
            made = [self.window(self.cells[int(i)], rng) for i in rows]
            raw = torch.from_numpy(np.stack([m[0] for m in made])).to(self.device).permute(0, 3, 1, 2).float() / 255
            images = normalised(stain(raw, strength, generator), MEAN, STD)
            classes = torch.from_numpy(np.stack([m[1] for m in made])).long().to(self.device)
            boxes = torch.from_numpy(np.stack([m[2] for m in made])).to(self.device)
            masked = torch.tensor([self.cells[int(i)].mask is not None for i in rows], device=self.device)
            known = torch.tensor([self.cells[int(i)].known for i in rows], device=self.device)
            yield Batch(images, classes, boxes, masked, known)

    def window(
        self, cell: Target, rng: np.random.Generator, *, still: bool = False
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
        """Image, classes and box of a training window; without changes if `still`."""
        out = self.run.image_px
        size = cell.box[2:] - cell.box[:2]
        middle, span, turn, mirror = (cell.box[:2] + cell.box[2:]) / 2, WINDOW * float(size.max()), 0.0, 1.0
        if not still:
            span *= float(np.exp(rng.normal(0.06, 0.16)))
            middle = middle + rng.normal(0, 0.06, 2) * size
            turn = float(rng.uniform(0, 2 * np.pi)) if cell.mask is not None else float(rng.integers(4)) * np.pi / 2
            mirror = -1.0 if rng.random() < 0.5 else 1.0
        zoom = out / span
        linear = zoom * np.array([[np.cos(turn) * mirror, -np.sin(turn)], [np.sin(turn) * mirror, np.cos(turn)]])
        matrix = np.concatenate([linear, (out / 2 - linear @ middle)[:, None]], axis=1)
        flags = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
        image = cv2.warpAffine(cell.image, matrix, (out, out), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
        mask = np.zeros(image.shape[:2], np.uint8)
        if cell.mask is not None:
            mask = np.asarray(cv2.warpAffine(cell.mask, matrix, (out, out), flags=cv2.INTER_NEAREST), dtype=np.uint8)
        corners = cell.box.reshape(2, 2) @ linear.T + matrix[:, 2]
        box = np.concatenate([corners.min(0), corners.max(0)]).astype(np.float32)
        return np.asarray(image, dtype=np.uint8), mask, box

    @torch.inference_mode()
    def dice(self, net: nn.Module, cells: Sequence[Target]) -> NDArray[np.float32]:
        """Dice of cell and nucleus of each cell, float32 [N, 2]; NaN where it is not known."""
        net.eval()
        rng = np.random.default_rng(0)
        rows = []
        for cell in cells:
            image, truth, _ = self.window(cell, rng, still=True)
            answer = net(to_tensor(image[None], MEAN, STD, self.device)).argmax(1)[0].cpu().numpy()
            pairs = ((answer > 0, truth > 0), (answer == 2, truth == 2))
            row = [2 * (a & b).sum() / max(1, a.sum() + b.sum()) for a, b in pairs]
            rows.append([d if own else np.nan for d, own in zip(row, cell.known, strict=True)])
        return np.array(rows, dtype=np.float32)


class SegmentTask(WindowsTask):
    """The leukocytes of data sets, and the loss; see ClassifyTask for the arguments."""

    def __init__(self, run: RunFile, root: Path, cache: Path, device: torch.device) -> None:
        known = [f for d in run.datasets for f in fields(root, d)]
        read = read_each((f for f in known if f.split == "train"), targets)
        self.examples = [f for f, _ in read]
        held = read_each((f for f in known if f.split == "val"), targets)
        self.held_out = [c for _, own in held for c in own if c.mask is not None]
        cells = [c for _, own in read for c in own]
        check_parts(cells, self.held_out, run.datasets)
        super().__init__(run, cells, device)

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every example that trains."""
        return [(e.dataset, e.path) for e in self.examples]

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """Cross-entropy + Dice where there are masks; the box's projections (Tian et al. 2021) where there are not."""
        logits = net(batch.images)
        p = logits.softmax(1)
        total: torch.Tensor = logits.sum() * 0
        if batch.masked.any():
            own, truth = p[batch.masked], F.one_hot(batch.classes[batch.masked], 3).permute(0, 3, 1, 2).float()
            entropy = F.cross_entropy(logits[batch.masked], batch.classes[batch.masked])
            cell = dice_loss(1 - own[:, 0], 1 - truth[:, 0], (1, 2))
            nucleus = dice_loss(own[:, 2], truth[:, 2], (1, 2))
            total = total + entropy + cell.mean() + nucleus.mean()
        if not batch.masked.all():
            total = total + projected_loss(1 - p[~batch.masked][:, 0], batch.boxes[~batch.masked]).mean()
        return total

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Mean Dice of cell and nucleus over held-out masks, in windows around the true box."""
        means = self.dice(net, self.held_out).mean(axis=0)
        return {"dice_cell": float(means[0]), "dice_nucleus": float(means[1])}

    def publication(self, net: nn.Module) -> Publication:
        """Dice with intervals over held-out cells."""
        dice = self.dice(net, self.held_out)
        metrics = tuple(
            bootstrap(f"bccd val, Dice, {name}", dice[:, k], lambda v: float(v.mean()))
            for k, name in enumerate(("cell", "nucleus"))
        )
        return Publication("resnet-gn-window", ("background", "cytoplasm", "nucleus"), {}, metrics, LIMITS)


def targets(field: Field) -> list[Target]:
    """The leukocytes of a field: objects of its mask, or its boxes if it has none.

    The piece of the picture that is kept reaches 1.5 larger sides from the cell's middle.
    """
    image = read_image(field.path)
    boxes: list[tuple[NDArray[np.float32], NDArray[np.uint8] | None]] = []
    if field.mask is not None:
        boxes += leukocytes(field.mask)
    else:
        h, w = image.shape[:2]
        inside = (field.boxes[:, :2] > 1).all(1) & (field.boxes[:, 2] < w - 1) & (field.boxes[:, 3] < h - 1)
        boxes = [(b, None) for b in field.boxes[(field.kinds == 0) & inside]]
    found = []
    for box, own_mask in boxes:
        reach = 1.5 * float((box[2:] - box[:2]).max())
        x0, y0 = (int(v) for v in ((box[:2] + box[2:]) / 2 - reach).clip(0))
        x1, y1 = (int(v) for v in (box[:2] + box[2:]) / 2 + reach)
        piece = None if own_mask is None else own_mask[y0:y1, x0:x1].copy()
        shift = np.array([x0, y0, x0, y0], np.float32)
        found.append(Target(image[y0:y1, x0:x1].copy(), piece, box - shift, field.dataset))
    return found
