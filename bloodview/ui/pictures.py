"""Pictures for the views: slides opened once and shared, crops of cells; all reading happens on the reads lane."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QRegion

from bloodview.core.cells import Cell
from bloodview.core.geometry import Box, Size
from bloodview.slides.planes import planes_of
from bloodview.slides.slide import Slide, open_chosen
from bloodview.ui.jobs import JobHandle, Jobs

WINDOW_UM = 24.0
"""Side of the square shown around a cell, in um: equal scale for all tiles, room around the largest leukocyte."""

_BUDGET_PX = 64_000_000
"""Pixels of small pictures kept open; a decoded pixel takes three bytes."""

_LEFT_OPEN = 2
"""Slides that stay open for a while though another plane of their file is shown."""


class SlidePool:
    """Open slides by path, safe to ask from any thread; the longest unused ones are let go."""

    def __init__(self, opener: Callable[[Path], Slide] | None = None) -> None:
        """Open with `opener`; by default as `open_slide`, at the planes that were chosen."""
        self._opener = opener
        self._planes: Mapping[str, int] = {}
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, Slide] = OrderedDict()
        self._stamps: dict[Path, tuple[int, ...]] = {}
        self._unsure: set[Path] = set()
        self._left: list[Slide] = []

    def get(self, path: Path) -> Slide:
        """The slide of a path.

        Raises:
            UserError: it cannot be read.
        """
        with self._lock:
            is_unsure = path in self._unsure
        now = _stamp(path) if is_unsure or path not in self._open else ()
        with self._lock:
            if is_unsure:
                self._unsure.discard(path)
                if now and now != self._stamps.get(path) and path in self._open:
                    self._left.append(self._open.pop(path))
            if (known := self._open.get(path)) is not None:
                self._open.move_to_end(path)
                return known
            planes = self._planes
        slide = open_chosen(path, planes) if self._opener is None else self._opener(path)
        with self._lock:
            kept = self._open.setdefault(path, slide)
            if kept is slide:
                self._stamps[path] = now
            self._open.move_to_end(path)
            self._let_go()
        return kept

    def doubt(self) -> None:
        """Look, before one is given again, whether its file is still the one that was opened."""
        with self._lock:
            self._unsure = set(self._open)

    def set_planes(self, planes: Mapping[str, int]) -> None:
        """The planes that were chosen, by content hash; what has several planes is opened anew when next asked for."""
        with self._lock:
            self._planes = dict(planes)
            for path in [p for p, slide in self._open.items() if planes_of(slide).count > 1]:
                self._left.append(self._open.pop(path))
            # Readers may still hold the latest ones; what they asked of older ones nobody awaits.
            while len(self._left) > _LEFT_OPEN:
                self._left.pop(0).close()

    def close(self) -> None:
        """Close all; only when nobody reads any more."""
        with self._lock:
            for slide in self._open.values():
                slide.close()
            self._open.clear()
            for slide in self._left:
                slide.close()
            self._left.clear()

    def _let_go(self) -> None:
        """Forget old ones beyond the budget; a reader may still hold one, so it closes itself when the last lets go."""
        weights = {path: min(s.size.width * s.size.height, _BUDGET_PX // 4) for path, s in self._open.items()}
        total = sum(weights.values())
        for path in list(self._open)[:-2]:
            if total <= _BUDGET_PX:
                return
            total -= weights[path]
            del self._open[path]


def _stamp(path: Path) -> tuple[int, ...]:
    """What changes when a file is replaced; empty where it cannot be asked, as on a share that is gone."""
    try:
        state = path.stat()
    except OSError:
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns


class CropReader(QObject):
    """Reads the picture around a cell.

    Signals:
        arrived: (cell id, QImage).
        failed: (cell id, reason).
    """

    arrived = Signal(int, object)
    failed = Signal(int, str)

    def __init__(
        self, jobs: Jobs, pool: SlidePool, place: Callable[[int], tuple[Path, float | None] | None], parent: QObject
    ) -> None:
        """Needs to know the `place` of a slide id: its path and um/px, None if the case knows no such slide."""
        super().__init__(parent)
        self._jobs, self._pool, self._place = jobs, pool, place
        self._running: dict[tuple[int, int], JobHandle] = {}

    def request(self, cell: Cell, side_px: int) -> None:
        """Have a cell's crop read; it arrives later, or is cancelled by `forget`."""
        key = (cell.id, side_px)
        where = self._place(cell.slide_id)
        if where is None or key in self._running:
            return
        path, um_per_px = where
        box = crop_box(cell, um_per_px)
        answered = False

        def done(image: QImage) -> None:
            nonlocal answered
            answered = True
            self._running.pop(key, None)
            self.arrived.emit(cell.id, image)

        def failed(error: Exception) -> None:
            nonlocal answered
            answered = True
            self._running.pop(key, None)
            self.failed.emit(cell.id, str(error))

        job = self._jobs.reads(read_crop, self._pool, path, box, side_px, on_done=done, on_error=failed)
        if not answered:
            self._running[key] = job

    @property
    def under_way(self) -> int:
        """Requests that are not answered yet."""
        return len(self._running)

    def keep_only(self, is_wanted: Callable[[int], bool]) -> None:
        """Drop the requests of cells that nobody wants to see any more."""
        for key in [k for k in self._running if not is_wanted(k[0])]:
            self._running.pop(key).cancel()

    def forget(self) -> None:
        """Drop all requests."""
        for job in self._running.values():
            job.cancel()
        self._running.clear()


def crop_box(cell: Cell, um_per_px: float | None) -> Box:
    """The square around a cell, level-0 pixels; without a scale a little more than its box."""
    side = WINDOW_UM / um_per_px if um_per_px else 1.5 * max(cell.box_l0.width, cell.box_l0.height)
    return Box.square(cell.box_l0.center, max(side, 8.0))


def read_crop(pool: SlidePool, path: Path, box_l0: Box, side_px: int) -> QImage:
    """A square part of a slide as a QImage, transparent off the slide; runs on a worker."""
    slide = pool.get(path)
    rgb = slide.read(box_l0, Size(side_px, side_px))
    height, width = rgb.shape[:2]
    data = rgb.tobytes()
    image = QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888)
    off = QRegion(0, 0, width, height) - QRegion(_on_slide(box_l0, slide.size, side_px))
    if off.isEmpty():
        return image.convertToFormat(QImage.Format.Format_RGB32)
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setClipRegion(off)
    painter.fillRect(image.rect(), Qt.GlobalColor.transparent)
    painter.end()
    return image


def _on_slide(box_l0: Box, size: Size, side_px: int) -> QRect:
    """What of a square crop of this side lies wholly on the slide, crop pixels."""
    per_px = box_l0.width / side_px
    left, top = (max(0, math.ceil(-start / per_px)) for start in (box_l0.x0, box_l0.y0))
    ends = ((size.width - box_l0.x0) / per_px, (size.height - box_l0.y0) / per_px)
    right, bottom = (min(side_px, math.floor(end)) for end in ends)
    return QRect(left, top, max(0, right - left), max(0, bottom - top))
