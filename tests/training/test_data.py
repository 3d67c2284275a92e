"""Data sets on disk to examples."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core.errors import UserError
from tests.training import dataset
from training import data


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset.write(tmp_path_factory.mktemp("data"))


def test_fields_carry_boxes_masks_and_the_scale_of_their_own_red_cells(root: Path) -> None:
    fields = data.fields(root, "bccd")
    assert [f.split for f in fields] == ["train", "train", "train", "val"]
    for field in fields:
        assert field.mask is not None
        assert field.boxes.shape == (len(field.kinds), 4)
        assert field.um_per_px == pytest.approx(0.1 * data.LOOSENESS["bccd"], rel=0.12)


def test_cells_are_the_named_boxes_and_the_platelets_but_no_red_cells(root: Path) -> None:
    field, cells = data.fields(root, "bccd"), data.cells(root, ["bccd"])
    assert len(cells) == sum(int((f.kinds != 1).sum()) for f in field)
    assert "red_cell" not in {c.label for c in cells}


def test_a_window_is_centred_reflected_at_the_border_and_keeps_its_physical_size() -> None:
    image = np.full((60, 80, 3), 200, np.uint8)
    cv2.circle(image, (22, 30), 8, (20, 20, 20), -1)
    image[:, :2] = 100
    crop = data.cut(image, (22, 30), 60, 30)
    assert crop.shape == (30, 30, 3)
    dark = np.argwhere(crop[:, :, 0] < 60)
    np.testing.assert_allclose(dark.mean(0), [14.5, 14.5], atol=0.6)
    assert np.ptp(dark[:, 0]) + 1 == pytest.approx(8, abs=1)
    border = crop[15, :, 0] < 150
    assert border[3:6].any()
    assert not border[:2].any()


def test_crops_are_decoded_once_and_read_back_the_same(root: Path, tmp_path: Path) -> None:
    cells = data.cells(root, ["bccd"])
    first = np.array(data.cached_crops(cells, 22, 32, tmp_path))
    files = list(tmp_path.iterdir())
    stamp = files[0].stat().st_mtime_ns
    second = data.cached_crops(cells, 22, 32, tmp_path)
    np.testing.assert_array_equal(first, second)
    assert len(files) == 1
    assert files[0].stat().st_mtime_ns == stamp


def test_what_is_not_there_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"lists no data set called 'mars'"):
        data.manifest(root, ["bccd", "mars"])
    with pytest.raises(UserError, match=r"manifest\.csv: cannot be read"):
        data.manifest(tmp_path, ["bccd"])
    (tmp_path / "no.png").write_text("text")
    with pytest.raises(UserError, match=r"no\.png: is no picture"):
        data.read_image(tmp_path / "no.png")


def test_the_fingerprint_tells_one_set_of_files_from_another(root: Path) -> None:
    files = sorted((root / "bccd").glob("*.jpg"))
    assert data.fingerprint(files, root) == data.fingerprint(files[::-1], root)
    assert data.fingerprint(files, root) != data.fingerprint(files[1:], root)
