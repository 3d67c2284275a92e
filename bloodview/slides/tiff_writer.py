"""Writes pyramidal, tiled BigTIFF as a stream: level by level, row of tiles by row of tiles, nothing held but one row.

Tiles of the same content are stored once and shared, so a slide that is made of repeated parts stays small.
"""

import hashlib
import math
import struct
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Size

UInt8 = NDArray[np.uint8]

TILE_PX = 512

_SHORT, _LONG, _LONG8, _RATIONAL = 3, 4, 16, 5
_BYTES = {_SHORT: 2, _LONG: 4, _LONG8: 8, _RATIONAL: 8}
_RGB, _YCBCR = 2, 6


class Coding(Enum):
    """How tiles are packed: (TIFF's number of the compression, its colour model)."""

    JPEG = (7, _YCBCR)
    ZSTD = (50000, _RGB)

    def pack(self, tile: UInt8, quality: int = 90) -> bytes:
        """A tile uint8 [TILE_PX, TILE_PX, 3] RGB as it lies in the file; the quality counts for JPEG alone."""
        if self is Coding.JPEG:
            _, data = cv2.imencode(".jpg", cv2.cvtColor(tile, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
            return data.tobytes()
        steps = tile.copy()
        steps[:, 1:] -= tile[:, :-1]  # horizontal differences, modulo 256, as TIFF's predictor 2
        return bytes(imagecodecs.zstd_encode(steps.tobytes(), level=1))


class PyramidWriter:
    """A BigTIFF that is being written; `level` for each level, finest first, then the block ends.

    Args:
        path: of the file, made anew.
        coding: how all tiles are packed.
        um_per_px: width of a pixel of the first level; None writes no resolution.
        quality: of JPEG, 1 to 100.
    """

    def __init__(self, path: Path, coding: Coding, um_per_px: float | None = None, quality: int = 90) -> None:
        self._coding, self._um, self._quality = coding, um_per_px, quality
        self._known: dict[bytes, tuple[int, int]] = {}
        self._file = path.open("wb")
        self._file.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
        self._link = 8
        """Where the offset of the next directory is to be written."""
        self._width_0 = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def level(self, size: Size, tiles: Iterable[UInt8 | bytes]) -> None:
        """Write a level from its tiles, row by row: full squares of pixels, or bytes that are packed already.

        Raises:
            ValueError: if there are more or fewer tiles than the size asks for.
        """
        wanted = math.ceil(size.width / TILE_PX) * math.ceil(size.height / TILE_PX)
        places = [self._place(t if isinstance(t, bytes) else self._coding.pack(t, self._quality)) for t in tiles]
        if len(places) != wanted:
            raise ValueError(f"{len(places)} tiles for a level of {wanted}")
        self._directory(size, places)

    def _place(self, data: bytes) -> tuple[int, int]:
        """Offset and length of a tile, written unless the file holds it already."""
        key = hashlib.blake2b(data, digest_size=16).digest()
        if key not in self._known:
            self._known[key] = self._file.seek(0, 2), len(data)
            self._file.write(data)
        return self._known[key]

    def _directory(self, size: Size, places: list[tuple[int, int]]) -> None:
        compression, photometric = self._coding.value
        is_first = not self._width_0
        self._width_0 = self._width_0 or size.width
        entries: list[tuple[int, int, list[int]]] = [
            (254, _LONG, [0 if is_first else 1]),
            (256, _LONG, [size.width]),
            (257, _LONG, [size.height]),
            (258, _SHORT, [8, 8, 8]),
            (259, _SHORT, [compression]),
            (262, _SHORT, [photometric]),
            (277, _SHORT, [3]),
            (284, _SHORT, [1]),
            (322, _LONG, [TILE_PX]),
            (323, _LONG, [TILE_PX]),
            (324, _LONG8, [offset for offset, _ in places]),
            (325, _LONG8, [count for _, count in places]),
        ]
        if self._um:
            per_cm = round(1e4 / (self._um * self._width_0 / size.width) * 1000)
            entries += [(282, _RATIONAL, [per_cm, 1000]), (283, _RATIONAL, [per_cm, 1000]), (296, _SHORT, [3])]
        if self._coding is Coding.ZSTD:
            entries.append((317, _SHORT, [2]))
        else:
            entries.append((530, _SHORT, [2, 2]))
        rows = [self._entry(*entry) for entry in sorted(entries)]
        at = self._even_end()
        self._file.write(struct.pack("<Q", len(rows)) + b"".join(rows) + struct.pack("<Q", 0))
        self._file.seek(self._link)
        self._file.write(struct.pack("<Q", at))
        self._link = at + 8 + 20 * len(rows)

    def _entry(self, tag: int, kind: int, values: list[int]) -> bytes:
        letter = {_SHORT: "H", _LONG: "I", _LONG8: "Q", _RATIONAL: "I"}[kind]
        data = struct.pack(f"<{len(values)}{letter}", *values)
        count = len(data) // _BYTES[kind]
        if len(data) <= 8:
            return struct.pack("<HHQ", tag, kind, count) + data.ljust(8, b"\0")
        at = self._even_end()
        self._file.write(data)
        return struct.pack("<HHQQ", tag, kind, count, at)

    def _even_end(self) -> int:
        end = self._file.seek(0, 2)
        if end % 2:
            self._file.write(b"\0")
        return end + end % 2


def tiles_of(band: UInt8) -> Iterator[UInt8]:
    """The tiles of a row of tiles, uint8 [up to TILE_PX, W, 3]; what lies outside the picture repeats its border."""
    height, width = band.shape[:2]
    below, right = TILE_PX - height, -width % TILE_PX
    if below or right:
        band = np.pad(band, ((0, below), (0, right), (0, 0)), mode="edge")
    for x in range(0, band.shape[1], TILE_PX):
        yield np.ascontiguousarray(band[:, x : x + TILE_PX])
