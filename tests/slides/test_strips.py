"""Rows out of PNG and BMP files, strip by strip."""

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Size
from bloodview.slides import strips
from bloodview.slides.header import FileKind
from bloodview.slides.strips import open_strips, size_in

UInt8 = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def _small_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_STRIP_BYTES", 5000)
    monkeypatch.setattr(strips, "_PIECE_BYTES", 700)


def picture(mode: str) -> Image.Image:
    """Noise over a slope, so that every filter of PNG is used."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:97, 0:131]
    base = np.stack([x, y * 2, (x + y) % 256], axis=-1) + rng.integers(0, 9, (97, 131, 3))
    rgb = Image.fromarray(base.astype(np.uint8))
    if mode == "I;16":
        return Image.fromarray((base[..., 0] * 257).astype(np.uint16))
    if mode in ("RGBA", "LA"):
        whole = rgb.convert(mode)
        whole.putalpha(255)
        return whole
    return rgb.convert(mode)


def whole(path: Path, kind: FileKind) -> UInt8:
    parts = list(open_strips(path, kind).rows())
    assert len(parts) > 1
    return np.concatenate(parts)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
def test_a_png_is_the_same_as_decoded_at_once(tmp_path: Path, mode: str) -> None:
    image = picture(mode)
    image.save(tmp_path / "a.png")
    np.testing.assert_array_equal(whole(tmp_path / "a.png", FileKind.PNG), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("filter_", range(5))
def test_every_filter_reaches_over_the_seam_of_strips(tmp_path: Path, filter_: int) -> None:
    rgb = np.asarray(picture("RGB"))
    lines = [bytes([filter_]) + _filtered(filter_, rgb[y], rgb[y - 1] if y else None) for y in range(len(rgb))]
    head = struct.pack(">IIBBBBB", rgb.shape[1], rgb.shape[0], 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(strips._chunk(n, b) for n, b in parts))
    np.testing.assert_array_equal(whole(tmp_path / "a.png", FileKind.PNG), rgb)


def _filtered(kind: int, row: UInt8, above: UInt8 | None) -> bytes:
    """A line as a PNG stores it with one of its five filters."""
    now = row.reshape(-1).astype(int)
    up = above.reshape(-1).astype(int) if above is not None else np.zeros_like(now)
    left, corner = np.concatenate([np.zeros(3, int), now[:-3]]), np.concatenate([np.zeros(3, int), up[:-3]])
    guess = left + up - corner
    far = np.abs(np.stack([guess - left, guess - up, guess - corner]))
    paeth = np.choose(far.argmin(axis=0), [left, up, corner])
    minus = (np.zeros_like(now), left, up, (left + up) // 2, paeth)[kind]
    return ((now - minus) % 256).astype(np.uint8).tobytes()


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    image = picture("I;16")
    image.save(tmp_path / "a.png")
    found = whole(tmp_path / "a.png", FileKind.PNG)[..., 0].astype(int)
    assert np.abs(found - np.asarray(image).astype(int) // 257).max() <= 1


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_a_bmp_is_the_same_as_decoded_at_once(tmp_path: Path, mode: str) -> None:
    image = picture(mode)
    image.save(tmp_path / "a.bmp")
    np.testing.assert_array_equal(whole(tmp_path / "a.bmp", FileKind.BMP), np.asarray(image.convert("RGB")))


def test_a_bmp_that_begins_at_the_top_does_too(tmp_path: Path) -> None:
    rgb = np.asarray(picture("RGB"))
    _, encoded = cv2.imencode(".bmp", np.ascontiguousarray(rgb[::-1, :, ::-1]))
    data = bytearray(encoded.tobytes())
    struct.pack_into("<i", data, 22, -len(rgb))
    (tmp_path / "a.bmp").write_bytes(data)
    np.testing.assert_array_equal(whole(tmp_path / "a.bmp", FileKind.BMP), rgb)


def test_scale_and_profile_are_read_beside_the_pixels(tmp_path: Path) -> None:
    picture("RGB").save(tmp_path / "a.png", dpi=(25400 * 4, 25400 * 4), icc_profile=b"profile" * 20)
    header = open_strips(tmp_path / "a.png", FileKind.PNG).header
    assert header.um_per_px == pytest.approx(0.25, rel=0.01)
    assert header.icc == b"profile" * 20
    assert header.size == Size(131, 97)


@pytest.mark.parametrize(("share", "flip"), [(0.6, False), (0.97, False), (1.0, True)])
def test_a_png_cut_short_or_changed_is_told(tmp_path: Path, share: float, flip: bool) -> None:
    picture("RGB").save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    if flip:
        data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.png").write_bytes(data[: round(share * len(data))])
    with pytest.raises(UnreadableFileError, match="damaged"):
        list(open_strips(tmp_path / "a.png", FileKind.PNG).rows())


def test_an_interlaced_png_is_refused_by_name(tmp_path: Path) -> None:
    picture("RGB").save(tmp_path / "a.png")
    data = bytearray((tmp_path / "a.png").read_bytes())
    data[28] = 1
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(UnreadableFileError, match="interlaced"):
        open_strips(tmp_path / "a.png", FileKind.PNG)


def test_a_bmp_cut_short_or_packed_is_refused(tmp_path: Path) -> None:
    picture("RGB").save(tmp_path / "a.bmp")
    data = bytearray((tmp_path / "a.bmp").read_bytes())
    (tmp_path / "short.bmp").write_bytes(data[:-500])
    data[30] = 1
    (tmp_path / "packed.bmp").write_bytes(data)
    with pytest.raises(UnreadableFileError, match="missing"):
        open_strips(tmp_path / "short.bmp", FileKind.BMP)
    with pytest.raises(UnreadableFileError, match="packed"):
        open_strips(tmp_path / "packed.bmp", FileKind.BMP)


def test_sizes_are_read_off_the_first_bytes(tmp_path: Path) -> None:
    for name, kind in (("a.png", FileKind.PNG), ("a.bmp", FileKind.BMP), ("a.jpg", FileKind.JPEG)):
        picture("RGB").save(tmp_path / name)
        start = (tmp_path / name).read_bytes()[:512]
        assert size_in(start, kind) == Size(131, 97)
    assert size_in(b"", FileKind.PNG) is None
