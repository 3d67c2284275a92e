"""Headers of pictures, read before anything is decoded: kind, size, orientation, and whether the file is whole."""

import re
import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.slides.orientation import Orientation

_ABSURD_PIXELS = 10**9  # above, the size itself is what is wrong, and the caller says so

_MOST_ICC = 2**20  # bytes of a profile; more is no camera's

COPY_AGAIN = "Copy the file again from where it came, or export it again."


class FileKind(StrEnum):
    """What the first bytes of a file say it is."""

    PNG = "PNG"
    JPEG = "JPEG"
    BMP = "BMP"
    WEBP = "WebP"
    TIFF = "TIFF"
    DICOM = "DICOM"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself.

    Args:
        kind: format.
        size: stored pixels, before the orientation is applied.
        orientation: how to turn them.
        um_per_px: micrometres a pixel is wide, if the file states a length; else None.
        icc: the colour profile; empty without one.
    """

    kind: FileKind
    size: Size
    orientation: Orientation
    um_per_px: float | None = None
    icc: bytes = b""


_BMP_HEADERS = tuple(n.to_bytes(4, "little") for n in (12, 16, 40, 52, 56, 64, 108, 124))


def sniff(start: bytes) -> FileKind:
    """The kind by its first 132 bytes; the name's ending plays no part."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if start.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if start[:2] == b"BM" and start[14:18] in _BMP_HEADERS:
        return FileKind.BMP
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return FileKind.WEBP
    if start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return FileKind.TIFF
    if start[128:132] == b"DICM":
        return FileKind.DICOM
    return FileKind.UNKNOWN


_OTHERS = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"\0\0\0\x0cjP  ": "a JPEG 2000 picture",
}


def no_picture(path: Path, start: bytes) -> UnreadableFileError:
    """The message for a file that is empty, or whose first bytes are those of no picture."""
    hint = "Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture."
    if not start:
        return UnreadableFileError("The file is empty.", path=path, hint=COPY_AGAIN)
    for magic, name in _OTHERS.items():
        if start.startswith(magic):
            return UnreadableFileError(f"The file is {name}, which BloodView does not read.", path=path, hint=hint)
    if not start.strip(b"\0"):
        return UnreadableFileError("The file holds nothing but zeros.", path=path, hint=COPY_AGAIN)
    text = sum(32 <= b < 127 or b in b"\t\r\n" for b in start) > 0.95 * len(start)
    what = "The file holds text, not a picture." if text else "The file is not a picture that BloodView knows."
    return UnreadableFileError(what, path=path, hint=hint)


def read_header(path: Path, kind: FileKind, data: bytes) -> Header:
    """The header of a whole PNG, JPEG, BMP or WebP file.

    Raises:
        UnreadableFileError: if the file is damaged, cut short, or of a kind that cannot be decoded.
    """
    parse = {FileKind.PNG: _png, FileKind.JPEG: _jpeg, FileKind.BMP: _bmp, FileKind.WEBP: _webp}[kind]
    try:
        header = parse(data)
    except (struct.error, IndexError):
        raise UnreadableFileError(f"The {kind} file is cut short.", path=path, hint=COPY_AGAIN) from None
    except _DamagedError as error:
        raise UnreadableFileError(str(error), path=path, hint=COPY_AGAIN) from None
    if header.size.width < 1 or header.size.height < 1:
        raise UnreadableFileError(f"The {kind} file says that it has no pixels.", path=path, hint=COPY_AGAIN)
    return header


class _DamagedError(Exception):
    """Why a file is not whole."""


def plausible_um(um_per_px: float) -> float | None:
    """A pixel's width if it can be one of a microscope; print resolutions such as 300 dpi are none."""
    return um_per_px if 0.02 <= um_per_px <= 5 else None


def _png(data: bytes) -> Header:
    width, height, depth, color = struct.unpack_from(">IIBB", data, 16)
    orientation, um, at, whole = Orientation(), None, 8, False
    packed, icc = 0, b""
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            break
        body = memoryview(data)[at + 8 : at + 8 + length]
        if name in (b"IHDR", b"IDAT", b"PLTE"):
            (crc,) = struct.unpack_from(">I", data, at + 8 + length)
            if zlib.crc32(body, zlib.crc32(name)) != crc:
                raise _DamagedError("The PNG file is damaged: a checksum does not fit.")
        if name == b"IDAT":
            packed += length
        elif name == b"eXIf":
            orientation = _exif_orientation(bytes(body))
        elif name == b"iCCP":
            icc = _inflated(bytes(body))
        elif name == b"pHYs" and length == 9 and body[8] == 1:
            (per_metre,) = struct.unpack_from(">I", body)
            um = plausible_um(1e6 / per_metre) if per_metre else None
        elif name == b"IEND":
            whole = True
            break
        at += 12 + length
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(color, 4)
    # Deflate shrinks to a 1032nd at best: less cannot hold the pixels that the header promises.
    holds_less = not whole or packed * 1040 + 1000 < height * (1 + width * channels * depth // 8)
    if holds_less and width * height <= _ABSURD_PIXELS:
        raise _DamagedError("The PNG file is cut short: its end is missing.")
    return Header(FileKind.PNG, Size(width, height), orientation, um, icc)


_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def _jpeg(data: bytes) -> Header:
    size, orientation, at, whole = None, Orientation(), 2, False
    icc: dict[int, bytes] = {}
    while at < len(data):
        found = _MARKER.search(data, at)
        if found is None:
            break
        marker, at = data[found.start() + 1], found.end()
        if marker == 0xD9:
            whole = size is not None
            break
        if marker in (0x01, 0xD8):
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = size or Size(width, height)
        elif marker == 0xE1 and data[at + 2 : at + 8] == b"Exif\0\0":
            orientation = _exif_orientation(data[at + 8 : at + length])
        elif marker == 0xE2 and data[at + 2 : at + 14] == b"ICC_PROFILE\0":
            icc[data[at + 14]] = data[at + 16 : at + length]
        at += length  # entropy-coded data may follow: the search above runs over it
    if size is None:
        raise _DamagedError("The JPEG file is cut short: it ends before the picture begins.")
    if not whole:
        raise _DamagedError("The JPEG file is cut short: the lower part of the picture is missing.")
    return Header(FileKind.JPEG, size, orientation, icc=b"".join(icc[i] for i in sorted(icc)))


def _bmp(data: bytes) -> Header:
    (offset, header) = struct.unpack_from("<II", data, 10)
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        packing = 0
    else:
        width, height, _, bits, packing = struct.unpack_from("<iiHHI", data, 18)
    width, height = abs(width), abs(height)
    row = (width * bits + 31) // 32 * 4
    if packing in (0, 3) and offset + row * height > len(data) and width * height <= _ABSURD_PIXELS:
        raise _DamagedError("The BMP file is cut short: a part of the picture is missing.")
    return Header(FileKind.BMP, Size(width, height), Orientation())


def _webp(data: bytes) -> Header:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise _DamagedError("The WebP file is cut short: a part of the picture is missing.")
    size, orientation, at, icc = None, Orientation(), 12, b""
    while at + 8 <= length + 8:
        name, count = struct.unpack_from("<4sI", data, at)
        body = at + 8
        if name == b"VP8X":
            low = data[body + 4 : body + 10]
            size = Size(int.from_bytes(low[:3], "little") + 1, int.from_bytes(low[3:], "little") + 1)
        elif name == b"VP8 ":
            width, height = struct.unpack_from("<HH", data, body + 6)
            size = size or Size(width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L":
            (bits,) = struct.unpack_from("<I", data, body + 1)
            size = size or Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif name == b"ICCP":
            icc = data[body : body + count]
        elif name == b"EXIF":
            orientation = _exif_orientation(data[body : body + count].removeprefix(b"Exif\0\0"))
        at = body + count + count % 2
    if size is None:
        raise _DamagedError("The WebP file holds no picture.")
    return Header(FileKind.WEBP, size, orientation, icc=icc)


def _inflated(chunk: bytes) -> bytes:
    """The profile of a PNG's chunk: a name, a zero, the method, then packed; empty if it is damaged."""
    try:
        return zlib.decompressobj().decompress(chunk[chunk.index(0) + 2 :], _MOST_ICC)
    except (ValueError, zlib.error):
        return b""


def _exif_orientation(block: bytes) -> Orientation:
    """Tag 274 of the first directory; upright if the block is damaged, for it is not worth losing a picture."""
    try:
        order = {b"II": "<", b"MM": ">"}.get(block[:2])
        if order is None:
            return Orientation()
        (at,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, at)
        for i in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", block, at + 2 + 12 * i)
            if tag == 274:
                return Orientation.of(value)
    except struct.error:
        return Orientation()
    return Orientation()
