import threading
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides.openslide_slide import OpenSlideSlide
from bloodview.slides.slide import open_slide

UInt8 = NDArray[np.uint8]

_LABEL = "Aperio Image Library v1\n512x384 [0,0 512x384] (128x128) |AppMag = 40|MPP = 0.2500"


def aperio(path: Path) -> UInt8:
    """A small Aperio slide of two levels, as OpenSlide knows it by its description."""
    y, x = np.mgrid[0:384, 0:512]
    picture = np.stack([x / 2, y / 2, 100 + 0 * x], axis=-1).astype(np.uint8)
    options = {"photometric": "rgb", "tile": (128, 128), "compression": "jpeg", "metadata": None}
    options["compressionargs"] = {"level": 95}
    with tifffile.TiffWriter(path) as writer:
        writer.write(picture, description=_LABEL, **options)
        writer.write(picture[::4, ::4], description=_LABEL, rowsperstrip=16, **(options | {"tile": None}))
        writer.write(picture[::4, ::4], description=_LABEL, **options)
    return picture


def test_a_slide_is_known_by_its_content(tmp_path: Path) -> None:
    aperio(tmp_path / "a.tif")
    slide = open_slide(tmp_path / "a.tif")
    assert isinstance(slide, OpenSlideSlide)
    assert slide.description == "aperio slide, 512 x 384 px, 2 levels, assumed sRGB"
    assert slide.size == Size(512, 384)
    assert slide.level_downsamples == pytest.approx((1, 4))
    assert slide.scale is not None
    assert slide.scale.um_per_px == pytest.approx(0.25)
    slide.close()


@pytest.mark.parametrize("downsample", [1, 2, 4, 8])
def test_boxes_are_level_0_whatever_the_level_read(tmp_path: Path, downsample: int) -> None:
    picture = aperio(tmp_path / "a.svs")
    slide = open_slide(tmp_path / "a.svs")
    got = slide.read(Box(128, 64, 384, 320), Size(256 // downsample, 256 // downsample)).astype(int)
    expected = picture[64:320, 128:384].reshape(256 // downsample, downsample, -1, downsample, 3).mean(axis=(1, 3))
    assert np.abs(got - expected).max() <= 8


def test_outside_the_slide_is_white(tmp_path: Path) -> None:
    picture = aperio(tmp_path / "a.svs")
    got = open_slide(tmp_path / "a.svs").read(Box(-10, -10, 30, 30), Size(40, 40))
    assert got[:10].min() == got[:, :10].min() == 255
    assert np.abs(got[10:, 10:].astype(int) - picture[:30, :30]).max() <= 8


def test_after_a_damaged_tile_the_rest_can_still_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.svs"
    picture = aperio(path)
    with tifffile.TiffFile(path) as tiff:
        offset, count = (x[5] for x in (tiff.pages.first.dataoffsets, tiff.pages.first.databytecounts))
    data = bytearray(path.read_bytes())
    data[offset : offset + count] = bytes(count)
    path.write_bytes(data)
    slide = open_slide(path)
    for _ in range(2):
        with pytest.raises(UnreadableFileError, match="a.svs: The slide is damaged near x 128, y 128"):
            slide.read(Box(128, 128, 256, 256), Size(128, 128))
        got = slide.read(Box(0, 0, 100, 100), Size(100, 100))
        assert np.abs(got.astype(int) - picture[:100, :100]).max() <= 8


def test_a_slide_of_which_nothing_can_be_read_is_refused_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.svs"
    aperio(path)
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tiff:
        for page in tiff.pages:
            for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
                data[offset : offset + count] = bytes(count)
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="damaged"):
        open_slide(path)


def test_reading_while_another_thread_closes_is_an_error_with_a_name_or_works(tmp_path: Path) -> None:
    aperio(tmp_path / "a.svs")
    slide = open_slide(tmp_path / "a.svs")
    outcomes: list[str] = []

    def work() -> None:
        for i in range(30):
            try:
                slide.read(Box(i, i, i + 200, i + 200), Size(100, 100))
                outcomes.append("read")
            except UnreadableFileError as error:
                outcomes.append(error.what)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    slide.close()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 90
    assert set(outcomes) <= {"read", "The slide was closed."}
    assert outcomes[-1] == "The slide was closed."
