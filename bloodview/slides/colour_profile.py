"""A file's ICC profile: applied to its pixels where there is one that can be read; otherwise sRGB is assumed."""

import io
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

UInt8 = NDArray[np.uint8]

ASSUMED_SRGB = "assumed sRGB"

_MOST_BYTES = 16 * 2**20
"""No profile of a scanner is larger."""


@dataclass(frozen=True, slots=True)
class ColourProfile:
    """How a file's colours become sRGB.

    Args:
        told: for a person, such as "sRGB by its profile" or "assumed sRGB".
    """

    told: str = ASSUMED_SRGB
    _transform: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False)

    @classmethod
    def of(cls, icc: bytes | None) -> "ColourProfile":
        """From the profile's bytes; a damaged one, or one of no RGB picture, is told and left out."""
        if not icc:
            return cls()
        try:
            if len(icc) > _MOST_BYTES:
                raise ValueError("too large")
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            name = ImageCms.getProfileDescription(source).strip() or "unnamed"
            if str(source.profile.xcolor_space).strip() != "RGB":
                raise ValueError("no RGB profile")
            transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            return cls(f"{ASSUMED_SRGB}: the file's colour profile cannot be used")
        probe = np.array([[[0, 0, 0], [40, 90, 200], [128, 128, 128], [200, 60, 120], [255, 255, 255]]], np.uint8)
        made = cls(f"colour profile {name} applied", transform)
        if int(np.abs(made.apply(probe).astype(int) - probe).max()) <= 2:
            return cls("sRGB by its profile")
        return made

    @property
    def is_applied(self) -> bool:
        """Whether pixels are changed by it."""
        return self._transform is not None

    def apply(self, pixels: UInt8) -> UInt8:
        """Pixels uint8 [H, W, 3] as the file means them, in sRGB."""
        if self._transform is None or not pixels.size:
            return pixels
        with self._lock:
            return np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), self._transform), np.uint8)
