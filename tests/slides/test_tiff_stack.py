from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile

from bloodview.core.geometry import Box
from bloodview.slides.slide import open_slide


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
