from pathlib import Path

import numpy as np
import pytest
import tifffile

from bloodview.slides import associated
from bloodview.slides.associated import read_associated


def aperio_with_label(path: Path) -> None:
    smear = np.full((256, 256, 3), 200, np.uint8)
    label = np.full((32, 48, 3), (250, 240, 90), np.uint8)
    with tifffile.TiffWriter(path) as writer:
        about = "Aperio Image Library v11\r\n256x256 (256x256) JPEG/RGB Q=90|AppMag = 40|MPP = 0.25"
        writer.write(smear, photometric="rgb", tile=(256, 256), compression="jpeg", description=about, metadata=None)
        writer.write(smear[::4, ::4], photometric="rgb", rowsperstrip=16, description=about, metadata=None)
        writer.write(
            label, photometric="rgb", rowsperstrip=32, subfiletype=1, description="Aperio\r\nlabel 48x32", metadata=None
        )


def test_the_label_and_what_the_scanner_wrote_are_read(tmp_path: Path) -> None:
    aperio_with_label(tmp_path / "a.svs")
    found = read_associated(tmp_path / "a.svs")
    assert found.pictures["label"].shape == (32, 48, 3)
    assert np.abs(found.pictures["label"][4, 4].astype(int) - (250, 240, 90)).max() < 9
    assert found.metadata["aperio.AppMag"] == "40"
    assert found.problems == ()


def test_a_picture_that_claims_to_be_huge_is_told_and_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aperio_with_label(tmp_path / "a.svs")
    monkeypatch.setattr(associated, "_MOST_PX", 1000)
    found = read_associated(tmp_path / "a.svs")
    assert "label" not in found.pictures
    assert any("label picture is too large" in p for p in found.problems)


def test_a_plain_picture_a_broken_file_and_a_missing_one_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.svs").write_text("no slide")
    for path in (tmp_path / "a.svs", tmp_path / "gone.svs", tmp_path):
        assert read_associated(path).pictures == {}


def test_only_the_pictures_asked_for_are_read(tmp_path: Path) -> None:
    aperio_with_label(tmp_path / "a.svs")
    assert set(read_associated(tmp_path / "a.svs", ("label", "macro")).pictures) == {"label"}
    assert read_associated(tmp_path / "a.svs", ("macro",)).pictures == {}
