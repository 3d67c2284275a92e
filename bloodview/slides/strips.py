"""Rows of pixels out of a PNG, BMP or JPEG of any size, some at a time: the whole is never in memory.

A strip of scan lines is put into a small file of the same kind, which the usual library decodes. A PNG's lines refer to
the one above, so each strip begins with the line before it.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core import paths
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.slides.depth import Range, to_rgb
from bloodview.slides.header import COPY_AGAIN, FileKind, Header, read_header
from bloodview.slides.jpeg_rows import JpegRows, frame_in
from bloodview.slides.orientation import Orientation

UInt8 = NDArray[np.uint8]

_STRIP_BYTES = 24 * 2**20
_PIECE_BYTES = 2**20
_MOST_BESIDE = 16 * 2**20
"""Bytes before the pixels: palette, profile, remarks."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_AS = {1: (0, 8), 2: (0, 16), 3: (2, 8), 4: (6, 8), 6: (2, 16), 8: (6, 16)}
"""Bytes of a pixel -> the colour type and depth whose lines are filtered in the same way."""


@dataclass(frozen=True, slots=True)
class Strips:
    """A picture that is read from the top to the bottom, any number of times.

    Args:
        header: what the file says of itself.
        rows: begins at the top: strips uint8 [h, width, 3] RGB; UnreadableFileError where the file is damaged.
    """

    header: Header
    rows: Callable[[], Iterator[UInt8]]


def size_in(start: bytes, kind: FileKind) -> Size | None:
    """The size that the first bytes of a PNG, BMP or JPEG claim; None of another kind."""
    try:
        if kind is FileKind.JPEG:
            frame = frame_in(start)
            return frame.size if frame is not None else None
        if kind is FileKind.PNG:
            return Size(*struct.unpack_from(">II", start, 16))
        if kind is FileKind.BMP and int.from_bytes(start[14:18], "little") >= 40:
            width, height = struct.unpack_from("<ii", start, 18)
            return Size(abs(width), abs(height))
    except struct.error:
        return None
    return None


def open_strips(path: Path, kind: FileKind) -> Strips:
    """The rows of a PNG, BMP or JPEG.

    Raises:
        UnreadableFileError: it is damaged, cut short, or stored in a way that has no rows of pixels.
    """
    if kind is FileKind.JPEG:
        jpeg = JpegRows(path, paths.cache())
        return Strips(jpeg.header, jpeg)
    with path.open("rb") as file:
        if kind is FileKind.PNG:
            png = _png(path, file)
            return Strips(png.header, lambda: _png_rows(path, png))
        bmp = _bmp(path, file)
        return Strips(Header(kind, bmp.size, Orientation()), lambda: _bmp_rows(path, bmp))


def _damaged(path: Path, kind: FileKind, why: str) -> UnreadableFileError:
    return UnreadableFileError(f"The {kind} file is damaged or cut short: {why}.", path=path, hint=COPY_AGAIN)


@dataclass(frozen=True, slots=True)
class _Png:
    header: Header
    depth: int
    color: int
    palette: UInt8
    data_at: int

    @property
    def pixel_bytes(self) -> int:
        return _CHANNELS[self.color] * self.depth // 8

    @property
    def line_bytes(self) -> int:
        return 1 + self.header.size.width * self.pixel_bytes


def _png(path: Path, file: BinaryIO) -> _Png:
    """What stands before the pixels."""
    ihdr, beside, palette = b"", b"", np.zeros((256, 3), np.uint8)
    file.seek(len(_SIGNATURE))
    while True:
        at = file.tell()
        length, name = _chunk_head(path, file)
        if name == b"IDAT":
            break
        if name == b"IEND" or length + len(beside) > _MOST_BESIDE:
            raise _damaged(path, FileKind.PNG, "no pixels were found")
        body = file.read(length)
        file.seek(4, 1)
        if name == b"IHDR":
            ihdr = body
        elif name == b"PLTE":
            colors = np.frombuffer(body[: len(body) // 3 * 3], np.uint8).reshape(-1, 3)[:256]
            palette[: len(colors)] = colors
        else:
            beside += _chunk(name, body)
    if len(ihdr) != 13:
        raise _damaged(path, FileKind.PNG, "its header is missing")
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", ihdr)
    if interlaced or depth < 8 or color not in _CHANNELS:
        how = "interlaced" if interlaced else f"with {depth} bits"
        raise UnreadableFileError(
            f"The PNG picture of {width:,} x {height:,} pixels is stored {how}, so it cannot be read row by row.",
            path=path,
            hint="Save it without interlacing in 8 bits a colour, or as a tiled, pyramidal TIFF.",
        )
    # What it says of scale, colours and orientation is read off a picture of one pixel with the same remarks.
    said = read_header(path, FileKind.PNG, _whole_png((1, 1, 8, 0), beside, zlib.compress(b"\0\0")))
    header = Header(FileKind.PNG, Size(width, height), said.orientation, said.um_per_px, said.icc)
    return _Png(header, depth, color, palette, at)


def _png_rows(path: Path, png: _Png) -> Iterator[UInt8]:
    height, length = png.header.size.height, png.line_bytes
    most = max(1, _STRIP_BYTES // length)
    above, done, waiting = b"", 0, bytearray()
    with path.open("rb") as file:
        file.seek(png.data_at)
        for piece in _unpacked(path, file):
            waiting += piece
            while done < height and len(waiting) >= (number := min(most, height - done)) * length:
                lines = _plain_lines(path, png, above, bytes(waiting[: number * length]), number)
                del waiting[: number * length]
                above = b"\0" + lines[-1].tobytes()
                done += number
                yield _png_colors(png, lines)
    if done < height:
        raise _damaged(path, FileKind.PNG, f"it ends at row {done:,} of {height:,}")


def _unpacked(path: Path, file: BinaryIO) -> Iterator[bytes]:
    """The filtered lines, some at a time; the sums of the chunks are checked on the way."""
    unpack = zlib.decompressobj()
    while True:
        length, name = _chunk_head(path, file)
        if name != b"IDAT":
            return
        check = zlib.crc32(name)
        while length:
            piece = file.read(min(length, _PIECE_BYTES))
            if not piece:
                raise _damaged(path, FileKind.PNG, "its end is missing")
            length -= len(piece)
            check = zlib.crc32(piece, check)
            try:
                while piece:
                    yield unpack.decompress(piece, _STRIP_BYTES)
                    piece = unpack.unconsumed_tail
            except zlib.error as error:
                raise _damaged(path, FileKind.PNG, "its pixels cannot be unpacked") from error
        if file.read(4) != struct.pack(">I", check):
            raise _damaged(path, FileKind.PNG, "a checksum does not fit")


def _plain_lines(path: Path, png: _Png, above: bytes, strip: bytes, number: int) -> UInt8:
    """Lines without their filters: uint8 [number, bytes of a line]; `above` is the line before them, plain."""
    color, depth = _AS[png.pixel_bytes]
    lead = 1 if above else 0
    head = (png.header.size.width, number + lead, depth, color)
    data = _whole_png(head, b"", zlib.compress(above + strip, 0))
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.shape[:2] != (number + lead, png.header.size.width):
        raise _damaged(path, FileKind.PNG, "its pixels cannot be decoded")
    if color == 2:
        found = cv2.cvtColor(found, cv2.COLOR_BGR2RGB)
    elif color == 6:
        found = cv2.cvtColor(found, cv2.COLOR_BGRA2RGBA)
    stored = found[lead:].astype(">u2") if depth == 16 else found[lead:]
    return np.ascontiguousarray(stored).view(np.uint8).reshape(number, -1)


def _png_colors(png: _Png, lines: UInt8) -> UInt8:
    """Plain lines -> uint8 [h, width, 3] RGB."""
    size = (len(lines), png.header.size.width, _CHANNELS[png.color])
    if png.color == 3:
        return np.asarray(png.palette[lines], np.uint8)
    values = lines.view(">u2").reshape(size) if png.depth == 16 else lines.reshape(size)
    return to_rgb((Range(0, 65535) if png.depth == 16 else Range(0, 255)).to_uint8(values))


def _chunk_head(path: Path, file: BinaryIO) -> tuple[int, bytes]:
    head = file.read(8)
    if len(head) < 8:
        raise _damaged(path, FileKind.PNG, "its end is missing")
    length, name = struct.unpack(">I4s", head)
    return length, name


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))


def _whole_png(head: tuple[int, int, int, int], beside: bytes, packed: bytes) -> bytes:
    ihdr = _chunk(b"IHDR", struct.pack(">IIBBBBB", *head, 0, 0, 0))
    return _SIGNATURE + ihdr + beside + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


@dataclass(frozen=True, slots=True)
class _Bmp:
    size: Size
    head: bytes
    """All before the pixels."""
    row_bytes: int
    is_upside_down: bool


def _bmp(path: Path, file: BinaryIO) -> _Bmp:
    start = file.read(54)
    offset = int.from_bytes(start[10:14], "little")
    width, height, _, bits, packing = struct.unpack_from("<iiHHI", start, 18)
    row = (abs(width) * bits + 31) // 32 * 4
    size = Size(abs(width), abs(height))
    if packing not in (0, 3) or not 54 <= offset <= _MOST_BESIDE:
        raise UnreadableFileError(
            f"The BMP picture of {size.width:,} x {size.height:,} pixels is packed, so it cannot be read row by row.",
            path=path,
            hint="Save it unpacked, or as a tiled, pyramidal TIFF.",
        )
    if path.stat().st_size < offset + row * size.height:
        raise _damaged(path, FileKind.BMP, "a part of the picture is missing")
    file.seek(0)
    return _Bmp(size, file.read(offset), row, height > 0)


def _bmp_rows(path: Path, bmp: _Bmp) -> Iterator[UInt8]:
    most = max(1, _STRIP_BYTES // bmp.row_bytes)
    with path.open("rb") as file:
        for top in range(0, bmp.size.height, most):
            number = min(most, bmp.size.height - top)
            first = bmp.size.height - top - number if bmp.is_upside_down else top
            file.seek(len(bmp.head) + first * bmp.row_bytes)
            head = bytearray(bmp.head)
            struct.pack_into("<i", head, 22, number if bmp.is_upside_down else -number)
            data = bytes(head) + file.read(number * bmp.row_bytes)
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
            if pixels is None or pixels.shape[:2] != (number, bmp.size.width):
                raise _damaged(path, FileKind.BMP, "its pixels cannot be decoded")
            yield np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
