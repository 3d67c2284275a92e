import io
import struct
import threading
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides import image_slide
from bloodview.slides.slide import Slide, open_slide

UInt8 = NDArray[np.uint8]


def smooth(width: int = 64, height: int = 48) -> UInt8:
    """Changes slowly, so that lossy formats keep it; no two corners alike."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 / width, y * 255 / height, 128 + 0 * x], axis=-1).astype(np.uint8)


def whole(slide: Slide) -> UInt8:
    return slide.read(Box(0, 0, slide.size.width, slide.size.height), slide.size)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.png", {}, 0),
        ("a.bmp", {}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("b.webp", {"quality": 90}, 12),
        ("a.jpg", {"quality": 95}, 6),
        ("b.jpg", {"quality": 95, "progressive": True}, 6),
    ],
)
def test_colours_come_in_the_right_order(tmp_path: Path, name: str, options: dict[str, object], tolerance: int) -> None:
    picture = smooth()
    slide = open_slide(saved(tmp_path / name, Image.fromarray(picture), **options))
    assert slide.size == Size(64, 48)
    assert np.abs(whole(slide).astype(int) - picture).max() <= tolerance
    assert slide.level_downsamples == (1.0,)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize("tag", [1, 3, 6, 8])
def test_the_camera_s_orientation_is_applied_once(tmp_path: Path, name: str, tag: int) -> None:
    exif = Image.Exif()
    exif[274] = tag
    picture = smooth()
    upright = {1: picture, 3: picture[::-1, ::-1], 6: np.rot90(picture, -1), 8: np.rot90(picture)}[tag]
    slide = open_slide(saved(tmp_path / name, Image.fromarray(picture), exif=exif, quality=95))
    assert slide.size == Size(upright.shape[1], upright.shape[0])
    assert np.abs(whole(slide).astype(int) - upright).mean() < 4


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    picture = np.zeros((8, 8, 4), np.uint8)
    picture[:, 4:] = (10, 200, 30, 255)
    for name in ("a.png", "a.webp"):
        slide = open_slide(saved(tmp_path / name, Image.fromarray(picture), lossless=True))
        got = whole(slide)
        assert got[0, 0].tolist() == [255, 255, 255]
        assert got[0, 7].tolist() == [10, 200, 30]


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "CMYK"])
def test_pictures_of_every_mode_open(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(smooth()).convert(mode)
    path = saved(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), image, quality=95)
    expected = np.asarray(Image.open(path).convert("RGB")).astype(int)
    assert np.abs(whole(open_slide(path)).astype(int) - expected).mean() < 5


def test_a_palette_with_a_transparent_colour_is_laid_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (4, 4))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    slide = open_slide(saved(tmp_path / "a.png", image, transparency=0))
    assert whole(slide)[0, :2].tolist() == [[0, 0, 255], [255, 255, 255]]


@pytest.mark.parametrize(("highest", "brightest"), [(65535, 255), (4095, 255), (2048, 128)])
def test_16_bit_pictures_keep_their_brightness(tmp_path: Path, highest: int, brightest: int) -> None:
    values = np.linspace(0, highest, 100).astype(np.uint16).reshape(10, 10)
    slide = open_slide(saved(tmp_path / "a.png", Image.fromarray(values)))
    got = whole(slide)
    assert got[0, 0].tolist() == [0, 0, 0]
    assert abs(int(got[-1, -1, 0]) - brightest) <= 1


def test_the_content_decides_not_the_ending(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(smooth()), format="JPEG")
    assert open_slide(path).description.startswith("JPEG")


def test_a_scale_of_a_microscope_is_taken_and_one_of_a_printer_is_not(tmp_path: Path) -> None:
    image = Image.fromarray(smooth())
    fine = open_slide(saved(tmp_path / "a.png", image, dpi=(254_000, 254_000)))
    assert fine.scale is not None
    assert fine.scale.um_per_px == pytest.approx(0.1, rel=1e-3)
    assert fine.scale.source == "file"
    assert open_slide(saved(tmp_path / "b.png", image, dpi=(300, 300))).scale is None


def cut(path: Path, image: Image.Image, share: float, **options: object) -> Path:
    stream = io.BytesIO()
    image.save(stream, format=path.suffix[1:].replace("jpg", "jpeg"), **options)
    data = stream.getvalue()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize("share", [0.2, 0.6, 0.97])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp"])
def test_a_picture_cut_short_is_refused_by_name(tmp_path: Path, name: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (60, 60, 3)).astype(np.uint8)
    path = cut(tmp_path / name, Image.fromarray(noise), share)
    with pytest.raises(UnreadableFileError, match="cut short") as caught:
        open_slide(path)
    assert name in str(caught.value)
    assert caught.value.hint


def test_a_jpeg_filled_up_with_zeros_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", Image.fromarray(smooth()))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\0" * (len(data) // 2))
    with pytest.raises(UnreadableFileError, match="lower part"):
        open_slide(path)


def test_a_jpeg_with_a_preview_inside_is_whole_only_if_the_picture_is(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.fromarray(smooth(16, 16)).save(stream, "JPEG")
    preview = stream.getvalue()
    path = saved(tmp_path / "a.jpg", Image.fromarray(smooth()))
    data = path.read_bytes()
    segment = b"\xff\xe5" + struct.pack(">H", len(preview) + 2) + preview
    path.write_bytes(data[:2] + segment + data[2:])
    assert open_slide(path).size == Size(64, 48)
    path.write_bytes(data[:2] + segment + data[2 : len(data) // 2])
    with pytest.raises(UnreadableFileError, match="lower part"):
        open_slide(path)


def test_a_damaged_png_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(smooth()))
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 30] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="checksum"):
        open_slide(path)


def png(width: int, height: int, body: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(smooth(16, 16)).save(stream, "JPEG")
    data = bytearray(stream.getvalue())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65000, 65000)
    return bytes(data)


def huge_webp() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.zeros((4, 4, 4), np.uint8)).save(stream, "WEBP")
    data = bytearray(stream.getvalue())
    at = data.index(b"VP8X")
    data[at + 12 : at + 18] = b"\xff\xff\x01\xff\xff\x01"
    return bytes(data)


def huge_bmp() -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, 100_000, 100_000, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("a.png", png(100_000, 100_000, bytes(100)), "100,000 x 100,000"),
        ("a.jpg", huge_jpeg(), "65,000 x 65,000"),
        ("a.webp", huge_webp(), "131,072 x 131,072"),
        ("a.bmp", huge_bmp(), "100,000 x 100,000"),
    ],
)
def test_a_header_that_claims_a_huge_picture_is_refused_without_taking_memory(
    tmp_path: Path, name: str, data: bytes, size: str
) -> None:
    (tmp_path / name).write_bytes(data)
    tracemalloc.start()
    with pytest.raises(UnreadableFileError, match=size) as caught:
        open_slide(tmp_path / name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "tiled, pyramidal TIFF" in caught.value.hint
    assert peak < 20_000_000


def test_a_header_that_claims_more_than_the_file_can_hold_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(9_000, 9_000, bytes(100)))
    with pytest.raises(UnreadableFileError, match="cut short"):
        open_slide(tmp_path / "a.png")


def test_damage_inside_is_said_and_nothing_reaches_standard_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "a.webp", Image.fromarray(smooth()), lossless=True)
    data = bytearray(path.read_bytes())
    data[30:] = bytes(len(data) - 30)
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="damaged"):
        open_slide(path)
    assert capfd.readouterr().err == ""


def test_a_large_picture_is_looked_at_from_afar_through_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_slide, "_PYRAMID_ABOVE", 1000)
    picture = smooth(400, 200)
    slide = open_slide(saved(tmp_path / "a.png", Image.fromarray(picture)))
    got = slide.read(Box(0, 0, 400, 200), Size(40, 20))
    expected = picture.reshape(20, 10, 40, 10, 3).mean(axis=(1, 3))
    assert np.abs(got - expected).max() < 3
    np.testing.assert_array_equal(whole(slide), picture)


def test_several_threads_read_the_same_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_slide, "_PYRAMID_ABOVE", 1000)
    picture = smooth(200, 160)
    slide = open_slide(saved(tmp_path / "a.png", Image.fromarray(picture)))
    wrong: list[int] = []

    def work(k: int) -> None:
        for i in range(20):
            x = (7 * i + k) % 100
            if not np.array_equal(slide.read(Box(x, 3, x + 50, 53), Size(50, 50)), picture[3:53, x : x + 50]):
                wrong.append(x)
            slide.read(Box(0, 0, 200, 160), Size(20, 16))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_identity_follows_the_content_not_the_name(tmp_path: Path) -> None:
    first = saved(tmp_path / "a.png", Image.fromarray(smooth()))
    second = tmp_path / "b.png"
    second.write_bytes(first.read_bytes())
    other = saved(tmp_path / "c.png", Image.fromarray(smooth()[::-1]))
    hashes = [open_slide(p).content_hash for p in (first, second, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    assert hashes[0].startswith("sha256:")
