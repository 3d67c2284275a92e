"""Tunes a SAM to outline the leukocyte in the middle of a window, unprompted, by low-rank changes to its attention.

The first half of DoRL (Li et al. 2025, Pattern Recognition 170:112000): the encoder is frozen, q and v of all its
blocks get changes of rank 4, the mask decoder is trained, 0.2 cross-entropy + 0.8 Dice on the logits of low resolution,
AdamW at 1e-4. What differs: without a user's checkpoint a small SAM is trained first, on anything with a box in the
run's own data sets, prompted by boxes on every other batch; and where a laboratory has no masks, rough ones made from
boxes and dye (training.masks) are the truth. Only pictures that train are looked at.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.training_run import Event, RunFile
from bloodview.models.nets.preprocess import normalised, referred
from training import sam_checkpoint
from training.augment import Strength, stain
from training.checkpoint import data_of
from training.data import CellExample, Field, cells, fields
from training.evaluate import bootstrap
from training.loop import Emit, fit
from training.masks import Windows, windows
from training.publish import Publication
from training.sam import UPSCALING, Sam, SmallSam, add_low_rank, mask_loss

TUNING_RATE = 1e-4
LOOSE = 50
"""So many cells of a data set without boxes lend a rough mask."""
LIMITS = (
    "For research use only. Outlines the leukocyte in the middle of a window as one region, without its nucleus; where "
    "a laboratory gave no masks it learned from rough ones. Its tokens are what is wanted of it."
)
SHARED = "dorl"
"""Folder of trainings that several runs share: of the run's own folder, or the nearest one above it that has one."""
_LEVELS = 4  # folders above in which it is looked for
_BOX_NOISE = 0.04  # deviation of a prompt's corners, as a share of the window's side


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows, the boxes that prompt for an object in each or None, and its mask at the logits' resolution."""

    images: torch.Tensor
    boxes: torch.Tensor | None
    masks: torch.Tensor


class MaskTask:
    """One stage of a SAM's training.

    Args:
        run: the run file; image_px, um_per_px, batch_size, strength and stain are what is used here.
        sam: the SAM, frozen where it shall not learn.
        train: windows that train; the prompted ones are any, the others central.
        held_out: windows that measure.
        prompted: whether every other batch is prompted by boxes.
        source: (data set, file) of what trains.
        device: where it trains.
    """

    def __init__(
        self,
        run: RunFile,
        sam: Sam,
        train: Windows,
        held_out: Windows,
        prompted: bool,
        source: list[tuple[str, Path]],
        device: torch.device,
    ) -> None:
        self.run, self.sam, self.prompted, self.device = run, sam, prompted, device
        self.net: nn.Module = sam
        self.all, self.central = train, train.part(train.central)
        self.held_out, self.source = held_out.part(held_out.central), source

    def trained_on(self) -> list[tuple[str, Path]]:
        """(data set, file) of every picture that trains."""
        return self.source

    def steps_per_epoch(self) -> int:
        """As many batches as the windows fill, those of both kinds where there are both."""
        n = len(self.all) if self.prompted else len(self.central)
        return max(1, n // self.run.batch_size)

    def batches(self, generator: torch.Generator) -> Iterator[Batch]:
        """Windows mirrored and turned by quarters, restained; every other batch prompted if the stage is."""
        strength = Strength().times(self.run.strength)
        orders = {False: _Deck(len(self.central), generator), True: _Deck(len(self.all), generator)}
        for step in range(self.steps_per_epoch()):
            prompted = self.prompted and step % 2 == 0
            source = self.all if prompted else self.central
            rows = orders[prompted].draw(self.run.batch_size)
            images, masks, boxes = _turned(source, rows, self.run.image_px, generator)
            x = stain(images.to(self.device), strength, generator)
            noise = _BOX_NOISE * self.run.image_px * torch.randn(boxes.shape, generator=generator)
            yield Batch(
                normalised(referred(x, self.run.stain), self.sam.mean, self.sam.std),
                (boxes + noise).to(self.device) if prompted else None,
                _lowered(masks, UPSCALING * self.sam.grid).to(self.device),
            )

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """0.2 cross-entropy + 0.8 Dice."""
        return mask_loss(net(batch.images, batch.boxes).float(), batch.masks)

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Mean Dice of held-out leukocytes."""
        return {"dice": float(self.dice(net).mean())} if len(self.held_out) else {}

    @torch.inference_mode()
    def dice(self, net: nn.Module) -> NDArray[np.float32]:
        """Unprompted Dice of each held-out leukocyte at the logits' resolution, float32 [N]."""
        net.eval()
        found = []
        for at in range(0, len(self.held_out), 64):
            rows = slice(at, at + 64)
            x = prepared(self.held_out.images[rows], self.sam, self.run.stain, self.device)
            answer = (net(x) > 0).float().cpu()
            truth = _lowered(torch.from_numpy(self.held_out.masks[rows]).float(), UPSCALING * self.sam.grid).round()
            both, total = (answer * truth).sum((1, 2)), (answer + truth).sum((1, 2))
            found.append((2 * both / total.clamp(min=1)).numpy())
        return np.concatenate(found).astype(np.float32) if found else np.zeros(0, np.float32)

    def publication(self, net: nn.Module) -> Publication:
        """Dice with its interval, of masks that people drew and of rough ones apart."""
        dice, drawn = self.dice(net), self.held_out.drawn
        metrics = tuple(
            bootstrap(f"val, Dice, {name}", dice[rows, None], lambda v: float(v.mean()))
            for name, rows in (("drawn masks", drawn), ("rough masks", ~drawn))
            if rows.any()
        )
        return Publication("sam-lora", ("cell",), {}, metrics, LIMITS)


class LoraSamTask(MaskTask):
    """The tuning as a task of its own; building it trains the small SAM, if the run names no checkpoint.

    Args:
        run: the run file; its learning rate is that of both stages (the paper's for the tuning: 1e-4).
        root: data folder.
        cache: folder beside which the first stage keeps its checkpoint.
        device: where it trains.
    """

    def __init__(self, run: RunFile, root: Path, cache: Path, device: torch.device) -> None:
        known = cells(root, run.datasets)
        parts = [[e for e in known if e.split == name] for name in ("train", "val")]
        stage = _tuning(run, root, cache.parent, device, parts[0], parts[1], lambda _: None)
        super().__init__(stage.run, stage.sam, stage.all, stage.held_out, False, stage.source, device)


def tuned(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: Sequence[CellExample],
    held_out: Sequence[CellExample],
    emit: Emit,
) -> Sam:
    """A SAM tuned on the pictures of these cells, from the folder if it was tuned before; frozen.

    Args:
        run: of a task that builds on a SAM's tokens; `tune_epochs` are its epochs here.
        root: data folder.
        folder: of the run; see SHARED.
        device: where it trains.
        train: cells whose pictures train; no other picture is opened.
        held_out: cells whose pictures measure.
        emit: hears of the stages.
    """
    datasets = tuple(sorted({e.dataset for e in train}))
    own = replace(
        run,
        task="lora_sam",
        model_id="lora-sam",
        title="SAM",
        datasets=datasets,
        epochs=run.tune_epochs,
        classical="svm-linear",
        transductive=False,
    )
    known = json.dumps(own.to_json()) + data_of([(e.dataset, e.path) for e in train])
    place = shared(folder) / f"sam-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
    file = place / "tuned.safetensors"
    if file.is_file():
        sam = _fresh(own)
        add_low_rank(sam, own.lora_rank)
        sam.load_state_dict(load_file(file))
        return sam.to(device).eval().requires_grad_(False)
    stage = _tuning(own, root, place, device, train, held_out, emit)
    emit(Event("message", {"text": f"tunes a SAM on {len(stage.central)} leukocytes of {', '.join(datasets)}"}))
    net = fit(stage, replace(own, learning_rate=TUNING_RATE), place / "tuning", emit, device)
    for m in stage.publication(net).metrics:
        emit(Event("message", {"text": f"{m.name}: {m.value:.4f} [{m.low:.4f}, {m.high:.4f}] n={m.n}"}))
    with write_whole(file) as part:
        save_file({k: v.contiguous() for k, v in net.state_dict().items()}, part)
    return cast(Sam, net).eval().requires_grad_(False)


def shared(folder: Path) -> Path:
    """Where trainings lie that several runs share; see SHARED."""
    near = [folder, *folder.parents][: 1 + _LEVELS]
    return next((above / SHARED for above in near if (above / SHARED).is_dir()), folder / SHARED)


def prepared(images: NDArray[np.uint8], sam: Sam, stain_of_run: str, device: torch.device) -> torch.Tensor:
    """uint8 [N, px, px, 3] -> float32 [N, 3, px, px] as the SAM takes it."""
    x = torch.from_numpy(np.ascontiguousarray(images)).to(device).permute(0, 3, 1, 2).float() / 255
    return normalised(referred(x, stain_of_run), sam.mean, sam.std)


def _tuning(
    run: RunFile,
    root: Path,
    folder: Path,
    device: torch.device,
    train: Sequence[CellExample],
    held_out: Sequence[CellExample],
    emit: Emit,
) -> MaskTask:
    """The stage that tunes, its SAM pre-trained or a user's, frozen and with low-rank changes."""
    torch.manual_seed(run.seed)
    shown, measured = (_windows(run, root, part) for part in (train, held_out))
    if not shown.central.any():
        raise UserError(f"There is no leukocyte to learn an outline from in {', '.join(run.datasets)}.")
    source = sorted({(e.dataset, e.path) for e in train})
    sam = _fresh(run)
    if not run.checkpoint:
        first = MaskTask(run, sam, shown, measured, True, source, device)
        emit(Event("message", {"text": f"trains a small SAM on {len(shown)} objects"}))
        averaged = fit(first, replace(run, epochs=run.pretrain_epochs), folder / "pretraining", emit, device)
        sam.load_state_dict(averaged.state_dict())
    add_low_rank(sam, run.lora_rank)
    return MaskTask(run, sam, shown, measured, False, source, device)


def _fresh(run: RunFile) -> Sam:
    """A user's SAM, or a small one that knows nothing."""
    if run.checkpoint:
        return sam_checkpoint.load(Path(run.checkpoint), run.image_px)
    return SmallSam(run.image_px, run.channels[0], run.layers[0])


def _windows(run: RunFile, root: Path, part: Sequence[CellExample]) -> Windows:
    """Windows of the pictures of these cells alone; of data sets without boxes some cells lend rough masks."""
    paths = {e.path for e in part}
    boxed: list[Field] = []
    loose: list[CellExample] = []
    for dataset in sorted({e.dataset for e in part}):
        own = []
        if (root / dataset / "boxes.json").is_file():
            own = [f for f in fields(root, dataset) if f.path in paths]
        boxed += own
        if not own:
            cells_of = [e for e in part if e.dataset == dataset]
            order = np.random.default_rng(run.seed).permutation(len(cells_of))[:LOOSE]
            loose += [cells_of[i] for i in sorted(order)]
    return windows(boxed, loose, run.image_px * run.um_per_px, run.image_px, run.seed)


class _Deck:
    """Numbers below n in random order, shuffled anew when they are used up."""

    def __init__(self, n: int, generator: torch.Generator) -> None:
        self.n, self.generator = n, generator
        self.left = torch.zeros(0, dtype=torch.long)

    def draw(self, count: int) -> NDArray[np.int64]:
        """The next so many."""
        while len(self.left) < count:
            self.left = torch.cat([self.left, torch.randperm(self.n, generator=self.generator)])
        taken, self.left = self.left[:count], self.left[count:]
        return taken.numpy()


def _turned(
    source: Windows, rows: NDArray[np.int64], px: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Images [N, 3, px, px] of 0 to 1, masks [N, px, px] and boxes of these rows, all mirrored and turned alike."""
    images = torch.from_numpy(source.images[rows]).permute(0, 3, 1, 2).float() / 255
    masks, boxes = torch.from_numpy(source.masks[rows]).float(), torch.from_numpy(source.boxes[rows])
    across, down, swapped = (bool(v) for v in torch.randint(0, 2, (3,), generator=generator))
    if across:
        images, masks, boxes = images.flip(-1), masks.flip(-1), _mirrored(boxes, 0, px)
    if down:
        images, masks, boxes = images.flip(-2), masks.flip(-2), _mirrored(boxes, 1, px)
    if swapped:
        images, masks, boxes = images.transpose(-1, -2), masks.transpose(-1, -2), boxes[:, [1, 0, 3, 2]]
    return images, masks, boxes


def _mirrored(boxes: torch.Tensor, axis: int, px: int) -> torch.Tensor:
    """Boxes xyxy mirrored along x (0) or y (1) of a square of this side."""
    out = boxes.clone()
    out[:, axis], out[:, axis + 2] = px - boxes[:, axis + 2], px - boxes[:, axis]
    return out


def _lowered(masks: torch.Tensor, side: int) -> torch.Tensor:
    """Masks float32 [N, px, px] as shares of 0 to 1 at this side."""
    return functional.interpolate(masks[:, None], size=(side, side), mode="area")[:, 0]
