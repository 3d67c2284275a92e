"""Pixels of any depth and colour model -> uint8 RGB on white, the same for a file's every part."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Range:
    """What is black and what is white: one for a whole file, so that its parts fit together."""

    black: float
    white: float

    @classmethod
    def of(cls, sample: NDArray[np.generic]) -> "Range":
        """From a sample of a file's values.

        Integers: the smallest of 8, 10, 12, 14 or 16 bits that holds them: 12-bit cameras write files of 16 bits.
        Fractions: 0 to 1 or 0 to 255 if they lie within, else from the least to the greatest.
        """
        if sample.dtype == np.uint8 or sample.dtype == np.bool_ or not sample.size:
            return cls(0, 1 if sample.dtype == np.bool_ else 255)
        finite = sample[np.isfinite(sample)] if sample.dtype.kind == "f" else sample
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        if sample.dtype.kind == "f":
            top = 1.0 if high <= 1 else 255.0
            return cls(0, top) if low >= 0 and high <= 255 else cls(low, high if high > low else low + 1)
        if low < 0:
            return cls(low, high if high > low else low + 1)
        bits = next((b for b in (8, 10, 12, 14, 16) if high < 2**b), 32)
        return cls(0, high if bits == 32 else 2**bits - 1)

    def to_uint8(self, values: NDArray[np.generic]) -> UInt8:
        """Values -> uint8 of the same shape; what is no number becomes black."""
        if values.dtype == np.uint8 and (self.black, self.white) == (0, 255):
            return np.asarray(values, np.uint8)
        scaled = (values.astype(np.float32) - self.black) * (255 / (self.white - self.black))
        return np.asarray(np.clip(np.nan_to_num(scaled) + 0.5, 0, 255), np.uint8)


def to_rgb(pixels: UInt8, *, premultiplied: bool = False) -> UInt8:
    """Grey, grey + alpha, RGB or RGBA uint8 [H, W] or [H, W, 1 to 4] -> uint8 [H, W, 3], alpha laid on white."""
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    samples = pixels.shape[2]
    color = np.repeat(pixels[..., :1], 3, axis=2) if samples < 3 else pixels[..., :3]
    if samples not in (2, 4):
        return np.ascontiguousarray(color)
    alpha = pixels[..., -1:]
    if alpha.min(initial=255) == 255:
        return np.ascontiguousarray(color)
    if premultiplied:
        return np.asarray(np.minimum(color.astype(np.uint16) + (255 - alpha), 255), np.uint8)
    share = alpha.astype(np.uint16)
    return np.asarray((color * share + 255 * (255 - share) + 127) // 255, np.uint8)
