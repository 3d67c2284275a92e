"""Pictures that are held in memory: JPEG, PNG, BMP and WebP. Headers are checked before anything is decoded."""

import threading
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.colour_profile import ColourProfile
from bloodview.slides.depth import Range, to_rgb
from bloodview.slides.header import COPY_AGAIN, FileKind, Header, read_header
from bloodview.slides.identity import cannot_open, content_hash
from bloodview.slides.region import read_levels

UInt8 = NDArray[np.uint8]

MAX_PIXELS = 16_383**2
"""Larger pictures (no WebP is) are not decoded at once, which takes 800 MB and meanwhile twice that."""

_PYRAMID_ABOVE = 8_000_000  # pixels; smaller pictures are shrunk quickly enough each time

# OpenCV writes warnings on bad files to standard error; the errors below say the same, with the file's name.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


class ImageSlide:
    """A picture of one level, decoded when it is opened.

    Raises:
        UnreadableFileError: if the file cannot be opened, is damaged, cut short or too large.
    """

    def __init__(self, path: Path, kind: FileKind) -> None:
        self.path = path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise cannot_open(path, error) from error
        header = read_header(path, kind, data)
        check_size(path, header.size)
        profile = ColourProfile.of(header.icc)
        pixels = profile.apply(header.orientation.apply(_decoded(path, header, data)))
        self.size = Size(pixels.shape[1], pixels.shape[0])
        self.scale = Scale(header.um_per_px, "file") if header.um_per_px else None
        self.description = f"{kind} picture, {self.size.width} x {self.size.height} px, {profile.told}"
        self._levels = [pixels]
        self._lock = threading.Lock()

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """Only level 0 is stored."""
        return (1.0,)

    @cached_property
    def content_hash(self) -> str:
        """Identity of the file's content."""
        return content_hash(self.path)

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box of level-0 pixels as uint8 [out.height, out.width, 3] RGB, white outside the picture."""
        levels = self._pyramid(min(box_l0.width / out.width, box_l0.height / out.height))
        sizes = [Size(p.shape[1], p.shape[0]) for p in levels]
        return read_levels(box_l0, out, sizes, lambda k, x0, y0, x1, y1: levels[k][y0:y1, x0:x1])

    def close(self) -> None:
        """Let the pixels go."""
        with self._lock:
            self._levels = [np.full((1, 1, 3), 255, np.uint8)]

    def _pyramid(self, downsample: float) -> list[UInt8]:
        """The levels; halves of a large picture are made when first looked at from afar."""
        with self._lock:
            levels = self._levels
            while downsample >= 2 ** len(levels) and levels[-1].shape[0] * levels[-1].shape[1] > _PYRAMID_ABOVE:
                height, width = levels[-1].shape[:2]
                half = cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
                levels = [*levels, np.asarray(half, np.uint8)]
            self._levels = levels
            return levels


def check_size(path: Path, size: Size) -> None:
    """Refuse a picture that would take too much memory.

    Raises:
        UnreadableFileError: naming the size that the header claims.
    """
    if size.width * size.height > MAX_PIXELS:
        raise UnreadableFileError(
            f"The picture claims {size.width:,} x {size.height:,} pixels, more than the "
            f"{MAX_PIXELS // 10**6} million that are opened at once.",
            path=path,
            hint="If it is really that large, save it as a tiled, pyramidal TIFF; otherwise it is damaged.",
        )


def _decoded(path: Path, header: Header, data: bytes) -> UInt8:
    """Stored pixels as uint8 [H, W, 3] RGB, not yet turned."""
    # IMREAD_COLOR knows CMYK JPEGs; the others keep alpha and depth. The orientation is applied by us, for all kinds.
    how = cv2.IMREAD_COLOR if header.kind is FileKind.JPEG else cv2.IMREAD_UNCHANGED
    flags = how | cv2.IMREAD_IGNORE_ORIENTATION if header.kind is FileKind.JPEG else how
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None:
        what = f"The {header.kind} file is damaged and cannot be decoded."
        raise UnreadableFileError(what, path=path, hint=COPY_AGAIN)
    found = Size(pixels.shape[1], pixels.shape[0])
    if found != header.size:
        raise UnreadableFileError(
            f"The {header.kind} file promises {header.size.width} x {header.size.height} pixels and holds "
            f"{found.width} x {found.height}.",
            path=path,
            hint=COPY_AGAIN,
        )
    values = Range.of(pixels).to_uint8(pixels)
    if values.ndim == 3 and values.shape[2] == 3:
        return np.asarray(cv2.cvtColor(values, cv2.COLOR_BGR2RGB, dst=values), np.uint8)
    if values.ndim == 3 and values.shape[2] == 4:
        return to_rgb(np.asarray(cv2.cvtColor(values, cv2.COLOR_BGRA2RGBA), np.uint8))
    return to_rgb(values)
