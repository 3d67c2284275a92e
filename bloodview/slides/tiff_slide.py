"""TIFF pictures through tifffile: plain, tiled, pyramidal, OME, grey, 16 bit, planar; of a stack its sharpest plane."""

import logging
import re
import threading
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import tifffile
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides.cache import TileCache
from bloodview.slides.colour_profile import ColourProfile
from bloodview.slides.depth import Range, to_rgb
from bloodview.slides.header import COPY_AGAIN, plausible_um
from bloodview.slides.identity import cannot_open, content_hash
from bloodview.slides.orientation import Orientation
from bloodview.slides.planes import Planes, Why
from bloodview.slides.region import read_levels
from bloodview.slides.tiff_plane import BROKEN, TiffPlane
from bloodview.slides.tiff_stack import Page, paged, sharpest, stacked

UInt8 = NDArray[np.uint8]

_CACHE_BYTES = 96 * 2**20
_WHITE_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR = 0, 2, 3, 5, 6
_MICROMETRES = {"m": 1e6, "mm": 1e3, "cm": 1e4, "µm": 1.0, "um": 1.0, "micron": 1.0, "microns": 1.0, "nm": 1e-3}

# tifffile logs every tag that it does not like; what matters comes as an error with the file's name.
logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)


class TiffSlide:
    """A TIFF file, read lazily.

    Raises:
        UnreadableFileError: if it cannot be opened, is damaged, cut short, or coded in a way that cannot be read.
    """

    def __init__(self, path: Path, plane: int | None = None) -> None:
        """Open a file; of several planes the one asked for, counted from 0, or the file's own choice."""
        self.path = path
        self.planes = Planes()
        self._wanted = plane
        self._lock = threading.Lock()
        try:
            self._tiff = tifffile.TiffFile(path)
        except (FileNotFoundError, PermissionError) as error:
            raise cannot_open(path, error) from error
        except BROKEN as error:
            raise self._broken(error) from error
        try:
            self._open()
        except UnreadableFileError:
            self._tiff.close()
            raise
        except BROKEN as error:
            self._tiff.close()
            raise self._broken(error) from error

    @cached_property
    def content_hash(self) -> str:
        """Identity of the file's content."""
        return content_hash(self.path)

    def read(self, box_l0: Box, out: Size) -> UInt8:
        """A box of level-0 pixels as uint8 [out.height, out.width, 3] RGB, white outside the picture.

        Raises:
            UnreadableFileError: if this part cannot be read; other parts may still be.
        """
        return read_levels(box_l0, out, self._sizes, self._fetch)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._tiff.close()
            self._cache.clear()

    def _broken(self, error: Exception) -> UnreadableFileError:
        cut = isinstance(error, LookupError)  # the place where the header says that the directory lies is not there
        what = "The TIFF file is cut short: its directory is missing." if cut else f"The TIFF file is damaged: {error}."
        return UnreadableFileError(what, path=self.path, hint=COPY_AGAIN)

    def _open(self) -> None:
        series = self._tiff.series[0]
        pages = [p for level in series.levels for p in (level.pages[0],) if p is not None]
        self._cache = TileCache(_CACHE_BYTES)
        handle = self._tiff.filehandle
        stack = stacked(series) or paged(series)
        if len(stack) > 1:
            self.planes = self._chosen(stack, is_focus=bool(stacked(series)))
            chosen = self.planes.shown
            # A coarser level of a stack holds its planes in the same order.
            pages = [p for level in series.levels for p in level.pages[stack[chosen][0] : stack[chosen][0] + 1] if p]
        planes = [TiffPlane(self.path, handle, self._lock, p, self._cache, i) for i, p in enumerate(pages)]
        self._planes = [planes[0]]
        for plane in planes[1:]:
            above = self._planes[-1]
            same = (plane.dtype, plane.samples) == (above.dtype, above.samples)
            if same and 0 < plane.size.width < above.size.width and plane.size.height:
                self._planes.append(plane)
        key = self._planes[0].key
        self._photometric = int(key.photometric)
        if self._photometric == _YCBCR and int(key.compression) in (6, 7, 33007):
            self._photometric = _RGB  # JPEG tiles come out as RGB
        if self._photometric not in (_WHITE_IS_ZERO, 1, _RGB, _PALETTE, _CMYK):
            raise UnreadableFileError(
                f"The colours of this TIFF are stored in a way that is not read (photometric {self._photometric}).",
                path=self.path,
                hint="Save it as an RGB TIFF.",
            )
        tag = key.tags.get(274)
        self._orientation = Orientation.of(int(tag.value) if tag is not None else 1)
        self._sizes = [self._orientation.size(p.size) for p in self._planes]
        self.size = self._sizes[0]
        if not (self.size.width and self.size.height):
            raise self._broken(ValueError("it has no pixels"))
        self.level_downsamples = tuple(self.size.width / s.width for s in self._sizes)
        self._range = self._value_range()
        um = self._um_per_px()
        self.scale = Scale(um, "file") if um else None
        kind = {"ome": "OME-TIFF", "uniform": "TIFF", "generic": "TIFF"}.get(series.kind, f"TIFF ({series.kind})")
        several = " (the first of several planes)" if len(series.pages) > 1 and len(series.shape) > 2 else ""
        if len(stack) > 1:
            several = f" (plane {self.planes.shown + 1} of {len(stack)}, {self.planes.why})"
        icc = key.tags.get(34675)
        self._profile = ColourProfile.of(bytes(icc.value) if icc is not None else None)
        self.description = (
            f"{kind} picture, {self.size.width} x {self.size.height} px, {len(self._sizes)} level"
            f"{'s' if len(self._sizes) > 1 else ''}, {self._planes[0].dtype}{several}, {self._profile.told}"
        )

    def _chosen(self, stack: list[tuple[int, Page]], *, is_focus: bool) -> Planes:
        """Which plane is shown: the one asked for, the sharpest of a focus stack, or the first of other pages."""
        if self._wanted is not None and 0 <= self._wanted < len(stack):
            return Planes(len(stack), self._wanted, Why.CHOSEN)
        if not is_focus:
            return Planes(len(stack), 0, Why.FIRST)
        handle = self._tiff.filehandle
        planes = [TiffPlane(self.path, handle, self._lock, p, self._cache, -1 - i) for i, p in stack]
        return Planes(len(stack), sharpest(planes), Why.SHARPEST)

    @property
    def reads_parts_fast(self) -> bool:
        """Whether a part of level 0 is read without decoding whole rows of the picture."""
        return self._planes[0].reads_parts_fast

    @property
    def _color_samples(self) -> int:
        return {_RGB: 3, _CMYK: 4}.get(self._photometric, 1)

    @property
    def _alpha(self) -> int:
        """0 without, 1 if colours were multiplied with it, 2 if not."""
        extra = self._planes[0].key.extrasamples
        has = bool(extra) and int(extra[0]) in (1, 2) and self._planes[0].samples > self._color_samples
        return int(extra[0]) if has and self._photometric != _CMYK else 0

    def _value_range(self) -> Range:
        first, last = self._planes[0], self._planes[-1]
        bits = int(first.key.bitspersample)
        if bits < 8:
            return Range(0, 2**bits - 1)
        if first.dtype == np.uint8 or self._photometric == _PALETTE:
            return Range(0, 255)
        return Range.of(np.concatenate([first.some_values(), last.some_values()]))

    def _fetch(self, level: int, x0: int, y0: int, x1: int, y1: int) -> UInt8:
        region = self._orientation.stored_region((x0, y0, x1, y1), self._sizes[level])
        samples = min(self._planes[level].samples, self._color_samples + (1 if self._alpha else 0))
        values = self._planes[level].region(*region, samples)
        return self._profile.apply(self._orientation.apply(self._colors(values)))

    def _colors(self, values: NDArray[np.generic]) -> UInt8:
        """Stored values [h, w, samples] -> uint8 [h, w, 3] RGB."""
        if self._photometric == _PALETTE:
            return to_rgb(self._palette[np.minimum(values[..., 0].astype(np.intp), len(self._palette) - 1)])
        pixels = self._range.to_uint8(values)
        if self._photometric == _WHITE_IS_ZERO:
            pixels[..., 0] = 255 - pixels[..., 0]
        if self._photometric == _CMYK:
            light = 255 - pixels.astype(np.uint16)
            return (light[..., :3] * light[..., 3:4] // 255).astype(np.uint8)
        return to_rgb(pixels, premultiplied=self._alpha == 1)

    @cached_property
    def _palette(self) -> UInt8:
        table = np.asarray(self._planes[0].key.colormap)
        if table.max(initial=0) > 255:
            table = table >> 8
        return np.ascontiguousarray(table.T.astype(np.uint8))

    def _um_per_px(self) -> float | None:
        """A pixel's width by the OME record, by ImageJ's unit, or by the resolution tags."""
        if self._tiff.is_ome and (um := _ome_um(self._tiff.ome_metadata or "")):
            return plausible_um(um)
        key = self._planes[0].key
        resolution = key.tags.get(282)
        if resolution is None:
            return None
        across, down = resolution.value
        if not across or not down:
            return None
        per_unit = across / down
        if self._tiff.is_imagej:
            unit = str((self._tiff.imagej_metadata or {}).get("unit", "")).replace("\\u00B5", "µ")
            return plausible_um(_MICROMETRES.get(unit, 0) / per_unit)
        unit_tag = key.tags.get(296)
        length_um = {2: 25400.0, 3: 10000.0}.get(int(unit_tag.value) if unit_tag is not None else 2, 0.0)
        return plausible_um(length_um / per_unit)


def _ome_um(xml: str) -> float | None:
    """PhysicalSizeX of the first image, um."""
    # A document type could make the reader swell without end; OME has none.
    if re.search(r"<!(DOCTYPE|ENTITY)", xml):
        return None
    try:
        pixels = next((e for e in ElementTree.fromstring(xml).iter() if e.tag.endswith("}Pixels")), None)
        if pixels is None or "PhysicalSizeX" not in pixels.attrib:
            return None
        unit = pixels.attrib.get("PhysicalSizeXUnit", "µm").replace("\u03bc", "µ")
        return float(pixels.attrib["PhysicalSizeX"]) * _MICROMETRES.get(unit, 0.0) or None
    except (ElementTree.ParseError, ValueError):
        return None
