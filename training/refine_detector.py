"""Refines a detector by pictures that persons went through: trains all of it a little, judges it, writes the model."""

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
from torch.nn import functional

from bloodview.core.errors import ModelError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Size
from bloodview.core.refinement import (
    DETECTOR,
    HELD_OUT_NEW,
    HELD_OUT_OLD,
    LOOKED,
    MODELS,
    VERDICT,
    Judged,
    RefineFile,
    Verdict,
)
from bloodview.core.training_run import Event, RunFile
from bloodview.models.api import Boxes
from bloodview.models.card import ModelCard
from bloodview.models.nets.inference import TorchDetector
from bloodview.models.windows import resized
from training import detector_gate, field_corrections, lineage, refined_model
from training.control import Control
from training.detector_gate import Found
from training.field_corrections import UNITS, FieldCorrections, Known
from training.loop import Emit, Manner, fit
from training.refine_gate import few_units
from training.tasks.detect import KINDS, Batch, FieldsTask, Stored, average_precision, match

STEPS, BATCH = 15, 4
"""Of an epoch, and windows of a step."""
LEARNING_RATE = 1e-4
ANCHOR = 1e-2
"""Of the squared distance of all weights from the parent's, in the loss."""
KEEPING = 2.0
"""Of keeping the parent's answers where nobody says what is right: drawn fields, kinds not marked throughout."""
OWN_SHARE = 0.6
"""Of the windows those of the person's pictures; the others are drawn."""
AT_BOXES = 0.6
"""Of these those that lie at a box, or at what is said to be none."""
_PEAK = 0.3  # probability from which the parent's box at a place is kept
_WATCHED = 5
"""Fields of either kind that are looked at every few epochs, for the curves; nothing is chosen by them."""
_LOOK_EVERY = 4


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a refinement of a detector is tried with; the defaults are what it uses."""

    learning_rate: float = LEARNING_RATE
    anchor: float = ANCHOR
    keeping: float = KEEPING
    own_share: float = OWN_SHARE


class RefineTask(FieldsTask):
    """The fields of a person and drawn ones; what is not asked for stays as the parent has it.

    Truth is asked for on a person's pictures alone, of the kinds that are marked throughout. Elsewhere, and on drawn
    fields, the parent's own answers are the aim (Li and Hoiem 2016, Learning without Forgetting): trained on the exact
    truth of drawn fields it lost platelets and red cells of real ones.

    Args:
        run: see `FieldsTask`.
        found: what trains, and what judges.
        parent: weights to begin with and to stay near.
        recipe: how near.
        device: where it trains.
    """

    def __init__(
        self,
        run: RunFile,
        found: FieldCorrections,
        parent: Mapping[str, torch.Tensor],
        recipe: Recipe,
        device: torch.device,
    ) -> None:
        own = found.of(locked=False)
        super().__init__(run, [k.stored for k in (*own, *found.drawn)], [], device)
        self.weights = torch.tensor(
            [recipe.own_share / len(own)] * len(own)
            + [(1 - recipe.own_share) / max(1, len(found.drawn))] * len(found.drawn)
        )
        self._middles = {k.stored.field.path: k.middles * k.stored.factor for k in own}
        self._watched = {HELD_OUT_NEW: found.of(locked=True)[:_WATCHED], HELD_OUT_OLD: found.judges[:_WATCHED]}
        self.net.load_state_dict(dict(parent))
        self._parent = copy.deepcopy(self.net).to(device).to(memory_format=torch.channels_last).eval()
        self._recipe = recipe

    def steps_per_epoch(self) -> int:
        """The same whatever the number of fields."""
        return STEPS

    def loss(self, net: nn.Module, batch: Batch) -> torch.Tensor:
        """As of any detector; what the parent said elsewhere; and the distance from its weights (L2-SP, Li 2018)."""
        answer = net(batch.images)
        with torch.no_grad():
            before = self._parent(batch.images)
        pairs = zip(net.parameters(), self._parent.parameters(), strict=True)
        away = torch.stack([((p - q.detach()) ** 2).sum() for p, q in pairs]).sum()
        kept = _kept(answer, before, batch.judged)
        return self.loss_of(answer, batch) + self._recipe.keeping * kept + self._recipe.anchor * away

    def validate(self, net: nn.Module) -> Mapping[str, float]:
        """AP50 on a few fields of either kind that do not train, for the curves."""
        net.eval()
        return {name: self._precision(net, fields) for name, fields in self._watched.items() if fields}

    def _precision(self, net: nn.Module, fields: Sequence[Known]) -> float:
        answers = [(k.stored.field, self.answer(net, k.stored)) for k in fields]
        areas = []
        for kind in range(len(KINDS)):
            own = [match(f, a, kind) for f, a in answers if f.complete[kind]]
            if any(m.true for m in own):
                areas.append(average_precision(own).area)
        return float(np.mean(areas)) if areas else 0.0

    def _middle(
        self, stored: Stored, size: tuple[int, int], span: float, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        middles = self._middles.get(stored.field.path)
        if middles is None or not len(middles) or rng.random() >= AT_BOXES:
            low, high = np.full(2, 0.4 * span), np.array(size) - 0.4 * span
            return np.asarray(rng.uniform(np.minimum(low, high), np.maximum(low, high)), np.float64)
        return np.asarray(middles[rng.integers(len(middles))] + rng.uniform(-0.35, 0.35, 2) * span, np.float64)


def _kept(
    answer: tuple[torch.Tensor, torch.Tensor], before: tuple[torch.Tensor, torch.Tensor], judged: torch.Tensor
) -> torch.Tensor:
    """How far an answer, (heat, reach) as of `DetectorNet`, is from the one before where nothing is judged."""
    (heat, reach), (known, reached) = answer, before
    free = 1 - judged
    p = known.sigmoid()
    apart = functional.binary_cross_entropy_with_logits(heat, p, reduction="none")
    apart = apart - functional.binary_cross_entropy_with_logits(known, p, reduction="none")
    at = ((p * free).amax(1, keepdim=True) > _PEAK).float()
    sides = ((reach.log() - reached.log()).abs() * at).sum() / (4 * at.sum().clamp(min=1))
    return (apart * free).sum() / (p * free).sum().clamp(min=1) + sides


def refine(
    run: RefineFile,
    out: Path,
    device: torch.device,
    emit: Emit,
    given: FieldCorrections | None = None,
    recipe: Recipe = Recipe(),
) -> Verdict:
    """Do what is asked in a folder; killed or stopped and started again it goes on, and ends in the same weights.

    Args:
        run: what is asked.
        out: takes the state, the model and the verdict.
        device: where it trains.
        emit: hears how far it is.
        given: the fields, instead of those of the run's training set.
        recipe: instead of the usual one.

    Raises:
        UserError: the model cannot be refined, or too few pictures can train.
        StopError: it was asked to stop.
    """
    if (out / VERDICT).is_file():
        return Verdict.read(out)
    began, control = time.monotonic(), Control(out, emit)
    if run.threads:
        torch.set_num_threads(run.threads)
    parent = Path(run.parent)
    card = ModelCard.read(parent)
    if card.task != "detect" or card.architecture != "resnet-gn-points" or card.classes != KINDS:
        raise ModelError("is no detector that can be refined.", path=parent, hint="Name a detector.")
    emit(Event("started", {"task": "refine", "model": run.model_id, "device": str(device), "epochs": run.epochs}))
    found = given or field_corrections.read(Path(run.trainset), card.refinement)
    judging = (*found.of(locked=True), *found.judges)
    before = _looked(run, judging, out, device, emit, control)
    asked = refined_model.run_file(run, "detect", card, found.fingerprint, BATCH, recipe.learning_rate)
    task = RefineTask(asked, found, refined_model.weights_of(card, parent), recipe, device)
    manner = Manner(control.attend, _LOOK_EVERY, draws=False)
    net = fit(task, task.run, out, emit, device, manner)
    trained = len(found.of(locked=False))
    origins = refined_model.origins(trained, found.fingerprint, [k.source.sha256 for k in found.drawn])
    limits = f"Refined by {trained} pictures of one laboratory."
    sealed, place = refined_model.written(run, card, net, out, origins, limits)
    after = _found(sealed, place, judging, device, control)
    n = len(found.of(locked=True))
    thresholds = ModelCard.read(Path(run.current)).thresholds, sealed.thresholds

    def judged(part: slice, units: Sequence[str]) -> Judged:
        own = judging[part]
        was, now = (Found(boxes[part], t) for boxes, t in zip((before, after), thresholds, strict=True))
        named = [(u, field_corrections.names(own, u)) for u in units]
        return detector_gate.judged([k.stored.field for k in own], was, now, named)

    locked = judged(slice(n), UNITS[UNITS.index(found.unit) :])
    reference = judged(slice(n, None), UNITS[-1:])
    answer, more, why = detector_gate.answer(locked, reference)
    verdict = Verdict(
        model=f"{MODELS}/{run.model_id}",
        model_id=run.model_id,
        before=ModelCard.read(Path(run.current)).mark,
        answer=answer,
        label_more=more,
        why=why,
        locked=locked,
        reference=reference if found.judges else None,
        trained=found.counts(locked=False),
        notes=(*found.notes, *few_units(locked, found.unit), *detector_gate.lost_kinds(reference)),
        doubts=(),
        seconds=round(time.monotonic() - began - control.waited_s, 1),
        what=DETECTOR,
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
    metrics = refined_model.metrics(verdict, "AP50", "locked pictures", "drawn fields")
    refined_model.finished(out, place, sealed, verdict, metrics, comes_of)
    return verdict


def find(card: ModelCard, folder: Path, fields: Sequence[Stored], device: torch.device) -> list[Boxes]:
    """What a detector finds on fields, in their own pixels, shown to it as the app shows pictures."""
    net = TorchDetector(card, folder, device.type, 1, lambda _text: None)
    return [_on(net, s) for s in fields]


def _on(net: TorchDetector, stored: Stored) -> Boxes:
    zoom = stored.field.um_per_px / stored.factor / net.um_per_px
    height, width = stored.image.shape[:2]
    size = Size(max(16, round(width * zoom)), max(16, round(height * zoom)))
    found = net.detect([resized(stored.image, size)])[0]
    back = np.array([width / size.width, height / size.height] * 2, np.float32) / stored.factor
    return Boxes((found.boxes * back).astype(np.float32), found.scores, found.kinds)


def _found(
    card: ModelCard, folder: Path, fields: Sequence[Known], device: torch.device, control: Control
) -> list[Boxes]:
    """The same, asking between two fields what is wished."""
    net = TorchDetector(card, folder, device.type, 1, lambda _text: None)
    each = []
    for known in fields:
        control.attend()
        each.append(_on(net, known.stored))
    return each


def _looked(
    run: RefineFile, fields: Sequence[Known], out: Path, device: torch.device, emit: Emit, control: Control
) -> list[Boxes]:
    """What the model in use finds on the fields that judge, from the folder if it was asked before."""
    current = Path(run.current)
    card = ModelCard.read(current)
    key = hashlib.sha256(f"{card.weights_sha256} {[k.source.sha256 for k in fields]}".encode()).hexdigest()
    file = out / LOOKED
    if file.is_file():
        with np.load(file) as kept:
            if str(kept["key"]) == key:
                parts = np.cumsum(kept["numbers"])[:-1]
                split = (np.split(kept[name], parts) for name in ("boxes", "scores", "kinds"))
                return [Boxes(*each) for each in zip(*split, strict=True)]
    net = TorchDetector(card, current, device.type, 1, lambda _text: None)
    each = []
    for i, known in enumerate(fields):
        control.attend()
        each.append(_on(net, known.stored))
        emit(Event("step", {"done": i + 1, "of": len(fields), "text": "looking at the pictures"}))
    with write_whole(file) as beside:
        np.savez(
            beside,
            key=key,
            numbers=np.array([len(b.scores) for b in each]),
            boxes=np.concatenate([b.boxes for b in each]),
            scores=np.concatenate([b.scores for b in each]),
            kinds=np.concatenate([b.kinds for b in each]),
        )
    return each
