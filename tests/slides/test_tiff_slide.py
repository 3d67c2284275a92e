import struct
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from bloodview.core.errors import UnreadableFileError
from bloodview.core.geometry import Box, Size
from bloodview.slides import tiff_plane
from bloodview.slides.slide import Slide, open_slide

UInt8 = NDArray[np.uint8]


def smooth(width: int = 90, height: int = 70) -> UInt8:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 / width, y * 255 / height, 128 + 0 * x], axis=-1).astype(np.uint8)


Opener = Callable[[Path], Slide]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens slides that are closed when the test ends."""
    with ExitStack() as stack:

        def opener(path: Path) -> Slide:
            slide = open_slide(path)
            stack.callback(slide.close)
            return slide

        yield opener


def whole(slide: Slide) -> UInt8:
    return slide.read(Box(0, 0, slide.size.width, slide.size.height), slide.size)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tile": (32, 32)},
        {"rowsperstrip": 7},
        {"compression": "zlib", "predictor": True, "tile": (32, 48)},
        {"compression": "lzw", "rowsperstrip": 16},
        {"compression": "zstd", "tile": (16, 16)},
        {"compression": "packbits"},
        {"bigtiff": True, "tile": (64, 64)},
        {"byteorder": ">", "compression": "zlib"},
        {"compression": "jpeg2000", "tile": (64, 64)},
    ],
    ids=str,
)
def test_every_packing_gives_the_same_pixels(opened: Opener, tmp_path: Path, options: dict[str, object]) -> None:
    picture = smooth()
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", **options)
    slide = opened(tmp_path / "a.tif")
    assert slide.size == Size(90, 70)
    np.testing.assert_array_equal(whole(slide), picture)
    np.testing.assert_array_equal(slide.read(Box(30, 20, 75, 65), Size(45, 45)), picture[20:65, 30:75])


@pytest.mark.parametrize("photometric", ["rgb", "ycbcr"])
def test_jpeg_tiles_have_the_right_colours(opened: Opener, tmp_path: Path, photometric: str) -> None:
    picture = smooth(96, 64)
    stored = picture if photometric == "rgb" else np.asarray(Image.fromarray(picture).convert("YCbCr"))
    tifffile.imwrite(
        tmp_path / "a.tif",
        stored,
        photometric=photometric,
        tile=(32, 32),
        compression="jpeg",
        compressionargs={"level": 95},
    )
    assert np.abs(whole(opened(tmp_path / "a.tif")).astype(int) - picture).max() <= 12


@pytest.mark.parametrize("tile", [None, (32, 32)])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_planes_that_lie_apart_are_put_together(
    opened: Opener, tmp_path: Path, tile: tuple[int, int] | None, compression: str | None
) -> None:
    picture = smooth()
    tifffile.imwrite(
        tmp_path / "a.tif",
        picture.transpose(2, 0, 1),
        photometric="rgb",
        planarconfig="separate",
        tile=tile,
        compression=compression,
    )
    np.testing.assert_array_equal(whole(opened(tmp_path / "a.tif")), picture)


@pytest.mark.parametrize("tag", range(1, 9))
def test_the_orientation_is_applied_to_the_whole_and_to_parts(opened: Opener, tmp_path: Path, tag: int) -> None:
    picture = smooth()
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", tile=(16, 16), extratags=[(274, 3, 1, tag, True)])
    turned = picture if tag < 5 else picture.transpose(1, 0, 2)
    turned = turned[:: -1 if tag in (3, 4, 7, 8) else 1, :: -1 if tag in (2, 3, 6, 7) else 1]
    slide = opened(tmp_path / "a.tif")
    assert slide.size == Size(turned.shape[1], turned.shape[0])
    np.testing.assert_array_equal(whole(slide), turned)
    np.testing.assert_array_equal(slide.read(Box(11, 23, 41, 43), Size(30, 20)), turned[23:43, 11:41])


def test_grey_of_16_bits_is_scaled_alike_everywhere(opened: Opener, tmp_path: Path) -> None:
    values = np.zeros((64, 64), np.uint16)
    values[32:] = 1000
    values[0, 0] = 3000
    tifffile.imwrite(tmp_path / "a.tif", values, tile=(16, 16), compression="zlib")
    slide = opened(tmp_path / "a.tif")
    got = whole(slide)
    assert got[50, 50].tolist() == [62, 62, 62]
    assert slide.read(Box(40, 40, 44, 44), Size(4, 4))[0, 0].tolist() == [62, 62, 62]


def test_white_is_zero_is_turned_round(opened: Opener, tmp_path: Path) -> None:
    values = np.full((8, 8), 55, np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite")
    assert whole(opened(tmp_path / "a.tif"))[0, 0].tolist() == [200, 200, 200]


def test_palettes_masks_fractions_and_alpha_open(opened: Opener, tmp_path: Path) -> None:
    colormap = np.zeros((3, 256), np.uint16)
    colormap[0, 7], colormap[2, 9] = 65535, 65535
    tifffile.imwrite(tmp_path / "p.tif", np.array([[7, 9]], np.uint8), photometric="palette", colormap=colormap)
    assert whole(opened(tmp_path / "p.tif")).tolist() == [[[255, 0, 0], [0, 0, 255]]]
    tifffile.imwrite(tmp_path / "m.tif", np.array([[True, False] * 8] * 4), photometric="minisblack")
    assert whole(opened(tmp_path / "m.tif"))[0, :2, 0].tolist() == [255, 0]
    tifffile.imwrite(tmp_path / "f.tif", np.array([[0.0, 0.5, 1.0]], np.float32))
    assert whole(opened(tmp_path / "f.tif"))[0, :, 0].tolist() == [0, 128, 255]
    rgba = np.array([[[200, 0, 0, 255], [200, 0, 0, 0]]], np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", rgba, photometric="rgb", extrasamples=["unassalpha"])
    assert whole(opened(tmp_path / "a.tif")).tolist() == [[[200, 0, 0], [255, 255, 255]]]


def test_of_several_pages_the_first_is_shown(opened: Opener, tmp_path: Path) -> None:
    pages = np.stack([np.full((20, 30), v, np.uint8) for v in (50, 150, 250)])
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="minisblack")
    slide = opened(tmp_path / "a.tif")
    assert (slide.size, whole(slide).max()) == (Size(30, 20), 50)
    assert "plane 1 of 3, the first" in slide.description


def pyramid(path: Path, *, ome: bool) -> UInt8:
    picture = np.kron(smooth(64, 64), np.ones((8, 8, 1))).astype(np.uint8)
    options = {"photometric": "rgb", "tile": (64, 64), "compression": "zlib"}
    metadata = {"axes": "YXS", "PhysicalSizeX": 0.25, "PhysicalSizeXUnit": "µm"} if ome else None
    with tifffile.TiffWriter(path, ome=ome) as writer:
        writer.write(picture, subifds=2 if ome else 0, metadata=metadata, **options)
        for step in (2, 4):
            writer.write(picture[::step, ::step], subfiletype=1, metadata=None, **options)
    return picture


@pytest.mark.parametrize("ome", [True, False])
def test_pyramids_are_read_at_the_level_that_fits(
    opened: Opener, tmp_path: Path, ome: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = pyramid(tmp_path / "a.ome.tif", ome=ome)
    slide = opened(tmp_path / "a.ome.tif")
    assert slide.level_downsamples == pytest.approx((1, 2, 4))
    decoded: list[int] = []
    original = tiff_plane.TiffPlane._decoded
    monkeypatch.setattr(
        tiff_plane.TiffPlane, "_decoded", lambda self, i: (decoded.append(self._number), original(self, i))[1]
    )
    far = slide.read(Box(0, 0, 512, 512), Size(128, 128))
    assert np.abs(far.astype(int) - picture[::4, ::4]).max() <= 4
    assert set(decoded) == {2}
    decoded.clear()
    near = slide.read(Box(100, 100, 160, 160), Size(60, 60))
    np.testing.assert_array_equal(near, picture[100:160, 100:160])
    assert decoded == [0] * 4
    if ome:
        assert slide.scale is not None
        assert slide.scale.um_per_px == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("options", "um"),
    [
        ({"resolution": (40000, 40000), "resolutionunit": "CENTIMETER"}, 0.25),
        ({"resolution": (101600, 101600), "resolutionunit": "INCH"}, 0.25),
        ({"resolution": (300, 300), "resolutionunit": "INCH"}, None),
        ({"imagej": True, "resolution": (4, 4), "metadata": {"unit": "um"}}, 0.25),
        ({}, None),
    ],
)
def test_the_scale_is_read_where_it_can_be_a_microscope_s(
    opened: Opener, tmp_path: Path, options: dict[str, object], um: float | None
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", smooth(), photometric="rgb", **options)
    scale = opened(tmp_path / "a.tif").scale
    assert (scale.um_per_px if scale else None) == pytest.approx(um)


@pytest.mark.parametrize("options", [{}, {"tile": (32, 32), "compression": "zlib"}])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_cut_short_is_refused_by_name(
    opened: Opener, tmp_path: Path, options: dict[str, object], share: float
) -> None:
    path = tmp_path / "a.tif"
    noise = np.random.default_rng(0).integers(0, 255, (70, 90, 3)).astype(np.uint8)
    tifffile.imwrite(path, noise, photometric="rgb", **options)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UnreadableFileError, match="a.tif") as caught:
        opened(path)
    assert caught.value.hint


@pytest.mark.parametrize("tag", [256, 257])
def test_a_picture_without_pixels_is_refused(tmp_path: Path, tag: int) -> None:
    path = tmp_path / "x.tif"
    tifffile.imwrite(path, np.zeros((64, 64, 3), np.uint8), tile=(64, 64), photometric="rgb")
    with tifffile.TiffFile(path, mode="r+b") as tiff:
        tiff.pages[0].tags[tag].overwrite(0)
    with pytest.raises(UnreadableFileError, match="damaged"):
        open_slide(path)


def test_a_damaged_tile_is_named_and_the_rest_still_read(opened: Opener, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    picture = smooth()
    tifffile.imwrite(path, picture, photometric="rgb", tile=(32, 32), compression="zlib")
    with tifffile.TiffFile(path) as tiff:
        offset = tiff.pages.first.dataoffsets[4]
    data = bytearray(path.read_bytes())
    data[offset : offset + 8] = b"\0" * 8
    path.write_bytes(data)
    slide = opened(path)
    with pytest.raises(UnreadableFileError, match="damaged at tile 4"):
        whole(slide)
    np.testing.assert_array_equal(slide.read(Box(0, 0, 30, 30), Size(30, 30)), picture[:30, :30])


def lying_tiff(side: int, strips: int) -> bytes:
    """One strip of 10 bytes and a header that promises side x side pixels in so many strips."""
    entries = [(256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1)]
    entries += [(278, 4, side // strips), (279, 4, 10)]
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in entries)
    return b"II*\0" + struct.pack("<I", 20) + b"\1" * 12 + body + bytes(4)


@pytest.mark.parametrize("strips", [1, 100])
def test_a_header_that_promises_more_than_there_is_is_refused(opened: Opener, tmp_path: Path, strips: int) -> None:
    (tmp_path / "a.tif").write_bytes(lying_tiff(100_000, strips))
    with pytest.raises(UnreadableFileError, match=r"cut short|does not hold|too large"):
        opened(tmp_path / "a.tif")


def tiled_tiff(
    side: int, tile: int, packed: bytes, packing: int = 8, more: tuple[int, int, int, int] | None = None
) -> bytes:
    """One packed tile of a picture, and a tag (number, type, count, value) beside the needed ones."""
    size = len(packed)
    entries = [(256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 8), (259, 3, 1, packing), (262, 3, 1, 2)]
    entries += [(277, 3, 1, 3), (322, 4, 1, tile), (323, 4, 1, tile), (324, 4, 1, 8), (325, 4, 1, size)]
    entries += [more] if more else []
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8 + size) + packed + body + bytes(4)


def test_a_tile_that_unpacks_to_more_than_it_says_takes_no_memory(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiled_tiff(64, 64, zlib.compress(bytes(2**26), 9)))
    tracemalloc.start()
    with pytest.raises(UnreadableFileError, match="damaged at tile 0"):
        whole(opened(tmp_path / "a.tif"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


def test_a_tile_too_large_to_unpack_is_refused_when_opened(opened: Opener, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiled_tiff(60_000, 60_000, zlib.compress(b"x")))
    with pytest.raises(UnreadableFileError, match="pieces too large"):
        opened(tmp_path / "a.tif")


def test_a_tag_that_promises_gigabytes_is_passed_over(opened: Opener, tmp_path: Path) -> None:
    lying = (34675, 7, 0xFFFFFFF0, 8)  # the colour profile
    (tmp_path / "a.tif").write_bytes(tiled_tiff(64, 64, zlib.compress(bytes(64 * 64 * 3)), more=lying))
    assert whole(opened(tmp_path / "a.tif")).max() == 0


def test_directories_that_run_in_a_circle_end(opened: Opener, tmp_path: Path) -> None:
    data = tiled_tiff(64, 64, zlib.compress(bytes(64 * 64 * 3)))
    (tmp_path / "a.tif").write_bytes(data[:-4] + data[4:8])
    assert whole(opened(tmp_path / "a.tif")).max() == 0


def test_a_huge_sparse_picture_opens_and_shows_a_part(opened: Opener, tmp_path: Path) -> None:
    tile = np.full((256, 256, 3), 90, np.uint8)

    def tiles() -> object:
        yield tile
        for _ in range(40 * 40 - 1):
            yield None

    tifffile.imwrite(
        tmp_path / "a.tif",
        tiles(),
        shape=(10_240, 10_240, 3),
        dtype=np.uint8,
        photometric="rgb",
        tile=(256, 256),
        compression="zlib",
    )
    slide = opened(tmp_path / "a.tif")
    assert slide.read(Box(246, 0, 266, 10), Size(20, 10))[0, :, 0].tolist() == [90] * 10 + [255] * 10


def test_several_threads_read_the_same_pixels(opened: Opener, tmp_path: Path) -> None:
    picture = smooth(300, 200)
    tifffile.imwrite(tmp_path / "a.tif", picture, photometric="rgb", tile=(32, 32), compression="zlib")
    slide = opened(tmp_path / "a.tif")
    wrong: list[int] = []

    def work(k: int) -> None:
        for i in range(25):
            x = (13 * i + 7 * k) % 240
            if not np.array_equal(slide.read(Box(x, 3, x + 50, 153), Size(50, 150)), picture[3:153, x : x + 50]):
                wrong.append(x)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_colours_that_are_not_read_are_refused(opened: Opener, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", smooth(), photometric="cielab")
    with pytest.raises(UnreadableFileError, match="photometric 8"):
        opened(tmp_path / "a.tif")


@pytest.mark.parametrize("options", [{}, {"tile": (32, 32), "compression": "zlib"}], ids=["plain", "tiled"])
def test_a_file_that_vanishes_while_open_is_an_error_and_no_crash(
    opened: Opener, tmp_path: Path, options: dict[str, object]
) -> None:
    path = tmp_path / "a.tif"
    noise = np.random.default_rng(0).integers(0, 255, (700, 900, 3)).astype(np.uint8)
    tifffile.imwrite(path, noise, photometric="rgb", **options)
    slide = opened(path)
    with path.open("r+b") as file:
        file.truncate(2000)
    with pytest.raises(UnreadableFileError, match="a.tif") as caught:
        slide.read(Box(0, 500, 900, 700), Size(900, 200))
    assert caught.value.hint
