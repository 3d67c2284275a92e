"""The network that outlines at clicks: windows at borders, prompts as maps, one object kept, refinement, its folder."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import ModelError
from bloodview.models import store
from bloodview.models.api import Click, Outlined, Prompts
from bloodview.models.nets.clicks import Asked, ClickNet, Encoded, prompt_maps
from bloodview.models.nets.outlining import tidied
from tests.models import tiny

SIDE = 64


def asked(clicks: list[tuple[float, float, float]], box: list[float] | None = None) -> Asked:
    boxes = torch.tensor([box or [float("nan")] * 4])
    return Asked([torch.tensor(clicks).reshape(-1, 3)], boxes, torch.zeros(1, 1, SIDE, SIDE))


def picture(seed: int = 0, h: int = 70, w: int = 90) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (h, w, 3)).astype(np.uint8)


def test_clicks_are_bumps_at_their_places_and_apart_by_their_sense() -> None:
    coarse, fine = prompt_maps(asked([(30, 10, 1), (50, 40, 0)]))
    assert coarse.shape == (1, 7, 16, 16)
    assert fine.shape == (1, 3, 32, 32)
    on, off = fine[0, 0], fine[0, 1]
    assert np.unravel_index(int(on.argmax()), on.shape) in ((4, 14), (5, 15), (5, 14), (4, 15))
    assert np.unravel_index(int(off.argmax()), off.shape) in ((19, 24), (20, 25), (20, 24), (19, 25))
    assert not coarse[0, 4:].any()


def test_a_box_fills_its_inside_and_says_that_it_is_there() -> None:
    coarse, _ = prompt_maps(asked([], [8, 16, 40, 48]))
    assert coarse[0, 4].sum() == 8 * 8
    assert coarse[0, 4, 4:12, 2:10].all()
    assert coarse[0, 5].all()
    assert not coarse[0, :4].any()


def test_a_window_beyond_the_picture_is_nought_there_and_the_picture_inside() -> None:
    image = torch.arange(3 * 32 * 32, dtype=torch.float32).view(1, 3, 32, 32)
    seen = Encoded(torch.ones(1, 2, 8, 8), torch.ones(1, 2, 16, 16), image)
    part = seen.windows([0], [(-16, 8)], 32)
    assert torch.equal(part.image[0, :, :24, 16:], image[0, :, 8:, :16])
    assert not part.image[0, :, 24:].any()
    assert not part.coarse[0, :, :, :4].any()
    assert part.coarse[0, :, :6, 4:].all()
    far = seen.windows([0], [(4000, -4000)], 32)
    assert not far.image.any()


def test_encoding_and_decoding_apart_is_the_same_as_at_once() -> None:
    torch.manual_seed(0)
    net = ClickNet(tiny.CHANNELS, tiny.LAYERS).eval()
    x = torch.randn(2, 3, 96, 96)
    where = asked([(20, 20, 1)])
    with torch.inference_mode():
        whole = net(x, [1], [(16, 32)], where)
        apart = net.decode(net.encode(x[1:]).windows([0], [(16, 32)], SIDE), where)
    assert whole.shape == (1, SIDE, SIDE)
    assert torch.allclose(whole, apart, atol=1e-5)


def blobs(*places: tuple[int, int, int, int]) -> np.ndarray:
    probability = np.zeros((40, 40), np.float32)
    for x0, y0, x1, y1 in places:
        probability[y0:y1, x0:x1] = 0.9
    return probability


def test_only_what_was_clicked_on_is_kept_and_its_holes_are_filled() -> None:
    probability = blobs((2, 2, 14, 14), (20, 20, 38, 38))
    probability[6:9, 6:9] = 0
    mask = tidied(probability, (Click(4, 4),))
    assert mask[2:14, 2:14].all()
    assert not mask[20:].any()


def test_a_hole_that_was_clicked_away_stays_one() -> None:
    probability = blobs((2, 2, 20, 20))
    probability[6:9, 6:9] = 0
    mask = tidied(probability, (Click(4, 4), Click(7, 7, wanted=False)))
    assert not mask[6:9, 6:9].any()


def test_without_a_click_inside_the_largest_is_kept_and_nothing_is_nothing() -> None:
    assert tidied(blobs((2, 2, 6, 6), (20, 20, 38, 38)), ())[30, 30]
    assert not tidied(np.zeros((40, 40), np.float32), (Click(4, 4),)).any()


def test_the_shown_mask_lies_in_the_picture_and_the_same_prompts_give_the_same(tmp_path: Path) -> None:
    model = store.load_prompt_segmenter("cpu", tiny.outliner(tmp_path))
    image = picture()
    seen = model.embed(image)
    assert (seen.width, seen.height) == (90, 70)
    assert seen.nbytes > 0
    first = model.outline(seen, Prompts((Click(3, 4),)))
    again = model.outline(seen, Prompts((Click(3, 4),)))
    assert np.array_equal(first.mask, again.mask)
    ys, xs = np.nonzero(first.mask)
    assert ((xs + first.x0 >= 0) & (xs + first.x0 < 90) & (ys + first.y0 >= 0) & (ys + first.y0 < 70)).all()


def test_the_answer_before_and_a_box_matter(tmp_path: Path) -> None:
    model = store.load_prompt_segmenter("cpu", tiny.outliner(tmp_path))
    seen, prompts = model.embed(picture()), Prompts((Click(40, 30), Click(50, 40, wanted=False)))
    plain = model.outline(seen, prompts)
    before = Outlined(8, 0, np.ones((SIDE, SIDE), np.uint8), np.ones((SIDE, SIDE), np.float32))
    after = model.outline(seen, prompts, before)
    boxed = model.outline(seen, Prompts(prompts.clicks, (30, 20, 55, 45)))
    assert plain.probability.shape == after.probability.shape == (SIDE, SIDE)
    assert not np.array_equal(plain.probability, boxed.probability)
    assert not np.array_equal(plain.probability, after.probability)


def test_a_model_of_another_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is a model to segment, not to outline"):
        store.load_prompt_segmenter("cpu", tiny.segmenter(tmp_path))
