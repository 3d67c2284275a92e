"""Data sets on disk to examples."""

import json
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


def test_what_is_not_there_is_named(root: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"lists no data set called 'mars'"):
        data.manifest(root, ["bccd", "mars"])
    with pytest.raises(UserError, match=r"manifest\.csv: cannot be read"):
        data.manifest(tmp_path, ["bccd"])
    with pytest.raises(UserError, match=r"boxes\.json: cannot be read: No such file"):
        data.fields(tmp_path, "bccd")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no COCO file"),
        ("[]", "is no COCO file"),
        ('{"categories": [], "images": []}', "lacks 'annotations'"),
        ('{"categories": [{"id": 1, "name": "worm"}], "images": [], "annotations": []}', "is no COCO file"),
    ],
)
def test_boxes_that_are_none_are_named(content: str, message: str, root: Path, tmp_path: Path) -> None:
    (tmp_path / "bccd").mkdir()
    (tmp_path / "manifest.csv").write_text((root / "manifest.csv").read_text())
    (tmp_path / "bccd" / "boxes.json").write_text(content)
    with pytest.raises(UserError, match=rf"boxes\.json: {message}"):
        data.cells(tmp_path, ["bccd"])


def test_a_manifest_without_a_column_or_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,dataset\na.png,bccd\n")
    with pytest.raises(UserError, match=r"manifest\.csv: has no column 'split'"):
        data.manifest(tmp_path, ["bccd"])
    (tmp_path / "manifest.csv").write_bytes("path,dataset,split,group\né,bccd,,".encode("latin-1"))
    with pytest.raises(UserError, match=r"manifest\.csv: is no CSV in UTF-8"):
        data.manifest(tmp_path, ["bccd"])


def test_a_picture_of_no_class_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,dataset,split,group\npbc/XX_1.jpg,pbc,train,\n")
    with pytest.raises(UserError, match=r"XX_1\.jpg: begins with none of BA"):
        data.cells(tmp_path, ["pbc"])


def test_an_empty_part_is_an_error_and_a_class_with_one_example_a_message(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = data.cells(root, ["bccd"])[:1]
    data.check_parts(one, one, ["bccd"])
    with pytest.raises(UserError, match=r"nothing labelled in the part 'train' of bccd, pbc"):
        data.check_parts([], one, ["bccd", "pbc"])
    with pytest.raises(UserError, match=r"nothing labelled in the part 'val'"):
        data.check_parts(one, [], ["bccd"])
    data.check_classes([*one, *one])
    assert not caplog.records
    data.check_classes(one)
    assert f"{one[0].label}: one example trains" in caplog.text


def test_the_fingerprint_tells_one_set_of_files_from_another(root: Path) -> None:
    files = sorted((root / "bccd").glob("*.jpg"))
    assert data.fingerprint(files, root) == data.fingerprint(files[::-1], root)
    assert data.fingerprint(files, root) != data.fingerprint(files[1:], root)


def test_a_picture_without_scale_shows_its_cell_as_the_app_would(tmp_path: Path) -> None:
    place = tmp_path / "zheng1"
    for folder in ("images", "masks"):
        (place / folder).mkdir(parents=True)
    mask = np.zeros((100, 100), np.uint8)
    mask[30:70, 20:80] = 128
    cv2.imwrite(str(place / "masks" / "001.png"), mask)
    cv2.imwrite(str(place / "images" / "001.png"), np.full((100, 100, 3), 200, np.uint8))
    head, row = "path,dataset,split,label_fine,group", "zheng1/images/001.png,zheng1,eval,neutrophil,z1"
    (tmp_path / "manifest.csv").write_text(f"{head}\n{row}\n")
    (cell,) = data.cells(tmp_path, ["zheng1"])
    assert (cell.label, cell.split, cell.group, cell.center) == ("neutrophil", "eval", "z1", None)
    assert 22 / cell.um_per_px == pytest.approx(1.7 * 60)
    assert data.listed(tmp_path, ["pbc", "zheng1"]) == ["zheng1"]


def test_photographs_of_one_cell_share_a_group(tmp_path: Path) -> None:
    root = dataset.write(tmp_path)
    boxes = json.loads((root / "bccd" / "boxes.json").read_text())
    for annotation in boxes["annotations"]:
        annotation["attributes"] = (annotation.get("attributes") or {}) | {"cell_group": annotation["id"] % 3}
    (root / "bccd" / "boxes.json").write_text(json.dumps(boxes))
    assert {c.group for c in data.cells(root, ["bccd"])} == {"cell 0", "cell 1", "cell 2"}
