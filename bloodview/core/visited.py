"""Which parts of a slide a person has looked at: marks on a grid that is never large, whatever the slide's size."""

import math
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size

Marks = NDArray[np.bool_]

_MOST_SIDE = 512
_LEAST_PX = 8


class VisitedGrid:
    """Marks of a slide's parts; a part is visited once its middle was in sight.

    The grid follows from the slide's size alone: at most 512 parts a side, of about 8 level-0 pixels or more.
    """

    def __init__(self, size: Size, packed: bytes = b"") -> None:
        """Take up marks that `packed` gave; those of no slide of this size are passed over."""
        self.size = size
        side = max(math.ceil(max(size.width, size.height) / _MOST_SIDE), _LEAST_PX)
        self.shape = (math.ceil(size.height / side), math.ceil(size.width / side))
        self.part_l0 = (size.width / self.shape[1], size.height / self.shape[0])
        """Width and height of a part, level-0 pixels."""
        self.marks: Marks = np.zeros(self.shape, np.bool_)
        bits = _unpacked(packed, self.shape)
        if bits is not None:
            self.marks = bits

    def visit(self, box_l0: Box) -> bool:
        """A person looks at this; whether that is new."""
        rows, columns = self.parts(box_l0)
        part = self.marks[rows, columns]
        if not part.size or part.all():
            return False
        part[:] = True
        return True

    def parts(self, box_l0: Box) -> tuple[slice, slice]:
        """Rows and columns of the parts whose middles lie in a box."""
        wide, high = self.part_l0
        return _middles(box_l0.y0, box_l0.y1, high), _middles(box_l0.x0, box_l0.x1, wide)

    def covering(self, boxes_l0: Iterable[Box]) -> Marks:
        """The parts whose middles lie in any of these boxes: bool [rows, columns]."""
        corners = np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes_l0], np.float64).reshape(-1, 4)
        at = np.ceil(corners / np.tile(self.part_l0, 2) - 0.5).astype(np.intp)
        left, top, right, bottom = np.clip(at, 0, np.tile(self.shape[::-1], 2)).T
        # Each box adds one at its first part and takes it back behind its last: the sums are how many boxes lie there.
        steps = np.zeros((self.shape[0] + 1, self.shape[1] + 1), np.int32)
        for rows, columns, by in ((top, left, 1), (top, right, -1), (bottom, left, -1), (bottom, right, 1)):
            np.add.at(steps, (rows, columns), by)
        covered: Marks = steps.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32)[:-1, :-1] > 0
        return covered

    def share(self, of: Marks) -> float:
        """How much of these parts was visited, 0 to 1; 0 of none."""
        whole = int(np.count_nonzero(of))
        return int(np.count_nonzero(of & self.marks)) / whole if whole else 0.0

    def packed(self) -> bytes:
        """The marks in few bytes."""
        return zlib.compress(np.packbits(self.marks).tobytes(), 6)


def _middles(start: float, stop: float, part_px: float) -> slice:
    """The parts along an axis whose middles lie from start to stop."""
    return slice(max(0, math.ceil(start / part_px - 0.5)), max(0, math.ceil(stop / part_px - 0.5)))


def _unpacked(packed: bytes, shape: tuple[int, int]) -> Marks | None:
    count = shape[0] * shape[1]
    try:
        data = zlib.decompressobj().decompress(packed, count // 8 + 1)
    except zlib.error:
        return None
    if len(data) != math.ceil(count / 8):
        return None
    return np.unpackbits(np.frombuffer(data, np.uint8), count=count).astype(np.bool_).reshape(shape)
