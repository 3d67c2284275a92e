"""What is pointed at on a slide: frames, parts that are kept, their bound, and what is painted between two clicks."""

import numpy as np
import pytest

from bloodview.analysis import cell_masks
from bloodview.analysis.pointing import Pointed, Pointer, Scene, kind_of
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box
from bloodview.models.api import Embedding, Outlined, Prompts, UInt8
from tests.fakes import FakeSlide

SIDE, RADIUS = 64, 15.0


class FakeModel:
    """Answers with a disc of 15 px around what is pointed at; a view is itself its embedding."""

    model_id, device, um_per_px = "fake", "cpu", 0.2

    def __init__(self, most_px: int = 512) -> None:
        self.most_px = most_px
        self.seen: list[tuple[int, ...]] = []
        self.asked: list[tuple[Prompts, Outlined | None]] = []

    def embed(self, image: UInt8) -> Embedding:
        self.seen.append(image.shape)
        return Embedding(self.model_id, image.shape[1], image.shape[0], (image,))

    def outline(self, embedding: Embedding, prompts: Prompts, before: Outlined | None = None) -> Outlined:
        self.asked.append((prompts, before))
        if prompts.box is not None:
            x, y = (prompts.box[0] + prompts.box[2]) / 2, (prompts.box[1] + prompts.box[3]) / 2
        else:
            x, y = prompts.clicks[0].x, prompts.clicks[0].y
        x0, y0 = round(x - SIDE / 2), round(y - SIDE / 2)
        ys, xs = np.mgrid[:SIDE, :SIDE] + 0.5
        far = np.hypot(xs + x0 - x, ys + y0 - y) - RADIUS
        probability = (1 / (1 + np.exp(np.clip(2 * far, -30, 30)))).astype(np.float32)
        return Outlined(x0, y0, (probability > 0.5).astype(np.uint8), probability)


def slide(width: int = 900, height: int = 700) -> FakeSlide:
    return FakeSlide(np.full((height, width, 3), 230, np.uint8))


def scene(box: Box, shown: FakeSlide | None = None, um: float = 0.1) -> Scene:
    return Scene(shown or slide(), "a", um, box)


@pytest.mark.parametrize("um", [0.05, 0.1, 0.2, 0.5])
def test_the_outline_lies_where_the_slide_was_clicked_at_any_scale(um: float) -> None:
    pointer = Pointer(FakeModel())
    answer = pointer.answer(scene(Box(200, 100, 600, 500), um=um), Pointed(((400.0, 300.0, True),)))
    box = cell_masks.drawn(cell_masks.outline_of(answer.mask), 1.0).box_l0
    assert box is not None
    assert box.center == pytest.approx((400, 300), abs=1.5)
    assert box.width * um == pytest.approx(2 * RADIUS * 0.2, rel=0.06)


def test_clicks_on_one_view_are_answered_from_one_embedding() -> None:
    model = FakeModel()
    pointer = Pointer(model)
    view = scene(Box(200, 100, 600, 500))
    assert pointer.prepare(view)
    assert not pointer.prepare(view)
    for x in (210.0, 400.0, 590.0):
        pointer.answer(view, Pointed(((x, 300.0, True),)))
    assert len(model.seen) == 1


def test_a_click_beyond_what_was_seen_looks_anew_and_another_slide_does_too() -> None:
    model = FakeModel(most_px=256)
    pointer, shown = Pointer(model), slide(6000, 4000)
    pointer.answer(scene(Box(0, 0, 400, 400), shown), Pointed(((200.0, 200.0, True),)))
    pointer.answer(scene(Box(3000, 3000, 3400, 3400), shown), Pointed(((3200.0, 3200.0, True),)))
    assert len(model.seen) == 2
    pointer.answer(Scene(shown, "b", 0.1, Box(0, 0, 400, 400)), Pointed(((200.0, 200.0, True),)))
    assert len(model.seen) == 3


def test_a_view_too_large_for_the_model_is_seen_around_the_click() -> None:
    model = FakeModel(most_px=256)
    answer = Pointer(model).answer(
        scene(Box(0, 0, 60_000, 40_000), slide(6000, 4000)), Pointed(((5000.0, 2000.0, True),))
    )
    assert max(model.seen[0][:2]) <= 256
    assert answer.part.x0 < 5000 < answer.part.x1
    assert answer.mask.holds(5000, 2000)


def test_kept_parts_are_bounded_and_the_oldest_go() -> None:
    model = FakeModel(most_px=256)
    pointer, shown = Pointer(model, cache_bytes=500_000), slide(8000, 400)
    for x in range(200, 7800, 900):
        pointer.answer(scene(Box(x, 0, x + 300, 300), shown), Pointed(((x + 150.0, 150.0, True),)))
        assert pointer.kept_bytes <= 500_000
    assert len(model.seen) == 9


def test_a_click_at_the_slides_corner_is_answered() -> None:
    answer = Pointer(FakeModel()).answer(scene(Box(-300, -300, 300, 300)), Pointed(((2.0, 3.0, True),)))
    assert answer.mask.holds(2, 3)


def test_what_was_painted_is_what_the_model_goes_on_from() -> None:
    model = FakeModel()
    pointer, view = Pointer(model), scene(Box(200, 100, 600, 500))
    first = pointer.answer(view, Pointed(((400.0, 300.0, True),)))
    painted = cell_masks.painted(first.mask, [(400, 300), (445, 300)], 6, adds=True)
    more = Pointed(((400.0, 300.0, True), (405.0, 300.0, True)))
    pointer.answer(view, more, type(first)(painted, first.kind, first.part, first.found, "fake"))
    before = model.asked[-1][1]
    assert before is not None
    x = round((445 - 2 - first.part.x0) / 2 - before.x0)
    y = round((300 - first.part.y0) / 2 - before.y0)
    assert before.probability[y, x] == 1
    assert first.found.probability[y, x] < 0.5


def test_a_box_reaches_the_model_in_its_own_pixels() -> None:
    model = FakeModel()
    answer = Pointer(model).answer(scene(Box(0, 0, 900, 700)), Pointed((), Box(380, 280, 420, 320)))
    box = model.asked[-1][0].box
    assert box is not None
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((20, 20))
    assert answer.mask.holds(400, 300)


@pytest.mark.parametrize(
    ("radius_px", "color", "kind"),
    [(6, (150, 60, 150), Kind.PLATELET), (20, (200, 140, 140), Kind.RBC), (35, (90, 60, 170), Kind.WBC)],
)
def test_small_is_a_platelet_dense_is_a_leukocyte_the_rest_is_red(
    radius_px: int, color: tuple[int, int, int], kind: Kind
) -> None:
    image = np.full((160, 160, 3), (235, 225, 230), np.uint8)
    ys, xs = np.mgrid[:160, :160]
    inside = np.hypot(xs - 80, ys - 80) < radius_px
    image[inside] = color
    found = Outlined(0, 0, inside.astype(np.uint8), inside.astype(np.float32))
    assert kind_of(image, found, 0.16) is kind
