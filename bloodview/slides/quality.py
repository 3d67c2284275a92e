"""What a part of a smear is good for, seen from afar: empty glass, thick, out of focus, or a monolayer."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]

SEEN_UM = 0.8
"""um/px at which parts are looked at: a red cell is nine pixels wide."""

_STAINED = 18  # grey levels darker than glass in some channel
_GLASS_NEAR = 30  # grey levels that glass may differ from place to place
_EMPTY_COVER = 4e-4  # of a tile of 256 um: 26 um2, a platelet or two
_THICK_COVER = 0.70
_MONOLAYER_COVER = 0.08
_BLOCKS = 4  # a side, in which glass and cells are told apart
_BLURRED = 0.4  # of the slide's usual sharpness


@dataclass(frozen=True, slots=True)
class Look:
    """What a part looks like.

    Args:
        cover: share that is stained, 0 to 1.
        crowding: the same where there is anything but glass: a thick part beside glass is thick.
        sharpness: variance of the Laplacian over the variance; 0 for an even part.
    """

    cover: float
    crowding: float
    sharpness: float

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing but glass."""
        return self.cover < _EMPTY_COVER

    @property
    def is_crowded(self) -> bool:
        """Whether cells lie on each other."""
        return self.crowding > _THICK_COVER

    def is_blurred(self, usual: float) -> bool:
        """Whether it is out of focus, beside the slide's usual sharpness."""
        return not self.is_blank and self.sharpness < _BLURRED * usual

    def is_monolayer(self, usual: float) -> bool:
        """Whether cells lie side by side and in focus."""
        return _MONOLAYER_COVER <= self.crowding <= _THICK_COVER and not self.is_blurred(usual)


def glass_of(overview: UInt8) -> NDArray[np.float32]:
    """The colour of empty glass, float32 [3] RGB, from a picture of the whole slide: its bright end."""
    return np.percentile(overview.reshape(-1, 3), 95, axis=0).astype(np.float32)


def smear_of(overview: UInt8) -> NDArray[np.bool_]:
    """Where there is more than glass on a picture of the whole slide: bool [H, W], the gaps between cells closed."""
    limit = np.clip(glass_of(overview) - _STAINED, 0, 255).astype(np.uint8)
    stained = np.asarray((overview < limit).any(axis=2), np.uint8)
    closed = cv2.morphologyEx(stained, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return np.asarray(closed, np.bool_)


def look_at(part: UInt8, glass: NDArray[np.float32]) -> Look:
    """What a part looks like that is seen at `SEEN_UM`; uint8 [H, W, 3] RGB.

    The glass is the part's own bright end where that is near the slide's: light and scanner vary from place to place.
    """
    # Every fourth pixel: of a slide of 6,000 parts every millisecond counts.
    own = np.percentile(part[::4, ::4].reshape(-1, 3), 95, axis=0).astype(np.float32)
    if float(np.abs(own - glass).max()) > _GLASS_NEAR:
        own = glass
    limit = np.clip(own - _STAINED, 0, 255).astype(np.uint8)
    stained: UInt8 = np.where((part < limit).any(axis=2), 255, 0).astype(np.uint8)
    blocks = cv2.resize(stained, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    filled = blocks[blocks > _MONOLAYER_COVER / 2]
    crowding = float(np.median(filled)) if filled.size else 0.0
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    spread = float(cv2.meanStdDev(grey)[1][0, 0]) ** 2
    edges = float(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))[1][0, 0]) ** 2
    cover = cv2.countNonZero(stained) / (part.shape[0] * part.shape[1])
    return Look(cover, crowding, edges / spread if spread > 1 else 0.0)


def usual_sharpness(looks: Sequence[Look]) -> float:
    """The sharpness of a slide: the median of its parts that are not blank; 0 without any."""
    seen = [look.sharpness for look in looks if not look.is_blank]
    return median(seen) if seen else 0.0
