"""The protocols by which methods are compared: each trains what it asks for, once, and judges it into records."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.taxonomy import coarse_of
from bloodview.core.training_run import Event, RunFile
from bloodview.models.card import ModelCard
from training import adapting, splits
from training.data import at_most, fingerprint
from training.judge import LEAST_CELLS, Part, judge, judged_classes, told_apart
from training.loop import Emit
from training.methods import Learned, ModelFolder, chosen
from training.prototypes import by_prototypes
from training.results import Code, Record, code
from training.splits import Setting
from training.start import find
from training.tasks import LEARN, classify
from training.tasks.fuse import RECIPES

UNLABELLED = ("mae",)
"""Tasks that train without labels."""
NOTE = "learned.json"
"""In the folder of each training: what is to be said of it later, when it is found done."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How a method that is judged came to be: code, seconds (of the last go, if it was resumed) and kind of device."""

    code: Code
    seconds: float
    device: str


class Bench:
    """Where methods are trained and kept: one folder a run file and set of training cells, so that none trains twice.

    Args:
        root: the data folder.
        out: takes a folder `learned/<fingerprint>` a training; a killed one is resumed, a finished one is loaded.
        device: where methods train and answer.
        emit: hears of the trainings.
    """

    def __init__(self, root: Path, out: Path, device: torch.device, emit: Emit) -> None:
        self.root, self.out, self.device, self.emit = root, out, device, emit
        self.code = code()
        self._learned: tuple[str, Learned, Origin] | None = None

    @cached_property
    def cells(self) -> splits.Cells:
        """Every labelled cell of the laboratories and the judges that the data folder lists."""
        return splits.every_cell(self.root)

    def learned(self, setting: Setting) -> tuple[Learned, Origin]:
        """The trained method of a setting.

        Raises:
            UserError: if the run's task gives no method that can be judged.
        """
        run = setting.run
        if run.task not in LEARN:
            raise UserError(f"The task {run.task!r} gives nothing that can be judged; known are {', '.join(LEARN)}.")
        self._refuse_knowing_start(setting)
        key = self._key(setting)
        if self._learned and self._learned[0] == key:
            return self._learned[1], self._learned[2]
        folder = self.out / "learned" / key
        note = folder / NOTE
        members = [self._member(name, setting) for name in run.parts] if run.sides else []
        before = sum(self.learned(member)[1].seconds for member in members)
        started = time.monotonic()
        told: dict[str, float | int | str] = {
            "model": run.model_id,
            "left_out": setting.left_out,
            "seed": run.seed,
            "cells": len(setting.train),
        }
        self.emit(Event("started", told | {"folder": key}))
        common = (run, self.root, folder, self.device, setting.train, setting.held_out)
        if members:
            places = [self.out / "learned" / self._key(m) / "models" / m.run.model_id for m in members]
            learned = classify.together(*common, places)
        else:
            learned = LEARN[run.task](*common, self.emit)
        if not note.is_file():
            origin = Origin(self.code, round(before + time.monotonic() - started, 1), kind_of(self.device))
            with write_whole(note) as part:
                part.write_text(json.dumps(asdict(origin)), encoding="utf-8")
        raw = json.loads(note.read_text(encoding="utf-8"))
        self._learned = key, learned, Origin(Code(**raw["code"]), raw["seconds"], raw["device"])
        return self._learned[1], self._learned[2]

    def _member(self, part: str, setting: Setting) -> Setting:
        """The training of an ensemble's part, a recipe NAME or NAME@SEED, as it would be judged alone.

        Raises:
            UserError: if it names no recipe, or one of another task.
        """
        name, at, seed = part.partition("@")
        run = RunFile.read(RECIPES / f"{name}.json")
        if run.task != "classify" or run.sides or (at and not seed.isdecimal()):
            raise UserError(f"{setting.run.model_id!r} cannot have the part {part!r}: it takes networks, NAME@SEED.")
        own = replace(run, datasets=setting.run.datasets, seed=int(seed) if at else setting.run.seed)
        return replace(setting, run=own)

    def record(self, protocol: str, setting: Setting, origin: Origin, parts: Sequence[Part]) -> Record:
        """What a setting's method reached, with all that is needed to measure it again."""
        run = setting.run
        return Record(
            protocol=protocol,
            method=run.model_id,
            title=run.title,
            left_out=setting.left_out,
            seed=run.seed,
            mode="transductive" if self._saw_what_judges(setting) else "inductive",
            run=run.to_json(),
            trained_cells=len(setting.train),
            data=fingerprint([e.path for e in setting.train], self.root),
            trained_by=origin.code,
            judged_by=self.code,
            seconds=origin.seconds,
            device=origin.device,
            parts=tuple(parts),
        )

    def _saw_what_judges(self, setting: Setting) -> bool:
        """Whether pictures of a laboratory that judges but did not train were seen, by this run or its start."""
        strange = {e.dataset for v in setting.judged.values() for e in v} - {e.dataset for e in setting.train}
        seen = set(setting.run.datasets) if setting.run.transductive else set()
        if setting.run.start:
            seen |= {d.name for d in ModelCard.read(find(setting.run.start, self.out)).data}
        return bool(strange & seen)

    def _refuse_knowing_start(self, setting: Setting) -> None:
        """Where something is left out, a start must not have learned it by labels."""
        if setting.run.start and setting.left_out:
            card = ModelCard.read(find(setting.run.start, self.out))
            asked = {e.dataset for v in setting.judged.values() for e in v}
            if card.task not in UNLABELLED and (learned := sorted(asked & {d.name for d in card.data})):
                raise UserError(
                    f"{setting.run.model_id!r} starts with {card.id!r}, which learned the labels of {learned[0]}.",
                    hint="Start with a model that has not seen what is left out.",
                )

    def _key(self, setting: Setting) -> str:
        """Fingerprint of a training: the run file, the weights it starts with, the cells that train and calibrate."""
        run = setting.run
        start = ModelCard.read(find(run.start, self.out)).weights_sha256 if run.start else ""
        digest = hashlib.sha256(f"{json.dumps(chosen(run.to_json()), sort_keys=True)} {start}".encode())
        for side in (setting.train, setting.held_out):
            digest.update(f"\n{len(side)}".encode())
            for e in side:
                digest.update(
                    f"\n{e.path.relative_to(self.root).as_posix()} {e.center} {e.um_per_px} {e.label}".encode()
                )
        return f"{run.model_id}-{digest.hexdigest()[:12]}"


def kind_of(device: torch.device) -> str:
    """What kind of device it is, without a name of the machine."""
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    return f"cpu, {torch.get_num_threads()} threads" if device.type == "cpu" else device.type


def _judged(
    setting: Setting, learned: Learned, sets: dict[str, splits.Cells], least: int, strangers: bool = False
) -> list[Part]:
    """The parts of some sets of cells; those of which no class has enough cells are left out.

    With `strangers`, each is also told by familiarity from the cells at home that did not train.
    """
    home = [e for v in setting.home.values() for e in v]
    known = (learned.answer(home).familiarity, home) if strangers and home else None
    parts = []
    for name, examples in sets.items():
        if classes := judged_classes(examples, setting.known(), least):
            parts.append(judge(name, setting.trained(examples), examples, learned.answer(examples), classes, known))
    return parts


def home(bench: Bench, run: RunFile, _laboratories: Sequence[str]) -> Iterator[Record]:
    """Each laboratory's test part, coarse and fine, judged by a training on the run's data sets."""
    setting = splits.home(run, bench.cells)
    learned, origin = bench.learned(setting)
    yield bench.record("home", setting, origin, _judged(setting, learned, setting.judged, least=1))


def published(bench: Bench, folder: Path) -> Record:
    """A model folder on the judged parts of the laboratories and on the sets that never train; nothing is trained.

    Cells that share a group with any that may have trained it do not judge.
    """
    model = ModelFolder(folder, bench.device, bench.out / "cache")
    card = model.card
    trained = [e for e in bench.cells if e.split == "train" and e.dataset in {d.name for d in card.data}]
    known = {coarse_of(name) for name in card.classes}
    sets = {k: (v, 1) for k, v in splits.at_home(bench.cells).items()}
    sets |= {d: (splits.leukocytes(splits.part(bench.cells, d)), LEAST_CELLS) for d in splits.JUDGES}
    parts = []
    for name, (every, least) in sets.items():
        examples = splits.apart(every, trained)
        if classes := judged_classes(examples, known, least):
            at_home = {e.dataset for e in examples} <= {d.name for d in card.data}
            parts.append(judge(name, at_home, examples, model.answer(examples), classes))
    return Record(
        protocol="home",
        method=card.id,
        title=card.title,
        left_out="",
        seed=int(card.recipe.get("seed", 0)),
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


def left_out(bench: Bench, run: RunFile, laboratories: Sequence[str]) -> Iterator[Record]:
    """Each laboratory in turn judged by a training on the others of the run, and so the sets that never train."""
    for laboratory in laboratories:
        setting = splits.left_out(run, bench.cells, laboratory)
        learned, origin = bench.learned(setting)
        parts = _judged(setting, learned, setting.judged, LEAST_CELLS, strangers=True)
        yield bench.record("left-out", setting, origin, parts)


def calibration(bench: Bench, run: RunFile, laboratories: Sequence[str]) -> Iterator[Record]:
    """Confidence against truth, at home and in the laboratory left out, of the trainings that `left-out` makes too."""
    for laboratory in laboratories:
        setting = splits.left_out(run, bench.cells, laboratory)
        learned, origin = bench.learned(setting)
        away = {laboratory: setting.judged[laboratory]}
        parts = _judged(setting, learned, setting.home, 1) + _judged(setting, learned, away, LEAST_CELLS)
        yield bench.record("calibration", setting, origin, parts)


def adapt(bench: Bench, run: RunFile, laboratories: Sequence[str]) -> Iterator[Record]:
    """Each laboratory left out, after the app's adaptation to 5 labelled cells a class of it, and before."""
    for laboratory in laboratories:
        setting = splits.left_out(run, bench.cells, laboratory)
        learned, origin = bench.learned(setting)
        if not isinstance(learned, ModelFolder):
            raise UserError(f"The task {run.task!r} publishes no model that the app could adapt.")
        sets = {name: (examples, learned.crops(examples)) for name, examples in setting.judged.items()}
        parts = adapting.parts(learned.folder, bench.device.type, sets, setting.known(), LEAST_CELLS)
        yield bench.record("adapt", setting, origin, parts)


def few_labels(bench: Bench, run: RunFile, _laboratories: Sequence[str]) -> Iterator[Record]:
    """5, 10, 25 and 125 labels a class of pbc: all that trains, or prototypes on the features that 125 trained."""
    most = splits.few_labels(run, bench.cells, max(splits.SHOTS))
    learned, _ = bench.learned(most)
    support = at_most(max(splits.SHOTS), most.train, run.seed)
    (name, asked), *_ = most.judged.items()
    supports, queries = learned.answer(support), learned.answer(asked)
    for shots in splits.SHOTS:
        setting = splits.few_labels(run, bench.cells, shots)
        learned, origin = bench.learned(setting)
        parts = _judged(setting, learned, setting.judged, 1)
        kept = set(at_most(shots, support, run.seed + 1))
        rows = [i for i, e in enumerate(support) if e in kept]
        answers = by_prototypes(supports.embeddings[rows], [support[i].label for i in rows], queries.embeddings)
        classes = judged_classes(asked, setting.known(), 1)
        parts.append(judge(f"{name}, prototypes", True, asked, answers, classes))
        yield bench.record("few-labels", setting, origin, parts)


def unseen_class(bench: Bench, run: RunFile, _laboratories: Sequence[str]) -> Iterator[Record]:
    """A coarse class that did not train: do familiarity and doubt tell pbc's test cells of it from the others?"""
    for name in splits.UNSEEN:
        setting = splits.unseen_class(run, bench.cells, name)
        learned, origin = bench.learned(setting)
        (judged, asked), *_ = setting.judged.items()
        strange = [e for e in asked if coarse_of(e.label) == name]
        known = [e for e in asked if coarse_of(e.label) != name]
        if not strange:
            raise UserError(f"There is no cell of the class {name} to judge by in {judged}.")
        at_strange, at_known = learned.answer(strange), learned.answer(known)
        part = judge(judged, True, known, at_known, judged_classes(known, setting.known(), 1))
        sure, sure_known = (a.probabilities.max(axis=1) for a in (at_strange, at_known))
        figures = [told_apart("auroc confidence", sure, strange, sure_known, known)]
        if not np.isnan(at_strange.familiarity).any():
            low, high = at_strange.familiarity, at_known.familiarity
            figures.append(told_apart("auroc familiarity", low, strange, high, known))
        yield bench.record("unseen-class", setting, origin, [replace(part, figures=(*part.figures, *figures))])


Protocol = Callable[[Bench, RunFile, Sequence[str]], Iterator[Record]]

PROTOCOLS: dict[str, Protocol] = {
    "home": home,
    "left-out": left_out,
    "adapt": adapt,
    "few-labels": few_labels,
    "calibration": calibration,
    "unseen-class": unseen_class,
}
"""Name -> the protocol: records as they come, of (bench, run, laboratories that are left out in turn)."""
