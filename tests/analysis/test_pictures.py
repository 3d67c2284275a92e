"""Tests of classify, detect and segment over many pictures, broken ones among them."""

import csv
import json
from pathlib import Path
from typing import Never

import cv2
import numpy as np
import pytest

from bloodview.analysis.inputs import Walk, gather
from bloodview.analysis.pictures import classify_pictures, detect_fields, segment_pictures
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import ModelError, StorageError, UserError
from bloodview.core.geometry import Size
from tests.fakes import FakeClassifier, FakeDetector, FakeSegmenter, Spot, draw_field, grid_of_red_cells, write_picture

HOW = {"cancel": CancelToken(), "progress": lambda _share, _text: None}


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    """A folder with two fields in two folders, a text and a picture that is none."""
    folder = tmp_path / "fields"
    spots = [Spot(300, 200, Kind.WBC, "monocyte")]
    image = draw_field(Size(640, 480), [*spots, *grid_of_red_cells(Size(640, 480), 0.1, spots)])
    write_picture(folder / "a" / "one.png", image)
    write_picture(folder / "b" / "two.png", image)
    (folder / "b" / "broken.png").write_bytes(b"this is text")
    (folder / "notes.txt").write_text("nothing")
    return folder


def one_cell(label: str, um_per_px: float, side_um: float = 36.0) -> np.ndarray:
    side = round(side_um / um_per_px)
    return draw_field(Size(side, side), [Spot(side / 2, side / 2, Kind.WBC, label)], um_per_px)


def test_inputs_keep_their_order_and_their_place_below_the_folder(fields: Path, tmp_path: Path) -> None:
    found = gather([fields, fields / "a" / "one.png", tmp_path / "gone.png"])
    assert [str(p.relative) for p in found.pictures] == ["a/one.png", "b/broken.png", "b/two.png"]
    assert found.passed_over == 1
    assert [f.path for f in found.failures] == [str(tmp_path / "gone.png")]


def test_classify_names_cells_at_any_magnification(tmp_path: Path) -> None:
    for i, (label, um) in enumerate([("monocyte", 0.1), ("basophil", 0.3), ("eosinophil", 0.05)]):
        write_picture(tmp_path / "cells" / f"{i}.png", one_cell(label, um, 24.0))
    out = tmp_path / "out.csv"
    outcome = classify_pictures([tmp_path / "cells"], out, FakeDetector(), FakeClassifier(), level="fine", **HOW)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert outcome.done == 3
    assert [r["label"] for r in rows] == ["monocyte", "basophil", "eosinophil"]


def test_a_broken_picture_has_a_row_with_its_reason_in_its_turn(fields: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    outcome = classify_pictures([fields], out, FakeDetector(), FakeClassifier(), level="coarse", **HOW)
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [Path(r["path"]).name for r in rows] == ["one.png", "broken.png", "two.png"]
    assert rows[1]["error"]
    assert rows[1]["label"] == ""
    assert [f.path for f in outcome.failures] == [str(fields / "b" / "broken.png")]
    assert (outcome.done, outcome.passed_over) == (2, 1)


def test_nothing_is_written_where_nothing_could_be_done(fields: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    broken = [fields / "b" / "broken.png"]
    assert classify_pictures(broken, out, FakeDetector(), FakeClassifier(), level="fine", **HOW).done == 0
    assert detect_fields(broken, out, FakeDetector(), **HOW).done == 0
    assert segment_pictures(broken, out, FakeDetector(), FakeSegmenter(), **HOW).done == 0
    assert not out.exists()


def test_more_pictures_than_a_batch_all_get_their_own_row(tmp_path: Path) -> None:
    labels = ["monocyte", "basophil", "lymphocyte"]
    for i in range(70):
        write_picture(tmp_path / "cells" / f"{i:03d}.png", one_cell(labels[i % 3], 0.3, 24.0))
    out = tmp_path / "out.csv"
    classify_pictures([tmp_path / "cells"], out, FakeDetector(), FakeClassifier(), level="fine", **HOW)
    assert [r["label"] for r in csv.DictReader(out.read_text().splitlines())] == [labels[i % 3] for i in range(70)]


def test_detect_returns_every_box_down_to_the_low_score(fields: Path, tmp_path: Path) -> None:
    out = tmp_path / "boxes.json"
    detector = FakeDetector(thresholds={"wbc": 2.0, "rbc": 2.0, "platelet": 2.0})
    outcome = detect_fields([fields], out, detector, **HOW)
    coco = json.loads(out.read_text())
    assert [Path(i["file_name"]).name for i in coco["images"]] == ["one.png", "two.png"]
    white = [a for a in coco["annotations"] if a["category_id"] == 1]
    assert len(white) == 2
    assert white[0]["bbox"] == pytest.approx([230, 130, 140, 140], abs=6)
    assert len(outcome.failures) == 1


def test_segment_writes_masks_where_the_pictures_lay(fields: Path, tmp_path: Path) -> None:
    out = tmp_path / "masks"
    outcome = segment_pictures([fields], out, FakeDetector(), FakeSegmenter(), **HOW)
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*.*")) == ["a/one.png", "b/two.png"]
    mask = cv2.imread(str(out / "a" / "one.png"), cv2.IMREAD_UNCHANGED)
    assert mask.shape == (480, 640)
    assert set(np.unique(mask)) == {0, 128, 255}
    assert (mask > 0).sum() == pytest.approx(np.pi * 70**2, rel=0.04)
    assert mask[200, 300] == 255
    assert outcome.done == 2


def test_segment_finds_the_cell_of_a_tight_picture(tmp_path: Path) -> None:
    write_picture(tmp_path / "tight.png", one_cell("monocyte", 0.18, 16.0))
    segment_pictures([tmp_path / "tight.png"], tmp_path / "masks", FakeDetector(), FakeSegmenter(), **HOW)
    mask = cv2.imread(str(tmp_path / "masks" / "tight.png"), cv2.IMREAD_UNCHANGED)
    assert (mask > 0).sum() == pytest.approx(np.pi * (7 / 0.18) ** 2, rel=0.1)


def test_two_pictures_for_one_mask_both_get_one(tmp_path: Path) -> None:
    image = one_cell("monocyte", 0.1)
    write_picture(tmp_path / "in" / "x.bmp", image)
    write_picture(tmp_path / "in" / "x.png", image)
    segment_pictures([tmp_path / "in"], tmp_path / "masks", FakeDetector(), FakeSegmenter(), **HOW)
    assert sorted(p.name for p in (tmp_path / "masks").iterdir()) == ["x.png", "x.png.png"]


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="level"):
        classify_pictures([tmp_path], tmp_path / "o", FakeDetector(), FakeClassifier(), level="medium", **HOW)


def test_cancelling_leaves_no_file(fields: Path, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    how = {"cancel": token, "progress": HOW["progress"]}
    with pytest.raises(Cancelled):
        detect_fields([fields], tmp_path / "o.json", FakeDetector(), **how)
    with pytest.raises(Cancelled):
        classify_pictures([fields], tmp_path / "o.csv", FakeDetector(), FakeClassifier(), level="fine", **how)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fields"]


def test_a_model_that_fails_is_no_picture_s_fault(fields: Path, tmp_path: Path) -> None:
    class Broken(FakeDetector):
        def detect(self, images: list[np.ndarray]) -> Never:
            raise ModelError("is damaged.")

    with pytest.raises(ModelError):
        detect_fields([fields], tmp_path / "o.json", Broken(), **HOW)


def test_three_pictures_for_one_mask_all_get_one_and_it_is_said(tmp_path: Path) -> None:
    image = one_cell("monocyte", 0.1)
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        write_picture(folder / "x.png", image)
    outcome = segment_pictures(folders, tmp_path / "masks", FakeDetector(), FakeSegmenter(), **HOW)
    assert sorted(p.name for p in (tmp_path / "masks").iterdir()) == ["x.png", "x.png.2.png", "x.png.png"]
    assert [Path(p).parent.name for p, said in outcome.warnings if "same name" in said] == ["b", "c"]


def test_no_picture_is_written_over(fields: Path) -> None:
    picture = fields / "a" / "one.png"
    before = picture.read_bytes()
    with pytest.raises(UserError, match=r"one\.png.*replaced"):
        segment_pictures([fields], fields, FakeDetector(), FakeSegmenter(), **HOW)
    with pytest.raises(UserError, match=r"one\.png.*replaced"):
        detect_fields([picture], picture, FakeDetector(), **HOW)
    with pytest.raises(UserError, match=r"one\.png.*replaced"):
        classify_pictures([picture], picture, FakeDetector(), FakeClassifier(), level="fine", **HOW)
    assert picture.read_bytes() == before
    assert sorted(p.name for p in fields.rglob("*.png")) == ["broken.png", "one.png", "two.png"]


def test_a_place_that_cannot_be_written_is_refused_before_the_work(fields: Path, tmp_path: Path) -> None:
    def progress(_share: float, _text: str) -> None:
        pytest.fail("work was begun")

    how = {"cancel": CancelToken(), "progress": progress}
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="is a file"):
        segment_pictures([fields], tmp_path / "file", FakeDetector(), FakeSegmenter(), **how)
    with pytest.raises(StorageError, match="is a folder"):
        detect_fields([fields], tmp_path, FakeDetector(), **how)
    with pytest.raises(StorageError, match="is a folder"):
        classify_pictures([fields], tmp_path, FakeDetector(), FakeClassifier(), level="fine", **how)


def test_a_name_that_is_no_text_costs_one_row_and_not_the_table(fields: Path, tmp_path: Path) -> None:
    odd = fields / "caf\udce9.png"
    out = tmp_path / "out.csv"
    outcome = classify_pictures([odd, fields / "a"], out, FakeDetector(), FakeClassifier(), level="fine", **HOW)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [bool(r["error"]) for r in rows] == [True, False]
    assert rows[0]["path"].endswith("caf\\udce9.png")
    assert (outcome.done, len(outcome.failures)) == (1, 1)


def test_pictures_whose_links_lead_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    walk = Walk([tmp_path / "a.png"], CancelToken(), lambda _share, _text: None)
    walk.check_spared([tmp_path / "out.csv", tmp_path / "b.png" / "x"])
    walk.each(lambda _picture, _slide: None)
    assert [Path(f.path).name for f in walk.failures] == ["a.png"]
