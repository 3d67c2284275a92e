from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from bloodview.core import paths
from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.slides import pyramid
from bloodview.slides.pyramid import PyramidSlide, build, with_pyramid
from bloodview.slides.slide import open_slide
from tests.fakes import FakeSlide

UInt8 = NDArray[np.uint8]


def smooth(width: int, height: int) -> UInt8:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 / width, y * 255 / height, 128 + 0 * x], axis=-1).astype(np.uint8)


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "_NEEDED_ABOVE", 1_000_000)


@pytest.mark.parametrize("options", [{"rowsperstrip": 64, "compression": "zlib"}, {"tile": (256, 256)}, {}], ids=str)
def test_a_large_tiff_gets_its_coarse_levels_once_and_shows_the_same(
    tmp_path: Path, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = smooth(2100, 1500)
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", **options)
    slide = open_slide(tmp_path / "a.tif")
    assert isinstance(slide, PyramidSlide)
    assert "pyramid built" in slide.description
    assert slide.level_downsamples[-1] >= 2
    np.testing.assert_array_equal(slide.read(Box(900, 700, 1200, 900), Size(300, 200)), picture[700:900, 900:1200])
    far = slide.read(Box(0, 0, 2100, 1500), Size(210, 150)).astype(int)
    assert np.abs(far - picture[5::10, 5::10]).max() <= 3
    slide.close()
    monkeypatch.setattr(pyramid, "build", None)
    again = open_slide(tmp_path / "a.tif")
    assert isinstance(again, PyramidSlide), "it was in the cache"
    again.close()


def test_a_part_that_cannot_be_read_leaves_no_half_pyramid(tmp_path: Path) -> None:
    slide = FakeSlide(smooth(2000, 1400), broken_l0=(Box(0, 1300, 50, 1390),))
    with pytest.raises(UnreadableFileError):
        build(slide, tmp_path / "out" / "p.tif", 1)
    assert list((tmp_path / "out").iterdir()) == []
    assert with_pyramid(slide, is_tiled=True) is slide


def test_a_small_slide_and_one_with_coarse_levels_stay_as_they_are() -> None:
    assert isinstance(with_pyramid(FakeSlide(smooth(300, 200)), is_tiled=False), FakeSlide)
    deep = FakeSlide(smooth(2000, 1400), level_downsamples=(1.0, 4.0))
    assert with_pyramid(deep, is_tiled=True) is deep


def test_the_cache_forgets_the_longest_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "_KEPT_BYTES", 1)
    for name in ("first", "second"):
        slide = with_pyramid(FakeSlide(smooth(2000, 1400), content_hash=f"sha256:{name}"), is_tiled=True)
        slide.close()
    assert [p.name for p in (paths.cache() / "pyramids").iterdir()] == ["second-4.tif"]


def test_scale_and_identity_are_the_file_s_own() -> None:
    source = FakeSlide(smooth(2000, 1400), Scale(0.25, "file"))
    slide = with_pyramid(source, is_tiled=True)
    assert (slide.scale, slide.content_hash, slide.size) == (source.scale, "fake", source.size)
    slide.close()
