"""What a refinement fits: the head alone, or low-rank changes to the last stage with it; what cells become by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.training_run import Event, RunFile
from bloodview.models.familiarity import Familiarity, Joint
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.nets.latent import Last
from training.heads import FOLDS, Cells, HeadTask, Known
from training.loop import Emit, Manner, fit
from training.lowrank import LowRankTask
from training.old_cells import OldCells

Float16 = NDArray[np.float16]
Float32 = NDArray[np.float32]

DEEP_FOLDS = 3
"""Of low-rank changes, each of which takes a minute."""
LEARNING_RATE, DEEP_LEARNING_RATE = 2e-3, 1e-3
FIRST = "head"
"""Folder below, of the heads that low-rank changes begin with."""
_SINCE_5 = 5  # epochs between two looks at cells held out, which take as long as some steps
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Given:
    """What a fit is given.

    Args:
        net: the parent.
        weight: of its head, float32 [C, D].
        bias: float32 [C].
        own: float32 [A, D], embeddings of all corrections as they are, those too that are locked.
        maps: float16 [A, V, C, H, W] a stage, what enters the last stages for views of them; none if nobody asks.
        train: bool [A], which of them train.
        new: those that train.
        old: the reference cells.
        files: of the corrections that train.
    """

    net: TorchClassifier
    weight: Float32
    bias: Float32
    own: Float32
    maps: tuple[Float16, ...]
    train: NDArray[np.bool_]
    new: Cells
    old: OldCells
    files: Sequence[Path]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of it.

    Args:
        weight: of the head, float32 [C, D].
        bias: float32 [C].
        held_out: logits [N + M, C] of the corrections and old cells that train, by fits that never saw them.
        own: float32 [A, D], embeddings of all corrections.
        old: the reference cells with theirs.
        familiarity: for such embeddings.
        network: tensors that replace those of the parent, by their names in it.
        notes: what a person should know.
    """

    weight: Float32
    bias: Float32
    held_out: Float32
    own: Float32
    old: OldCells
    familiarity: Joint
    network: Mapping[str, NDArray[np.generic]]
    notes: tuple[str, ...] = ()


def head(given: Given, run: RunFile, out: Path, emit: Emit, manner: Manner) -> Fitted:
    """Fit the last layer."""
    task, fitted = _heads(given, given.old, run, out, emit, manner, FOLDS)
    weight, bias, best = task.chosen(fitted)
    familiar, held_out = given.net.familiarity, task.held_out(fitted)[1][best]
    return Fitted(weight, bias, held_out, given.own, given.old, familiar, _named(weight, bias))


def lowrank(given: Given, run: RunFile, out: Path, emit: Emit, manner: Manner, device: torch.device) -> Fitted:
    """Fit low-rank changes to the last stages and the head, on what enters the stages for corrections and old cells.

    The head is fitted first; the changes begin with it, and are kept only where cells that they never saw are the
    better for them.
    """
    old = given.old.with_maps()
    assert old.replay is not None
    first, begun = _heads(given, old, run, out / FIRST, _nobody, manner, DEEP_FOLDS)
    maps, kept = ([m[given.train] for m in given.maps], old.replay.values())
    trains = np.flatnonzero(~old.judges)
    last, known = Last(given.net.runner.net), Known.of(given.net.familiarity.kind)
    both = (maps, [m[trains] for m in kept])
    task = LowRankTask(last, both, first, begun, known, device, run.seed)
    run = replace(run, learning_rate=DEEP_LEARNING_RATE)
    fitted = fit(task, run, out, emit, device, replace(manner, validate_every=_SINCE_5))
    held_out = task.held_out(fitted)
    losses, logits = first.held_out(begun)
    weight, bias, best = first.chosen(begun)
    if task.held_out_loss(held_out) >= losses[best]:
        note = "Cells held out were none the better for changes to the last stage, so the head alone was fitted."
        emit(Event("message", {"text": note}))
        familiar = given.net.familiarity
        return Fitted(weight, bias, logits[best], given.own, old, familiar, _named(weight, bias), (note,))
    changed, weight, bias = task.chosen(fitted)
    last = last.cpu()
    own, seen = (embedded(last, m, changed) for m in ([m[:, 0] for m in given.maps], kept))
    familiar = followed(given.net.familiarity, embedded(last, kept), seen)
    network = {name: value.half().numpy() for name, value in last.named(changed).items()}
    return Fitted(weight, bias, held_out, own, old.moved(seen), familiar, network | _named(weight, bias))


def followed(joint: Joint, before: Float32, after: Float32) -> Joint:
    """A familiarity after the embeddings of R known cells, float32 [R, D], became others.

    Each mean goes where the cells next to it go on the mean, and distances count in units in which these cells are as
    usual as they were. The whitening stays: so few cells could not tell another.
    """
    kind = joint.kind
    away = np.stack([np.linalg.norm((before - m) @ kind.whitening, axis=1) for m in kind.means], axis=1)
    nearest = away.argmin(axis=1)
    means = kind.means.copy()
    for k in set(nearest.tolist()):
        means[k] += (after - before)[nearest == k].mean(axis=0)
    moved = Familiarity(means, kind.whitening, kind.quantiles)
    wider = np.median(moved.distance(after)) / max(1e-9, float(np.median(kind.distance(before))))
    return replace(joint, kind=replace(moved, quantiles=(kind.quantiles * wider).astype(np.float32)))


def _heads(
    given: Given, old: OldCells, run: RunFile, out: Path, emit: Emit, manner: Manner, folds: int
) -> tuple[HeadTask, torch.nn.Module]:
    known = Known.of(given.net.familiarity.kind)
    task = HeadTask(given.new, old.cells(~old.judges), given.weight, given.bias, known, given.files, folds)
    cpu = torch.device("cpu")  # so small a fit ends as soon there
    return task, fit(task, replace(run, learning_rate=LEARNING_RATE), out, emit, cpu, manner)


@torch.no_grad()
def embedded(
    last: Last, maps: Sequence[Float16], changed: Sequence[Mapping[str, torch.Tensor]] | None = None
) -> Float32:
    """Embeddings float32 [N, D] of what enters the stages, float16 [N, C, H, W] each."""
    found = [
        last([torch.from_numpy(m[at : at + _AT_ONCE]).float() for m in maps], changed)
        for at in range(0, len(maps[0]), _AT_ONCE)
    ]
    return np.asarray(torch.cat(found).numpy(), np.float32)


def _named(weight: Float32, bias: Float32) -> dict[str, NDArray[np.generic]]:
    return {"head.weight": weight, "head.bias": bias}


def _nobody(_event: Event) -> None:
    """The heads that come first say nothing: the curves are those of the changes."""
