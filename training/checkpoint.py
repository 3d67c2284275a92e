"""Checkpoints: written whole or not at all, and taken up again only by the run and on the data that wrote them."""

import dataclasses
import hashlib
import io
import json
import os
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from bloodview.core.errors import StorageError, UserError
from bloodview.core.training_run import RunFile

NAME = "checkpoint.pt"
FREE = frozenset({"title", "threads"})
"""Fields of a run that may change between a kill and the resume: the result does not depend on them."""
_DAMAGE = (RuntimeError, pickle.UnpicklingError, EOFError, OSError, ValueError, LookupError, TypeError, AttributeError)
"""What torch raises on files that are none of its own, or cut short."""
ANEW = "Delete it to begin anew, or take another --out or model_id."


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """What a checkpoint is of: the run, and the data that train.

    Args:
        run: the run file.
        data: see `data_of`.
    """

    run: RunFile
    data: str


def data_of(examples: Sequence[tuple[str, Path]]) -> str:
    """sha256 over data set, name and size of every example's file; not of where the files lie."""
    sizes = {path: path.stat().st_size if path.is_file() else -1 for path in {p for _, p in examples}}
    lines = sorted(f"{dataset} {path.name} {sizes[path]}" for dataset, path in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def save(file: Path, source: Source, state: Mapping[str, Any]) -> None:
    """Write beside, flush to the disk, then rename: the old checkpoint stays until the new one is whole.

    Args:
        file: the checkpoint.
        source: what it is of.
        state: plain values and tensors, by name.

    Raises:
        StorageError: if it cannot be written; the one before is intact.
    """
    # torch's writer turns an error of the disk into one of its own that does not say what happened.
    held = io.BytesIO()
    torch.save(dict(state) | {"run": json.dumps(source.run.to_json()), "data": source.data}, held)
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(held.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"the checkpoint cannot be written: {error.strerror}",
            path=file,
            hint="The one before is intact; make room and start the same command again.",
        ) from error


def load(file: Path, source: Source, device: torch.device) -> dict[str, Any] | None:
    """The state that `save` was given, or None if there is no checkpoint.

    Raises:
        UserError: if it cannot be read, is damaged, or is of another run or other data; it says which fields differ.
    """
    if not file.is_file():
        return None
    try:
        held = io.BytesIO(file.read_bytes())
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from error
    try:
        state = torch.load(held, map_location=device, weights_only=True)
        stored, data = json.loads(state["run"]), state["data"]
    except _DAMAGE as error:
        raise UserError("is damaged or no checkpoint of this trainer.", path=file, hint=ANEW) from error
    if differing := _differing(stored, source.run):
        raise UserError(f"is of another training: {'; '.join(differing)}.", path=file, hint=ANEW)
    if data != source.data:
        raise UserError("is of a training on other pictures than there are now.", path=file, hint=ANEW)
    whole: dict[str, Any] = state
    return whole


def _differing(stored: Mapping[str, Any], run: RunFile) -> list[str]:
    """The fields in which a stored run differs, with both values; `epochs` may have been raised."""
    now = json.loads(json.dumps(run.to_json()))
    # A run file from before a field was there meant the field's default.
    before = json.loads(json.dumps({f.name: f.default for f in dataclasses.fields(run)}, default=lambda _: {})) | stored
    names = [k for k in before if before[k] != now.get(k) and k not in FREE]
    if "epochs" in names and now["epochs"] > before["epochs"]:
        names.remove("epochs")
    return [f"{k} was {before[k]!r}, now {now.get(k)!r}" for k in names]
