"""What a refinement of the detector by a laboratory's pictures is worth on its other pictures, and what home loses."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE, Role, TrainingField
from bloodview.core.refinement import DETECTOR, VERDICT, RefineFile
from bloodview.models.api import Boxes
from bloodview.models.card import Metric, ModelCard
from training import detector_gate, field_corrections, refine_detector
from training.data import DRAWN as DRAWN_SET
from training.data import Field, fields
from training.detector_gate import Found
from training.evaluate import figure, resamples
from training.field_corrections import FieldCorrections, Known
from training.judge import Part
from training.protocols import Bench
from training.refine_detector import Recipe
from training.results import Code, Record
from training.tasks.detect import KINDS, Matches, stored

LABORATORIES = ("chula_wbc", "pig_wbc")
HOME = "bccd"
CORRECTED = 30
"""Pictures that a person is taken to have gone through, at most."""
EPOCHS = 8
DRAW = "python -m bloodview.slides.synthetic_outlines {} {} {}"
DRAWN_PARTS: tuple[tuple[Role, int, int], ...] = ((DRAWN, 36, 7100), (DRAWN_JUDGE, 24, 8100))
"""What the app draws for every refinement: role, number, seed."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What two detectors found on fields."""

    fields: tuple[Field, ...]
    before: tuple[Boxes, ...]
    after: tuple[Boxes, ...]


def published(bench: Bench, folder: Path) -> Iterator[Record]:
    """A detector refined by pictures of laboratories: of one that it may have seen, and of one that never trains.

    The record so far after each laboratory, the whole one in the end.
    """
    card = ModelCard.read(folder)
    found: list[Part] = []
    for laboratory in LABORATORIES:
        found += measured(bench, folder, laboratory, "test", Recipe())
        yield Record(
            protocol="refine-finders",
            method=card.id,
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
            parts=tuple(found),
        )


def split(every: Sequence[Field], part: str) -> tuple[list[Field], list[Field]]:
    """Fields that refine and those that judge: the train part and another one, or halves of whole groups."""
    train = [f for f in every if f.split == "train"]
    if train:
        return _some(train), [f for f in every if f.split == part]
    half = [int(hashlib.sha256(f"half {f.group}".encode()).hexdigest(), 16) % 2 for f in every]
    first, second = ([f for f, h in zip(every, half, strict=True) if h == k] for k in range(2))
    return _some(first), second


def measured(bench: Bench, parent: Path, laboratory: str, home: str, recipe: Recipe) -> list[Part]:
    """Of a laboratory, and of this part of the set at home after the laboratory's pictures refined the detector."""
    card = ModelCard.read(parent)
    place = bench.out / "refined" / f"{card.id}-{card.weights_sha256[:12]}"
    drawn = [_drawn(bench.out, *asked) for asked in DRAWN_PARTS]
    at_home = tuple(f for f in fields(bench.root, HOME) if f.split == home)
    known = _found(parent, at_home, bench)
    train, judging = split(fields(bench.root, laboratory), "val")
    key = hashlib.sha256(f"{recipe} {[f.path.name for f in (*train, *judging)]}".encode()).hexdigest()[:12]
    out = place / f"{laboratory}-{key}"
    run = RefineFile("", str(parent), str(parent), f"refined-{laboratory}", laboratory, what=DETECTOR, epochs=EPOCHS)
    was_done, begun = (out / VERDICT).is_file(), time.process_time()
    verdict = refine_detector.refine(run, out, bench.device, bench.emit, given(train, *drawn), recipe)
    costs = {"pictures": float(len(train)), "seconds": verdict.seconds}
    if not was_done:
        costs["processor seconds"] = round(time.process_time() - begun, 1)
    made = out / verdict.model
    said = Answers(tuple(judging), _found(parent, judging, bench), _found(made, judging, bench))
    kept = Answers(at_home, known, _found(made, at_home, bench))
    trained = {d.name for d in card.data}
    return [
        _part(laboratory, laboratory in trained, said, costs),
        _part(f"{HOME} {home}, refined on {laboratory}", HOME in trained, kept, costs),
    ]


def given(train: Sequence[Field], drawn: Sequence[Known], judges: Sequence[Known]) -> FieldCorrections:
    """Fields of a data set as pictures that a person went through; all train, since the protocol judges by others."""
    cases = tuple(_known(f, CASE) for f in train)
    return FieldCorrections(cases, np.zeros(len(cases), bool), tuple(drawn), tuple(judges), "picture", ())


def _some(train: Sequence[Field]) -> list[Field]:
    """At most so many, drawn by their names."""
    drawn = sorted(train, key=lambda f: hashlib.sha256(f"some {f.path.name}".encode()).hexdigest())
    return drawn[:CORRECTED]


def _known(field: Field, role: Role) -> Known:
    """A field of a data set as one of a set of corrections."""
    kinds = tuple(Kind)
    boxes = tuple(field_corrections.marked(kinds[k], b) for k, b in zip(field.kinds, field.boxes, strict=True))
    complete = tuple(k for k, own in zip(kinds, field.complete, strict=True) if own)
    sha256 = hashlib.sha256(field.path.read_bytes()).hexdigest()
    made = TrainingField("", sha256, role, field.group, field.path.name, "", field.um_per_px, complete, boxes)
    return field_corrections.of_boxes(field.path, made)


def _drawn(out: Path, role: Role, number: int, seed: int) -> list[Known]:
    return [_known(replace(f, complete=(True, True, True)), role) for f in drawn_fields(out, role, number, seed)]


def drawn_fields(out: Path, role: Role, number: int, seed: int) -> list[Field]:
    """Drawn fields below a folder; the trainer cannot draw, so a person has them drawn first.

    Raises:
        UserError: they are not there; says how to draw them.
    """
    root = out / role.replace(" ", "-")
    if not (root / DRAWN_SET / "boxes.json").is_file():
        raise UserError(
            "holds no drawn fields, which guard what is known.",
            path=root,
            hint=f"Draw them: `{DRAW.format(root / DRAWN_SET, number, seed)}`.",
        )
    return fields(root, DRAWN_SET)


def _found(folder: Path, of: Sequence[Field], bench: Bench) -> tuple[Boxes, ...]:
    """What a detector finds on fields."""
    return tuple(refine_detector.find(ModelCard.read(folder), folder, [stored(f) for f in of], bench.device))


def _part(name: str, trained: bool, said: Answers, costs: Mapping[str, float]) -> Part:
    """Average precision of the kinds and their mean before and after."""
    every = said.fields
    pairs = (said.before, said.after)
    weights = resamples([f"{f.dataset} {f.group}" if f.group else f.path.name for f in every])
    kinds = [k for k in range(len(KINDS)) if any(f.complete[k] for f in every)]
    one, other = ([detector_gate.precision(_matched(every, b, k)) for k in kinds] for b in pairs)
    named = [(f"{KINDS[k]} ", one[i], other[i]) for i, k in enumerate(kinds)]
    figures: list[Metric] = []
    for title, was, now in (*named, ("", detector_gate.mean_of(one), detector_gate.mean_of(other))):
        figures.append(figure(f"{title}before", was, weights))
        figures.append(figure(f"{title}after", now, weights))
        figures.append(figure(f"{title}gain", detector_gate.less(now, was), weights))
    for title, value in costs.items():
        figures.append(Metric(title, value, value, value, len(every)))
    cells = {KINDS[k]: sum(int((f.kinds == k).sum()) for f in every) for k in kinds}
    return Part(name, trained, cells, tuple(figures), {}, {}, {}, ())


def _matched(of: Sequence[Field], boxes: Sequence[Boxes], kind: int) -> list[Matches]:
    return detector_gate.matches(of, Found(boxes, {}), kind)
