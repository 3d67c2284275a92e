"""The order in which the tiles of a large slide are analysed: the monolayer first, empty glass not at all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides import quality
from bloodview.slides.slide import Slide
from bloodview.slides.tiling import Tile, best_level

Progress = Callable[[float, str], None]

SURVEYED_FROM = 24
"""Tiles from which a slide is looked over first; fewer are analysed as they come."""

_OVERVIEW_PX = 512


class Ground(IntEnum):
    """What a tile shows, in the order of analysis."""

    MONOLAYER = 0
    UNKNOWN = 1
    THIN = 2
    CROWDED = 3
    BLURRED = 4
    BLANK = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A tile when its turn comes.

    Args:
        number: in the plan, whatever the order.
    """

    number: int
    tile: Tile
    ground: Ground


def in_turn(
    slide: Slide, tiles: Sequence[Tile], um_per_px: float, cancel: CancelToken, progress: Progress
) -> list[Turn]:
    """All tiles in the order of analysis; of one ground row by row, to and fro, so that neighbours follow each other.

    A slide of few tiles, or without a coarse level that could be looked at cheaply, keeps its plain order.
    """
    grounds = _grounds(slide, tiles, um_per_px, cancel, progress)
    turns = [Turn(n, t, g) for n, (t, g) in enumerate(zip(tiles, grounds, strict=True))]
    if len(set(grounds)) == 1:
        return turns
    return sorted(turns, key=lambda t: (t.ground, t.tile.row, t.tile.column * (-1 if t.tile.row % 2 else 1)))


def _grounds(
    slide: Slide, tiles: Sequence[Tile], um_per_px: float, cancel: CancelToken, progress: Progress
) -> list[Ground]:
    unknown = [Ground.UNKNOWN] * len(tiles)
    downsample = quality.SEEN_UM / um_per_px
    levels = slide.level_downsamples
    if len(tiles) < SURVEYED_FROM or levels[best_level(levels, downsample)] < downsample / 3:
        return unknown
    try:
        shrink = max(slide.size.width, slide.size.height) / _OVERVIEW_PX
        out = Size(max(1, round(slide.size.width / shrink)), max(1, round(slide.size.height / shrink)))
        glass = quality.glass_of(slide.read(Box(0, 0, slide.size.width, slide.size.height), out))
        looks = []
        for number, tile in enumerate(tiles):
            cancel.check()
            if not number % 16:
                progress(0.0, f"looking for the monolayer, {number / len(tiles):.0%}")
            looks.append(_look(slide, tile.box_l0, downsample, glass))
    except (UnreadableFileError, OSError):  # the tiles themselves will say which part it is
        return unknown
    usual = quality.usual_sharpness(looks)
    return [_ground(look, usual) for look in looks]


def _look(slide: Slide, box: Box, downsample: float, glass: np.ndarray) -> quality.Look:
    out = Size(max(8, math.ceil(box.width / downsample)), max(8, math.ceil(box.height / downsample)))
    return quality.look_at(slide.read(box, out), glass)


def _ground(look: quality.Look, usual: float) -> Ground:
    if look.is_blank:
        return Ground.BLANK
    if look.is_blurred(usual):
        return Ground.BLURRED
    if look.is_crowded:
        return Ground.CROWDED
    return Ground.MONOLAYER if look.is_monolayer(usual) else Ground.THIN
