"""A set of fields that persons went through, as a detector trains on it, and which of them are locked away to judge."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.core import fieldset
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.fieldset import CASE, CELL, DRAWN, DRAWN_JUDGE, NONE, UNCLEAR, FieldBox, Mark, TrainingField
from bloodview.core.refinement import why_too_few_fields
from bloodview.models.card import Refinement, picture_mark
from training import corrections, locking
from training.data import Field
from training.locking import Bools, Words
from training.tasks.detect import KINDS, Stored, stored

UNITS = ("case", "picture", "field")
"""What may stand together on one side, the widest first."""
_WORDS = Words(
    {
        "case": "",
        "picture": "The pictures come from one case, so some of them judge: if they show one patient, the figures "
        "promise too much for the next.",
        "field": "The fields come from one slide, so some of them judge: the figures say nothing of another slide.",
    },
    "One picture alone tells nothing.",
    "pictures",
)


@dataclass(frozen=True, slots=True)
class Known:
    """A field with its picture in memory.

    Args:
        source: as the set has it.
        stored: as the network is shown it; its boxes are those of the kinds that are marked throughout.
        middles: float32 [K, 2], where there is something to learn, in pixels of the file: cells, and what is none.
    """

    source: TrainingField
    stored: Stored
    middles: NDArray[np.float32]

    @property
    def boxes(self) -> int:
        """How many can be asked for."""
        return len(self.stored.field.boxes)


@dataclass(frozen=True, slots=True)
class FieldCorrections:
    """What trains a detector, and what judges it.

    Args:
        cases: fields of cases.
        locked: bool, of each whether it judges and never trains.
        drawn: fields that the program drew, which train along.
        judges: others of these, which judge what was known before.
        unit: one of `UNITS`, by which the parts were drawn.
        notes: what a person should know.
    """

    cases: tuple[Known, ...]
    locked: Bools
    drawn: tuple[Known, ...]
    judges: tuple[Known, ...]
    unit: str
    notes: tuple[str, ...]

    def of(self, *, locked: bool) -> tuple[Known, ...]:
        """The fields of a part."""
        return tuple(k for k, own in zip(self.cases, self.locked, strict=True) if own == locked)

    def counts(self, *, locked: bool) -> dict[str, int]:
        """Kind -> boxes of a part."""
        every = [KINDS[k] for known in self.of(locked=locked) for k in known.stored.field.kinds]
        return {k: every.count(k) for k in KINDS if k in every}

    @property
    def fingerprint(self) -> str:
        """sha256 over the pictures and boxes that train, whatever their order."""
        rows = sorted(f"{k.source.sha256} {k.source.boxes} {k.source.complete}" for k in self.of(locked=False))
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def marks(self, *, locked: bool) -> tuple[str, ...]:
        """What the card keeps of the pictures, or fields, of a part."""
        unit = "field" if self.unit == "field" else "picture"
        return tuple(sorted({picture_mark(_name(k.source, unit)) for k in self.of(locked=locked)}))


def read(folder: Path, before: Refinement | None) -> FieldCorrections:
    """Read the fields; those whose picture is missing or changed are passed over and counted.

    Raises:
        UnreadableFileError: the set cannot be read.
        UserError: too few are left to train.
    """
    found: dict[str, list[Known]] = {CASE: [], DRAWN: [], DRAWN_JUDGE: []}
    lost = 0
    for field in fieldset.read(folder).fields:
        try:
            found[field.role].append(known(folder, field))
        except UserError:
            lost += 1
    notes = [f"{lost} pictures were passed over: they are missing, or are not what the set says."] if lost else []
    if not found[CASE]:
        raise UserError("holds no picture that could train.", path=folder, hint=" ".join(notes))
    locked, unit, more = lock(found[CASE], before)
    cases, drawn, judges = (tuple(found[role]) for role in (CASE, DRAWN, DRAWN_JUDGE))
    whole = FieldCorrections(cases, locked, drawn, judges, unit, (*notes, *more))
    if why := _too_few(whole.of(locked=False)):
        raise UserError(why, hint="Go through more pictures. Those that are locked away to judge do not train.")
    return whole


def known(folder: Path, field: TrainingField) -> Known:
    """A field of a set with its picture.

    Raises:
        UserError: it is missing, or is not what the set says.
    """
    path = folder / field.file
    if corrections.picture(path, field.sha256) is None:
        raise UserError("is missing, or is not what the set says.", path=path)
    return of_boxes(path, field)


def of_boxes(path: Path, field: TrainingField) -> Known:
    """The same of a picture that needs no check.

    Raises:
        UserError: it cannot be read.
    """
    complete = () if field.role == DRAWN else field.complete  # what trains along asks for the parent's own answers
    own = [b for b in field.boxes if b.kind in complete]
    cells, unclear, none = ([b for b in own if b.mark == m] for m in (CELL, UNCLEAR, NONE))
    made = Field(
        path=path,
        dataset=field.role,
        split="",
        group=field.group,
        boxes=_xyxy(cells),
        kinds=np.array([KINDS.index(b.kind.value) for b in cells], np.int64),
        labels=("",) * len(cells),
        groups=(field.group,) * len(cells),
        complete=(Kind.WBC in complete, Kind.RBC in complete, Kind.PLATELET in complete),
        um_per_px=field.um_per_px,
        mask=None,
        unclear=_xyxy(unclear),
    )
    corners = _xyxy([*cells, *none])
    return Known(field, stored(made), ((corners[:, :2] + corners[:, 2:]) / 2).astype(np.float32))


def lock(cases: Sequence[Known], before: Refinement | None) -> tuple[Bools, str, tuple[str, ...]]:
    """Which fields judge: whole cases if there are several, else whole pictures, else parts; see `locking.lock`."""

    def can_train(locked: Bools) -> bool:
        return not _too_few([k for k, own in zip(cases, locked, strict=True) if not own])

    return locking.lock({u: [_name(k.source, u) for k in cases] for u in UNITS}, can_train, before, _WORDS)


def names(fields: Sequence[Known], unit: str) -> list[str]:
    """What each field must stay together with at a level."""
    return [_name(k.source, unit) for k in fields]


def marked(kind: Kind, xyxy: Sequence[float], mark: Mark = CELL) -> FieldBox:
    """A box of a field, from plain numbers."""
    x0, y0, x1, y1 = (float(v) for v in xyxy)
    return FieldBox(kind, (x0, y0, x1, y1), mark)


def _name(field: TrainingField, unit: str) -> str:
    if unit == "case":
        return field.case
    return field.group if unit == "picture" else f"{field.group} {field.place}"


def _too_few(fields: Sequence[Known]) -> str:
    return why_too_few_fields(len(fields), sum(k.boxes for k in fields))


def _xyxy(boxes: Sequence[FieldBox]) -> NDArray[np.float32]:
    return np.array([b.box for b in boxes], np.float32).reshape(-1, 4)
