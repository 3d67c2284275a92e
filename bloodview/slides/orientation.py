"""The eight ways a camera can be held (EXIF and TIFF orientation 1 to 8), for arrays and for boxes of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Size

UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Orientation:
    """How the picture is made from the stored pixels: transposed first, then turned over."""

    transposed: bool = False
    flipped_y: bool = False
    flipped_x: bool = False

    @classmethod
    def of(cls, tag: int) -> "Orientation":
        """From the tag's value; anything but 2 to 8 is upright."""
        return _TAGS.get(tag, UPRIGHT)

    def size(self, stored: Size) -> Size:
        """Size of the picture from the size that is stored."""
        return Size(stored.height, stored.width) if self.transposed else stored

    def apply(self, pixels: UInt8) -> UInt8:
        """Stored pixels [h, w, ...] -> the picture, contiguous."""
        if self.transposed:
            pixels = pixels.swapaxes(0, 1)
        pixels = pixels[:: -1 if self.flipped_y else 1, :: -1 if self.flipped_x else 1]
        return np.ascontiguousarray(pixels)

    def stored_region(self, region: tuple[int, int, int, int], picture: Size) -> tuple[int, int, int, int]:
        """Where (x0, y0, x1, y1) of the picture is stored."""
        x0, y0, x1, y1 = region
        if self.flipped_x:
            x0, x1 = picture.width - x1, picture.width - x0
        if self.flipped_y:
            y0, y1 = picture.height - y1, picture.height - y0
        return (y0, x0, y1, x1) if self.transposed else (x0, y0, x1, y1)


UPRIGHT = Orientation()
_TAGS = {
    2: Orientation(flipped_x=True),
    3: Orientation(flipped_y=True, flipped_x=True),
    4: Orientation(flipped_y=True),
    5: Orientation(transposed=True),
    6: Orientation(transposed=True, flipped_x=True),
    7: Orientation(transposed=True, flipped_y=True, flipped_x=True),
    8: Orientation(transposed=True, flipped_y=True),
}
