"""Refines a classifier by a person's corrections: looks at the cells, fits, judges what came of it, writes it."""

import hashlib
import shutil
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.errors import ModelError
from bloodview.core.files import write_whole
from bloodview.core.refinement import LOOKED, MODELS, VERDICT, Contradiction, Judged, Kind, RefineFile, Verdict, remarks
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.training_run import Event, RunFile
from bloodview.core.trainset import TrainingCell
from bloodview.core.unfamiliar import FAMILIAR
from bloodview.models import derived, references
from bloodview.models.card import Metric, ModelCard
from bloodview.models.doubts import copies
from bloodview.models.nets.inference import TorchClassifier
from bloodview.models.nets.latent import entering
from bloodview.models.seen import Rest, Seen
from bloodview.models.views import views
from training import corrections, fits, lineage, refine_gate
from training.calibrate import DECIDED_ACCURACY
from training.checkpoint import NAME as CHECKPOINT
from training.control import Control
from training.corrections import Corrections
from training.evaluate import deciding_confidence, fit_temperature, softmax
from training.heads import Cells
from training.loop import Emit, Manner
from training.old_cells import OldCells, with_embeddings

Float32 = NDArray[np.float32]

VIEWS = 4
"""Of a correction, turned, mirrored, nearer and farther; see models.views."""
MOST_DOUBTS, UNLIKELY, SURE = 20, 0.1, 0.6
"""Corrections that are pointed out at most; how unlikely their label and how likely another one must be."""
_AT_ONCE = 16
_FEW = 20  # corrections held out below which the temperature is the parent's cells' alone


@dataclass(frozen=True, slots=True)
class Looked:
    """What the parent says of the corrections.

    Args:
        embeddings: float32 [N, VIEWS, D].
        scores: float32 [N, C], logarithms of its probabilities of the cells as they are.
        features: float32 [N, F], what is kept of a cell.
        maps: float16 [N, V, C, H, W] a stage, what enters the last stages; none of a parent that keeps none of its own.
    """

    embeddings: Float32
    scores: Float32
    features: Float32
    maps: tuple[NDArray[np.float16], ...]


def refine(run: RefineFile, out: Path, device: torch.device, emit: Emit, given: Corrections | None = None) -> Verdict:
    """Do what is asked in a folder; killed or stopped and started again it goes on, and ends in the same weights.

    Args:
        run: what is asked.
        out: takes the state, the model and the verdict.
        device: where the network looks at the cells and its last stage is fitted; heads are fitted on the CPU.
        emit: hears how far it is.
        given: the cells, instead of those of the run's training set.

    Raises:
        UserError: the model cannot be refined, or too few cells can train.
        StopError: it was asked to stop.
    """
    if (out / VERDICT).is_file():
        return Verdict.read(out)
    began, control = time.monotonic(), Control(out, emit)
    if run.threads:
        torch.set_num_threads(run.threads)
    parent = Path(run.parent)
    card = ModelCard.read(parent)
    _check(card, parent, run.kind)
    emit(Event("started", {"task": "refine", "model": run.model_id, "device": str(device), "epochs": run.epochs}))
    found = given or corrections.read(Path(run.trainset), card)
    net = TorchClassifier(card, parent, device.type, _AT_ONCE, lambda text: emit(Event("message", {"text": text})))
    weight, bias = (t.detach().float().cpu().numpy() for t in net.runner.net.get_submodule("head").parameters())
    old = OldCells.read(parent, card, weight, bias)
    looked = _looked(net, found, run.kind, out, emit, control)
    train = ~found.locked
    new = Cells(looked.embeddings[train], _allowed(found.of(train), card), found.of(train), _units(found, train))
    files = [Path(run.trainset) / c.file for c in _own(found)]
    basis = fits.Given(net, weight, bias, looked.embeddings[:, 0], looked.maps, train, new, old, files)
    torch.set_num_threads(1)  # the sums of several threads depend on how many there are
    asked, manner = _run_file(run, card, found), Manner(control.attend, 1, draws=False)
    if run.kind == "lora":
        fitted = fits.lowrank(basis, asked, out, emit, manner, device)
    else:
        fitted = fits.head(basis, asked, out, emit, manner)
    old = fitted.old
    trains = old.cells(~old.judges)
    temperature = _temperature(fitted.held_out, new, trains)
    sure = softmax(fitted.held_out, temperature)
    contradictions = _contradictions(found, looked.features, sure, new, card, emit)
    after = _log(fitted.own @ fitted.weight.T + fitted.bias, temperature)
    now = old.rescored(fitted.weight, fitted.bias, temperature)
    locked, reference = _judged(run, card, found, looked, (old, now), after, device)
    answer, more, why = refine_gate.answer(locked, reference)
    verdict = Verdict(
        model=f"{MODELS}/{run.model_id}",
        model_id=run.model_id,
        before=ModelCard.read(Path(run.current)).mark,
        answer=answer,
        label_more=more,
        why=why,
        locked=locked,
        reference=reference,
        trained=found.counts(train),
        notes=(
            *found.notes,
            *fitted.notes,
            *remarks(found.counts(train)),
            *refine_gate.few_units(locked, found.unit),
            *refine_gate.lost_classes(reference),
        ),
        doubts=contradictions,
        seconds=round(time.monotonic() - began - control.waited_s, 1),
    )
    familiar = fitted.familiarity.widened(fitted.own[train], found.crops[train], found.of(train))
    decided = _decided(sure, new, trains, familiar(fitted.own[train], found.crops[train]))
    features = with_embeddings(looked.features[train], fitted.own[train])
    own = Rest(Seen(after[train], features), found.of(train), old.rest.looks)
    kept = now.joined_by(own, [m[train, 0] for m in looked.maps])
    extra: dict[str, NDArray[np.generic]] = {**familiar.tensors(), **kept.tensors()}
    made = replace(
        card,
        id=run.model_id,
        title=run.title,
        temperature=round(temperature, 4),
        thresholds={**card.thresholds, "decided": decided},
        metrics=_metrics(verdict),
        limits=f"Refined by {sum(verdict.trained.values())} corrections of one laboratory. {card.limits}",
        data=(*card.data, lineage.corrections(int(train.sum()), found.fingerprint)),
        refinement=lineage.refinement(
            run,
            run.kind,
            card,
            verdict,
            found.counts(found.locked),
            found.fingerprint,
            found.marks(train),
            found.marks(found.locked),
        ),
    )
    place = out / MODELS / made.id
    if place.is_dir():  # what a killed refinement left there without a verdict
        shutil.rmtree(place)
    derived.write(parent, extra, made, place, fitted.network, kept.replay)
    verdict.write(out)
    for state in (out, out / fits.FIRST):
        (state / CHECKPOINT).unlink(missing_ok=True)
    return verdict


def _check(card: ModelCard, parent: Path, kind: Kind) -> None:
    """See that this model can be refined so."""
    if card.task != "classify" or card.head != "linear":
        raise ModelError("has no head that could be refitted.", path=parent, hint="Name a classifier.")
    if card.adaptation is not None or card.lesson is not None:
        raise ModelError(
            "was fitted or taught by examples, which a refinement would not keep.",
            path=parent,
            hint="Refine the model that it came from.",
        )
    if references.read(parent) is None:
        raise ModelError(
            "holds no reference cells, so nothing would keep it from forgetting.",
            path=parent,
            hint="`python -m training references` adds them.",
        )
    if kind == "lora" and not card.replay_sha256:
        raise ModelError(
            "keeps no maps of its reference cells, so only its head can be refined.",
            path=parent,
            hint="Refine the head, or add the maps: `python -m training references`.",
        )


def _run_file(run: RefineFile, card: ModelCard, found: Corrections) -> RunFile:
    """What the loop needs to know, and a checkpoint to tell one refinement from another."""
    return RunFile(
        task="classify",
        model_id=run.model_id,
        title=run.title,
        datasets=(found.fingerprint,),
        start=card.mark,
        epochs=run.epochs,
        batch_size=len(found.cells),
        learning_rate=fits.LEARNING_RATE,
        weight_decay=0.0,
        warmup_epochs=1.0,
        ema_decay=0.9,
        precision="fp32",
        seed=run.seed,
        threads=run.threads,
    )


def _looked(net: TorchClassifier, found: Corrections, kind: Kind, out: Path, emit: Emit, control: Control) -> Looked:
    """What the network says of every view of every cell, from the folder if it was asked before.

    What enters its last stages is kept of the cells as they are, for the model made, and of all views where changes to
    these stages learn from it.
    """
    key = hashlib.sha256(f"{net.model_id} {kind} {VIEWS} {[c.sha256 for c in found.cells]}".encode()).hexdigest()
    file, total = out / LOOKED, len(found.crops)
    if file.is_file():
        with np.load(file) as kept:
            if str(kept["key"]) == key:
                stages = sum(name.startswith("maps") for name in kept)
                known = tuple(kept[f"maps{i}"] for i in range(stages))
                return Looked(kept["embeddings"], kept["scores"], kept["features"], known)
    parts: list[tuple[Any, ...]] = []
    keeps = bool(net.card.replay_sha256)
    for at in range(0, total, _AT_ONCE):
        control.attend()
        crops = found.crops[at : at + _AT_ONCE]
        rest = np.ascontiguousarray(views(crops, VIEWS)[:, 1:].reshape(-1, *crops.shape[1:]))
        with entering(net.runner.net) if keeps else nullcontext() as held:
            seen, raw = net.seen(crops)
            upright = held.maps(len(crops)) if held else []
        with entering(net.runner.net) if keeps and kind == "lora" else nullcontext() as held:
            _, turned = net.evidence(rest)
            others = held.maps(len(rest)) if held else [m[:0] for m in upright]
        maps = [
            np.concatenate([m[:, None], o.reshape(len(crops), -1, *m.shape[1:])], axis=1)
            for m, o in zip(upright, others, strict=True)
        ]
        shown = np.concatenate([raw[:, None], turned.reshape(len(crops), VIEWS - 1, -1)], axis=1)
        parts.append((shown, seen.scores, seen.features, maps))
        emit(Event("step", {"done": min(total, at + _AT_ONCE), "of": total, "text": "looking at the cells"}))
    embeddings, scores, features = (np.concatenate([p[i] for p in parts]) for i in range(3))
    looked = Looked(
        embeddings, scores, features, tuple(np.concatenate(m) for m in zip(*(p[3] for p in parts), strict=True))
    )
    with write_whole(file) as beside:
        arrays: dict[str, Any] = {f"maps{i}": m for i, m in enumerate(looked.maps)}
        np.savez(beside, key=key, embeddings=embeddings, scores=scores, features=features, **arrays)
    return looked


def _contradictions(
    found: Corrections, features: Float32, held_out: NDArray[np.float64], new: Cells, card: ModelCard, emit: Emit
) -> tuple[Contradiction, ...]:
    """Corrections that train and look wrong, the worst first: the same picture under two labels, or none else agrees.

    The second by heads that never saw the cell's picture: they are sure of another class (as in confident learning,
    Northcutt et al. 2021, with a fixed bar for few cells).
    """
    rows, labels = np.flatnonzero(~found.locked), new.labels
    why: dict[int, str] = {}
    for i, first in enumerate(copies(features[rows])):
        if first != i and not (new.allowed[i] * new.allowed[first]).any():
            why[i] = f"shows the same as another correction, which is called {labels[first]}."
    own = (held_out[: len(rows)] * new.allowed).sum(axis=1)
    for i in np.argsort(own, kind="stable")[:MOST_DOUBTS]:
        best = int(held_out[i].argmax())
        if own[i] < UNLIKELY and held_out[i, best] >= SURE:
            other, sure = card.outputs[best], held_out[i, best]
            why.setdefault(int(i), f"the other cells say {other} ({sure:.0%}), hardly {labels[i]} ({own[i]:.0%}).")
    doubted = []
    for i, text in list(why.items())[:MOST_DOUBTS]:
        cell = found.cells[rows[i]]
        doubted.append(Contradiction(cell.file, cell.case, cell.group, cell.cell_id, labels[i], text))
        emit(Event("doubt", {"file": cell.file, "cell": cell.cell_id, "label": labels[i], "why": text}))
    return tuple(doubted)


def _own(found: Corrections) -> list[TrainingCell]:
    return [c for c, held in zip(found.cells, found.locked, strict=True) if not held]


def _units(found: Corrections, which: NDArray[np.bool_]) -> tuple[str, ...]:
    """What each cell of a part must stay with in the folds: its picture, of one picture the cell."""
    names = found.names("cell" if found.unit == "cell" else "picture")
    return tuple(n for n, own in zip(names, which, strict=True) if own)


def _allowed(labels: Sequence[str], card: ModelCard) -> Float32:
    """float32 [N, C], 1 for the classes of the model below each label."""
    return np.array([[float(DEFAULT_TAXONOMY.is_below(c, x)) for c in card.outputs] for x in labels], np.float32)


def _judged(
    run: RefineFile,
    card: ModelCard,
    found: Corrections,
    looked: Looked,
    old: tuple[OldCells, OldCells],
    after: Float32,
    device: torch.device,
) -> tuple[Judged, Judged]:
    """The model in use and the refined one on the locked corrections, and parent and refined one on reference cells.

    `old` are these as both see them.
    """
    rows, before = found.locked, looked.scores
    current = ModelCard.read(Path(run.current))
    if current.weights_sha256 != card.weights_sha256 and rows.any():
        asked = TorchClassifier(current, Path(run.current), device.type, _AT_ONCE, lambda _text: None)
        if asked.outputs != card.outputs:
            raise ModelError("names other classes than the model that is refined.", path=run.current)
        before = looked.scores.copy()
        before[rows] = asked.seen(found.crops[rows])[0].scores
    names = [(u, [n for n, own in zip(found.names(u), rows, strict=True) if own]) for u in corrections.UNITS]
    widest = corrections.UNITS.index(found.unit)
    labels = found.of(rows)
    locked = refine_gate.judged(labels, _allowed(labels, card), before[rows], after[rows], names[widest:])
    was, now = old
    kept = now.judges
    refs = [x for x, own in zip(now.rest.labels, kept, strict=True) if own]
    cells = [("cell", [f"{i}" for i in range(len(refs))])]
    one, other = was.rest.seen.scores[kept], now.rest.seen.scores[kept]
    reference = refine_gate.judged(refs, _allowed(refs, card), one, other, cells)
    return locked, reference


def _temperature(held_out: Float32, new: Cells, old: Cells) -> float:
    """Fitted on cells by heads that never saw them; corrections and old cells count alike."""
    n = len(new.labels)
    often = max(1, round(len(old.labels) / n)) if n >= _FEW else 1
    rows = np.concatenate([np.tile(np.arange(n), often), np.arange(n, len(held_out))])
    return fit_temperature(held_out[rows], np.concatenate([new.allowed, old.allowed])[rows])


def _decided(held_out: NDArray[np.float64], new: Cells, old: Cells, familiar: Float32) -> float:
    """The confidence from which labels may stand: 98 of 100 cells held out are then right, of both kinds of cells."""
    n = len(new.labels)
    confidence, best = held_out.max(axis=1), held_out.argmax(axis=1)
    hits = np.concatenate([new.allowed, old.allowed])[np.arange(len(best)), best] > 0
    known = np.flatnonzero(familiar >= FAMILIAR)
    if not len(known):
        return 1.0
    parts = (known, np.arange(n, len(best)))
    return round(max(deciding_confidence(confidence[p], hits[p], DECIDED_ACCURACY) for p in parts), 4)


def _log(logits: Float32, temperature: float) -> Float32:
    return np.log(np.maximum(softmax(logits, temperature), 1e-12)).astype(np.float32)


def _metrics(verdict: Verdict) -> tuple[Metric, ...]:
    """What the card tells of both sets."""
    parts = (("locked corrections", verdict.locked), ("reference cells", verdict.reference))
    return tuple(
        Metric(f"{name}, balanced accuracy, {when}", share.value, share.low, share.high, part.cells)
        for name, part in parts
        if part is not None and part.cells
        for when, share in (("before", part.before), ("after", part.after))
    )
