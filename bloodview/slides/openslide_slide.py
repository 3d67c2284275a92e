"""Whole slides through OpenSlide. Its errors latch: after one only closing works, so a failed slide is reopened."""

import threading
from functools import cached_property
from pathlib import Path

import numpy as np
import openslide
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.colour_profile import ColourProfile
from bloodview.slides.depth import to_rgb
from bloodview.slides.header import COPY_AGAIN, plausible_um
from bloodview.slides.identity import content_hash
from bloodview.slides.region import read_levels

UInt8 = NDArray[np.uint8]

_CACHE_BYTES = 64 * 2**20

_MANY_FILES = frozenset(("mirax", "hamamatsu", "dicom"))
"""Vendors whose slides are several files: the one that is opened says too little of the others."""


class OpenSlideSlide:
    """A slide that OpenSlide reads.

    Raises:
        UnreadableFileError: if it cannot be opened, or not even a corner of it be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._handle: openslide.OpenSlide | None = self._opened()
        properties = self._handle.properties
        self._sizes = [Size(*d) for d in self._handle.level_dimensions]
        self.size = self._sizes[0]
        self.level_downsamples = tuple(self._handle.level_downsamples)
        um = plausible_um(_number(properties.get(openslide.PROPERTY_NAME_MPP_X)))
        self.scale = Scale(um, "file") if um else None
        vendor = properties.get(openslide.PROPERTY_NAME_VENDOR, "unknown")
        levels = len(self._sizes)
        self._profile = ColourProfile.of(_profile_of(self._handle))
        self.description = (
            f"{vendor} slide, {self.size.width} x {self.size.height} px, {levels} level{'s' if levels > 1 else ''}, "
            f"{self._profile.told}"
        )
        quick = properties.get(openslide.PROPERTY_NAME_QUICKHASH1)
        self._series_hash = f"openslide:{quick}" if quick and vendor in _MANY_FILES else ""
        last = self._sizes[-1]
        self._fetch(levels - 1, 0, 0, min(32, last.width), min(32, last.height))

    @cached_property
    def content_hash(self) -> str:
        """Identity of the content: of the file, or of all files where several make one slide."""
        return self._series_hash or content_hash(self.path)

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box of level-0 pixels as uint8 [out.height, out.width, 3] RGB, white outside the slide.

        Raises:
            UnreadableFileError: if this part cannot be read; other parts may still be.
        """
        return read_levels(box_l0, out, self._sizes, self._fetch)

    def close(self) -> None:
        """Let the file go; reads that are under way end first."""
        with self._lock:
            self._handle = None

    def _opened(self) -> openslide.OpenSlide:
        try:
            handle = openslide.OpenSlide(self.path)
        except (openslide.OpenSlideError, OSError) as error:
            raise self._failed(
                "The slide cannot be opened", error, "If copying it again does not help, save it as TIFF."
            ) from error
        handle.set_cache(openslide.OpenSlideCache(_CACHE_BYTES))
        return handle

    def _failed(self, what: str, error: Exception, hint: str = COPY_AGAIN) -> UnreadableFileError:
        reason = str(error).replace(f"{self.path}", self.path.name).rstrip(".")
        return UnreadableFileError(f"{what}: {reason}.", path=self.path, hint=hint)

    def _fetch(self, level: int, x0: int, y0: int, x1: int, y1: int) -> UInt8:
        with self._lock:
            handle = self._handle
        if handle is None:
            raise UnreadableFileError("The slide was closed.", path=self.path, hint="Open it again.")
        # OpenSlide wants the corner in level-0 pixels, whatever the level.
        fx = self.size.width / self._sizes[level].width
        fy = self.size.height / self._sizes[level].height
        try:
            picture = handle.read_region((round(x0 * fx), round(y0 * fy)), level, (x1 - x0, y1 - y0))
        except openslide.OpenSlideError as error:
            self._reopen(handle)
            raise self._failed(f"The slide is damaged near x {x0 * fx:.0f}, y {y0 * fy:.0f}", error) from error
        return self._profile.apply(to_rgb(np.asarray(picture, np.uint8)))

    def _reopen(self, failed: openslide.OpenSlide) -> None:
        # The handle is never closed while another thread may be reading: it goes with its last reference.
        with self._lock:
            if self._handle is failed:
                self._handle = self._opened()


def _profile_of(handle: openslide.OpenSlide) -> bytes | None:
    """The bytes of the slide's colour profile."""
    try:
        found = handle.color_profile
    except (openslide.OpenSlideError, OSError):  # a damaged one is no reason to lose the slide
        return None
    return found.tobytes() if found is not None else None


def _number(text: str | None) -> float:
    """A property's value; 0 if it is missing or no number."""
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def detects(path: Path) -> str | None:
    """The vendor by whose rules OpenSlide would read a file, or None."""
    try:
        return openslide.OpenSlide.detect_format(path)
    except openslide.OpenSlideError:
        return None
