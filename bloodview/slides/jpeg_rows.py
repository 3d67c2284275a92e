"""Rows of pixels out of a JPEG of any size: it is decoded, row after row, into a file of plain pixels.

Its pixels refer to those before them from the first to the last, so no part of it can be decoded alone. In memory are
what the system keeps of the files, which it gives away again when others want it.
"""

import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import StorageError, UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.slides.header import COPY_AGAIN, FileKind, Header, read_header

UInt8 = NDArray[np.uint8]

_STRIP_BYTES = 24 * 2**20
_PROGRESSIVE = frozenset((0xC2, 0xC6, 0xCA, 0xCE))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Frame:
    """How a JPEG is coded, by its frame header.

    Args:
        is_progressive: each pass over it makes all of it finer.
        size: that it claims.
        channels: 1 grey, 3 colours, 4 CMYK.
    """

    is_progressive: bool
    size: Size
    channels: int


def frame_in(start: bytes) -> Frame | None:
    """What the first bytes of a JPEG say of it; None if they do not reach so far."""
    at = 2
    while at + 10 <= len(start) and start[at] == 0xFF:
        marker = start[at + 1]
        if marker == 0xFF:  # any number of these may stand before a marker
            at += 1
            continue
        (length,) = struct.unpack_from(">H", start, at + 2)
        if marker in _FRAMES:
            height, width, channels = struct.unpack_from(">HHB", start, at + 5)
            return Frame(marker in _PROGRESSIVE, Size(width, height), channels)
        at += 2 + length
    return None


class JpegRows:
    """The rows of a JPEG, from the top to the bottom, any number of times.

    Args:
        path: the file.
        beside: a folder for a file of three bytes a pixel, which goes when all rows are read.

    Raises:
        UnreadableFileError: it is damaged, in CMYK, or progressive: such a one is only whole when all was read.
    """

    def __init__(self, path: Path, beside: Path) -> None:
        self._path, self._beside = path, beside
        data = path.read_bytes()
        self.header: Header = read_header(path, FileKind.JPEG, data)
        frame, size = frame_in(data), self.header.size
        why = ""
        if frame is None or frame.is_progressive:
            why = (
                f"The JPEG picture of {size.width:,} x {size.height:,} pixels is progressive, so it cannot be read row "
                "by row."
            )
        elif frame.channels > 3:
            why = (
                f"The JPEG picture of {size.width:,} x {size.height:,} pixels is in CMYK, so it cannot be read row by "
                "row."
            )
        if why:
            hint = "Save it as a baseline JPEG in RGB, or as a tiled, pyramidal TIFF."
            raise UnreadableFileError(why, path=path, hint=hint)

    def __call__(self) -> Iterator[UInt8]:
        """Begins at the top: strips uint8 [h, width, 3] RGB.

        Raises:
            UnreadableFileError: its pixels cannot be decoded; StorageError: there is no room for them.
        """
        size = self.header.size
        most = max(1, _STRIP_BYTES // (3 * size.width))
        self._beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._beside) as file:
            self._decode_into(file)
            file.seek(0)
            for top in range(0, size.height, most):
                number = min(most, size.height - top)
                yield np.frombuffer(file.read(3 * size.width * number), np.uint8).reshape(number, size.width, 3)

    def _decode_into(self, file: IO[bytes]) -> None:
        """All pixels, three bytes each."""
        import imagecodecs

        size = self.header.size
        _reserve(file, 3 * size.width * size.height, self._beside)
        whole = np.memmap(file, np.uint8, "r+", shape=(size.height, size.width, 3))
        try:
            imagecodecs.jpeg8_decode(self._path.read_bytes(), outcolorspace="RGB", out=whole)
        except (imagecodecs.Jpeg8Error, ValueError) as error:
            raise UnreadableFileError(
                f"The JPEG file is damaged and cannot be decoded: {error}.", path=self._path, hint=COPY_AGAIN
            ) from error
        whole.flush()


def _reserve(file: IO[bytes], n_bytes: int, folder: Path) -> None:
    """Have the room on the disk before it is written to by way of memory: a disk that fills then ends the program.

    Raises:
        StorageError: there is no room.
    """
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, n_bytes)
        else:
            piece = bytes(_STRIP_BYTES)
            for at in range(0, n_bytes, len(piece)):
                file.write(piece[: n_bytes - at])
            file.flush()
    except OSError as error:
        raise StorageError(
            f"has no room for {n_bytes / 1e9:.1f} GB of pixels, which a picture this large needs while it is opened.",
            path=folder,
            hint="Free some space.",
        ) from error
