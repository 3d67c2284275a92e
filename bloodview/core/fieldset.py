"""The training set of fields on disk: pictures with all their boxes and a manifest; written, read and verified here.

A folder with `fields.json`, `fields/<number>.png` of cases and `drawn/<number>.png` that the program drew itself. It
teaches the detector as `trainset` teaches the classifier: app and trainer meet in it, and neither knows the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from bloodview.core import manifest
from bloodview.core.cells import Kind

FORMAT = "bloodview-fieldset/1"
"""Names the shape of the manifest; raised when a field changes its meaning."""
MANIFEST = "fields.json"

Role = Literal["case", "drawn", "drawn judge"]
"""A field of a case; one that was drawn and trains along; one that was drawn and judges."""
Mark = Literal["cell", "unclear", "none"]
"""What a person says of a box: a cell; something that may be one, neither asked for nor punished; no cell."""
CASE: Role = "case"
DRAWN: Role = "drawn"
DRAWN_JUDGE: Role = "drawn judge"
CELL: Mark = "cell"
UNCLEAR: Mark = "unclear"
NONE: Mark = "none"
_FOLDERS: Mapping[str, str] = {CASE: "fields", DRAWN: "drawn", DRAWN_JUDGE: "drawn"}
_TOPS = ("fields", "drawn")
_FARTHEST_PX = 1e6
_ROLES: Mapping[str, Role] = {r: r for r in get_args(Role)}
_MARKS: Mapping[str, Mark] = {m: m for m in get_args(Mark)}


@dataclass(frozen=True, slots=True)
class FieldBox:
    """A box of a field.

    Args:
        kind: leukocyte, red cell or platelet.
        box: x0, y0, x1, y1 in pixels of the field's picture; may be cut by its border.
        mark: what a person says of it.
    """

    kind: Kind
    box: tuple[float, float, float, float]
    mark: Mark = CELL


@dataclass(frozen=True, slots=True)
class TrainingField:
    """A picture, or a part of one, with its boxes.

    Args:
        file: relative to the folder, with slashes; "" until it is written.
        sha256: of the file; "" until it is written.
        role: where it comes from.
        group: the picture that it is, or is a part of, by its content's hash.
        place: which part, "" = all of it.
        case: the case it comes from; see `TrainingCell`.
        um_per_px: scale of the file's picture.
        complete: the kinds of which every cell has its box, as a person declares.
        boxes: all that are known.
    """

    file: str
    sha256: str
    role: Role
    group: str
    place: str
    case: str
    um_per_px: float
    complete: tuple[Kind, ...]
    boxes: tuple[FieldBox, ...]


@dataclass(frozen=True, slots=True)
class FieldSet:
    """What a folder holds.

    Args:
        version: of the program that wrote it.
        made_at: ISO 8601.
        fields: those of the cases in their order, then the drawn ones.
    """

    version: str
    made_at: str
    fields: tuple[TrainingField, ...]


def write(
    out: Path, version: str, made_at: str, fields: Iterable[tuple[TrainingField, Callable[[], bytes]]]
) -> tuple[FieldSet, tuple[str, ...]]:
    """Write a set into a new folder, whole or not at all.

    Args:
        out: the folder.
        version: of the program.
        made_at: ISO 8601.
        fields: each with what gives the content of its file; a UserError of that passes the field over.

    Returns:
        What was written, and one sentence for each reason for which fields were passed over.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
        UserError: no field of a case could be written.
    """

    def placed(field: TrainingField, number: int, sha256: str) -> tuple[str, TrainingField]:
        file = f"{_FOLDERS[field.role]}/{number + 1:04d}.png"
        return file, replace(field, file=file, sha256=sha256)

    def whole(written: tuple[TrainingField, ...]) -> FieldSet | None:
        return FieldSet(version, made_at, written) if any(f.role == CASE for f in written) else None

    return manifest.write(out / MANIFEST, FORMAT, fields, placed, whole, "There is no picture to write.")


def read(folder: Path) -> FieldSet:
    """Read the manifest of a set; its pictures are looked at by `verify`.

    Raises:
        UnreadableFileError: there is none, it is damaged, or was made by a newer version.
    """

    def parsed(content: Mapping[str, Any]) -> FieldSet:
        return FieldSet(str(content["version"]), str(content["made_at"]), tuple(map(_field, content["fields"])))

    again = "Begin the refinement anew."
    return manifest.read(folder / MANIFEST, FORMAT, parsed, lambda s: (f.file for f in s.fields), _TOPS, again)


def verify(folder: Path) -> FieldSet:
    """Read a set and compare every picture with the manifest.

    Raises:
        UnreadableFileError: as `read`; or a picture is missing, was changed, or is not in the manifest.
    """
    found = read(folder)
    manifest.compare(folder, ((f.file, f.sha256) for f in found.fields), _TOPS)
    return found


def _field(content: Mapping[str, Any]) -> TrainingField:
    scale = float(content["um_per_px"])
    if not 0 < scale < 100:
        raise ValueError(f"no scale: {scale} um/px")
    return TrainingField(
        file=str(content["file"]),
        sha256=str(content["sha256"]),
        role=_ROLES[content["role"]],
        group=str(content["group"]),
        place=str(content["place"]),
        case=str(content["case"]),
        um_per_px=scale,
        complete=tuple(Kind(k) for k in content["complete"]),
        boxes=tuple(_box(b) for b in content["boxes"]),
    )


def _box(content: Mapping[str, Any]) -> FieldBox:
    x0, y0, x1, y1 = map(float, content["box"])
    if not (-_FARTHEST_PX < x0 < x1 < _FARTHEST_PX and -_FARTHEST_PX < y0 < y1 < _FARTHEST_PX):
        raise ValueError(f"there is no box {x0, y0, x1, y1}")
    return FieldBox(Kind(content["kind"]), (x0, y0, x1, y1), _MARKS[content["mark"]])
