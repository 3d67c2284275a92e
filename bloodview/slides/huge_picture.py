"""A PNG, BMP or JPEG too large to be decoded at once: read once from the top, for its pyramid in the cache."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.colour_profile import ColourProfile
from bloodview.slides.header import FileKind
from bloodview.slides.identity import content_hash
from bloodview.slides.image_slide import MAX_PIXELS
from bloodview.slides.orientation import Orientation
from bloodview.slides.strips import open_strips, size_in

UInt8 = NDArray[np.uint8]

MOST_PIXELS = 20_000_000_000
"""Above, the pyramid would fill the cache and more."""


def is_huge(start: bytes, kind: FileKind, bytes_in_file: int) -> bool:
    """Whether a file, by its first bytes, is a picture for this module: too large to be held, not too large for a disk.

    One that claims more than its bytes can hold, however well packed, is left to those who say so.
    """
    size = size_in(start, kind)
    if size is None:
        return False
    pixels = size.width * size.height
    return MAX_PIXELS < pixels <= MOST_PIXELS and bytes_in_file * 1040 > pixels


class HugePicture:
    """The source of a pyramid: whole rows, from the top to the bottom and from the top again, and nothing else.

    Raises:
        UnreadableFileError: it is damaged, or stored in a way that cannot be read row by row.
    """

    def __init__(self, path: Path, kind: FileKind) -> None:
        self.path = path
        self._strips = open_strips(path, kind)
        header = self._strips.header
        if header.orientation != Orientation():
            raise UnreadableFileError(
                f"The {kind} picture of {header.size.width:,} x {header.size.height:,} pixels is marked as turned, "
                "which is not done for one this large.",
                path=path,
                hint="Save it upright, or as a tiled, pyramidal TIFF.",
            )
        self.size = header.size
        self.scale = Scale(header.um_per_px, "file") if header.um_per_px else None
        self._profile = ColourProfile.of(header.icc)
        self.description = f"{kind} picture, {self.size.width} x {self.size.height} px, {self._profile.told}"
        self._rows: Iterator[UInt8] = iter(())
        self._waiting: list[UInt8] = []
        self._next = 0

    @property
    def level_downsamples(self) -> tuple[float, ...]:
        """Only level 0 is stored."""
        return (1.0,)

    @cached_property
    def content_hash(self) -> str:
        """Identity of the file's content."""
        return content_hash(self.path)

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """The next rows, whole and as they are: uint8 [out.height, width, 3] RGB.

        Raises:
            UnreadableFileError: the file is damaged.
            ValueError: rows that do not follow those read before.
        """
        top, rows = int(box_l0.y0), out.height
        if top == 0:
            self._rows, self._waiting, self._next = self._strips.rows(), [], 0
        if (top, out.width) != (self._next, self.size.width) or box_l0.height != rows:
            raise ValueError("a picture this large is read row by row")
        while sum(len(s) for s in self._waiting) < rows:
            self._waiting.append(next(self._rows))
        found = np.concatenate(self._waiting)
        self._waiting = [found[rows:]]
        self._next = top + rows
        if self._next >= self.size.height:
            self._rows = iter(())  # lets go of what they were read from
        return self._profile.apply(np.ascontiguousarray(found[:rows]))

    def close(self) -> None:
        """Let the file go."""
        self._rows, self._waiting = iter(()), []
