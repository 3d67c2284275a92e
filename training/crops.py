"""Windows around cells, decoded once into a file that is mapped into memory: 100,000 of them cost no memory."""

import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import StorageError, UserError
from bloodview.core.files import write_whole
from training.lock import locked
from training.pictures import cut, read_image, skipped

_log = logging.getLogger(__name__)

TELL_EVERY_S = 10.0


class Cell(Protocol):
    """What is needed of an example; data.CellExample has it."""

    @property
    def path(self) -> Path: ...
    @property
    def dataset(self) -> str: ...
    @property
    def center(self) -> tuple[float, float] | None: ...
    @property
    def um_per_px(self) -> float: ...


C = TypeVar("C", bound=Cell)


def cached_crops(examples: Sequence[Cell], window_um: float, out_px: int, cache: Path) -> NDArray[np.uint8]:
    """uint8 [N, out, out, 3] RGB of the examples, mapped from a file made once.

    Raises:
        UserError: if a picture cannot be read, naming the first.
        StorageError: if the cache cannot be written.
    """
    crops, bad = _crops(examples, window_um, out_px, cache)
    if bad:
        raise UserError(next(iter(bad.values())))
    return crops


def readable_crops(
    examples: Sequence[C], window_um: float, out_px: int, cache: Path
) -> tuple[list[C], NDArray[np.uint8]]:
    """The examples whose pictures can be read, and uint8 [N, out, out, 3] RGB of these; others are logged.

    Raises:
        UserError: if not one picture can be read.
        StorageError: if the cache cannot be written.
    """
    crops, bad = _crops(examples, window_um, out_px, cache)
    for picture, why in {examples[i].path: why for i, why in bad.items()}.items():
        skipped(picture, why)
    if bad and len(bad) == len(examples):
        raise UserError(f"Not one of {len({e.path for e in examples})} pictures could be read. {bad[0]}")
    return [e for i, e in enumerate(examples) if i not in bad], crops


def _crops(
    examples: Sequence[Cell], window_um: float, out_px: int, cache: Path
) -> tuple[NDArray[np.uint8], dict[int, str]]:
    """The crops of the examples that can be read, and why the others, by index, cannot."""
    if not examples:
        return np.zeros((0, out_px, out_px, 3), np.uint8), {}
    file = cache / f"crops-{_key(examples, window_um, out_px)}.u8"
    found = _stored(file, len(examples), out_px)
    if found is None:
        # Whoever waited here finds what the other process made.
        with locked(file.with_suffix(".lock")):
            found = _stored(file, len(examples), out_px)
            if found is None:
                _build(file, examples, window_um, out_px)
                found = _stored(file, len(examples), out_px)
    if found is None:
        raise StorageError("does not keep what was written.", path=file)
    return found


def _key(examples: Sequence[Cell], window_um: float, out_px: int) -> str:
    """Of the pictures by name below their data set, size and date, and of the windows; not of where the data lie."""
    digest = hashlib.sha256(f"{window_um!r} {out_px}".encode())
    known: dict[Path, str] = {}
    for e in examples:
        if e.path not in known:
            parts = e.path.parts
            below = parts[len(parts) - parts[::-1].index(e.dataset) - 1 :] if e.dataset in parts else parts[-1:]
            try:
                told = e.path.stat()
                known[e.path] = f"{'/'.join(below)} {told.st_size} {told.st_mtime_ns}"
            except OSError:
                known[e.path] = f"{'/'.join(below)} gone"
        digest.update(f"\n{known[e.path]} {e.center!r} {e.um_per_px!r}".encode())
    return digest.hexdigest()[:20]


def _stored(file: Path, n: int, out_px: int) -> tuple[NDArray[np.uint8], dict[int, str]] | None:
    """What the cache holds, or None if that is nothing or not whole."""
    try:
        told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        bad = {int(i): str(why) for i, why in told["unreadable"].items()}
        shape = (n - len(bad), out_px, out_px, 3)
        if not shape[0]:
            return np.zeros(shape, np.uint8), bad
        if file.stat().st_size != np.prod(shape, dtype=np.int64):
            return None
        return np.memmap(file, np.uint8, "r", shape=shape), bad
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _build(file: Path, examples: Sequence[Cell], window_um: float, out_px: int) -> None:
    """Decode one picture at a time and write row after row; the .json beside, written last, says that it is whole.

    Plain writes, since a full disk under a mapped file ends the process without a word.
    """
    part, bad, told = file.with_suffix(".part"), dict[int, str](), time.monotonic()
    try:
        with part.open("wb") as stream:
            last: tuple[Path, NDArray[np.uint8] | UserError] | None = None
            for i, e in enumerate(examples):
                if last is None or last[0] != e.path:
                    last = (e.path, _read(e.path))
                image = last[1]
                if isinstance(image, UserError):
                    bad[i] = str(image)
                    continue
                center = e.center or (image.shape[1] / 2, image.shape[0] / 2)
                stream.write(cut(image, center, window_um / e.um_per_px, out_px).tobytes())
                if time.monotonic() - told > TELL_EVERY_S:
                    told = time.monotonic()
                    _log.info("%d of %d cells are decoded", i + 1, len(examples))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
        with write_whole(file.with_suffix(".json")) as beside:
            beside.write_text(json.dumps({"unreadable": bad}), encoding="utf-8")
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            f"the decoded cells cannot be written: {error.strerror}",
            path=file,
            hint=f"They take {len(examples) * out_px**2 * 3 / 2**20:.0f} MiB.",
        ) from error


def _read(path: Path) -> NDArray[np.uint8] | UserError:
    """A picture, or why it is none."""
    try:
        return read_image(path)
    except UserError as error:
        return error
