"""What a refinement by a laboratory's corrections is worth on its other cells, and what it costs at home."""

import hashlib
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from bloodview.core.cells import Kind, Source
from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box
from bloodview.core.refinement import VERDICT, RefineFile
from bloodview.core.refinement import Kind as Depth
from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.core.training_run import RunFile
from bloodview.core.trainset import TrainingCell
from bloodview.models import references
from bloodview.models.card import Metric, ModelCard
from bloodview.models.nets.inference import TorchClassifier, load_weights
from bloodview.models.nets.latent import Last, entering
from bloodview.models.windows import cut
from training import references as reference_cells
from training import refining, splits
from training.corrections import Corrections
from training.data import CellExample
from training.evaluate import Statistic, figure, mean_recall, resamples, softmax
from training.fits import embedded
from training.judge import Part, allowed, coarse_probabilities
from training.methods import ModelFolder
from training.pictures import read_image
from training.protocols import Bench
from training.results import Code, Record

HOME = "pbc test"
_HALVES = 2  # of a set without parts of its own: each half judges what the other refined

_BATCH = 64

Float32 = NDArray[np.float32]
UInt8 = NDArray[np.uint8]
Task = tuple[splits.Cells, splits.Cells]
"""Cells that refine, cells that judge."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the model said of some cells before and after, float32 [N, 11]."""

    cells: splits.Cells
    before: Float32
    after: Float32


def refine(
    bench: Bench, run: RunFile, laboratories: Sequence[str], kind: Depth = "head", only: Sequence[str] = ()
) -> Iterator[Record]:
    """Each laboratory left out: its train part refines, its other parts judge; and the sets that never train.

    `only` names those that refine, of these; none = all.
    """
    for laboratory in laboratories:
        setting = splits.left_out(run, bench.cells, laboratory)
        learned, origin = bench.learned(setting)
        if not isinstance(learned, ModelFolder):
            raise UserError(f"The task {run.task!r} publishes no model that could be refined.")
        place = learned.folder
        if references.read(place) is None or not learned.card.replay_sha256:
            place = bench.out / "refined" / f"{learned.card.id}-{learned.card.weights_sha256[:12]}" / learned.card.id
            if not place.is_dir():
                shutil.copytree(learned.folder, place)
            if references.read(place) is None or not ModelCard.read(place).replay_sha256:
                reference_cells.give(place, setting.train, setting.held_out, bench.device)
        parts = _measured(bench, place, _among((laboratory, *splits.JUDGES), only), run.seed, kind)
        record = bench.record("refine", setting, origin, parts)
        yield replace(record, method=_method(record.method, kind))


def published(bench: Bench, folder: Path, kind: Depth = "head", only: Sequence[str] = ()) -> Record:
    """A model folder refined by laboratories that it may have seen in training, and by those that never train."""
    card = ModelCard.read(folder)
    parts = _measured(bench, folder, _among(("chula_wbc", *splits.JUDGES), only), 0, kind)
    return Record(
        protocol="refine",
        method=_method(card.id, kind),
        title=card.title,
        left_out="",
        seed=0,
        mode="inductive",
        run=card.recipe,
        trained_cells=sum(d.examples for d in card.data),
        data=card.weights_sha256,
        trained_by=Code("", False),
        judged_by=bench.code,
        seconds=0.0,
        device="",
        parts=tuple(parts),
    )


def tasks(cells: splits.Cells, laboratory: str) -> list[Task]:
    """What refines and what judges: the train part and the others of it, or each half of whole groups in turn.

    A class of one cell is passed over.
    """
    own = splits.leukocytes(splits.part(cells, laboratory))
    numbers = Counter(e.label for e in own)
    own = [e for e in own if numbers[e.label] > 1]
    train = [e for e in own if e.split == "train"]
    if train:
        return [(train, splits.apart([e for e in own if e.split != "train"], train))]
    half = [int(hashlib.sha256(f"{e.group or e.path.name}".encode()).hexdigest(), 16) % _HALVES for e in own]
    return [
        ([e for e, h in zip(own, half, strict=True) if h != k], [e for e, h in zip(own, half, strict=True) if h == k])
        for k in range(_HALVES)
    ]


def _among(laboratories: Sequence[str], only: Sequence[str]) -> list[str]:
    return [x for x in laboratories if not only or x in only]


def _method(name: str, kind: Depth) -> str:
    """What the record calls it: with the kind, where that is not the usual one."""
    return name if kind == "head" else f"{name}-{kind}"


def _measured(bench: Bench, parent: Path, laboratories: Sequence[str], seed: int, kind: Depth) -> list[Part]:
    """A part for each laboratory, and one for what became of the first laboratory's test part."""
    card = ModelCard.read(parent)
    place = bench.out / "refined" / f"{card.id}-{card.weights_sha256[:12]}"
    frozen = Frozen(parent, bench, place)
    at_home = splits.at_home(bench.cells)[HOME]
    found = []
    for laboratory in laboratories:
        trained = laboratory in {d.name for d in card.data}
        said, home, used = [], [], []
        seconds: list[tuple[float, float]] = []
        for number, (train, judging) in enumerate(tasks(bench.cells, laboratory)):
            out = place / _method(f"{laboratory}-{number}-{_key((*train, *judging))}", kind)
            name = f"refined-{laboratory}-{number}"
            run = RefineFile("", str(parent), str(parent), name, laboratory, kind=kind, seed=seed)
            begun, known = time.process_time(), (out / VERDICT).is_file()
            verdict = refining.refine(run, out, bench.device, bench.emit, given(card, train, judging))
            said.append(frozen.answers(judging, out / verdict.model))
            home.append(frozen.answers(at_home, out / verdict.model))
            seconds.append((verdict.seconds, 0.0 if known else round(time.process_time() - begun, 1)))
            used.append(len(train))
        found.append(_part(laboratory, trained, said, max(seconds), max(used)))
        found.append(_part(f"{HOME}, refined on {laboratory}", True, home, max(seconds), max(used)))
    return found


class Frozen:
    """Asks the parent once of each set of cells: a refined model differs from it by its last stage and head alone.

    Args:
        parent: the model folder.
        bench: device and cache.
        place: keeps what it said.
    """

    def __init__(self, parent: Path, bench: Bench, place: Path) -> None:
        self._place, self._card = place, ModelCard.read(parent)
        self._net = TorchClassifier(self._card, parent, bench.device.type, _BATCH, lambda _text: None)

    def answers(self, cells: splits.Cells, refined: Path) -> Answers:
        """What both say of these cells."""
        file = self._place / f"maps-{_key(cells)}.npz"
        if not file.is_file():
            with entering(self._net.runner.net) as held:
                scores, _ = self._net.evidence(crops(self._card, cells))
            maps: dict[str, Any] = {f"maps{i}": m for i, m in enumerate(held.maps(len(cells)))}
            with write_whole(file) as beside:
                np.savez(beside, scores=scores, **maps)
        card = ModelCard.read(refined)
        net, _ = load_weights(card, refined)
        last = Last(net)
        with np.load(file) as kept:
            scores, stages = kept["scores"], [kept[f"maps{i}"] for i in range(len(last.stages))]
        head = load_file(card.check_weights(refined))
        logits = embedded(last, stages) @ head["head.weight"].astype(np.float32).T + head["head.bias"].astype(
            np.float32
        )
        return Answers(cells, np.exp(scores), softmax(logits, card.temperature).astype(np.float32))


def crops(card: ModelCard, cells: Sequence[CellExample]) -> UInt8:
    """Cells of data sets, uint8 [N, S, S, 3], cut as the app cuts them."""
    found = []
    last: tuple[Path, UInt8] | None = None
    for e in cells:
        if last is None or last[0] != e.path:
            last = (e.path, read_image(e.path))
        image = last[1]
        middle = e.center or (image.shape[1] / 2, image.shape[0] / 2)
        found.append(cut(image, Box.square(middle, card.window_um / e.um_per_px), card.image_px))
    return np.stack(found)


def given(card: ModelCard, train: Sequence[CellExample], judging: Sequence[CellExample]) -> Corrections:
    """Cells of a data set as corrections; the second ones are locked."""
    every = (*train, *judging)
    pictures = crops(card, every)
    cells = tuple(
        TrainingCell(
            file="",
            sha256=hashlib.sha256(crop.tobytes()).hexdigest(),
            group=e.group or e.path.name,
            cell_id=i,
            kind=Kind.WBC,
            label=e.label,
            source=Source.PERSON,
            box=(0, 0, 1, 1),
            um_per_px=e.um_per_px,
        )
        for i, (e, crop) in enumerate(zip(every, pictures, strict=True))
    )
    locked = np.arange(len(cells)) >= len(train)
    return Corrections(cells, tuple(e.label for e in every), pictures, locked, "picture", ())


def _part(name: str, trained: bool, said: Sequence[Answers], seconds: tuple[float, float], corrections: int) -> Part:
    """Both answers on all cells together; of the coarse classes, and at home of the labels as they are."""
    cells = [e for a in said for e in a.cells]
    before, after = (np.concatenate([getattr(a, when) for a in said]) for when in ("before", "after"))
    truth = [coarse_of(e.label) for e in cells]
    own = np.array([COARSE.index(t) for t in truth])
    hits = [coarse_probabilities(p).argmax(axis=1) == own for p in (before, after)]
    fine = [
        np.array([allowed(e.label)[k] for e, k in zip(cells, p.argmax(axis=1), strict=True)]) for p in (before, after)
    ]
    weights = resamples([f"{e.dataset} {e.group}" if e.group else f"{e.path.name} {e.center}" for e in cells])
    figures: list[Metric] = []
    for level, labels, pair in (("", truth, hits), ("fine ", [e.label for e in cells], fine)):
        one, other = (mean_recall(labels, h) for h in pair)
        figures.append(figure(f"balanced {level}before", one, weights))
        figures.append(figure(f"balanced {level}after", other, weights))
        figures.append(figure(f"gain {level}".strip(), _less(other, one), weights))
    figures.append(Metric("corrections", corrections, corrections, corrections, corrections))
    for title, value in zip(("seconds", "processor seconds"), seconds, strict=True):
        if not value:  # it was there already, so nobody knows any more
            continue
        figures.append(Metric(title, value, value, value, corrections))
    names = np.array(truth)
    classes = [c for c in COARSE if c in set(truth)]
    named = coarse_probabilities(after).argmax(axis=1)
    return Part(
        judged=name,
        trained=trained,
        cells={c: int((names == c).sum()) for c in classes},
        figures=tuple(figures),
        recalls={c: round(float(hits[1][names == c].mean()), 4) for c in classes},
        forced_recalls={},
        confusion={
            c: {k: n for j, k in enumerate(COARSE) if (n := int(((names == c) & (named == j)).sum()))} for c in classes
        },
        reliability=(),
    )


def _key(cells: Sequence[CellExample]) -> str:
    """Short name for a set of cells."""
    return hashlib.sha256(repr([(e.path.name, e.center, e.label) for e in cells]).encode()).hexdigest()[:12]


def _less(one: Statistic, other: Statistic) -> Statistic:
    return lambda w: np.asarray(one(w) - other(w))
