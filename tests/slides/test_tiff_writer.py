from pathlib import Path

import numpy as np
import openslide
import pytest
from numpy.typing import NDArray

from bloodview.core.geometry import Box, Size
from bloodview.slides.slide import open_slide
from bloodview.slides.tiff_writer import TILE_PX, Coding, PyramidWriter, tiles_of

UInt8 = NDArray[np.uint8]


def smooth(width: int, height: int) -> UInt8:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 / width, y * 255 / height, 128 + 0 * x], axis=-1).astype(np.uint8)


def write(path: Path, picture: UInt8, coding: Coding) -> None:
    height, width = picture.shape[:2]
    with PyramidWriter(path, coding, 0.25) as writer:
        for step in (1, 2):
            level = picture[::step, ::step]
            bands = [level[y : y + TILE_PX] for y in range(0, level.shape[0], TILE_PX)]
            writer.level(Size(level.shape[1], level.shape[0]), (t for band in bands for t in tiles_of(band)))


@pytest.mark.parametrize(("coding", "off"), [(Coding.ZSTD, 0), (Coding.JPEG, 12)])
def test_what_is_written_is_read_back_with_its_levels_and_scale(tmp_path: Path, coding: Coding, off: int) -> None:
    picture = smooth(1300, 700)
    write(tmp_path / "a.tif", picture, coding)
    slide = open_slide(tmp_path / "a.tif")
    assert slide.size == Size(1300, 700)
    assert slide.level_downsamples == pytest.approx((1, 2))
    assert slide.scale is not None
    assert slide.scale.um_per_px == pytest.approx(0.25)
    got = slide.read(Box(400, 300, 1300, 700), Size(900, 400)).astype(int)
    assert np.abs(got - picture[300:700, 400:1300]).max() <= off
    slide.close()


def test_openslide_reads_it_too(tmp_path: Path) -> None:
    write(tmp_path / "a.tif", smooth(1300, 700), Coding.JPEG)
    slide = openslide.OpenSlide(tmp_path / "a.tif")
    assert slide.level_dimensions == ((1300, 700), (650, 350))
    assert (
        np.abs(np.asarray(slide.read_region((600, 600), 0, (4, 4)))[0, 0, :3].astype(int) - (117, 218, 128)).max() < 9
    )
    slide.close()


def test_equal_tiles_lie_in_the_file_once(tmp_path: Path) -> None:
    tile = np.random.default_rng(0).integers(0, 255, (TILE_PX, TILE_PX, 3)).astype(np.uint8)
    packed = Coding.ZSTD.pack(tile)
    with PyramidWriter(tmp_path / "a.tif", Coding.ZSTD) as writer:
        writer.level(Size(40 * TILE_PX, 40 * TILE_PX), (packed for _ in range(1600)))
    assert (tmp_path / "a.tif").stat().st_size < 1.2 * len(packed) + 100_000
    slide = open_slide(tmp_path / "a.tif")
    x = 37 * TILE_PX
    np.testing.assert_array_equal(slide.read(Box(x, x, x + 64, x + 64), Size(64, 64)), tile[:64, :64])
    slide.close()


def test_a_level_with_too_few_tiles_is_a_bug(tmp_path: Path) -> None:
    with PyramidWriter(tmp_path / "a.tif", Coding.ZSTD) as writer, pytest.raises(ValueError, match="1 tiles"):
        writer.level(Size(2 * TILE_PX, 10), [np.zeros((TILE_PX, TILE_PX, 3), np.uint8)])
