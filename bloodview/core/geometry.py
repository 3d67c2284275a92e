"""Points, sizes and boxes with their frame in the name, scales with their unit; overlap and frame changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel box, corners (x0, y0) inclusive to (x1, y1) exclusive, in the frame its variable names."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not (self.x1 > self.x0 and self.y1 > self.y0):
            raise ValueError(f"empty box {self.x0, self.y0, self.x1, self.y1}")

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def center(self) -> tuple[float, float]:
        """Middle as (x, y)."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        w = min(self.x1, other.x1) - max(self.x0, other.x0)
        h = min(self.y1, other.y1) - max(self.y0, other.y0)
        both = max(0.0, w) * max(0.0, h)
        return both / (self.width * self.height + other.width * other.height - both)

    def clipped(self, size: Size) -> "Box | None":
        """The part inside a picture of this size, or None if none is."""
        x0, y0 = max(0.0, self.x0), max(0.0, self.y0)
        x1, y1 = min(float(size.width), self.x1), min(float(size.height), self.y1)
        return Box(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def moved(self, dx: float, dy: float) -> "Box":
        """The box shifted by (dx, dy)."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def scaled(self, factor: float) -> "Box":
        """The box in a frame whose pixels are `factor` times as many."""
        return Box(self.x0 * factor, self.y0 * factor, self.x1 * factor, self.y1 * factor)

    @classmethod
    def square(cls, center: tuple[float, float], side: float) -> "Box":
        """A square of this side around a middle (x, y)."""
        half = side / 2
        return cls(center[0] - half, center[1] - half, center[0] + half, center[1] + half)


@dataclass(frozen=True, slots=True)
class Scale:
    """Physical size of a pixel.

    Args:
        um_per_px: micrometres a level-0 pixel is wide, above 0.
        source: where it was read: "file", "red cells", "user" or "assumed".
    """

    um_per_px: float
    source: str

    def __post_init__(self) -> None:
        if not (self.um_per_px > 0 and np.isfinite(self.um_per_px)):
            raise ValueError(f"no scale: {self.um_per_px} um/px")

    def px(self, um: float) -> float:
        """A length in level-0 pixels."""
        return um / self.um_per_px

    def um(self, px: float) -> float:
        """A length in micrometres."""
        return px * self.um_per_px


def iou_matrix(a: Float32, b: Float32) -> Float32:
    """Intersection over union of every pair; float32 [N, 4] and [M, 4] xyxy of one frame -> float32 [N, M]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.clip(high - low, 0, None).prod(axis=2)
    area_a, area_b = ((x[:, 2:] - x[:, :2]).prod(axis=1) for x in (a, b))
    union = area_a[:, None] + area_b[None, :] - both
    iou: Float32 = (both / np.maximum(union, 1e-9)).astype(np.float32)
    return iou


def non_maximum_suppression(boxes: Float32, scores: Float32, iou_above: float) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best first; of two that overlap by more than `iou_above` the better stays."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[iou_matrix(boxes[best : best + 1], boxes[order])[0] <= iou_above]
    return np.asarray(kept, dtype=np.intp)
