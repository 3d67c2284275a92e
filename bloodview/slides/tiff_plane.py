"""One plane of a TIFF file, read by region: only the tiles or strips that a region touches are decoded."""

import math
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.slides.cache import TileCache
from bloodview.slides.header import COPY_AGAIN

Values = NDArray[np.generic]

_SEGMENT_BYTES = 600_000_000

BROKEN = (
    tifffile.TiffFileError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # what the decompressors raise, and NotImplementedError
    TypeError,
    ValueError,
    struct.error,
)
"""What tifffile and its decompressors raise on damaged or unknown files."""


class TiffPlane:
    """A page of a file that is open; values as they are stored.

    Args:
        path: the file, for messages.
        file: the open file, shared by all planes; reads are guarded by `lock`.
        page: the page.
        cache: decoded tiles of all planes of the file, by (plane's number, segment).
        number: this plane's number.

    Raises:
        UnreadableFileError: if a part of the page lies beyond the file's end, or is too large to decode at once.
    """

    def __init__(
        self,
        path: Path,
        file: tifffile.FileHandle,
        lock: threading.Lock,
        page: tifffile.TiffPage | tifffile.TiffFrame,
        cache: TileCache,
        number: int,
    ) -> None:
        self._path, self._file, self._lock, self._cache, self._number = path, file, lock, cache, number
        self._page = page
        self.key = page.keyframe if page.keyframe is not None else page.aspage()
        self.size = Size(int(self.key.imagewidth), int(self.key.imagelength))
        self.samples = int(self.key.samplesperpixel)
        self.dtype = np.dtype(self.key.dtype if self.key.dtype is not None else np.uint8)
        self._planar = self.samples > 1 and int(self.key.planarconfig) == 2
        if self.key.is_tiled:
            self._tile = Size(int(self.key.tilewidth), int(self.key.tilelength))
        else:
            self._tile = Size(self.size.width, min(self.size.height, int(self.key.rowsperstrip)))
        self._columns = math.ceil(self.size.width / self._tile.width)
        self._rows = math.ceil(self.size.height / self._tile.height)
        self._plain = self._plain_offset()
        self._check()

    @property
    def reads_parts_fast(self) -> bool:
        """Whether a part is read without decoding whole rows: the plane is tiled, or not packed at all."""
        return self._plain is not None or bool(self.key.is_tiled)

    def region(self, x0: int, y0: int, x1: int, y1: int, samples: int) -> Values:
        """Values [y1 - y0, x1 - x0, samples] of a region inside the plane.

        Raises:
            UnreadableFileError: if a tile of it is damaged.
        """
        if self._plain is not None:
            return self._unpacked(x0, y0, x1, y1)[..., :samples]
        answer = np.empty((y1 - y0, x1 - x0, samples), self.dtype)
        planes = range(samples) if self._planar else range(1)
        for row, column in self._touched(x0, y0, x1, y1):
            left, top = column * self._tile.width, row * self._tile.height
            for plane in planes:
                segment = self._segment((plane * self._rows + row) * self._columns + column)
                xa, ya = max(x0, left), max(y0, top)
                xb, yb = min(x1, left + segment.shape[1]), min(y1, top + segment.shape[0])
                part = segment[ya - top : yb - top, xa - left : xb - left]
                own = slice(plane, plane + 1) if self._planar else slice(0, samples)
                answer[ya - y0 : yb - y0, xa - x0 : xb - x0, own] = part[..., :samples]
        return answer

    def some_values(self, limit: int = 12) -> Values:
        """Values of a few tiles spread over the plane, flat; to learn their range."""
        count = self._rows * self._columns
        if self._plain is not None:
            rows = sorted({round(i * (self.size.height - 1) / max(1, limit - 1)) for i in range(limit)})
            return np.concatenate([self._unpacked(0, y, self.size.width, y + 1).reshape(-1) for y in rows])
        picked = sorted({round(i * (count - 1) / max(1, limit - 1)) for i in range(limit)})
        return np.concatenate([self._segment(i).reshape(-1)[::3] for i in picked])

    def _touched(self, x0: int, y0: int, x1: int, y1: int) -> Iterator[tuple[int, int]]:
        for row in range(y0 // self._tile.height, math.ceil(y1 / self._tile.height)):
            for column in range(x0 // self._tile.width, math.ceil(x1 / self._tile.width)):
                yield row, column

    def _segment(self, index: int) -> Values:
        return self._cache.get_or_make((self._number, index), lambda: self._decoded(index))

    def _decoded(self, index: int) -> Values:
        """A tile or strip, [h, w, samples in it]."""
        offset, count = self._page.dataoffsets[index], self._page.databytecounts[index]
        try:
            with self._lock:
                self._file.seek(offset)
                data = self._file.read(count) if count else None
            if data is not None and len(data) < count:
                raise ValueError("the file ends early")
            segment, _, shape = self.key.decode(data, index, jpegtables=self._page.jpegtables)
        except BROKEN as error:
            where = f"tile {index} of {self._rows * self._columns}"
            raise UnreadableFileError(
                f"The TIFF file is damaged at {where}: {error}.", path=self._path, hint=COPY_AGAIN
            ) from error
        if segment is None:  # a tile that was never written is empty glass
            white = np.iinfo(self.dtype).max if self.dtype.kind in "ui" else 1
            return np.full(shape[1:], white, self.dtype)
        return np.asarray(segment[0])

    def _plain_offset(self) -> int | None:
        """Where the plane begins in the file, if it lies there unpacked; then nothing is decoded at all."""
        if not self.key.is_memmappable or self.key.is_tiled or self._page is not self.key or self.dtype.kind == "b":
            return None
        offset = int(self._page.dataoffsets[0])
        wanted = self.size.width * self.size.height * self.samples * self.dtype.itemsize
        if offset + wanted > self._file.size:
            raise self._cut_short()
        return offset

    def _unpacked(self, x0: int, y0: int, x1: int, y1: int) -> Values:
        """Values [h, w, all samples] of a region of an unpacked plane.

        Read, not mapped: a mapped file that shrinks or whose share goes away ends the whole program.
        """
        assert self._plain is not None
        stored = self.dtype.newbyteorder(self.key.parent.byteorder)
        parts = self.samples if self._planar else 1
        pixel = self.dtype.itemsize * (1 if self._planar else self.samples)
        row, count = self.size.width * pixel, (x1 - x0) * pixel
        answer = bytearray()
        try:
            with self._lock:
                for part in range(parts):
                    top = self._plain + part * self.size.height * row
                    if x1 - x0 == self.size.width:
                        self._file.seek(top + y0 * row)
                        answer += self._file.read((y1 - y0) * row)
                        continue
                    for y in range(y0, y1):
                        self._file.seek(top + y * row + x0 * pixel)
                        answer += self._file.read(count)
        except (OSError, ValueError) as error:  # ValueError: it was closed
            raise UnreadableFileError(
                f"The TIFF file cannot be read any more: {error}.", path=self._path, hint=COPY_AGAIN
            ) from error
        if len(answer) < parts * (y1 - y0) * count:
            raise self._cut_short()
        values = np.frombuffer(answer, stored).reshape(parts, y1 - y0, x1 - x0, -1)
        return np.moveaxis(values[..., 0], 0, -1) if self._planar else values[0]

    def _check(self) -> None:
        if self._plain is not None:
            return
        offsets = np.asarray(self._page.dataoffsets, np.float64)
        counts = np.asarray(self._page.databytecounts, np.float64)
        planes = self.samples if self._planar else 1
        if len(offsets) < planes * self._rows * self._columns or len(counts) != len(offsets):
            raise UnreadableFileError(
                f"The TIFF header promises {self.size.width:,} x {self.size.height:,} pixels, and the file does not "
                "hold them.",
                path=self._path,
                hint=COPY_AGAIN,
            )
        if len(offsets) and float(np.max(offsets + counts)) > self._file.size:
            raise self._cut_short()
        each = self._tile.width * self._tile.height * (1 if self._planar else self.samples) * self.dtype.itemsize
        if each > _SEGMENT_BYTES:
            raise UnreadableFileError(
                f"The picture ({self.size.width:,} x {self.size.height:,} pixels) is packed in pieces too large to "
                "open.",
                path=self._path,
                hint="Save it as a tiled, pyramidal TIFF.",
            )

    def _cut_short(self) -> UnreadableFileError:
        return UnreadableFileError(
            "The TIFF file is cut short: a part of the picture is missing.", path=self._path, hint=COPY_AGAIN
        )
