"""The training that outlines at clicks: prompts as a person gives them, a few steps, the record of its scores."""

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from bloodview.core.training_run import RunFile
from bloodview.slides.synthetic_outlines import write_outlines
from tests.models import tiny
from training import clicks, outline_scores, outline_table
from training.data import fields
from training.loop import fit
from training.outlines import outlined
from training.publish import publish
from training.tasks.outline import OutlineTask, trainable


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with ten drawn fields, of which one validates."""
    folder = tmp_path_factory.mktemp("data")
    write_outlines(folder / "synthetic", 10)
    with (folder / "manifest.csv").open("w", newline="") as stream:
        csv.DictWriter(stream, ["path", "dataset", "split", "group"]).writeheader()
    return folder


def run(**more: object) -> RunFile:
    return tiny.run(
        "outline", "tiny-outline", datasets=("synthetic",), epochs=1, batch_size=2, um_per_px=0.16, threads=1, **more
    )


def disc(x: float, y: float, radius: float, side: int = 60) -> np.ndarray:
    ys, xs = np.mgrid[:side, :side]
    return (np.hypot(xs - x, ys - y) < radius).astype(np.uint8)


def test_a_drawn_field_is_read_with_the_exact_outline_of_every_cell(root: Path) -> None:
    field = fields(root, "synthetic")[0]
    read = outlined(field)
    assert field.um_per_px == 0.12
    assert {c.known for c in read.cells} == {"exact"}
    areas = {tuple(box): float(cv2.contourArea(o)) for box, o in zip(field.boxes, field.outlines, strict=True)}
    assert len(read.cells) > 20
    for cell in read.cells:
        if cell.box[0] > 2 and cell.box[1] > 2 and cell.box[2] < 574 and cell.box[3] < 430:
            assert (cell.mask > 127).sum() == pytest.approx(areas[tuple(cell.box)], rel=0.12, abs=12)
        assert not (cell.free & (cell.mask <= 127)).any()


def test_every_tenth_field_validates_and_fields_of_a_tested_scene_do_not_train(root: Path) -> None:
    every = fields(root, "synthetic")
    assert sum(f.split == "val" for f in every) == 1
    known = [replace(every[0], group="scene"), replace(every[1], group="scene", split="test"), every[2]]
    assert trainable(known) == [every[2]]


def test_the_middle_of_a_ring_is_not_clicked() -> None:
    ring = disc(30, 30, 20) - disc(30, 30, 8)
    x, y = clicks.central(ring)
    assert ring[round(y), round(x)]
    assert clicks.central(disc(30, 30, 20)) == pytest.approx((30, 30), abs=0.5)


def test_clicks_lie_in_the_cell_and_off_its_border() -> None:
    mask = disc(30, 30, 20)
    rng = np.random.default_rng(0)
    for _ in range(50):
        x, y = clicks.anywhere(mask, rng)
        assert np.hypot(x - 30, y - 30) < 18.5


def test_the_worst_of_what_is_wrong_is_mended() -> None:
    truth, known = disc(30, 30, 14), np.ones((60, 60), np.uint8)
    x, y, wanted = clicks.correction(truth & ~disc(38, 30, 7), truth, known) or (0, 0, 0)
    assert (wanted, disc(38, 30, 7)[int(y), int(x)]) == (1.0, 1)
    x, y, wanted = clicks.correction(truth | disc(10, 10, 6), truth, known) or (0, 0, 0)
    assert (wanted, disc(10, 10, 6)[int(y), int(x)]) == (0.0, 1)
    assert clicks.correction(truth, truth, known) is None
    assert clicks.correction(truth | disc(10, 10, 6), truth, 1 - disc(10, 10, 8)) is None


def test_prompts_point_at_their_cells_and_come_again_from_the_same_seed(root: Path, tmp_path: Path) -> None:
    task = OutlineTask(run(), root, tmp_path, torch.device("cpu"))
    first, again = (next(task.batches(torch.Generator().manual_seed(3))) for _ in range(2))
    assert torch.equal(first.images, again.images)
    assert torch.equal(first.truth, again.truth)
    hits, boxes = [], 0
    for b in range(first.truth.shape[0]):
        for p in range(first.truth.shape[1]):
            x, y, wanted = first.clicks[b, p, 0].tolist()
            if np.isnan(x):
                boxes += 1
                assert not first.boxes[b, p].isnan().any()
            elif 0 <= x < 64 and 0 <= y < 64:
                hits.append(float(first.truth[b, p, int(y), int(x)]) in (1.0, 255.0))
                assert wanted == 1
    assert np.mean(hits) > 0.8
    assert boxes < first.truth.shape[0] * first.truth.shape[1]


@pytest.mark.slow
def test_some_steps_train_publish_and_are_judged_by_the_path_of_the_app(root: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    task = OutlineTask(run(data_weights={"synthetic": 0.4}), root, tmp_path, torch.device("cpu"))
    net = fit(task, task.run, tmp_path / "fit", lambda _: None, torch.device("cpu"))
    what = task.publication(net)
    assert {m.name for m in what.metrics} >= {"synthetic val, red cells, Dice from one click"}
    folder = publish(net, task.run, what, [], tmp_path / "models")
    found = outline_scores.measure(folder, root, "cpu", lambda _: None)
    assert {s.judged for s in found.scores} == {"drawn, leukocytes", "drawn, red cells", "drawn, platelets"}
    for score in found.scores:
        assert all(0 <= m.low <= m.value <= m.high <= 1 for m in score.figures)
    file = outline_scores.write(found, tmp_path)
    assert outline_scores.read(file) == found
    assert found.model in outline_table.section(tmp_path)
