import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from bloodview.core.geometry import Box
from bloodview.slides.colour_profile import ColourProfile
from bloodview.slides.slide import open_slide


def swapped_profile() -> bytes:
    """sRGB whose red and blue primaries have changed places: so that an applied profile is seen."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    for i in range(count):
        at = 132 + 12 * i
        if data[at : at + 4] in (b"rXYZ", b"bXYZ"):
            data[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}[bytes(data[at : at + 4])]
    return bytes(data)


RED = np.full((40, 50, 3), (200, 20, 20), np.uint8)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif"])
def test_a_file_s_profile_is_applied_and_told(tmp_path: Path, ending: str) -> None:
    path, icc = tmp_path / f"a.{ending}", swapped_profile()
    if ending == "tif":
        tifffile.imwrite(path, RED, photometric="rgb", iccprofile=icc)
    else:
        Image.fromarray(RED).save(path, icc_profile=icc, quality=95)
    slide = open_slide(path)
    got = slide.read(Box(0, 0, 50, 40), slide.size)[20, 25].astype(int)
    assert np.abs(got - (20, 20, 200)).max() < 12
    assert "applied" in slide.description
    slide.close()


def test_without_a_profile_srgb_is_assumed_and_said(tmp_path: Path) -> None:
    Image.fromarray(RED).save(tmp_path / "a.png")
    slide = open_slide(tmp_path / "a.png")
    assert slide.description.endswith("assumed sRGB")
    slide.close()


def test_srgb_itself_changes_no_pixel() -> None:
    profile = ColourProfile.of(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert profile.told == "sRGB by its profile"
    assert profile.apply(RED) is RED


@pytest.mark.parametrize("icc", [b"no profile", swapped_profile()[:200]])
def test_a_damaged_profile_is_told_and_left_out(icc: bytes) -> None:
    profile = ColourProfile.of(icc)
    assert "cannot be used" in profile.told
    assert not profile.is_applied


def test_a_grey_profile_is_not_applied_to_colours() -> None:
    buffer = io.BytesIO()
    Image.new("L", (4, 4)).save(buffer, "PNG")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert "cannot be used" in ColourProfile.of(lab).told
