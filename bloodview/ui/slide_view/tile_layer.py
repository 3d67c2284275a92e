"""The picture as tiles of a pyramid, read off the GUI thread: coarse at once, then sharp, newest view first.

Tiles are kept as they are turned on the screen: a turn of every frame would cost ten times as much as painting it.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QTransform

from bloodview.core.geometry import Box, Scale, Size
from bloodview.ui.slide_view.camera import Camera
from bloodview.ui.slide_view.turn import quarter_turn

TILE_PX = 1024
_NEAREST_FROM = 8.0
"""Device pixels per level-0 pixel from which single pixels are shown as squares."""

TileKey = tuple[int, int, int]
"""Level (downsample 2 ** level), column, row."""


class Picture(Protocol):
    """What the view needs of a slide; slides.slide.Slide has it all."""

    @property
    def size(self) -> Size:
        """Level-0 pixels."""

    @property
    def scale(self) -> Scale | None:
        """Physical size of a level-0 pixel, if known."""

    def read(self, box_l0: Box, out: Size) -> NDArray[np.uint8]:
        """A part of the picture, resampled: uint8 [out.height, out.width, 3] RGB."""


class ReadHandle(Protocol):
    """A read under way."""

    def cancel(self) -> None:
        """Drop its callbacks at once."""


class Reads(Protocol):
    """The reads lane of the job runner; callbacks arrive on the GUI thread."""

    def reads(
        self,
        fn: Callable[..., Any],
        *args: object,
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> ReadHandle:
        """Run fn(*args) on a worker."""


@dataclass(frozen=True, slots=True)
class _Tile:
    """A part of the picture, turned by so many quarters clockwise."""

    image: QImage
    quarters: int

    def turned(self, quarters: int) -> "_Tile":
        """The same, turned otherwise."""
        degrees = 90 * (quarters - self.quarters)
        return _Tile(self.image.transformed(QTransform().rotate(degrees)), quarters) if degrees else self


def read_tile(slide: Picture, box_l0: Box, out: Size, quarters: int = 0) -> _Tile:
    """A part of the slide as an opaque 32-bit QImage; runs on a worker."""
    rgb = slide.read(box_l0, out)
    height, width = rgb.shape[:2]
    image = QImage(rgb.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )
    return _Tile(image, 0).turned(quarters)


FAILED = QColor(215, 120, 20, 170)
"""Amber: not analysed, though it can perhaps be seen."""


class TileLayer(QObject):
    """Asks for, keeps and paints the tiles of one slide.

    Signals:
        arrived: a tile came or failed; paint again.
        failed: a part cannot be read; the reason, once a slide.
    """

    arrived = Signal()
    failed = Signal(str)

    def __init__(
        self, jobs: Reads, parent: QObject | None = None, *, cache_bytes: int = 256 * 2**20, at_once: int = 4
    ) -> None:
        super().__init__(parent)
        self._jobs, self._budget, self._at_once = jobs, cache_bytes, at_once
        self._slide: Picture | None = None
        self._levels = 1
        self._tiles: OrderedDict[TileKey, _Tile] = OrderedDict()
        self._overview: QImage | None = None
        self._bytes = 0
        self._wanted: list[TileKey] = []
        self._reading: dict[TileKey, ReadHandle | None] = {}
        self._broken: set[TileKey] = set()
        self.failed_l0: tuple[Box, ...] = ()
        """Parts that the analysis could not read."""
        self._pumping = False
        self._quarters = 0
        """How far the view was turned when it was painted last."""

    @property
    def cached_bytes(self) -> int:
        """Memory held by tiles."""
        return self._bytes

    @property
    def is_sharp(self) -> bool:
        """Whether all that was asked for has come, or cannot."""
        return not self._wanted and not self._reading

    @property
    def overview(self) -> QImage | None:
        """The whole slide in one tile, upright, once it has been read."""
        return self._overview

    def set_slide(self, slide: Picture | None) -> None:
        """Show another slide, or none; reads under way are dropped."""
        for handle in self._reading.values():
            if handle is not None:
                handle.cancel()
        self._reading.clear()
        self._tiles.clear()
        self._overview = None
        self._broken.clear()
        self.failed_l0 = ()
        self._wanted, self._bytes = [], 0
        self._slide = slide
        if slide is not None:
            longest = max(slide.size.width, slide.size.height)
            self._levels = max(0, math.ceil(math.log2(longest / TILE_PX))) + 1

    def look(self, camera: Camera, width: float, height: float, ratio: float) -> None:
        """Ask for what a view of this size needs; what an earlier view wanted and has not begun is forgotten."""
        if self._slide is None:
            return
        overview = (self._levels - 1, 0, 0)
        level = self._level(camera, ratio)
        middle = camera.to_l0(width / 2, height / 2)
        keys = self._keys_in(level, camera.visible(width, height))
        keys.sort(key=lambda key: math.dist(self._box(key).center, middle))
        self._wanted = [
            key
            for key in dict.fromkeys([overview, *keys])
            if key not in self._tiles and key not in self._reading and key not in self._broken
        ]
        self._pump()

    def paint(
        self, painter: QPainter, camera: Camera, width: float, height: float, ratio: float, quarters: int = 0
    ) -> None:
        """Paint what is there, sharp where possible, coarse elsewhere, hatched where reading failed.

        Args:
            painter: not turned; the tiles are.
            camera: where the upright view looks.
            width: of the upright view.
            height: of the upright view.
            ratio: device pixels a view pixel.
            quarters: how far the view is turned clockwise.
        """
        if self._slide is None:
            return
        self._quarters, turn = quarters, quarter_turn(quarters, width, height)
        painter.save()
        smooth = camera.zoom * ratio < _NEAREST_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for key in self._keys_in(self._level(camera, ratio), camera.visible(width, height)):
            box = self._box(key)
            place = turn.mapRect(_device_rect(camera, box, ratio))
            image, part = self._best(key, box)
            if image is not None:
                painter.drawImage(place, image, part)
            elif key not in self._broken:
                painter.fillRect(place, QColor(128, 128, 128, 40))
            if key in self._broken:
                painter.fillRect(place, QBrush(QColor(200, 60, 60, 150), Qt.BrushStyle.BDiagPattern))
        for box in self.failed_l0:
            place = turn.mapRect(_device_rect(camera, box, ratio))
            painter.fillRect(place, QBrush(FAILED, Qt.BrushStyle.DiagCrossPattern))
        painter.restore()

    def _level(self, camera: Camera, ratio: float) -> int:
        level = math.floor(-math.log2(camera.zoom * ratio) + 1e-9)
        return min(max(level, 0), self._levels - 1)

    def _keys_in(self, level: int, box_l0: Box) -> list[TileKey]:
        assert self._slide is not None
        inside = box_l0.clipped(self._slide.size)
        if inside is None:
            return []
        side = TILE_PX * 2.0**level
        columns = range(int(inside.x0 // side), math.ceil(inside.x1 / side))
        rows = range(int(inside.y0 // side), math.ceil(inside.y1 / side))
        return [(level, column, row) for row in rows for column in columns]

    def _box(self, key: TileKey) -> Box:
        assert self._slide is not None
        level, column, row = key
        side = TILE_PX * 2.0**level
        size = self._slide.size
        x1, y1 = min((column + 1) * side, size.width), min((row + 1) * side, size.height)
        return Box(column * side, row * side, x1, y1)

    def _best(self, key: TileKey, box: Box) -> tuple[QImage | None, QRectF]:
        """The sharpest tile at hand that covers a box, turned, and the part of it that does."""
        level, column, row = key
        for up in range(self._levels - level):
            above = (level + up, column >> up, row >> up)
            tile = self._tiles.get(above)
            if tile is None:
                continue
            tile = self._tiles[above] = tile.turned(self._quarters)
            self._tiles.move_to_end(above)
            whole, size = self._box(above), tile.image.size()
            across, down = (size.height(), size.width()) if self._quarters % 2 else (size.width(), size.height())
            fx, fy = across / whole.width, down / whole.height
            part = QRectF((box.x0 - whole.x0) * fx, (box.y0 - whole.y0) * fy, box.width * fx, box.height * fy)
            return tile.image, quarter_turn(self._quarters, across, down).mapRect(part)
        return None, QRectF()

    def _pump(self) -> None:
        """Start wanted reads while there is room; a runner may answer before it returns."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._wanted and len(self._reading) < self._at_once and self._slide is not None:
                self._start(self._wanted.pop(0), self._slide)
        finally:
            self._pumping = False

    def _start(self, key: TileKey, slide: Picture) -> None:
        box = self._box(key)
        down = 2.0 ** key[0]
        out = Size(max(1, math.ceil(box.width / down)), max(1, math.ceil(box.height / down)))
        self._reading[key] = None
        handle = self._jobs.reads(
            read_tile,
            slide,
            box,
            out,
            self._quarters,
            on_done=lambda tile: self._on_read_done(slide, key, tile),
            on_error=lambda error: self._on_read_failed(slide, key, error),
        )
        if key in self._reading:
            self._reading[key] = handle

    def _on_read_done(self, slide: Picture, key: TileKey, tile: _Tile) -> None:
        if slide is not self._slide:
            return
        self._reading.pop(key, None)
        self._tiles[key] = tile
        self._bytes += tile.image.sizeInBytes()
        overview = (self._levels - 1, 0, 0)
        if key == overview:
            self._overview = tile.turned(0).image
        for old in list(self._tiles):
            if self._bytes <= self._budget:
                break
            if old not in (overview, key):
                self._bytes -= self._tiles.pop(old).image.sizeInBytes()
        self.arrived.emit()
        self._pump()

    def _on_read_failed(self, slide: Picture, key: TileKey, error: Exception) -> None:
        if slide is not self._slide:
            return
        self._reading.pop(key, None)
        first = not self._broken
        self._broken.add(key)
        if first:
            self.failed.emit(str(error))
        self.arrived.emit()
        self._pump()


def _device_rect(camera: Camera, box: Box, ratio: float) -> QRectF:
    """The place of a box in the view, on whole device pixels so that neighbours meet without a seam."""
    x0, y0 = camera.to_view(box.x0, box.y0)
    x1, y1 = camera.to_view(box.x1, box.y1)
    left, top, right, bottom = (round(v * ratio) / ratio for v in (x0, y0, x1, y1))
    return QRectF(left, top, right - left, bottom - top)
