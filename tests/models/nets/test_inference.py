"""The models as the app sees them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from bloodview.core.errors import ModelError
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.models.nets.detector import REACH_PX, STRIDE, decode
from bloodview.models.nets.inference import load_weights
from bloodview.models.nets.preprocess import to_tensor
from tests.models import tiny

RNG = np.random.default_rng(0)


def _image(h: int, w: int) -> np.ndarray:
    return RNG.integers(0, 255, (h, w, 3)).astype(np.uint8)


def test_preprocessing_keeps_the_colour_order_and_the_cards_figures() -> None:
    red = np.zeros((1, 4, 4, 3), np.uint8)
    red[..., 0] = 255
    x = to_tensor(red, (0.5, 0.5, 0.5), (0.5, 0.25, 0.1))
    assert x.shape == (1, 3, 4, 4)
    assert x[0, :, 0, 0].tolist() == pytest.approx([1.0, -2.0, -5.0])


def test_classifier_answers_rows_that_sum_to_one_and_unit_embeddings_whatever_the_batch(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path)
    crops = np.stack([_image(64, 64) for _ in range(5)])
    one = store.load_classifier("cpu", folder, batch_size=2).classify(crops)
    all_at_once = store.load_classifier("cpu", folder).classify(crops)
    np.testing.assert_allclose(one.probabilities, all_at_once.probabilities, atol=1e-5)
    np.testing.assert_allclose(one.probabilities.sum(1), 1, atol=1e-5)
    width = ModelCard.read(folder).channels[-1]
    np.testing.assert_allclose(np.linalg.norm(one.embeddings[:, :width], axis=1), 1, atol=1e-5)
    assert ((one.familiarity >= 0) & (one.familiarity <= 1)).all()
    assert one.decided.dtype == bool


def test_classifier_of_no_crops_answers_empty(tmp_path: Path) -> None:
    opinions = store.load_classifier("cpu", tiny.classifier(tmp_path)).classify(np.zeros((0, 64, 64, 3), np.uint8))
    assert opinions.probabilities.shape == (0, 11)
    assert opinions.decided.shape == (0,)


def test_nothing_unfamiliar_is_decided(tmp_path: Path) -> None:
    classifier = store.load_classifier("cpu", tiny.classifier(tmp_path))
    opinions = classifier.classify(np.stack([_image(64, 64) for _ in range(8)]))
    assert not opinions.decided[opinions.familiarity < 0.05].any()


def test_detector_keeps_boxes_inside_each_picture_of_mixed_sizes_best_first(tmp_path: Path) -> None:
    images = [_image(70, 90), _image(64, 64), _image(33, 200)]
    answers = store.load_detector("cpu", tiny.detector(tmp_path)).detect(images)
    assert len(answers) == 3
    for image, found in zip(images, answers, strict=True):
        h, w = image.shape[:2]
        assert (found.boxes[:, :2] >= 0).all()
        assert (found.boxes[:, 2] <= w).all()
        assert (found.boxes[:, 3] <= h).all()
        assert (np.diff(found.scores) <= 0).all()


def test_decode_turns_a_peak_into_its_box() -> None:
    heat = torch.full((1, 3, 16, 16), -9.0)
    heat[0, 1, 5, 8] = 3.0
    reach = torch.full((1, 4, 16, 16), REACH_PX / 2)
    (boxes, scores, kinds) = decode(heat, reach, 10, 0.5)[0]
    x, y = 8.5 * STRIDE, 5.5 * STRIDE
    assert boxes.tolist() == [[x - 16, y - 16, x + 16, y + 16]]
    assert kinds.tolist() == [1]
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-3.0)))


class _Bright(nn.Module):
    """Calls what is bright a cell and what is very bright a nucleus."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        light = x.mean(1)
        return torch.stack([torch.where(light < 0, 9.0, 0.0), torch.full_like(light, 5.0), light * 5], 1)


def test_segmenter_keeps_the_middle_object_whole_and_clears_what_lies_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segmenter = store.load_segmenter("cpu", tiny.segmenter(tmp_path))
    segmenter.runner.net = _Bright()  # type: ignore[attr-defined]
    image = np.zeros((100, 100, 3), np.uint8)
    image[30:60, 0:30] = 215  # the cell, at the left border
    image[40:50, 5:15] = 255  # its nucleus
    image[30:60, 50:60] = 215  # a neighbour
    box = np.array([0, 30, 30, 60], np.float32)
    (mask,) = segmenter.segment(image, box[None])
    x0, y0, x1, y1 = segmenter.window(box)
    assert mask.shape == (y1 - y0, x1 - x0)
    assert set(np.unique(mask)) == {0, 128, 255}
    assert (mask[:, :-x0] == 0).all()
    assert mask[45 - y0, 10 - x0] == 255
    found = (mask > 0).sum()
    assert found == pytest.approx(900, rel=0.08)


def test_segmenter_of_no_boxes_answers_nothing(tmp_path: Path) -> None:
    segmenter = store.load_segmenter("cpu", tiny.segmenter(tmp_path))
    assert segmenter.segment(_image(50, 50), np.zeros((0, 4), np.float32)) == []


def test_weights_of_another_architecture_are_refused_by_name(tmp_path: Path) -> None:
    folder = tiny.segmenter(tmp_path, net=nn.Linear(2, 2))
    with pytest.raises(ModelError, match="do not fit the card"):
        load_weights(ModelCard.read(folder), folder)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"channels": (8, 8, 8192, 8192)}, "too few"),
        ({"channels": (8, 8)}, "describes no network"),
        ({"channels": (8, 8, 12, 16)}, "describes no network"),
        ({"layers": (1, 1)}, "describes no network"),
        ({"layers": (1, 1, 1, 2)}, "do not fit the card"),
    ],
)
def test_a_card_that_does_not_fit_its_weights_is_refused(tmp_path: Path, change: dict[str, object], why: str) -> None:
    folder = tiny.segmenter(tmp_path)
    with pytest.raises(ModelError, match=why):
        load_weights(replace(ModelCard.read(folder), **change), folder)
