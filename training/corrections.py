"""A training set of corrections as the network sees it, and which of its cells are locked away for the judgement."""

import hashlib
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core import trainset
from bloodview.core.cells import Kind, Source
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.refinement import why_too_few
from bloodview.core.taxonomy import taught
from bloodview.core.trainset import TrainingCell
from bloodview.models.card import ModelCard, Refinement, picture_mark
from bloodview.models.windows import cut
from training import locking
from training.data import SCALELESS_BOXES
from training.locking import Bools, Words

UNITS = ("case", "picture", "cell")
"""What may stand together on one side, the widest first."""
_MOST_PIXELS = 2**24
"""Of a crop; more is no cell, and could fill the memory."""
_PNG = b"\x89PNG\r\n\x1a\n"
FROM_ONE_CASE = (
    "The cells come from one case, so whole pictures of it judge: if they show one patient, the figures promise too "
    "much for the next."
)
FROM_ONE_PICTURE = (
    "The cells come from one picture, so single cells of it judge: the figures say nothing of another slide."
)
_WORDS = Words(
    {"case": "", "picture": FROM_ONE_CASE, "cell": FROM_ONE_PICTURE}, "One cell alone tells nothing.", "cells"
)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Labelled cells as a model sees them.

    Args:
        cells: N, as the training set has them.
        labels: nodes of the default tree.
        crops: uint8 [N, input_px, input_px, 3].
        locked: bool [N], those that judge and never train.
        unit: one of `UNITS`, by which the parts were drawn.
        notes: what a person should know.
    """

    cells: tuple[TrainingCell, ...]
    labels: tuple[str, ...]
    crops: NDArray[np.uint8]
    locked: Bools
    unit: str
    notes: tuple[str, ...]

    def counts(self, which: Bools) -> dict[str, int]:
        """Label -> cells of a part, by name."""
        return dict(sorted(Counter(x for x, own in zip(self.labels, which, strict=True) if own).items()))

    def of(self, which: Bools) -> tuple[str, ...]:
        """The labels of a part."""
        return tuple(x for x, own in zip(self.labels, which, strict=True) if own)

    def names(self, unit: str) -> list[str]:
        """What each cell must stay together with at a level."""
        return [_name(c, unit) for c in self.cells]

    @property
    def fingerprint(self) -> str:
        """sha256 over the labels and crops of the cells that train, whatever their order."""
        rows = sorted(
            f"{x} {c.sha256}" for x, c, own in zip(self.labels, self.cells, self.locked, strict=True) if not own
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def marks(self, which: Bools) -> tuple[str, ...]:
        """What the card keeps of the pictures, or cells, of a part."""
        unit = "cell" if self.unit == "cell" else "picture"
        return tuple(sorted({picture_mark(_name(c, unit)) for c, own in zip(self.cells, which, strict=True) if own}))


def read(folder: Path, card: ModelCard, tell: Callable[[int, int], None] = lambda _done, _of: None) -> Corrections:
    """Read the cells that a person named; what is missing, changed or of no class of the model is passed over.

    Raises:
        UnreadableFileError: the training set cannot be read.
        UserError: too few cells are left to train, or none to judge.
    """
    described = trainset.read(folder)
    cells: list[TrainingCell] = []
    labels: list[str] = []
    crops: list[NDArray[np.uint8]] = []
    lost, other = 0, 0
    for i, cell in enumerate(described.cells):
        label = taught(cell.label, described.taxonomy, card.outputs)
        if cell.source is not Source.PERSON or cell.kind is Kind.RBC or not label:
            other += 1
            continue
        image = picture(folder / cell.file, cell.sha256)
        window = _window(cell, card.window_um)
        if image is None or window.width * window.height > _MOST_PIXELS:
            lost += 1
            continue
        cells.append(cell)
        labels.append(label)
        crops.append(cut(image, window, card.image_px))
        tell(i + 1, len(described.cells))
    notes = []
    if lost:
        notes.append(f"{lost} cells were passed over: their pictures are missing, or are not what the set says.")
    if other:
        notes.append(f"{other} cells were passed over: not named by a person, or of no class of this model.")
    if not cells:
        raise UserError("holds no cell that could train.", path=folder, hint=" ".join(notes))
    locked, unit, more = lock(cells, labels, card.refinement)
    found = Corrections(tuple(cells), tuple(labels), np.stack(crops), locked, unit, (*notes, *more))
    if why := why_too_few(found.counts(~locked)):
        raise UserError(why, hint="Name more cells. Those that are locked away to judge do not train.")
    return found


def lock(
    cells: Sequence[TrainingCell], labels: Sequence[str], before: Refinement | None
) -> tuple[Bools, str, tuple[str, ...]]:
    """Which cells judge: whole cases if there are several, else whole pictures, else cells; see `locking.lock`."""

    def can_train(locked: Bools) -> bool:
        return not why_too_few(Counter(x for x, own in zip(labels, locked, strict=True) if not own))

    return locking.lock({u: [_name(c, u) for c in cells] for u in UNITS}, can_train, before, _WORDS)


def _name(cell: TrainingCell, unit: str) -> str:
    if unit == "case":
        return cell.case
    return cell.group if unit == "picture" else f"{cell.group} {cell.cell_id}"


def picture(file: Path, sha256: str) -> NDArray[np.uint8] | None:
    """A picture of a set, uint8 [h, w, 3] RGB; None if it is not there, another by now, or too large to be one."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != sha256:
        return None
    if not _is_of_a_cell(content):
        return None
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _is_of_a_cell(content: bytes) -> bool:
    """Whether this is a PNG whose header claims no more pixels than a crop has, before anything is unpacked."""
    if not content.startswith(_PNG) or len(content) < len(_PNG) + 16:
        return False
    width, height = struct.unpack_from(">II", content, len(_PNG) + 8)
    return bool(width * height <= _MOST_PIXELS)


def _window(cell: TrainingCell, window_um: float) -> Box:
    """The square that the app classifies the cell by, in pixels of its crop."""
    box = Box(*cell.box)
    side = window_um / cell.um_per_px if cell.um_per_px else SCALELESS_BOXES * max(box.width, box.height)
    return Box.square(box.center, side)
