"""Exports in single files keep ids, leave out what does not count, and appear whole or not at all."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bloodview.core.cells import Cell, Kind, Prediction, Source, Status
from bloodview.core.errors import StorageError, UnreadableFileError, UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.review.exchange import coco as coco_format
from bloodview.review.exchange import crops, table
from bloodview.review.exchange.naming import Naming
from bloodview.review.records import SlideRecord

NAMES = Naming(keep_names=True)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLIDE = SlideRecord(
    1, Path("in") / "=smear 1.png", "abc", Size(640, 480), Scale(0.12, "file"), NOON, "cpu", ("det-1", "cls-1"), ()
)
OTHER = replace(SLIDE, id=2, path=Path("b.png"), scale=None, model_ids=("det-1",))
SAID = Prediction("monocyte", 0.75, False, 0.5, (("monocyte", 0.75), ("lymphocyte", 0.25)), "cls-1")
CELL = Cell(
    id=7,
    slide_id=1,
    kind=Kind.WBC,
    box_l0=Box(10, 20, 40.5, 60),
    score=0.9,
    touches_edge=False,
    label="lymphocyte",
    source=Source.PERSON,
    status=Status.ACTIVE,
    prediction=SAID,
    cell_outline=((10, 20), (40, 20), (40, 60), (10, 60)),
    nucleus_outline=((15, 25), (30, 25), (30, 40)),
)
CELLS = [
    CELL,
    replace(CELL, id=9, slide_id=2, label="platelet", prediction=None, cell_outline=(), nucleus_outline=()),
    replace(CELL, id=10, status=Status.REJECTED),
    replace(CELL, id=11, status=Status.UNDECIDED),
    replace(CELL, id=12, label=""),
]


def _red(slide: SlideRecord, cell: Cell) -> NDArray[np.uint8]:
    return np.full((8, 8, 3), (200, 10, 20), dtype=np.uint8)


def test_coco_keeps_ids_boxes_and_outlines(tmp_path: Path) -> None:
    out = tmp_path / "cells.json"
    assert coco_format.write(out, [SLIDE, OTHER], CELLS, DEFAULT_TAXONOMY, NOON, NAMES) == 2
    coco = json.loads(out.read_text(encoding="utf-8"))
    assert [(i["id"], i["file_name"], i["width"]) for i in coco["images"]] == [
        (1, "=smear 1.png", 640),
        (2, "b.png", 640),
    ]
    names = {c["id"]: c["name"] for c in coco["categories"]}
    first, second = coco["annotations"]
    assert (first["id"], first["image_id"], names[first["category_id"]]) == (7, 1, "lymphocyte")
    assert first["bbox"] == [10, 20, 30.5, 40]
    assert first["segmentation"] == [[10, 20, 40, 20, 40, 60, 10, 60]]
    assert first["area"] == 1200
    assert first["nucleus"] == [[15, 25, 30, 25, 30, 40]]
    assert first["machine"] == {"label": "monocyte", "confidence": 0.75, "decided": False, "model": "cls-1"}
    assert second["segmentation"] == []
    assert second["area"] == 1220
    assert "machine" not in second


def test_coco_says_what_it_left_out_and_which_models_spoke(tmp_path: Path) -> None:
    coco_format.write(tmp_path / "c.json", [SLIDE, OTHER], CELLS, DEFAULT_TAXONOMY, NOON, NAMES)
    info = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["info"]
    assert info["left_out"] == {"rejected": 1, "undecided": 1, "unnamed": 1}
    assert info["models"] == ["det-1", "cls-1"]


def test_the_same_case_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        coco_format.write(tmp_path / name, [SLIDE, OTHER], CELLS, DEFAULT_TAXONOMY, NOON, NAMES)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_csv_has_a_row_for_every_cell_with_its_status(tmp_path: Path) -> None:
    out = tmp_path / "cells.csv"
    assert table.write(out, [SLIDE, OTHER], CELLS, NAMES) == 5
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["cell"] for r in rows] == ["7", "9", "10", "11", "12"]
    assert [r["status"] for r in rows[2:4]] == ["rejected", "undecided"]
    assert rows[0]["label"] == "lymphocyte"
    assert rows[0]["machine_label"] == "monocyte"
    assert rows[0]["decided"] == "false"
    assert rows[1]["machine_label"] == rows[1]["confidence"] == rows[1]["um_per_px"] == ""
    assert (rows[0]["x0"], rows[0]["x1"]) == ("10", "40.5")


def test_a_slides_name_is_no_formula_in_csv(tmp_path: Path) -> None:
    table.write(tmp_path / "c.csv", [SLIDE], [CELL], NAMES)
    assert ",'=smear 1.png," in (tmp_path / "c.csv").read_text(encoding="utf-8")


def test_crops_lie_in_a_folder_of_their_class(tmp_path: Path) -> None:
    assert crops.write(tmp_path / "out", [SLIDE, OTHER], CELLS, _red, NAMES) == (2, ())
    files = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.png"))
    assert files == ["lymphocyte/0001_smear_1_000007.png", "platelet/0002_b_000009.png"]
    picture = cv2.imread(str(tmp_path / "out" / files[0]))
    assert picture is not None
    assert picture[0, 0].tolist() == [20, 10, 200], "written as RGB, read by OpenCV as BGR"


def test_a_slide_that_cannot_be_read_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    def read(slide: SlideRecord, cell: Cell) -> NDArray[np.uint8]:
        if slide.id == 1:
            raise UnreadableFileError("is gone.", path=slide.path)
        return _red(slide, cell)

    written, failed = crops.write(tmp_path / "out", [SLIDE, OTHER], CELLS, read, NAMES)
    assert written == 1
    assert len(failed) == 1
    assert "is gone" in failed[0]


def test_when_no_crop_can_be_read_no_folder_is_left(tmp_path: Path) -> None:
    def read(slide: SlideRecord, cell: Cell) -> NDArray[np.uint8]:
        raise UnreadableFileError("is gone.", path=slide.path)

    with pytest.raises(UserError, match=r"No cell.*is gone"):
        crops.write(tmp_path / "out", [SLIDE, OTHER], CELLS, read, NAMES)
    assert not list(tmp_path.iterdir())


def test_a_crash_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        table.write(tmp_path / "c.csv", [SLIDE], CELLS, NAMES)  # the second cell lies on a slide that is not given
    with pytest.raises(KeyError):
        crops.write(tmp_path / "out", [SLIDE], CELLS, _red, NAMES)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(StorageError, match="not empty"):
        crops.write(tmp_path, [SLIDE], [CELL], _red, NAMES)
    assert (tmp_path / "mine.txt").exists()
