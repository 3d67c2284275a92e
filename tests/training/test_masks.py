"""Windows with masks: a person's where there are some, rough ones from boxes and dye where not."""

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.dataset import write
from training.data import cells, fields
from training.masks import rough, windows


def _stained() -> np.ndarray:
    """A pale window with a red cell at its edge and, in the middle, a cell with a dark nucleus."""
    image = np.full((64, 64, 3), 235, np.uint8)
    cv2.circle(image, (8, 8), 9, (215, 150, 150), -1)
    cv2.circle(image, (32, 32), 15, (200, 170, 205), -1)
    cv2.circle(image, (32, 32), 9, (90, 50, 130), -1)
    return image


def _overlap(mask: np.ndarray, radius: int) -> float:
    truth = np.zeros((64, 64), np.uint8)
    cv2.circle(truth, (32, 32), radius, 1, -1)
    return 2 * float((mask & truth).sum()) / float(mask.sum() + truth.sum())


def test_a_rough_mask_by_a_box_is_the_cell_in_it() -> None:
    assert _overlap(rough(_stained(), np.array([17, 17, 47, 47], np.float32)), 15) > 0.93


def test_a_rough_mask_without_a_box_is_the_central_cell_without_its_neighbour() -> None:
    mask = rough(_stained())
    assert _overlap(mask, 15) > 0.85
    assert not mask[:16, :16].any()


def test_an_empty_window_has_no_mask() -> None:
    assert not rough(np.full((64, 64, 3), 235, np.uint8)).any()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"), fields=2)


def test_leukocytes_get_the_masks_that_people_drew_and_other_objects_rough_ones(root: Path) -> None:
    known = fields(root, "bccd")
    found = windows(known, [], 22.0, 48, 0)
    assert int(found.central.sum()) == sum(int((f.kinds == 0).sum()) for f in known)
    assert (found.drawn == found.central).all()
    assert len(found) > int(found.central.sum())
    middle = found.masks[found.central][:, 20:28, 20:28]
    assert middle.mean() > 0.8
    assert len(found.part(found.central)) == int(found.central.sum())


def test_rough_masks_resemble_the_drawn_ones(root: Path) -> None:
    known = fields(root, "bccd")
    bare = [dataclasses.replace(f, mask=None) for f in known]
    drawn, ruled = windows(known, [], 22.0, 48, 0), windows(bare, [], 22.0, 48, 0)
    by_box = {box.tobytes(): mask for box, mask in zip(ruled.boxes, ruled.masks, strict=True)}
    pairs = [(m, by_box.get(b.tobytes())) for b, m in zip(drawn.boxes, drawn.masks, strict=True)]
    both = [(m, r) for (m, r), central in zip(pairs, drawn.central, strict=True) if central and r is not None]
    assert not ruled.drawn.any()
    assert len(both) >= 0.9 * drawn.central.sum()
    assert np.median([2 * (m & r).sum() / (m.sum() + r.sum()) for m, r in both]) > 0.8


def test_cells_without_a_box_lend_windows_too(root: Path) -> None:
    some = cells(root, ["bccd"])[:3]
    found = windows([], some, 22.0, 48, 0)
    assert len(found) == 3
    assert found.central.all()
    assert not found.drawn.any()
    assert len(windows([], [], 22.0, 48, 0)) == 0
