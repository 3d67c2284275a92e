"""The coarser levels that a large file lacks: built once into the cache, whole or not at all, in bounded memory."""

import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core import paths
from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.planes import planes_of
from bloodview.slides.tiff_slide import TiffSlide
from bloodview.slides.tiff_writer import TILE_PX, Coding, PyramidWriter, tiles_of

UInt8 = NDArray[np.uint8]

_log = logging.getLogger(__name__)

_NEEDED_ABOVE = 32_000_000
"""Pixels of the coarsest level from which looking at the whole would take too long."""

_COARSEST_PX = 1024
_TILED_STEP = 4  # a tiled file reads parts as fast as its pyramid would: only coarser levels are built
_KEPT_BYTES = 20 * 2**30


class Source(Protocol):
    """A slide of which only the levels it stores are known."""

    path: Path
    size: Size
    scale: Scale | None
    description: str

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """How much coarser each stored level is than level 0."""

    @property
    def content_hash(self) -> str:
        """Identity of the content."""

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box in the pixels wanted."""

    def close(self) -> None:
        """Let the file go."""


class PyramidSlide:
    """A slide whose coarser levels, and level 0 too where reading parts of it is slow, come from the cache."""

    def __init__(self, source: Source, coarse: TiffSlide) -> None:
        self.path, self.size, self.scale = source.path, source.size, source.scale
        self.description = f"{source.description}, pyramid built"
        self.planes = planes_of(source)
        self._source, self._coarse = source, coarse
        self._step = source.size.width / coarse.size.width

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """Of level 0 and the built levels."""
        built = tuple(self._step * d for d in self._coarse.level_downsamples)
        return built if self._step < 1.5 else (1.0, *built)

    @property
    def content_hash(self) -> str:
        """Identity of the file, not of what was built."""
        return self._source.content_hash

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box of level-0 pixels as uint8 [out.height, out.width, 3] RGB, white outside the slide.

        Raises:
            UnreadableFileError: if this part cannot be read.
        """
        downsample = min(box_l0.width / out.width, box_l0.height / out.height)
        if downsample < 0.99 * self._step and self._step > 1.5:
            return self._source.read(box_l0, out)
        coarse = self._coarse.size
        fx, fy = coarse.width / self.size.width, coarse.height / self.size.height
        return self._coarse.read(Box(box_l0.x0 * fx, box_l0.y0 * fy, box_l0.x1 * fx, box_l0.y1 * fy), out)

    def close(self) -> None:
        """Let both files go."""
        self._source.close()
        self._coarse.close()


def with_pyramid(slide: Source, *, is_tiled: bool, is_needed: bool = False) -> Source:
    """The slide itself, or with a pyramid from the cache if its coarsest level is too large to be looked at as a whole.

    A part that cannot be read, or a full disk, leaves the slide as it is: slower, but whatever can be read is read.
    Not if it `is_needed`, because the slide can be read from top to bottom alone.

    Raises:
        UserError: a pyramid that is needed cannot be built.
    """
    coarsest = slide.level_downsamples[-1]
    if slide.size.width * slide.size.height / coarsest**2 <= _NEEDED_ABOVE:
        return slide
    planes = planes_of(slide)
    plane = f"-plane{planes.shown}" if planes.count > 1 else ""
    place = _folder() / f"{slide.content_hash.rpartition(':')[2][:40]}{plane}-{_TILED_STEP if is_tiled else 1}.tif"
    try:
        if not place.exists():
            build(slide, place, _TILED_STEP if is_tiled else 1)
            _keep_bounded(place)
        with suppress(OSError):  # a cache that cannot be written is read all the same
            place.touch()
        return PyramidSlide(slide, TiffSlide(place))
    except (UserError, OSError) as error:
        if is_needed:
            slide.close()
            raise
        _log.info("no pyramid was built: %s", type(error).__name__)
        return slide


def build(slide: Source, place: Path, step: int) -> None:
    """Write the levels from `step` times coarser than level 0 on.

    Raises:
        UnreadableFileError: a part cannot be read; StorageError: it cannot be written. Nothing is left then.
    """
    size = Size(-(-slide.size.width // step), -(-slide.size.height // step))
    with write_whole(place) as beside, PyramidWriter(beside, Coding.ZSTD) as writer, ExitStack() as spools:
        bands: Iterable[UInt8] = _read_bands(slide, size, step)
        while True:
            halved = spools.enter_context(tempfile.TemporaryFile(dir=beside.parent))
            writer.level(size, _tiles_and_halves(bands, halved))
            if max(size.width, size.height) <= _COARSEST_PX:
                return
            size = Size(-(-size.width // 2), -(-size.height // 2))
            bands = _plain_bands(halved, size)


def _read_bands(slide: Source, size: Size, step: int) -> Iterator[UInt8]:
    """The slide in rows of tiles, `step` times coarser."""
    for top in range(0, size.height, TILE_PX):
        rows = min(TILE_PX, size.height - top)
        box = Box(0, top * step, size.width * step, (top + rows) * step)
        yield slide.read(box, Size(size.width, rows))


def _tiles_and_halves(bands: Iterable[UInt8], halved: IO[bytes]) -> Iterator[UInt8]:
    """The tiles of bands; beside it each band at half its size goes to a file, row after row."""
    for band in bands:
        yield from tiles_of(band)
        half = (-(-band.shape[1] // 2), -(-band.shape[0] // 2))
        halved.write(np.asarray(cv2.resize(band, half, interpolation=cv2.INTER_AREA), np.uint8).tobytes())


def _plain_bands(file: IO[bytes], size: Size) -> Iterator[UInt8]:
    """Rows of tiles from a file of plain pixels."""
    file.seek(0)
    for top in range(0, size.height, TILE_PX):
        rows = min(TILE_PX, size.height - top)
        yield np.frombuffer(file.read(rows * size.width * 3), np.uint8).reshape(rows, size.width, 3)


def _folder() -> Path:
    return paths.cache() / "pyramids"


def _keep_bounded(newest: Path) -> None:
    """Remove the longest unused pyramids beyond what the cache may hold."""
    files = sorted(newest.parent.glob("*.tif"), key=lambda p: p.stat().st_mtime, reverse=True)
    held = 0
    for file in files:
        held += file.stat().st_size
        if held > _KEPT_BYTES and file != newest:
            file.unlink(missing_ok=True)
