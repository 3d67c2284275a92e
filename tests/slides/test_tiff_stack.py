from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile

from bloodview.core.geometry import Box, Size
from bloodview.slides.planes import Planes, Why, planes_of
from bloodview.slides.slide import open_chosen, open_slide


def stack(sharp: int, planes: int = 5) -> np.ndarray:
    rng = np.random.default_rng(0)
    picture = np.kron(rng.integers(0, 255, (30, 40)), np.ones((6, 6))).astype(np.uint8)
    return np.stack(
        [picture if z == sharp else cv2.GaussianBlur(picture, (0, 0), 1.5 + abs(z - sharp)) for z in range(planes)]
    )


@pytest.mark.parametrize("sharp", [0, 3])
@pytest.mark.parametrize("ome", [True, False])
def test_a_focus_stack_shows_its_sharpest_plane(tmp_path: Path, sharp: int, ome: bool) -> None:
    planes = stack(sharp)
    name = "a.ome.tif" if ome else "a.tif"
    tifffile.imwrite(tmp_path / name, planes, ome=ome, imagej=not ome, metadata={"axes": "ZYX"})
    slide = open_slide(tmp_path / name)
    assert f"plane {sharp + 1} of 5, the sharpest" in slide.description
    np.testing.assert_array_equal(slide.read(Box(0, 0, 240, 180), slide.size)[..., 0], planes[sharp])
    slide.close()


def test_of_channels_and_planes_the_first_channel_is_stepped_through(tmp_path: Path) -> None:
    planes = stack(2)
    both = np.stack([planes, 255 - planes])  # C, Z
    tifffile.imwrite(tmp_path / "a.ome.tif", both, metadata={"axes": "CZYX"})
    slide = open_slide(tmp_path / "a.ome.tif")
    np.testing.assert_array_equal(slide.read(Box(0, 0, 240, 180), slide.size)[..., 0], planes[2])
    slide.close()


def test_a_stack_without_any_detail_shows_its_middle(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.ome.tif", np.full((5, 40, 40), 90, np.uint8), metadata={"axes": "ZYX"})
    slide = open_slide(tmp_path / "a.ome.tif")
    assert "plane 3 of 5" in slide.description
    slide.close()


def test_another_plane_of_a_stack_is_shown_if_it_is_asked_for(tmp_path: Path) -> None:
    planes = stack(2)
    tifffile.imwrite(tmp_path / "a.ome.tif", planes, metadata={"axes": "ZYX"})
    slide = open_slide(tmp_path / "a.ome.tif", 4)
    assert planes_of(slide) == Planes(5, 4, Why.CHOSEN)
    assert "plane 5 of 5, chosen" in slide.description
    np.testing.assert_array_equal(slide.read(Box(0, 0, 240, 180), slide.size)[..., 0], planes[4])
    slide.close()


def test_pages_that_say_not_what_they_are_can_be_chosen_and_the_first_is_shown(tmp_path: Path) -> None:
    planes = stack(3)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for plane in planes:
            writer.write(plane, contiguous=False, metadata=None)
    for plane, shown in ((None, 0), (3, 3), (99, 0), (-1, 0)):
        slide = open_slide(tmp_path / "a.tif", plane)
        assert planes_of(slide).count == 5
        np.testing.assert_array_equal(slide.read(Box(0, 0, 240, 180), slide.size)[..., 0], planes[shown])
        slide.close()


def test_a_plane_is_chosen_by_the_content_of_the_file(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.ome.tif", stack(2), metadata={"axes": "ZYX"})
    slide = open_slide(tmp_path / "a.ome.tif")
    content_hash = slide.content_hash
    slide.close()
    for chosen, shown in (({}, 2), ({content_hash: 0}, 0), ({content_hash: 7}, 2), ({"another": 0}, 2)):
        slide = open_chosen(tmp_path / "a.ome.tif", chosen)
        assert planes_of(slide).shown == shown
        slide.close()


def test_a_plain_picture_has_one_plane(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.full((40, 40, 3), 90, np.uint8), photometric="rgb")
    slide = open_slide(tmp_path / "a.tif", 3)
    assert planes_of(slide).count == 1
    slide.close()
    assert planes_of(object()).count == 1


def test_each_plane_of_a_large_stack_has_a_pyramid_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bloodview.slides.pyramid._NEEDED_ABOVE", 10_000)
    tifffile.imwrite(
        tmp_path / "a.ome.tif",
        np.stack([np.full((2200, 300), 40 * z, np.uint8) for z in range(1, 4)]),
        metadata={"axes": "ZYX"},
    )
    for plane in (0, 2, 0):
        slide = open_slide(tmp_path / "a.ome.tif", plane)
        assert "pyramid built" in slide.description
        assert planes_of(slide).shown == plane
        assert int(slide.read(Box(0, 0, 300, 2200), Size(30, 220))[50, 10, 0]) == 40 * (plane + 1)
        slide.close()
