"""What a refinement of the segmenter by a laboratory's outlines is worth on its other cells, and what home loses."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Kind
from bloodview.core.fieldset import CASE, Role
from bloodview.core.outlineset import TrainingOutline
from bloodview.core.refinement import SEGMENTER, VERDICT, RefineFile
from bloodview.models.card import Metric, ModelCard
from bloodview.models.nets.inference import TorchSegmenter
from training import refine_segmenter, segmenter_gate
from training.data import fields, manifest, read_image
from training.detector_gate import less, mean_of
from training.evaluate import figure, resamples
from training.judge import Part
from training.outline_corrections import PARTS, Known, OutlineCorrections, filled
from training.protocol_finders import DRAWN_PARTS, drawn_fields
from training.protocols import Bench
from training.refine_segmenter import Recipe
from training.results import Code, Record
from training.tasks.segment import Target, targets

PROTOCOL = "refine-outlines"
LABORATORY, HOME = "zheng1", "bccd"
EPOCHS = 12
FEW = 30
"""Cells of the smaller of both refinements; the other takes all of the half that refines."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells with masks, and what each must stay together with."""

    known: tuple[Known, ...]
    groups: tuple[str, ...]


def published(bench: Bench, folder: Path) -> Iterator[Record]:
    """A segmenter refined by one half of the groups of a laboratory that never trains, judged by the other half.

    The record so far after each number of cells, the whole one in the end.
    """
    card = ModelCard.read(folder)
    found: list[Part] = []
    for most in (0, FEW):
        found += measured(bench, folder, most, "test", Recipe())
        yield Record(
            protocol=PROTOCOL,
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


def titled(most: int) -> str:
    """What the cells of the other half are called in the record."""
    return f"{LABORATORY}, by {most} cells" if most else f"{LABORATORY}, by half of it"


def measured(
    bench: Bench, parent: Path, most: int, home: str, recipe: Recipe, halves: tuple[Cells, Cells] | None = None
) -> list[Part]:
    """Of the laboratory, and of this part of the set at home after the laboratory's outlines refined the segmenter.

    Args:
        bench: where it is kept.
        parent: folder of the segmenter.
        most: cells that refine at most, drawn by their names; 0 = all of the half.
        home: part of the set at home.
        recipe: of the refinement.
        halves: what refines and what judges, instead of the halves of the laboratory.
    """
    card = ModelCard.read(parent)
    train, judging = halves or _halves(bench.root)
    if most:
        train = _some(train, most)
    drawn, judges = [_anchor(bench, *asked) for asked in DRAWN_PARTS]
    at_home = _home(bench.root, home)
    mark = hashlib.sha256(f"{recipe} {EPOCHS} {[k.source.sha256 for k in train.known]}".encode()).hexdigest()[:12]
    out = bench.out / "refined" / f"{card.id}-{card.weights_sha256[:12]}" / f"{LABORATORY}-{mark}"
    run = RefineFile("", str(parent), str(parent), f"refined-{LABORATORY}", LABORATORY, what=SEGMENTER, epochs=EPOCHS)
    was_done, begun = (out / VERDICT).is_file(), time.process_time()
    locked = np.zeros(len(train.known), bool)  # all train, since the protocol judges by others
    given = OutlineCorrections(train.known, locked, drawn, judges, "picture", ())
    verdict = refine_segmenter.refine(run, out, bench.device, bench.emit, given, recipe)
    costs = {"outlined cells": float(len(train.known)), "seconds": verdict.seconds}
    if not was_done:
        costs["processor seconds"] = round(time.process_time() - begun, 1)
    trained = {d.name for d in card.data}
    parts = []
    for name, cells in ((titled(most), judging), (f"{HOME} {home}, after {titled(most)}", at_home)):
        before, after = (_dices(place, cells, bench) for place in (parent, out / verdict.model))
        parts.append(_part(name, (HOME if cells is at_home else LABORATORY) in trained, cells, before, after, costs))
    return parts


def _halves(root: Path) -> tuple[Cells, Cells]:
    """Halves of whole groups of the laboratory's cells, one of which refines."""
    rows = manifest(root, [LABORATORY])
    known, groups = [], []
    for row in rows:
        picture = root / row["path"]
        image = read_image(picture)
        mask = np.digitize(read_image(picture.parent.parent / "masks" / f"{picture.stem}.png")[:, :, 0], (64, 192))
        if not (mask > 0).any():
            continue
        ys, xs = np.nonzero(mask)
        box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], np.float32)
        target = Target(image, mask.astype(np.uint8), box, LABORATORY)
        known.append(_known(target, CASE, row["group"], picture))
        groups.append(row["group"] or picture.name)
    half = [int(hashlib.sha256(f"half {g}".encode()).hexdigest(), 16) % 2 for g in groups]
    first, second = (_chosen(Cells(tuple(known), tuple(groups)), [h == k for h in half]) for k in range(2))
    return first, second


def _chosen(cells: Cells, which: Sequence[bool]) -> Cells:
    pairs = [(k, g) for k, g, own in zip(cells.known, cells.groups, which, strict=True) if own]
    return Cells(tuple(k for k, _ in pairs), tuple(g for _, g in pairs))


def _some(cells: Cells, most: int) -> Cells:
    """At most so many, drawn by their pictures."""
    keys = [hashlib.sha256(f"some {k.source.sha256}".encode()).hexdigest() for k in cells.known]
    last = sorted(keys)[:most][-1]
    return _chosen(cells, [k <= last for k in keys])


def _home(root: Path, part: str) -> Cells:
    """The leukocytes with masks of a part of the set at home."""
    known, groups = [], []
    for field in fields(root, HOME):
        if field.split == part and field.mask is not None:
            for target in targets(field):
                known.append(_known(target, CASE, field.group, field.path))
                groups.append(field.group or field.path.name)
    return Cells(tuple(known), tuple(groups))


def _anchor(bench: Bench, role: Role, number: int, seed: int) -> tuple[Known, ...]:
    """Leukocytes of drawn fields, whose files tell their outlines but not their nuclei's."""
    found = []
    for field in drawn_fields(bench.out, role, number, seed):
        image = read_image(field.path)
        h, w = image.shape[:2]
        for box, kind, outline in zip(field.boxes, field.kinds, field.outlines, strict=True):
            if kind or len(outline) < 3 or (box[:2] < 1).any() or box[2] > w - 1 or box[3] > h - 1:
                continue
            reach = 1.5 * float((box[2:] - box[:2]).max())
            x0, y0 = (int(v) for v in ((box[:2] + box[2:]) / 2 - reach).clip(0))
            x1, y1 = (int(v) for v in (box[:2] + box[2:]) / 2 + reach)
            piece = image[y0:y1, x0:x1].copy()
            inside = filled(tuple((float(x) - x0, float(y) - y0) for x, y in outline), piece.shape[:2])
            shift = np.array([x0, y0, x0, y0], np.float32)
            target = Target(piece, inside.astype(np.uint8), box - shift, role, (True, False))
            found.append(_known(target, role, field.path.name, field.path))
    return tuple(found)


def _known(target: Target, role: Role, group: str, path: Path) -> Known:
    """A cell of a data set as one of a set of outlines."""
    assert target.mask is not None
    sha256 = hashlib.sha256(path.read_bytes() + target.box.tobytes()).hexdigest()
    x0, y0, x1, y1 = (float(v) for v in target.box)
    source = TrainingOutline(path.name, sha256, role, group, 0, "", (0.0, 0.0, 1.0), (x0, y0, x1, y1), (), ())
    cell, nucleus = target.mask > 0, target.mask == 2
    return Known(source, target, (cell if target.known[0] else None, nucleus if target.known[1] else None))


def _dices(folder: Path, cells: Cells, bench: Bench) -> NDArray[np.float64]:
    net = TorchSegmenter(ModelCard.read(folder), folder, bench.device.type, 1, lambda _text: None)
    return refine_segmenter.dices(net, cells.known)


def _part(
    name: str,
    trained: bool,
    cells: Cells,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    costs: Mapping[str, float],
) -> Part:
    """Dice of cell and nucleus and their mean before and after."""
    weights = resamples(list(cells.groups))
    was, now = ([segmenter_gate.mean(each[:, k]) for k in range(len(PARTS))] for each in (before, after))
    figures: list[Metric] = []
    named = [(f"{p} ", was[k], now[k]) for k, p in enumerate(PARTS)]
    for title, one, other in (*named, ("", mean_of(was), mean_of(now))):
        figures.append(figure(f"{title}before", one, weights))
        figures.append(figure(f"{title}after", other, weights))
        figures.append(figure(f"{title}gain", less(other, one), weights))
    for title, value in costs.items():
        figures.append(Metric(title, value, value, value, len(cells.known)))
    return Part(name, trained, {Kind.WBC.value: len(cells.known)}, tuple(figures), {}, {}, {}, ())
