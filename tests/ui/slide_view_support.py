"""A picture that notes what is read, and runners that answer at once or when told."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bloodview.core.cells import Cell, Kind, Prediction, Source, Status
from bloodview.core.geometry import Box, Scale, Size


class PaintedPicture:
    """A plain picture of any size; one corner may be unreadable."""

    def __init__(self, width: int, height: int, scale: Scale | None = None, broken: bool = False) -> None:
        self.size, self.scale, self.broken = Size(width, height), scale, broken
        self.reads: list[tuple[Box, Size]] = []

    def read(self, box_l0: Box, out: Size) -> NDArray[np.uint8]:
        self.reads.append((box_l0, out))
        if self.broken:
            raise OSError("the disk is gone")
        return np.full((out.height, out.width, 3), (200, 60, 90), dtype=np.uint8)


class Handle:
    """A read that can be dropped."""

    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class InlineReads:
    """Answers before it returns."""

    def reads(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> Handle:
        try:
            result = fn(*args)
        except OSError as error:
            on_error(error)
        else:
            on_done(result)
        return Handle()


class HeldReads:
    """Answers one at a time, when told."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], Handle, tuple[object, ...]]] = []

    def reads(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> Handle:
        handle = Handle()
        self.waiting.append((lambda: on_done(fn(*args)), handle, args))
        return handle

    def answer(self) -> None:
        call, handle, _ = self.waiting.pop(0)
        if not handle.is_cancelled:
            call()


def cell(
    cell_id: int,
    box: Box,
    label: str = "lymphocyte",
    *,
    confidence: float = 0.95,
    decided: bool = True,
    kind: Kind = Kind.WBC,
    status: Status = Status.ACTIVE,
    source: Source = Source.MODEL,
) -> Cell:
    """A cell with an opinion about it."""
    opinion = Prediction(label, confidence, decided, 0.9, ((label, confidence),), "model")
    x, y = box.center
    outline = ((box.x0, y), (x, box.y0), (box.x1, y), (x, box.y1))
    return Cell(cell_id, 1, kind, box, 0.9, False, label, source, status, opinion, outline, outline)
