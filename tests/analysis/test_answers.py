"""Tests of the files that classify, detect and segment write."""

import csv
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.analysis.answers import MaskCanvas, Named, Seen, at_level, columns, write_boxes, write_names
from bloodview.analysis.merge import Found
from bloodview.core.cells import Prediction
from bloodview.core.geometry import Size
from bloodview.core.taxonomy import COARSE, FINE


def said(decided: bool = True, **shares: float) -> Prediction:
    rest = (1 - sum(shares.values())) / (len(FINE) - len(shares))
    probabilities = tuple((name, shares.get(name, rest)) for name in FINE)
    label = max(probabilities, key=lambda p: p[1])
    return Prediction(label[0], label[1], decided, 0.8, probabilities, "model")


def test_the_csv_has_the_columns_of_the_contract() -> None:
    out = io.StringIO()
    write_names(out, [Named("a/b,1.png", said(monocyte=0.9)), Named("c.png", None, "is empty")], FINE)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert list(rows[0]) == [
        "path", "label", "confidence", "decided", "familiarity", *(f"p_{c}" for c in FINE), "error"
    ]  # fmt: skip
    assert (rows[0]["path"], rows[0]["label"], rows[0]["decided"]) == ("a/b,1.png", "monocyte", "true")
    assert sum(float(rows[0][f"p_{c}"]) for c in FINE) == pytest.approx(1, abs=1e-4)
    assert rows[1]["error"] == "is empty"
    assert all(not rows[1][c] for c in rows[1] if c not in ("path", "error"))


def test_coarse_sums_the_leaves_and_may_name_another_cell_than_fine() -> None:
    fine = said(lymphocyte=0.4, myelocyte=0.3, metamyelocyte=0.25)
    coarse = at_level(fine, "coarse")
    assert coarse.label == "immature_granulocyte"
    assert coarse.confidence == pytest.approx(0.55 + dict(fine.probabilities)["promyelocyte"])
    assert not coarse.decided
    assert tuple(dict(coarse.probabilities)) == COARSE
    assert sum(p for _, p in coarse.probabilities) == pytest.approx(1)


def test_doubt_among_the_stages_of_one_lineage_is_none_at_the_coarse_level() -> None:
    assert at_level(said(False, myelocyte=0.5, metamyelocyte=0.45), "coarse").decided
    assert not at_level(said(False, myelocyte=0.5, lymphocyte=0.45), "coarse").decided
    assert not at_level(said(False, monocyte=0.97), "coarse").decided
    assert at_level(said(True, monocyte=0.97), "coarse").decided


def test_an_unfamiliar_cell_is_not_decided_at_the_coarse_level_either() -> None:
    kin = said(False, myelocyte=0.5, metamyelocyte=0.45)
    assert at_level(kin, "coarse", kin.familiarity).decided
    assert not at_level(kin, "coarse", kin.familiarity + 0.01).decided


def test_classes_outside_the_tree_stay_as_they_are() -> None:
    assert columns(("zebra", "band_neutrophil", "segmented_neutrophil"), "coarse") == ("neutrophil", "zebra")
    assert columns(FINE, "coarse") == COARSE


def test_boxes_are_coco_with_the_thresholds_shown() -> None:
    found = Found(
        np.array([[10, 20, 40, 60], [1, 2, 4, 6]], np.float32), np.array([0.9, 0.02], np.float32), np.array([0, 2])
    )
    out = io.StringIO()
    write_boxes(out, [Seen("x/1.png", Size(640, 480), found)], {"wbc": 0.5, "rbc": 0.4, "platelet": 0.3}, "m")
    coco = json.loads(out.getvalue())
    assert coco["images"] == [{"id": 1, "file_name": "x/1.png", "width": 640, "height": 480}]
    assert [c["name"] for c in coco["categories"]] == ["wbc", "rbc", "platelet"]
    assert coco["info"]["threshold"] == {"wbc": 0.5, "rbc": 0.4, "platelet": 0.3}
    assert [(a["bbox"], a["category_id"]) for a in coco["annotations"]] == [([10, 20, 30, 40], 1), ([1, 2, 3, 4], 3)]


def test_masks_are_painted_in_place_clipped_and_nucleus_wins(tmp_path: Path) -> None:
    canvas = MaskCanvas(Size(100, 60))
    assert canvas.is_empty
    cell = np.full((20, 20), 128, np.uint8)
    cell[5:15, 5:15] = 255
    canvas.paint(cell, (-10.0, -10.0), (1.0, 1.0), (0.0, 0.0))
    canvas.paint(cell, (40.0, 20.0), (1.0, 1.0), (0.0, 0.0))
    canvas.paint(cell, (45.0, 20.0), (1.0, 1.0), (0.0, 0.0))
    canvas.paint(cell, (500.0, 500.0), (1.0, 1.0), (0.0, 0.0))
    assert canvas.mask[0, 0] == 255
    assert canvas.mask[9, 9] == 128
    assert canvas.mask[30, 52] == 255
    canvas.write(tmp_path / "m.png")
    stored = cv2.imread(str(tmp_path / "m.png"), cv2.IMREAD_UNCHANGED)
    assert stored.shape == (60, 100)
    assert np.array_equal(stored, canvas.mask)


def test_a_mask_of_a_shrunk_picture_is_grown_back() -> None:
    canvas = MaskCanvas(Size(100, 100))
    canvas.paint(np.full((10, 10), 255, np.uint8), (5.0, 5.0), (2.0, 2.0), (10.0, 10.0))
    ys, xs = np.nonzero(canvas.mask)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (20, 39, 20, 39)
