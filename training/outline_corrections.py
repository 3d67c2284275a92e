"""A set of outlines that persons drew, as a segmenter trains on it: what contradicts itself, what is locked away."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core import outlineset
from bloodview.core.cells import Polygon
from bloodview.core.errors import UserError
from bloodview.core.fieldset import CASE, DRAWN, DRAWN_JUDGE
from bloodview.core.outlineset import TrainingOutline
from bloodview.core.refinement import Contradiction, why_too_few_outlines
from bloodview.models.card import Refinement, picture_mark
from training import corrections, locking
from training.locking import Bools, Words
from training.tasks.segment import Target

UNITS = ("case", "picture", "cell")
"""What may stand together on one side, the widest first."""
PARTS = ("cell", "nucleus")
OUTSIDE = 0.1
"""Share of a nucleus beyond its cell from which the two outlines contradict each other."""
SAME = 0.5
"""Overlap of two cells' outlines, over both together, from which they are one cell outlined twice."""
_FINER = 4
"""Times as fine as the picture an outline is filled."""
_MOST_PIXELS = 2**22
_WORDS = Words(
    {"case": "", "picture": corrections.FROM_ONE_CASE, "cell": corrections.FROM_ONE_PICTURE},
    "One cell alone tells nothing.",
    "cells",
)
_UNREADABLE = "{} cells were passed over: their pictures are missing, or are not what the set says."

UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Known:
    """An outlined cell with its picture in memory.

    Args:
        source: as the set has it.
        target: as the network is shown it.
        masks: bool [h, w] a part of `PARTS`; None where nobody outlined it.
    """

    source: TrainingOutline
    target: Target
    masks: tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]

    @property
    def as_anchor(self) -> Target:
        """The same, its outlines not told: the parent's own answer is the aim."""
        return Target(
            self.target.image, np.zeros(self.target.image.shape[:2], np.uint8), self.target.box, "", (False, False)
        )


@dataclass(frozen=True, slots=True)
class OutlineCorrections:
    """What trains a segmenter, and what judges it.

    Args:
        cells: of cases.
        locked: bool, of each whether it judges and never trains.
        drawn: what the program drew, which trains along.
        judges: others of these, which judge what was known before.
        unit: one of `UNITS`, by which the parts were drawn.
        notes: what a person should know.
        doubts: outlines that contradict themselves or each other; they are not among the cells.
    """

    cells: tuple[Known, ...]
    locked: Bools
    drawn: tuple[Known, ...]
    judges: tuple[Known, ...]
    unit: str
    notes: tuple[str, ...]
    doubts: tuple[Contradiction, ...] = ()

    def of(self, *, locked: bool) -> tuple[Known, ...]:
        """The cells of a part."""
        return tuple(k for k, own in zip(self.cells, self.locked, strict=True) if own == locked)

    def counts(self, *, locked: bool) -> dict[str, int]:
        """Part of a cell -> outlines of it."""
        every = self.of(locked=locked)
        numbers = {p: sum(k.masks[i] is not None for k in every) for i, p in enumerate(PARTS)}
        return {p: n for p, n in numbers.items() if n}

    @property
    def fingerprint(self) -> str:
        """sha256 over the pictures and outlines that train, whatever their order."""
        own = self.of(locked=False)
        rows = sorted(f"{k.source.sha256} {k.source.box} {k.source.cell} {k.source.nucleus}" for k in own)
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def marks(self, *, locked: bool) -> tuple[str, ...]:
        """What the card keeps of the pictures, or cells, of a part."""
        unit = "cell" if self.unit == "cell" else "picture"
        return tuple(sorted({picture_mark(n) for n in names(self.of(locked=locked), unit)}))


def read(folder: Path, before: Refinement | None) -> OutlineCorrections:
    """Read the outlined cells; those whose picture is missing or changed are passed over and counted.

    Raises:
        UnreadableFileError: the set cannot be read.
        UserError: too few are left to train.
    """
    found: dict[str, list[Known]] = {CASE: [], DRAWN: [], DRAWN_JUDGE: []}
    lost = 0
    for cell in outlineset.read(folder).cells:
        image = corrections.picture(folder / cell.file, cell.sha256)
        if image is None or image.shape[0] * image.shape[1] > _MOST_PIXELS:
            lost += 1
            continue
        found[cell.role].append(known(image, cell))
    notes = [_UNREADABLE.format(lost)] if lost else []
    doubts = contradictions(found[CASE])
    doubtful = {d.file for d in doubts}
    cases = [k for k in found[CASE] if k.source.file not in doubtful]
    if doubts:
        notes.append(f"{len(doubtful)} cells neither train nor judge: their outlines contradict themselves.")
    if not cases:
        raise UserError("holds no outlined cell that could train.", path=folder, hint=" ".join(notes))
    locked, unit, more = lock(cases, before)
    whole = OutlineCorrections(
        tuple(cases), locked, tuple(found[DRAWN]), tuple(found[DRAWN_JUDGE]), unit, (*notes, *more), doubts
    )
    if why := why_too_few_outlines(len(whole.of(locked=False))):
        raise UserError(why, hint="Outline more cells. Those that are locked away to judge do not train.")
    return whole


def known(image: UInt8, cell: TrainingOutline) -> Known:
    """An outlined cell with its picture, uint8 [h, w, 3]."""
    size = image.shape[:2]
    inside, nucleus = (filled(outline, size) if outline else None for outline in (cell.cell, cell.nucleus))
    classes = np.zeros(size, np.uint8)
    if inside is not None:
        classes[inside] = 1
    if nucleus is not None:
        classes[nucleus if inside is None else nucleus & inside] = 2
    box = np.array(cell.box, np.float32)
    target = Target(image, classes, box, cell.role, (inside is not None, nucleus is not None))
    return Known(cell, target, (inside, nucleus))


def filled(outline: Polygon, size: tuple[int, ...]) -> NDArray[np.bool_]:
    """The pixels of which an outline holds at least half, bool [h, w]."""
    h, w = size
    fine = np.zeros((_FINER * h, _FINER * w), np.uint8)
    # The middle of a pixel has a whole number in OpenCV, and the border's own pixels are filled too.
    corners = np.round(np.asarray(outline, np.float64) * _FINER - 0.5).astype(np.int32)
    cv2.fillPoly(fine, [np.clip(corners, -(2**14), 2**14)], 255)
    return np.asarray(cv2.resize(fine, (w, h), interpolation=cv2.INTER_AREA)) > 127


def contradictions(cells: Sequence[Known]) -> tuple[Contradiction, ...]:
    """Outlines that cannot both be right: a nucleus beyond its cell, a cell that is outlined twice, an empty one."""
    why: dict[int, str] = {}
    for i, own in enumerate(cells):
        inside, nucleus = own.masks
        if any(m is not None and not m.any() for m in own.masks):
            why[i] = "its outline holds nothing of the picture."
        elif inside is not None and nucleus is not None:
            beyond = float((nucleus & ~inside).sum() / nucleus.sum())
            if beyond > OUTSIDE:
                why[i] = f"{beyond:.0%} of its nucleus lies outside of the cell."
    by_picture: dict[str, list[int]] = {}
    for i, own in enumerate(cells):
        if own.source.cell and i not in why:
            by_picture.setdefault(own.source.group, []).append(i)
    for same in by_picture.values():
        outlines = [_on_picture(cells[i].source) for i in same]
        low, high = (np.stack([f(o, axis=0) for o in outlines]) for f in (np.min, np.max))
        for at, i in enumerate(same):
            near = ((low[at + 1 :] < high[at]) & (high[at + 1 :] > low[at])).all(axis=1)
            for other in at + 1 + np.flatnonzero(near):
                if _overlap(outlines[at], outlines[other]) > SAME:
                    for one, two in ((i, same[other]), (same[other], i)):
                        why[one] = f"is outlined twice: as cell {cells[two].source.cell_id} too."
    sources = ((cells[i].source, text) for i, text in sorted(why.items()))
    return tuple(Contradiction(s.file, s.case, s.group, s.cell_id, "cell", text) for s, text in sources)


def lock(cells: Sequence[Known], before: Refinement | None) -> tuple[Bools, str, tuple[str, ...]]:
    """Which cells judge: whole cases if there are several, else whole pictures, else cells; see `locking.lock`."""

    def can_train(locked: Bools) -> bool:
        return not why_too_few_outlines(int((~locked).sum()))

    return locking.lock({u: names(cells, u) for u in UNITS}, can_train, before, _WORDS)


def names(cells: Sequence[Known], unit: str) -> list[str]:
    """What each cell must stay together with at a level."""
    return [_name(k.source, unit) for k in cells]


def _name(cell: TrainingOutline, unit: str) -> str:
    if unit == "case":
        return cell.case
    return cell.group if unit == "picture" else f"{cell.group} {cell.cell_id}"


def _overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """What two outlines, float64 [N, 2], both hold over what either does."""
    both = np.concatenate([one, other])
    corner, span = both.min(axis=0), float(np.ptp(both, axis=0).max())
    grid = np.zeros((2, 128, 128), np.uint8)
    for layer, outline in zip(grid, (one, other), strict=True):
        cv2.fillPoly(layer, [np.round((outline - corner) / max(span, 1e-9) * 127).astype(np.int32)], 1)
    return float((grid[0] & grid[1]).sum() / max(1, int((grid[0] | grid[1]).sum())))


def _on_picture(cell: TrainingOutline) -> NDArray[np.float64]:
    x, y, wide = cell.place
    return np.asarray(cell.cell, np.float64) * wide + (x, y)
