"""Pictures too large to be decoded at once."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bloodview.core import paths
from bloodview.core.errors import StorageError, UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides import huge_picture, image_slide, jpeg_rows, pyramid, strips
from bloodview.slides.header import FileKind
from bloodview.slides.huge_picture import HugePicture, is_huge
from bloodview.slides.slide import open_slide


@pytest.fixture(autouse=True)
def _small_is_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (huge_picture, image_slide):
        monkeypatch.setattr(module, "MAX_PIXELS", 2_000_000)
    monkeypatch.setattr(pyramid, "_NEEDED_ABOVE", 1_000_000)
    for module in (strips, jpeg_rows):
        monkeypatch.setattr(module, "_STRIP_BYTES", 200_000)


def smooth(width: int, height: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // width, y * 255 // height, 128 + 0 * x], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("ending", ["png", "bmp"])
def test_it_is_read_through_a_pyramid_in_the_cache(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = smooth(1700, 1300)
    Image.fromarray(picture).save(tmp_path / f"a.{ending}")
    slide = open_slide(tmp_path / f"a.{ending}")
    assert slide.size == Size(1700, 1300)
    assert "pyramid built" in slide.description
    np.testing.assert_array_equal(slide.read(Box(900, 700, 1200, 900), Size(300, 200)), picture[700:900, 900:1200])
    near = slide.read(Box(900, 700, 910, 710), Size(40, 40)).astype(int)
    assert np.abs(near[::4, ::4] - picture[700:710, 900:910]).max() <= 2
    far = slide.read(Box(0, 0, 1700, 1300), Size(170, 130)).astype(int)
    assert np.abs(far - picture[5::10, 5::10]).max() <= 3
    slide.close()
    monkeypatch.setattr(pyramid, "build", None)
    open_slide(tmp_path / f"a.{ending}").close()  # it was in the cache


def test_it_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    Image.fromarray(smooth(1200, 9000)).save(tmp_path / "a.png", compress_level=1)
    slide = HugePicture(tmp_path / "a.png", FileKind.PNG)
    tracemalloc.start()
    for top in range(0, 9000, 100):
        slide.read(Box(0, top, 1200, top + 100), Size(1200, 100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000, "of 32 million bytes of pixels"


def test_damage_half_way_is_told_and_leaves_nothing_in_the_cache(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (1500, 1500, 3), np.uint8)).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFileError, match="cut short"):
        open_slide(tmp_path / "a.png")
    assert list(pyramid._folder().glob("*")) == []


def test_rows_out_of_their_order_are_refused(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "a.png")
    slide = HugePicture(tmp_path / "a.png", FileKind.PNG)
    slide.read(Box(0, 0, 1700, 10), Size(1700, 10))
    with pytest.raises(ValueError, match="row by row"):
        slide.read(Box(0, 500, 1700, 510), Size(1700, 10))
    slide.read(Box(0, 0, 1700, 10), Size(1700, 10))  # from the top again


def test_a_webp_of_that_size_is_refused_with_the_limit(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "a.webp")
    with pytest.raises(UnreadableFileError, match="1,700 x 1,300") as caught:
        open_slide(tmp_path / "a.webp")
    assert "tiled, pyramidal TIFF" in caught.value.hint


@pytest.mark.parametrize(
    ("size", "bytes_in_file", "expected"),
    [(Size(1000, 1000), 10**6, False), (Size(3000, 3000), 10**6, True), (Size(3000, 3000), 100, False)]
    + [(Size(2_000_000, 2_000_000), 10**12, False)],
)
def test_only_what_a_disk_can_hold_and_the_file_can_contain_is_tried(
    size: Size, bytes_in_file: int, expected: bool
) -> None:
    start = b"\x89PNG\r\n\x1a\n" + bytes(8) + size.width.to_bytes(4, "big") + size.height.to_bytes(4, "big")
    assert is_huge(start, FileKind.PNG, bytes_in_file) is expected


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_is_read_through_a_pyramid_too_and_leaves_no_plain_pixels(tmp_path: Path, mode: str) -> None:
    picture = smooth(1700, 1300)
    Image.fromarray(picture).convert(mode).save(tmp_path / "a.jpg", quality=95, icc_profile=bytes(70_000))
    slide = open_slide(tmp_path / "a.jpg")
    expected = np.asarray(Image.open(tmp_path / "a.jpg").convert("RGB")).astype(int)
    assert slide.size == Size(1700, 1300)
    assert "pyramid built" in slide.description
    near = slide.read(Box(900, 700, 1200, 900), Size(300, 200)).astype(int)
    assert np.abs(near - expected[700:900, 900:1200]).max() <= 2
    far = slide.read(Box(0, 0, 1700, 1300), Size(170, 130)).astype(int)
    assert np.abs(far - expected[5::10, 5::10]).max() <= 6
    slide.close()
    assert [f.name for f in paths.cache().iterdir()] == ["pyramids"]


def test_a_jpeg_that_is_progressive_is_refused_with_what_to_do(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "a.jpg", progressive=True)
    with pytest.raises(UnreadableFileError, match=r"a\.jpg: .*progressive.*baseline"):
        open_slide(tmp_path / "a.jpg")


def test_a_jpeg_in_cmyk_is_refused_with_what_to_do(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).convert("CMYK").save(tmp_path / "c.jpg")
    with pytest.raises(UnreadableFileError, match=r"c\.jpg: .*CMYK.*RGB"):
        open_slide(tmp_path / "c.jpg")


def test_a_jpeg_cut_short_is_told(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "s.jpg")
    data = (tmp_path / "s.jpg").read_bytes()
    (tmp_path / "s.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFileError, match=r"s\.jpg: .*cut short"):
        open_slide(tmp_path / "s.jpg")


def test_bytes_that_fill_up_before_a_marker_are_passed_over(tmp_path: Path) -> None:
    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "f.jpg")
    head, frame, rest = (tmp_path / "f.jpg").read_bytes().partition(b"\xff\xc0")
    (tmp_path / "f.jpg").write_bytes(head + b"\xff\xff" + frame + rest)
    slide = open_slide(tmp_path / "f.jpg")
    assert "pyramid built" in slide.description
    slide.close()


def test_a_jpeg_for_which_there_is_no_room_is_told_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int, _start: int, _length: int) -> None:
        raise OSError(28, "No space left on device")

    Image.fromarray(smooth(1700, 1300)).save(tmp_path / "a.jpg")
    monkeypatch.setattr("bloodview.slides.jpeg_rows.os.posix_fallocate", full, raising=False)
    with pytest.raises(StorageError, match="no room for 0.0 GB"):
        open_slide(tmp_path / "a.jpg")
