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
        self._mapped = self._memory_map()
        self._check()

    def region(self, x0: int, y0: int, x1: int, y1: int, samples: int) -> Values:
        """Values [y1 - y0, x1 - x0, samples] of a region inside the plane.

        Raises:
            UnreadableFileError: if a tile of it is damaged.
        """
        if self._mapped is not None:
            part = self._mapped[:, y0:y1, x0:x1] if self._planar else self._mapped[y0:y1, x0:x1]
            part = np.moveaxis(part, 0, -1) if self._planar else part
            return np.array(part[..., :samples])
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
        if self._mapped is not None:
            step = max(1, self._mapped.size // 4_000_000)
            return np.array(self._mapped.reshape(-1)[::step])
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

    def _memory_map(self) -> Values | None:
        """The plane as it lies in the file, if it lies there unpacked; then nothing is decoded at all."""
        if not self.key.is_memmappable or self.key.is_tiled or self._page is not self.key or self.dtype.kind == "b":
            return None
        shape = (self.size.height, self.size.width, self.samples)
        if self._planar:
            shape = (self.samples, self.size.height, self.size.width)
        offset = int(self._page.dataoffsets[0])
        wanted = math.prod(shape) * self.dtype.itemsize
        if offset + wanted > self._file.size:
            raise self._cut_short()
        stored = self.dtype.newbyteorder(self.key.parent.byteorder)
        return np.memmap(self._path, stored, "r", offset, shape)

    def _check(self) -> None:
        if self._mapped is not None:
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
