"""Draws whole slides of any size with exact truth: a bounded set of drawn blocks, laid out as a smear and written once.

Every block fits beside every other: red cells that lie across a border between blocks are the same for all of them.
A slide's tiles of the same content lie in its file once, so 100,000 x 100,000 pixels take seconds and some 50 MB.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.files import write_whole
from bloodview.core.geometry import Box, Size
from bloodview.slides.synthetic import FieldSpec, Plane, Site, draw_part, true_cell
from bloodview.slides.synthetic_cells import Stamp
from bloodview.slides.synthetic_shapes import UInt8
from bloodview.slides.tiff_writer import TILE_PX, Coding, PyramidWriter

BLOCK_PX = 4 * TILE_PX

_VARIANTS, _FEW_VARIANTS = 8, 2
_QUALITY = 90
_BORDER_UM = 7.0  # no red cell whose middle lies further from a border reaches across it
_WHITE_UM = 20.0  # leukocytes keep this far from a border, platelets 4 um
_APART_UM = 7.3
_SMEAR_FROM = 6  # blocks a side from which there is glass around the smear
_COARSEST_PX = 1024


@dataclass(frozen=True, slots=True)
class SlideSpec:
    """All that decides a slide.

    Args:
        width_px, height_px: size.
        um_per_px: scale.
        seed: decides everything drawn.
        is_plain: a monolayer from border to border, without glass, thick and blurred parts.
    """

    width_px: int
    height_px: int
    um_per_px: float = 0.1
    seed: int = 0
    is_plain: bool = False

    @property
    def blocks(self) -> Size:
        """Columns and rows of blocks."""
        return Size(-(-self.width_px // BLOCK_PX), -(-self.height_px // BLOCK_PX))


@dataclass(frozen=True, slots=True)
class Place:
    """What a block shows.

    Args:
        kind: "glass", "monolayer", "crowded" or "blurred".
        variant: which of the drawn ones.
        sides: whether red cells lie across its left, top, right and lower border.
    """

    kind: str
    variant: int
    sides: tuple[bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class SlideCell:
    """A true cell of a slide, level-0 pixels."""

    kind: Kind
    label: str
    box_l0: Box


def layout(spec: SlideSpec) -> list[list[Place]]:
    """The blocks, row by row: an oval smear, thick at its left end, on glass."""
    columns, rows = spec.blocks.width, spec.blocks.height
    rng = np.random.default_rng([spec.seed, 1])
    kinds = [[_kind(spec, x, y, rng) for x in range(columns)] for y in range(rows)]

    def has_cells(x: int, y: int) -> bool:
        # Beyond the slide's own border the smear goes on.
        return kinds[min(max(y, 0), rows - 1)][min(max(x, 0), columns - 1)] != "glass"

    return [[_place(kinds[y][x], x, y, rng, has_cells) for x in range(columns)] for y in range(rows)]


def _place(kind: str, x: int, y: int, rng: np.random.Generator, has_cells: Callable[[int, int], bool]) -> Place:
    variant = int(rng.integers(_VARIANTS if kind == "monolayer" else _FEW_VARIANTS))
    if kind == "glass":
        return Place(kind, 0, (False, False, False, False))
    sides = (has_cells(x - 1, y), has_cells(x, y - 1), has_cells(x + 1, y), has_cells(x, y + 1))
    return Place(kind, variant if all(sides) else 0, sides)


def _kind(spec: SlideSpec, x: int, y: int, rng: np.random.Generator) -> str:
    columns, rows = spec.blocks.width, spec.blocks.height
    luck = rng.random()
    if spec.is_plain or min(columns, rows) < _SMEAR_FROM:
        return "monolayer"
    across, down = 2 * (x + 0.5) / columns - 1, 2 * (y + 0.5) / rows - 1
    if (across / 0.88) ** 4 + (down / 0.8) ** 4 > 1:
        return "glass"
    if across < -0.45 + 0.12 * down**2:
        return "crowded"
    return "blurred" if luck < 0.03 else "monolayer"


class _Borders:
    """The red cells that lie across borders between blocks, drawn from planes of their own."""

    def __init__(self, spec: FieldSpec) -> None:
        self._side = side = spec.width_px * spec.um_per_px
        plain = replace(spec, red_cells_per_mm2=FieldSpec().red_cells_per_mm2)
        self.upright, self.level = (Plane(replace(plain, seed=spec.seed + n)) for n in (1, 2))
        low, high = _BORDER_UM, side - _BORDER_UM
        self.on_upright = self.upright.red_cells(-_BORDER_UM, low, _BORDER_UM, high, [])
        there = [self._moved(c, dx, dy) for c in self.on_upright for dx in (0, side) for dy in (-side, 0, side)]
        found = self.level.red_cells(low, -_BORDER_UM, high, _BORDER_UM, [])
        self.on_level = [c for c in found if _far_from(c, there)]

    def around(self, sides: tuple[bool, bool, bool, bool]) -> dict[Site, Plane]:
        """The cells across a block's borders, um in the block, each with the plane that draws it."""
        left, top, right, bottom = sides
        cells: dict[Site, Plane] = {}
        for is_there, plane, sites, dx, dy in (
            (left, self.upright, self.on_upright, 0.0, 0.0),
            (right, self.upright, self.on_upright, self._side, 0.0),
            (top, self.level, self.on_level, 0.0, 0.0),
            (bottom, self.level, self.on_level, 0.0, self._side),
        ):
            cells |= {self._moved(c, dx, dy): plane for c in sites if is_there}
        return cells

    @staticmethod
    def _moved(cell: Site, dx: float, dy: float) -> Site:
        return replace(cell, x=cell.x + dx, y=cell.y + dy)


class _BlockPlane(Plane):
    """The cells of one block: those across its borders, the same for all blocks, and its own inside."""

    def __init__(self, spec: FieldSpec, shared: dict[Site, Plane]) -> None:
        super().__init__(spec)
        side = spec.width_px * spec.um_per_px
        white = [c for c in self.leukocytes(0, 0, side, side) if _inside(c, side, _WHITE_UM)]
        red = [c for c in self.red_cells(0, 0, side, side, white) if _inside(c, side, _BORDER_UM)]
        red = [c for c in red if _far_from(c, list(shared))]
        small = self.platelets(0, 0, side, side, [*white, *red, *shared])
        self._all = [*shared, *red, *(c for c in small if _inside(c, side, 4.0)), *white]
        self._shared = shared

    def cells(self, x0: float, y0: float, x1: float, y1: float) -> list[Site]:
        """All cells whose middle lies in a window, um."""
        return [c for c in self._all if x0 <= c.x < x1 and y0 <= c.y < y1]

    def stamp(self, site: Site) -> Stamp:
        """The drawn cell; one across a border is the same in every block."""
        plane = self._shared.get(site)
        return super().stamp(site) if plane is None else plane.stamp(site)


def _inside(cell: Site, side: float, margin: float) -> bool:
    return margin <= cell.x <= side - margin and margin <= cell.y <= side - margin


def _far_from(cell: Site, others: list[Site]) -> bool:
    return all((cell.x - o.x) ** 2 + (cell.y - o.y) ** 2 > _APART_UM**2 for o in others)


@dataclass(frozen=True, slots=True)
class _Block:
    """A drawn block: its tiles packed on three levels, the fourth as pixels, and the cells that lie wholly in it."""

    tiles: tuple[list[list[bytes]], ...]
    thumb: UInt8
    own: tuple[SlideCell, ...]


class SlideDrawing:
    """A slide to be drawn; blocks are drawn when first asked for."""

    def __init__(self, spec: SlideSpec) -> None:
        self.spec = spec
        self.places = layout(spec)
        self._field = FieldSpec(BLOCK_PX, BLOCK_PX, spec.um_per_px, seed=1000 * spec.seed)
        self._borders = _Borders(self._field)
        self._drawn: dict[Place, _Block] = {}

    @property
    def kinds(self) -> list[Place]:
        """The different blocks."""
        return list(dict.fromkeys(p for row in self.places for p in row))

    def block(self, place: Place) -> _Block:
        """A block, drawn once."""
        if place not in self._drawn:
            self._drawn[place] = self._draw(place)
        return self._drawn[place]

    def _draw(self, place: Place) -> _Block:
        spec = replace(self._field, seed=self._field.seed + 10 + place.variant)
        if place.kind == "glass":
            spec = replace(spec, leukocytes_per_mm2=0.0, red_cells_per_mm2=0.0, platelets_per_mm2=0.0)
        elif place.kind == "crowded":
            spec = replace(spec, seed=spec.seed + 100, red_cells_per_mm2=2.0 * spec.red_cells_per_mm2)
        elif place.kind == "blurred":
            spec = replace(spec, seed=spec.seed + 200)
        plane = _BlockPlane(spec, self._borders.around(place.sides))
        drawn = draw_part(plane, 0, 0, BLOCK_PX, BLOCK_PX)
        image = drawn.image
        if place.kind == "blurred":
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2 / spec.um_per_px), np.uint8)
        own = tuple(SlideCell(c.kind, c.label, c.box) for c in drawn.truth if not c.touches_edge)
        levels, level = [], image
        for _ in range(3):
            levels.append(_packed(level))
            level = _halved(level)
        return _Block(tuple(levels), level, own)

    def level_tiles(self, level: int, size: Size) -> Iterator[UInt8 | bytes]:
        """The tiles of a level, row by row; the finest three come packed from the blocks."""
        columns, rows = -(-size.width // TILE_PX), -(-size.height // TILE_PX)
        per_block = BLOCK_PX // TILE_PX >> level
        if per_block:
            for y in range(rows):
                for x in range(columns):
                    block = self.block(self.places[y // per_block][x // per_block])
                    yield block.tiles[level][y % per_block][x % per_block]
            return
        side = BLOCK_PX >> level  # what a block measures here
        each = TILE_PX // side
        for y in range(rows):
            for x in range(columns):
                tile = np.full((TILE_PX, TILE_PX, 3), 255, np.uint8)
                for j, row in enumerate(self.places[y * each : (y + 1) * each]):
                    for i, place in enumerate(row[x * each : (x + 1) * each]):
                        thumb = cv2.resize(self.block(place).thumb, (side, side), interpolation=cv2.INTER_AREA)
                        tile[j * side : (j + 1) * side, i * side : (i + 1) * side] = thumb
                yield tile

    def cells(self) -> Iterator[SlideCell]:
        """Every true cell of the slide, cut at its border; those of thick and blurred parts too."""
        size = Size(self.spec.width_px, self.spec.height_px)
        on_left, on_top, on_right, on_bottom = self.border_cells
        for y, row in enumerate(self.places):
            for x, place in enumerate(row):
                left, top, right, bottom = place.sides
                # A border's cells are told once: by the block to its right or below, at the slide's end by the other.
                shared = [*(on_left if left else ()), *(on_top if top else ())]
                shared += on_right if right and x + 1 == len(row) else ()
                shared += on_bottom if bottom and y + 1 == len(self.places) else ()
                for cell in (*self.block(place).own, *shared):
                    box = cell.box_l0.moved(x * BLOCK_PX, y * BLOCK_PX).clipped(size)
                    if box is not None and min(box.width, box.height) >= 3:
                        yield SlideCell(cell.kind, cell.label, box)

    @cached_property
    def border_cells(self) -> tuple[list[SlideCell], ...]:
        """The cells across the left, upper, right and lower border of a block, uncut, px of the block."""
        far = 2 * BLOCK_PX
        answer = []
        for side in range(4):
            sides = (side == 0, side == 1, side == 2, side == 3)
            cells = []
            for site, plane in self._borders.around(sides).items():
                found = true_cell(plane.stamp(site), site.label, -far, -far, Size(3 * far, 3 * far))
                if found is not None:
                    cells.append(SlideCell(found.kind, found.label, found.box.moved(-far, -far)))
            answer.append(cells)
        return tuple(answer)


def _packed(image: UInt8) -> list[list[bytes]]:
    side = image.shape[0]
    steps = range(0, side, TILE_PX)
    return [[Coding.JPEG.pack(image[y : y + TILE_PX, x : x + TILE_PX], _QUALITY) for x in steps] for y in steps]


def _halved(image: UInt8) -> UInt8:
    half = (image.shape[1] // 2, image.shape[0] // 2)
    return np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_AREA), np.uint8)


def write_slide(
    path: Path, spec: SlideSpec, cancel: CancelToken, progress: Callable[[float, str], None]
) -> SlideDrawing:
    """Write a slide as pyramidal TIFF, and its truth beside it as JSON; each whole or not at all.

    The truth names the cells of each different block once and says where the block lies.

    Raises:
        StorageError: it cannot be written. Cancelled: nothing is left.
    """
    drawing = SlideDrawing(spec)
    kinds = drawing.kinds
    for number, place in enumerate(kinds):
        cancel.check()
        progress(0.9 * number / len(kinds), f"block {number + 1} of {len(kinds)}")
        drawing.block(place)
    with write_whole(path) as beside:
        with PyramidWriter(beside, Coding.JPEG, spec.um_per_px, _QUALITY) as writer:
            size, level = Size(spec.width_px, spec.height_px), 0
            while True:
                cancel.check()
                writer.level(size, drawing.level_tiles(level, size))
                if max(size.width, size.height) <= _COARSEST_PX:
                    break
                size, level = Size(-(-size.width // 2), -(-size.height // 2)), level + 1
        with write_whole(path.with_suffix(".truth.json")) as truth:
            truth.write_text(json.dumps(_truth(drawing), separators=(",", ":")) + "\n", encoding="utf-8")
    return drawing


def _truth(drawing: SlideDrawing) -> dict[str, Any]:
    """The cells of each different block and of the borders once, and the layout."""
    kinds = drawing.kinds
    number = {place: i for i, place in enumerate(kinds)}
    return {
        "spec": asdict(drawing.spec),
        "block_px": BLOCK_PX,
        "blocks": [asdict(p) | {"cells": _rows(drawing.block(p).own)} for p in kinds],
        "across": dict(zip(("left", "top", "right", "bottom"), map(_rows, drawing.border_cells), strict=True)),
        "layout": [[number[p] for p in row] for row in drawing.places],
    }


def _rows(cells: Iterable[SlideCell]) -> list[list[Any]]:
    corners = ((c, (c.box_l0.x0, c.box_l0.y0, c.box_l0.x1, c.box_l0.y1)) for c in cells)
    return [[c.kind.value, c.label, *(round(v, 1) for v in xyxy)] for c, xyxy in corners]
