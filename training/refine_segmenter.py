"""Refines a segmenter by outlines that persons drew: trains all of it a little, judges it, writes the model."""

import copy
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from bloodview.core.errors import ModelError
from bloodview.core.files import write_whole
from bloodview.core.refinement import (
    HELD_OUT_NEW,
    HELD_OUT_OLD,
    LOOKED,
    MODELS,
    SEGMENTER,
    VERDICT,
    Contradiction,
    Judged,
    RefineFile,
    Verdict,
)
from bloodview.core.training_run import Event, RunFile
from bloodview.models.card import ModelCard
from bloodview.models.nets.inference import TorchSegmenter
from training import lineage, outline_corrections, refined_model, segmenter_gate
from training.control import Control
from training.loop import Emit, Manner, fit
from training.mask_losses import dice_loss
from training.outline_corrections import PARTS, UNITS, Known, OutlineCorrections
from training.refine_gate import few_units
from training.segmenter_gate import dice
from training.tasks.segment import Batch, Target, WindowsTask

CLASSES = ("background", "cytoplasm", "nucleus")
STEPS, BATCH = 20, 12
"""Of an epoch, and windows of a step."""
LEARNING_RATE = 2e-4
ANCHOR = 0.03
"""Of the squared distance of all weights from the parent's, in the loss."""
KEEPING = 10.0
"""Of keeping the parent's answers where nobody says what is right: drawn cells, the part that was not outlined."""
OWN_SHARE = 0.6
"""Of the windows those of the person's cells; the others are drawn."""
UNLIKE = 0.6
"""Dice of an outline that trained with what the model then answers, below which it is pointed out."""
MOST_DOUBTS = 20
_WATCHED = 12
"""Cells of either kind that are looked at every few epochs, for the curves; nothing is chosen by them."""
_LOOK_EVERY = 3


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a refinement of a segmenter is tried with; the defaults are what it uses."""

    learning_rate: float = LEARNING_RATE
    anchor: float = ANCHOR
    keeping: float = KEEPING
    own_share: float = OWN_SHARE


class RefineTask(WindowsTask):
    """A person's outlines and drawn cells; what a person did not outline stays as the parent has it.

    Where only the cell is outlined, the parent's answer parts it into nucleus and cytoplasm; where only the nucleus is,
    the parent's tells cytoplasm from ground around it. On drawn cells the parent's whole answer is the aim (Li and
    Hoiem 2016, Learning without Forgetting).

    Args:
        run: see `WindowsTask`.
        found: what trains, and what judges.
        parent: weights to begin with and to stay near.
        recipe: how near.
        device: where it trains.
    """

    def __init__(
        self,
        run: RunFile,
        found: OutlineCorrections,
        parent: Mapping[str, torch.Tensor],
        recipe: Recipe,
        device: torch.device,
    ) -> None:
        own = found.of(locked=False)
        super().__init__(run, [*(k.target for k in own), *(k.as_anchor for k in found.drawn)], device)
        self.weights = torch.tensor(
            [recipe.own_share / len(own)] * len(own)
            + [(1 - recipe.own_share) / max(1, len(found.drawn))] * len(found.drawn)
        )
        self._files: list[tuple[str, Path]] = [(k.source.role, Path(k.source.file)) for k in (*own, *found.drawn)]
        parts = ((HELD_OUT_NEW, found.of(locked=True)), (HELD_OUT_OLD, found.judges))
        self._watched = {name: [k.target for k in each[:_WATCHED]] for name, each in parts}
        self.net.load_state_dict(dict(parent))
        self._parent = copy.deepcopy(self.net).to(device).to(memory_format=torch.channels_last).eval()
        self._recipe = recipe

    def trained_on(self) -> list[tuple[str, Path]]:
        """(role, file) of every cell that trains."""
        return self._files

    def steps_per_epoch(self) -> int:
        """The same whatever the number of cells."""
        return STEPS

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """What is outlined; what the parent said elsewhere; the distance from its weights (L2-SP, Li et al. 2018)."""
        log = net(batch.images).log_softmax(1)
        lacks = ~batch.known.all(1)  # of the others the parent is not asked
        before = log.detach().clone()
        if lacks.any():
            with torch.no_grad():
                before[lacks] = self._parent(batch.images[lacks]).log_softmax(1)
        pairs = zip(net.parameters(), self._parent.parameters(), strict=True)
        away = torch.stack([((p - q.detach()) ** 2).sum() for p, q in pairs]).sum()
        asked, kept = asked_and_kept(log, before, batch.classes, batch.known)
        return asked + self._recipe.keeping * kept + self._recipe.anchor * away

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """Mean Dice on a few cells of either kind that do not train, for the curves."""
        found = {}
        for name, cells in self._watched.items():
            if cells:
                found[name] = float(np.nanmean(self.dice(net, cells)))
        return found


def asked_and_kept(
    log: torch.Tensor, before: torch.Tensor, classes: torch.Tensor, known: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss against the outlines, and how far an answer is from the one before where there is none.

    Args:
        log: float32 [N, 3, H, W], logarithms of the probabilities of `CLASSES`.
        before: likewise of the parent.
        classes: int64 [N, H, W], the truth as far as it is known.
        known: bool [N, 2], whether it tells the cell, and whether the nucleus.

    Returns:
        Mean over the windows with an outline, and over those that lack one; cross-entropy and Dice of what is known,
        Kullback-Leibler divergence of what is not.
    """
    cell, nucleus = (classes > 0).float(), (classes == 2).float()
    has_cell, has_nucleus = known[:, 0].float(), known[:, 1].float()
    inside, outer = log[:, 1:].logsumexp(1), log[:, :2].logsumexp(1)  # of being the cell's, and of being no nucleus

    def mean(pixels: torch.Tensor) -> torch.Tensor:
        return pixels.mean((1, 2))

    of_cell = -mean(cell * inside + (1 - cell) * log[:, 0]) + dice_loss(inside.exp(), cell, (1, 2))
    parted = -mean(nucleus * (log[:, 2] - inside) + (cell - nucleus) * (log[:, 1] - inside))
    alone = -mean(nucleus * log[:, 2] + (1 - nucleus) * outer)
    of_nucleus = has_cell * parted + (1 - has_cell) * alone + dice_loss(log[:, 2].exp(), nucleus, (1, 2))
    asked = (has_cell * of_cell + has_nucleus * of_nucleus).sum() / known.any(1).sum().clamp(min=1)

    q, was_inside, was_outer = before.exp(), before[:, 1:].logsumexp(1), before[:, :2].logsumexp(1)
    whole = mean((q * (before - log)).sum(1))
    within = (q[:, 1:] * ((before[:, 1:] - was_inside[:, None]) - (log[:, 1:] - inside[:, None]))).sum(1)
    within = mean(cell * within / was_inside.exp().clamp(min=1e-6))
    around = (q[:, :2] * ((before[:, :2] - was_outer[:, None]) - (log[:, :2] - outer[:, None]))).sum(1)
    around = mean((1 - nucleus) * around / was_outer.exp().clamp(min=1e-6))
    apart = (
        (1 - has_cell) * (1 - has_nucleus) * whole
        + has_cell * (1 - has_nucleus) * within
        + (1 - has_cell) * has_nucleus * around
    )
    return asked, apart.sum() / (~known.all(1)).sum().clamp(min=1)


def refine(
    run: RefineFile,
    out: Path,
    device: torch.device,
    emit: Emit,
    given: OutlineCorrections | None = None,
    recipe: Recipe = Recipe(),
) -> Verdict:
    """Do what is asked in a folder; killed or stopped and started again it goes on, and ends in the same weights.

    Args:
        run: what is asked.
        out: takes the state, the model and the verdict.
        device: where it trains.
        emit: hears how far it is.
        given: the cells, instead of those of the run's training set.
        recipe: instead of the usual one.

    Raises:
        UserError: the model cannot be refined, or too few cells can train.
        StopError: it was asked to stop.
    """
    if (out / VERDICT).is_file():
        return Verdict.read(out)
    began, control = time.monotonic(), Control(out, emit)
    if run.threads:
        torch.set_num_threads(run.threads)
    parent, current = Path(run.parent), Path(run.current)
    card = ModelCard.read(parent)
    if card.task != "segment" or card.architecture != "resnet-gn-window" or card.classes != CLASSES:
        raise ModelError("is no segmenter that can be refined.", path=parent, hint="Name a segmenter.")
    emit(Event("started", {"task": "refine", "model": run.model_id, "device": str(device), "epochs": run.epochs}))
    found = given or outline_corrections.read(Path(run.trainset), card.refinement)
    for doubt in found.doubts:
        _point_out(doubt, emit)
    judging = (*found.of(locked=True), *found.judges)
    before = _looked(current, judging, out, device, emit, control)
    asked = refined_model.run_file(run, "segment", card, found.fingerprint, BATCH, recipe.learning_rate)
    task = RefineTask(asked, found, refined_model.weights_of(card, parent), recipe, device)
    net = fit(task, asked, out, emit, device, Manner(control.attend, _LOOK_EVERY, draws=False))
    own = found.of(locked=False)
    origins = refined_model.origins(len(own), found.fingerprint, [k.source.sha256 for k in found.drawn])
    limits = f"Refined by outlines of {len(own)} cells of one laboratory."
    sealed, place = refined_model.written(run, card, net, out, origins, limits)
    refined = TorchSegmenter(sealed, place, device.type, 1, lambda _text: None)
    after = dices(refined, judging, control)
    doubts = (*found.doubts, *_unlike(own, dices(refined, own, control), emit))[:MOST_DOUBTS]
    n = len(found.of(locked=True))

    def judged(part: slice, units: Sequence[str]) -> Judged:
        named = [(u, outline_corrections.names(judging[part], u)) for u in units]
        return segmenter_gate.judged(before[part], after[part], named)

    locked = judged(slice(n), UNITS[UNITS.index(found.unit) :])
    reference = judged(slice(n, None), UNITS[1:])
    answer, more, why = segmenter_gate.answer(locked, reference)
    verdict = Verdict(
        model=f"{MODELS}/{run.model_id}",
        model_id=run.model_id,
        before=ModelCard.read(current).mark,
        answer=answer,
        label_more=more,
        why=why,
        locked=locked,
        reference=reference if found.judges else None,
        trained=found.counts(locked=False),
        notes=(*found.notes, *few_units(locked, found.unit), *segmenter_gate.lost_parts(reference)),
        doubts=doubts,
        seconds=round(time.monotonic() - began - control.waited_s, 1),
        what=SEGMENTER,
    )
    comes_of = lineage.refinement(
        run,
        "full",
        card,
        verdict,
        found.counts(locked=True),
        found.fingerprint,
        found.marks(locked=False),
        found.marks(locked=True),
    )
    metrics = refined_model.metrics(verdict, "Dice", "locked cells", "drawn cells")
    refined_model.finished(out, place, sealed, verdict, metrics, comes_of)
    return verdict


def dices(net: TorchSegmenter, cells: Sequence[Known], control: Control | None = None) -> NDArray[np.float64]:
    """Dice of cell and nucleus, float64 [N, 2], as the app has cells outlined; NaN where nobody outlined it."""
    rows = np.full((len(cells), 2), np.nan)
    for row, known in zip(rows, cells, strict=True):
        if control is not None:
            control.attend()
        answer = outlined(net, known.target)
        for k, truth in enumerate(known.masks):
            if truth is not None:
                row[k] = dice(answer >= (128, 255)[k], truth)
    return rows


def outlined(net: TorchSegmenter, target: Target) -> NDArray[np.uint8]:
    """What a segmenter says of a cell, on its picture: uint8 [h, w] of 0, 128 and 255."""
    height, width = target.image.shape[:2]
    (mask,) = net.segment(target.image, target.box[None])
    x0, y0, x1, y1 = net.window(target.box)
    whole = np.zeros((height, width), np.uint8)
    left, top, right, bottom = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
    if right > left and bottom > top:
        whole[top:bottom, left:right] = mask[top - y0 : bottom - y0, left - x0 : right - x0]
    return whole


def _looked(
    current: Path, cells: Sequence[Known], out: Path, device: torch.device, emit: Emit, control: Control
) -> NDArray[np.float64]:
    """How the model in use outlines the cells that judge, from the folder if it was asked before; see `dices`."""
    card = ModelCard.read(current)
    sources = [(k.source.sha256, k.source.box, k.source.cell, k.source.nucleus) for k in cells]
    key = hashlib.sha256(f"{card.weights_sha256} {sources}".encode()).hexdigest()
    file = out / LOOKED
    if file.is_file():
        with np.load(file) as kept:
            if str(kept["key"]) == key:
                return np.asarray(kept["dice"], np.float64)
    net = TorchSegmenter(card, current, device.type, 1, lambda _text: None)
    rows = np.full((len(cells), 2), np.nan)
    for i, known in enumerate(cells):
        rows[i] = dices(net, [known], control)[0]
        emit(Event("step", {"done": i + 1, "of": len(cells), "text": "looking at the cells"}))
    with write_whole(file) as beside:
        np.savez(beside, key=key, dice=rows)
    return rows


def _unlike(own: Sequence[Known], reached: NDArray[np.float64], emit: Emit) -> tuple[Contradiction, ...]:
    """Outlines that trained and that the model still draws otherwise, the worst first."""
    least = np.nanmin(reached, axis=1) if len(own) else np.zeros(0)
    found = []
    for i in np.argsort(least, kind="stable"):
        if least[i] >= UNLIKE:
            break
        part, source = PARTS[int(np.nanargmin(reached[i]))], own[int(i)].source
        text = f"the model that learned from it still outlines the {part} otherwise (Dice {least[i]:.2f})."
        found.append(Contradiction(source.file, source.case, source.group, source.cell_id, "cell", text))
        _point_out(found[-1], emit)
    return tuple(found)


def _point_out(doubt: Contradiction, emit: Emit) -> None:
    emit(Event("doubt", {"file": doubt.file, "cell": doubt.cell_id, "label": doubt.label, "why": doubt.why}))
